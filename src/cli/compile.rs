//! `leadstage compile`.

use super::source::{self, Book};
use super::stop::Stop;
use leadstage::tree::write_compact;
use std::io::{self, Write};

/// Compile a playbook to its canonical JSON or to the compact binary form that pages load.
#[derive(clap::Args)]
pub struct Args {
    /// The playbook: a document in YAML or JSON, or a compiled one. `-` is the standard input.
    #[arg(value_name = "FILE")]
    file: String,
    /// Where to write it; `-` is the standard output. By default FILE with another ending.
    #[arg(short, long, value_name = "OUT")]
    output: Option<String>,
    /// The form. By default binary where OUT ends in `.leadstage` and nothing else is said, else JSON.
    #[arg(long, value_enum)]
    format: Option<Format>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Canonical JSON (RFC 8785).
    Json,
    /// The compiled form, which carries the digest.
    Binary,
}

pub fn run(args: &Args) -> Result<(), Stop> {
    let book = source::playbook(&args.file)?;
    let format = args.format.unwrap_or_else(|| match &args.output {
        Some(output) if !output.ends_with(".leadstage") => Format::Json,
        _ => Format::Binary,
    });
    let compiled = match format {
        Format::Binary => book.playbook.to_bytes(),
        Format::Json => canonical(&args.file, &book)?,
    };
    let output = match (&args.output, format) {
        (Some(output), _) => output.clone(),
        (None, _) if source::is_stdin(&args.file) => String::from("-"),
        (None, Format::Binary) => beside(&args.file, "leadstage"),
        (None, Format::Json) => beside(&args.file, "canonical.json"),
    };
    if source::is_stdin(&output) {
        io::stdout().write_all(&compiled)?;
    } else {
        std::fs::write(&output, &compiled)
            .map_err(|error| Stop::file("written", &output, &error))?;
    }
    let playbook = &book.playbook;
    let read = match std::fs::metadata(&args.file) {
        Ok(file) if file.is_file() => format!("{} bytes -> ", file.len()),
        _ => String::new(),
    };
    writeln!(
        io::stderr(),
        "{output}: {} version {}\n  digest {}\n  {read}{} bytes, {}",
        playbook.name(),
        playbook.version(),
        playbook.digest(),
        compiled.len(),
        match format {
            Format::Json => "canonical JSON",
            Format::Binary => "binary",
        }
    )?;
    Ok(())
}

fn canonical(file: &str, book: &Book) -> Result<Vec<u8>, Stop> {
    let Some(document) = &book.document else {
        return Err(Stop::Usage(format!(
            "`{file}` is a compiled playbook: the document can't be made of it again"
        )));
    };
    let mut text = String::new();
    write_compact(&mut text, document);
    Ok(text.into_bytes())
}

fn beside(file: &str, ending: &str) -> String {
    let path = std::path::Path::new(file).with_extension(ending);
    path.to_string_lossy().into_owned()
}
