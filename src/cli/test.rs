//! `leadstage test`.

use super::report;
use super::source;
use super::stop::Stop;
use anstyle::{AnsiColor, Style};
use leadstage::cases::{self, Broken, Outcome};
use leadstage::json::Writer;
use leadstage::limits;
use leadstage::problem::Problems;
use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Run cases: playbook, evidence, an instant, and what must come out.
#[derive(clap::Args)]
pub struct Args {
    /// Files of cases, or folders of them (every `.yaml`, `.yml` and `.json` file that holds cases).
    #[arg(required = true, value_name = "FILE|DIR")]
    paths: Vec<String>,
    /// One JSON object a case, a line each, and one with the sums.
    #[arg(long)]
    json: bool,
}

const RED: Style = Style::new()
    .bold()
    .fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red)));
const GREEN: Style = Style::new()
    .bold()
    .fg_color(Some(anstyle::Color::Ansi(AnsiColor::Green)));

#[derive(Default)]
struct Sums {
    passed: u32,
    failed: u32,
    broken: u32,
}

pub fn run(args: &Args) -> Result<(), Stop> {
    let mut files = Vec::new();
    for path in &args.paths {
        collect(Path::new(path), true, &mut files)?;
    }
    let mut sums = Sums::default();
    for file in &files {
        run_file(file, args.json, &mut sums)?;
    }
    let mut out = String::new();
    let Sums {
        passed,
        failed,
        broken,
    } = sums;
    if args.json {
        let mut w = Writer::new(&mut out);
        w.open('{');
        for (key, count) in [
            ("passed", passed),
            ("failed", failed),
            ("unreadable_files", broken),
        ] {
            w.key(key).integer(i64::from(count));
        }
        w.close('}');
        out.push('\n');
    } else {
        let colour = if failed + broken > 0 { RED } else { GREEN };
        let _ = write!(out, "{colour}{passed} passed, {failed} failed{colour:#}");
        let noun = if broken == 1 { "file" } else { "files" };
        if broken > 0 {
            let _ = write!(out, ", {RED}{broken} {noun} could not be run{RED:#}");
        }
        if files.is_empty() {
            out.push_str(" (no cases found)");
        }
        out.push('\n');
    }
    anstream::stdout().write_all(out.as_bytes())?;
    if failed + broken > 0 || files.is_empty() {
        return Err(Stop::Problems);
    }
    Ok(())
}

/// Lists the files of cases under a path, sorted by name. In a folder only what looks like cases counts.
fn collect(path: &Path, named: bool, files: &mut Vec<PathBuf>) -> Result<(), Stop> {
    let shown = path.to_string_lossy();
    let failed = |error: std::io::Error| Stop::file("read", &shown, &error);
    if std::fs::metadata(path).map_err(failed)?.is_dir() {
        let mut inside = Vec::new();
        for entry in std::fs::read_dir(path).map_err(failed)? {
            inside.push(entry.map_err(failed)?.path());
        }
        inside.sort();
        let hidden = |path: &PathBuf| {
            path.file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with('.'))
        };
        inside.retain(|path| !path.is_symlink() && !hidden(path));
        return inside
            .iter()
            .try_for_each(|path| collect(path, false, files));
    }
    let ending = path.extension().and_then(|ending| ending.to_str());
    if named || (matches!(ending, Some("yaml" | "yml" | "json")) && holds_cases(path)) {
        files.push(path.to_path_buf());
    }
    Ok(())
}

/// Whether a file in a folder is meant to be run: playbooks, maps and evidence lie there as well.
fn holds_cases(path: &Path) -> bool {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let begins = |line: &str| {
        ["cases:", "\"cases\"", "problems:", "- proves:", "proves:"]
            .iter()
            .any(|word| line.starts_with(word))
    };
    text.lines()
        .any(|line| begins(line.trim_start_matches(['{', ' '])) && !line.starts_with("   "))
}

fn run_file(path: &Path, json: bool, sums: &mut Sums) -> Result<(), Stop> {
    let name = path.to_string_lossy();
    let bytes = source::read(&name, limits::EVIDENCE_BYTES)?;
    let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
    let load =
        |file: &str| std::fs::read_to_string(folder.join(file)).map_err(|error| error.to_string());
    let (text, ran) = match source::text(bytes) {
        Ok(text) => {
            let ran = cases::run(&text, load);
            (text, ran)
        }
        Err(problem) => (String::new(), Err(Broken::File(Problems::from(problem)))),
    };
    match ran {
        Ok(outcomes) => {
            for outcome in &outcomes {
                if outcome.passed() {
                    sums.passed += 1;
                } else {
                    sums.failed += 1;
                }
            }
            let text = if json {
                as_json(&name, &outcomes)
            } else {
                failures(&name, &outcomes)
            };
            anstream::stdout().write_all(text.as_bytes())?;
            Ok(())
        }
        Err(broken) => {
            sums.broken += 1;
            let (name, text, problems) = match broken {
                Broken::File(problems) => (name.into_owned(), text, problems),
                Broken::Playbook(Some(file), text, problems) => (
                    folder.join(file).to_string_lossy().into_owned(),
                    text,
                    problems,
                ),
                Broken::Playbook(None, own, problems) if own.is_empty() => {
                    (name.into_owned(), text, problems)
                }
                Broken::Playbook(None, own, problems) => {
                    (format!("{name}, the playbook of a case"), own, problems)
                }
            };
            if json {
                let mut line = String::new();
                let mut w = Writer::new(&mut line);
                w.open('{');
                w.key("file").text(&name);
                report::write_json(w.key("problems"), problems.iter());
                w.close('}');
                line.push('\n');
                anstream::stdout().write_all(line.as_bytes())?;
                return Ok(());
            }
            report::problems(&name, &text, problems.iter())
        }
    }
}

fn failures(name: &str, outcomes: &[Outcome]) -> String {
    let mut out = String::new();
    for outcome in outcomes.iter().filter(|outcome| !outcome.passed()) {
        let _ = writeln!(
            out,
            "{RED}failed{RED:#} {name}:{}: {}",
            outcome.line, outcome.proves
        );
        for difference in &outcome.differences {
            let path = if difference.path.is_empty() {
                "/"
            } else {
                &difference.path
            };
            let _ = writeln!(out, "  at {path}");
            let _ = writeln!(out, "    expected {}", difference.expected);
            let _ = writeln!(out, "    found    {}", difference.found);
        }
        out.push('\n');
    }
    out
}

fn as_json(name: &str, outcomes: &[Outcome]) -> String {
    let mut out = String::new();
    for outcome in outcomes {
        let mut w = Writer::new(&mut out);
        w.open('{');
        w.key("file").text(name);
        w.key("line").integer(i64::from(outcome.line));
        w.key("proves").text(&outcome.proves);
        w.key("passed").boolean(outcome.passed());
        w.key("differences").open('[');
        for difference in &outcome.differences {
            w.item().open('{');
            w.key("path").text(&difference.path);
            w.key("expected").text(&difference.expected);
            w.key("found").text(&difference.found);
            w.close('}');
        }
        w.close(']');
        w.close('}');
        out.push('\n');
    }
    out
}
