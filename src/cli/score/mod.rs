//! `leadstage score`.

mod pipeline;
mod rows;
mod summary;
mod work;

use super::source;
use super::stop::Stop;
use super::{instant, now, report};
use indicatif::{ProgressBar, ProgressStyle};
use leadstage::columns::Columns;
use leadstage::evaluate::Extent;
use leadstage::limits;
use pipeline::Failed;
use rows::{Batches, Table};
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use summary::{Summary, grouped};
use work::{Done, Work, Worker};

/// Score leads: a line of JSON for every lead, in the order of the input.
///
/// A line is {"id":…,"decision":{…}}, or {"id":…,"problems":[…]} where the lead could not be read; then the
/// exit code is 1 at the end. A lead without an id has the number of its row.
#[derive(clap::Args)]
pub struct Args {
    /// The playbook, as a document or compiled.
    #[arg(short, long, value_name = "FILE")]
    playbook: String,
    /// The leads; `-` is the standard input.
    #[arg(value_name = "INPUT")]
    input: String,
    /// What the input is. By default what its name ends in, JSON Lines for the standard input.
    #[arg(long, value_enum)]
    from: Option<From>,
    /// For CSV: the file that says which column becomes which fact.
    #[arg(long, value_name = "MAP")]
    map: Option<String>,
    /// For CSV: the letter between cells; `tab` for a tab.
    #[arg(long, default_value = ",", value_parser = delimiter)]
    delimiter: u8,
    /// The instant to decide at, for every lead. By default what the lead or the map says, else now.
    #[arg(long, value_name = "TIME", value_parser = instant, allow_hyphen_values = true)]
    as_of: Option<i64>,
    /// Also ledgers, what is missing, and when things change.
    #[arg(long)]
    explain: bool,
    /// Where the decisions go. By default the standard output.
    #[arg(short, long, value_name = "OUT")]
    output: Option<String>,
    /// Count leads by band, grade, stage and route, on the standard error; with an outcome in the map, rates too.
    #[arg(long)]
    summary: bool,
    /// The summary as JSON; on the standard output where `-o` says that the decisions go elsewhere.
    #[arg(long, requires = "summary")]
    json: bool,
    /// How many leads are worked on at a time. By default one for every core.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum From {
    /// The evidence of one lead, or a list of such; YAML too.
    Json,
    /// Evidence, one lead a line.
    Jsonl,
    /// A table, one lead a row; needs `--map`.
    Csv,
}

fn delimiter(text: &str) -> Result<u8, String> {
    match (text, text.as_bytes()) {
        ("tab" | "\\t", _) => Ok(b'\t'),
        (_, [byte]) if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
        _ => Err(String::from("write one letter, or `tab`")),
    }
}

pub fn run(args: Args) -> Result<(), Stop> {
    let from = args.from.unwrap_or_else(|| {
        let ending = Path::new(&args.input)
            .extension()
            .and_then(|ending| ending.to_str());
        match ending {
            Some("csv" | "tsv") => From::Csv,
            Some("json" | "yaml" | "yml") => From::Json,
            _ => From::Jsonl,
        }
    });
    match (from, &args.map) {
        (From::Csv, None) => {
            return Err(Stop::Usage(String::from(
                "a table needs `--map MAP`: see `docs/CLI.md`",
            )));
        }
        (From::Json | From::Jsonl, Some(_)) => {
            return Err(Stop::Usage(String::from(
                "`--map` is for tables only (`--from csv`)",
            )));
        }
        _ => {}
    }
    let book = source::playbook(&args.playbook)?;
    let mut work = Work {
        playbook: Arc::clone(&book.playbook),
        columns: None,
        as_of: args.as_of,
        now: now(),
        extent: if args.explain {
            Extent::Explained
        } else {
            Extent::Brief
        },
        summary: args.summary,
    };
    let batches = match (from, &args.map) {
        (From::Csv, Some(map)) => {
            let table = Table::open(&args.input, args.delimiter)?;
            work.columns = Some(columns(&work, map, &args.input, &table)?);
            table.batches(&args.input)
        }
        (From::Json, _) => match rows::document(&args.input)? {
            Ok(batches) => batches,
            Err(problem) => {
                report::problems(&args.input, "", [problem].iter())?;
                return Err(Stop::Problems);
            }
        },
        _ => rows::lines(&args.input)?,
    };
    let sums = decide(&args, Arc::new(work), batches)?;
    tell(&args, &book, &sums)
}

fn columns(work: &Work, map: &str, input: &str, table: &Table) -> Result<Columns, Stop> {
    let text = source::read(map, limits::PLAYBOOK_BYTES)?;
    let text = match source::text(text) {
        Ok(text) => text,
        Err(problem) => {
            report::problems(map, "", [problem].iter())?;
            return Err(Stop::Problems);
        }
    };
    if table.headers.iter().all(String::is_empty) {
        return Err(Stop::Files(format!(
            "`{input}` has no header: a table begins with the names of its columns"
        )));
    }
    let headers: Vec<&str> = table.headers.iter().map(String::as_str).collect();
    match Columns::parse(&work.playbook, &text, &headers) {
        Ok(columns) => Ok(columns),
        Err(problems) => {
            report::problems(map, &text, problems.iter())?;
            Err(Stop::Problems)
        }
    }
}

