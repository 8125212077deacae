//! Writes decisions and answers, made natively, that the builds for JavaScript must reproduce byte for byte.

mod cases;
mod dice;
mod generated;
mod inputs;
mod records;

use leadstage::tree::{Tree, write_compact};
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

/// Anything that goes wrong here is told to a developer.
type Outcome<T = ()> = Result<T, Box<dyn Error>>;

const USAGE: &str =
    "leadstage-corpus decisions FOLDER TRIPLES | records FOLDER | triple SEED | json FILE OUT";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["decisions", folder, triples] => decisions(Path::new(folder), triples),
        ["records", folder] => records::write(Path::new(folder)),
        ["triple", seed] => generated::show(seed),
        ["json", file, out] => json(file, out),
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn decisions(folder: &Path, triples: &str) -> Outcome {
    let cases = cases::write(folder);
    generated::write(folder, triples.parse()?)?;
    records::write(folder)?;
    cases
}

/// A document in YAML as JSON.
fn json(file: &str, out: &str) -> Outcome {
    let text = std::fs::read_to_string(file)?;
    let tree = Tree::parse(&text, text.len()).map_err(|problem| problem.to_string())?;
    let mut json = String::new();
    write_compact(&mut json, &tree.root);
    Ok(std::fs::write(out, json)?)
}

/// Bytes as text, for JSON.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let [a, b, c] =
            std::array::from_fn(|place| u32::from(three.get(place).copied().unwrap_or(0)));
        let number = a << 16 | b << 8 | c;
        for place in 0..4 {
            let letter = LETTERS[(number >> (18 - 6 * place) & 63) as usize];
            text.push(if place <= three.len() {
                char::from(letter)
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn writes_base64() {
        // The vectors of RFC 4648, section 10.
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(super::base64(bytes.as_bytes()), text);
        }
    }
}
