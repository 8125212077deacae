//! The core reads no clock, no file, no network and no environment, and computes with whole numbers.

use crate::shell;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// What of `src/` is a shell: there JavaScript, files and clocks have their place. All else is core.
const SHELLS: &[&str] = &["bindings", "cli", "main.rs", "server"];

/// What the core may not name.
const FORBIDDEN: &[&str] = &[
    "f32",
    "f64",
    "HashMap",
    "HashSet",
    "RandomState",
    "SystemTime",
    "Instant",
    "fs",
    "io",
    "net",
    "env",
    "thread",
    "process",
    "unsafe",
];

/// Names that are harmless by themselves are only looked for behind `std::` or in a list of imports from it.
const MODULES: &[&str] = &["fs", "io", "net", "env", "thread", "process"];

/// Fails where a file of the core names something that it may not.
pub fn check() -> Result<()> {
    let source = shell::root().join("src");
    let mut files = Vec::new();
    files_of(&source, &mut files)?;
    files.retain(|file| {
        let inside = file.strip_prefix(&source).unwrap_or(file);
        !SHELLS.iter().any(|shell| inside.starts_with(shell))
    });
    if files.is_empty() {
        bail!("{} holds no code", source.display());
    }
    let mut found = Vec::new();
    for file in &files {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        for (line, name) in offences(&text) {
            let shown = file.strip_prefix(shell::root()).unwrap_or(file);
            found.push(format!("{}:{line}: `{name}`", shown.display()));
        }
    }
    if !found.is_empty() {
        bail!("the core may not use these:\n  {}", found.join("\n  "));
    }
    println!(
        "{} files of the core name none of {}",
        files.len(),
        FORBIDDEN.join(", ")
    );
    Ok(())
}

fn files_of(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files_of(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(())
}

/// The forbidden names in a file's code, each with its line.
fn offences(text: &str) -> Vec<(usize, &'static str)> {
    let mut found = Vec::new();
    let mut imports = false;
    for (number, line) in text.lines().enumerate() {
        let code = without_texts(line.split("//").next().unwrap_or(""));
        imports |= code.contains("std::");
        for name in FORBIDDEN {
            let looked_for = !MODULES.contains(name) || imports;
            if looked_for && words(&code).any(|word| word == *name) {
                found.push((number + 1, *name));
            }
        }
        imports &= !code.contains(';');
    }
    found
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
}

/// A line without what stands between quotes.
fn without_texts(code: &str) -> String {
    code.split('"').step_by(2).collect()
}

#[cfg(test)]
mod tests {
    use super::offences;

    #[test]
    fn finds_what_the_core_may_not_use() {
        let text = "use core::fmt;\nlet rate: f64 = 0.5;\nuse std::{\n  env,\n  fs,\n};\nlet now = Instant::now();";
        assert_eq!(
            offences(text),
            [(2, "f64"), (4, "env"), (5, "fs"), (7, "Instant")]
        );
    }

    #[test]
    fn leaves_comments_texts_and_other_names_alone() {
        let text =
            "// f64 is not exact\nlet env = \"HashMap\";\nlet InstantPart = io_count;\n/// unsafe";
        assert_eq!(offences(text), []);
    }
}