/// Works through the leads and writes their lines.
fn decide(args: &Args, work: Arc<Work>, batches: Batches) -> Result<Done, Stop> {
    let mut out = output(args)?;
    let threads = match args.threads {
        Some(threads) => usize::from(threads),
        None => std::thread::available_parallelism().map_or(1, usize::from),
    };
    let mut progress = Progress::new(args);
    let mut sums = Done {
        text: String::new(),
        rows: 0,
        bad: 0,
        told: Vec::new(),
        summary: Summary::default(),
        read: 0,
    };
    let named = args.output.as_deref().unwrap_or("-");
    let written = |error: io::Error| match error.kind() {
        io::ErrorKind::BrokenPipe => Stop::Closed,
        _ => Stop::file("written", named, &error),
    };
    let worker = || {
        let mut worker = Worker::new(Arc::clone(&work));
        move |mut batch| worker.batch(&mut batch)
    };
    let done = pipeline::ordered(threads, batches, worker, |done: Done| {
        out.write_all(done.text.as_bytes())
            .and_then(|()| out.flush())
            .map_err(written)?;
        sums.add(done);
        progress.show(&sums);
        Ok(())
    });
    progress.end();
    match done {
        Ok(()) => Ok(sums),
        Err(Failed::With(stop)) => Err(stop),
        Err(Failed::Broken) => Err(Stop::Files(String::from(
            "the work broke off, and the output is not complete; please report this",
        ))),
    }
}

fn output(args: &Args) -> Result<Box<dyn Write>, Stop> {
    let Some(path) = args
        .output
        .as_deref()
        .filter(|path| !source::is_stdin(path))
    else {
        return Ok(Box::new(io::stdout().lock()));
    };
    let same = std::fs::canonicalize(path)
        .ok()
        .zip(std::fs::canonicalize(&args.input).ok());
    if same.is_some_and(|(output, input)| output == input) {
        return Err(Stop::Usage(format!(
            "`{path}` is the input: the output must go elsewhere"
        )));
    }
    let file = File::create(path).map_err(|error| Stop::file("written", path, &error))?;
    Ok(Box::new(BufWriter::new(file)))
}

/// Says what came of it all.
fn tell(args: &Args, book: &source::Book, sums: &Done) -> Result<(), Stop> {
    let mut err = anstream::stderr();
    if sums.bad > 0 {
        writeln!(
            err,
            "{} of {} rows have problems:",
            grouped(sums.bad),
            grouped(sums.rows)
        )?;
        for told in &sums.told {
            writeln!(err, "  {told}")?;
        }
    }
    if args.summary {
        let (rows, bad) = (sums.rows, sums.bad);
        if !args.json {
            err.write_all(sums.summary.table(&book.playbook, rows, bad).as_bytes())?;
        } else {
            let json = sums.summary.json(&book.playbook, rows, bad);
            match args.output.as_deref() {
                Some(path) if !source::is_stdin(path) => io::stdout().write_all(json.as_bytes())?,
                _ => err.write_all(json.as_bytes())?,
            }
        }
    }
    if sums.bad > 0 {
        Err(Stop::Problems)
    } else {
        Ok(())
    }
}

/// A bar on the terminal, once the work takes long.
struct Progress {
    bar: Option<ProgressBar>,
    started: Instant,
    size: Option<u64>,
    wanted: bool,
}

const PATIENCE: Duration = Duration::from_secs(1);

impl Progress {
    fn new(args: &Args) -> Self {
        let to_terminal =
            args.output.as_deref().is_none_or(source::is_stdin) && io::stdout().is_terminal();
        let size = std::fs::metadata(&args.input)
            .ok()
            .filter(std::fs::Metadata::is_file);
        Self {
            bar: None,
            started: Instant::now(),
            size: size.map(|file| file.len()),
            wanted: io::stderr().is_terminal() && !to_terminal,
        }
    }

    fn show(&mut self, sums: &Done) {
        let elapsed = self.started.elapsed();
        if !self.wanted || elapsed < PATIENCE {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let template = match self.size {
                Some(_) => "{bar:30} {percent:>3}%  {msg}  {eta} left",
                None => "{spinner}  {msg}",
            };
            let bar = self
                .size
                .map_or_else(ProgressBar::new_spinner, ProgressBar::new);
            ProgressStyle::with_template(template)
                .map_or(bar.clone(), |style| bar.with_style(style))
        });
        let milliseconds = elapsed.as_millis().max(1);
        let rate = u128::from(sums.rows) * 1_000 / milliseconds;
        let rate = u64::try_from(rate).unwrap_or(u64::MAX);
        bar.set_position(sums.read);
        bar.set_message(format!("{} rows  {}/s", grouped(sums.rows), grouped(rate)));
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
