//! Where the crates come from, and whether their licences allow their use.

use crate::shell;
use anyhow::{Context, Result, bail};
use serde_json::Value;

/// Licences that ask for no more than a notice.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Fails where a crate comes from elsewhere than crates.io or this folder, or has another licence.
pub fn check() -> Result<()> {
    let printed = shell::read(shell::cargo().args([
        "metadata",
        "--format-version=1",
        "--all-features",
        "--locked",
    ]))?;
    let metadata: Value =
        serde_json::from_slice(&printed).context("`cargo metadata` printed no JSON")?;
    let packages = metadata["packages"]
        .as_array()
        .context("`cargo metadata` lists no packages")?;
    let mut problems = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or("?");
        if let Some(source) = package["source"].as_str()
            && !source.ends_with("/crates.io-index")
        {
            problems.push(format!("{name} comes from {source}"));
        }
        let licence = package["license"].as_str().unwrap_or("");
        if !is_allowed(licence) {
            problems.push(format!("{name} has the licence `{licence}`"));
        }
    }
    if !problems.is_empty() {
        bail!("these crates may not be used:\n  {}", problems.join("\n  "));
    }
    println!(
        "{} crates, all from crates.io or this folder, with licences that allow it",
        packages.len()
    );
    Ok(())
}

/// Whether an SPDX expression can be met with allowed licences only.
fn is_allowed(expression: &str) -> bool {
    let tokens: Vec<String> = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ")
        .split_ascii_whitespace()
        .map(str::to_owned)
        .collect();
    let mut place = 0;
    any_of(&tokens, &mut place) && place == tokens.len()
}

fn any_of(tokens: &[String], place: &mut usize) -> bool {
    let mut allowed = all_of(tokens, place);
    while tokens.get(*place).is_some_and(|token| token == "OR") {
        *place += 1;
        allowed |= all_of(tokens, place);
    }
    allowed
}

fn all_of(tokens: &[String], place: &mut usize) -> bool {
    let mut allowed = one(tokens, place);
    while tokens.get(*place).is_some_and(|token| token == "AND") {
        *place += 1;
        allowed &= one(tokens, place);
    }
    allowed
}

fn one(tokens: &[String], place: &mut usize) -> bool {
    let Some(token) = tokens.get(*place) else {
        return false;
    };
    *place += 1;
    if token == "(" {
        let allowed = any_of(tokens, place);
        let closed = tokens.get(*place).is_some_and(|token| token == ")");
        *place += 1;
        return allowed && closed;
    }
    let mut licence = token.clone();
    if tokens.get(*place).is_some_and(|token| token == "WITH") {
        let exception = tokens.get(*place + 1).map_or("", String::as_str);
        licence = format!("{licence} WITH {exception}");
        *place += 2;
    }
    ALLOWED.contains(&licence.as_str())
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    #[test]
    fn an_expression_needs_one_allowed_way() {
        for good in [
            "MIT",
            "MIT OR GPL-3.0",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "MIT/Apache-2.0",
            "Apache-2.0 WITH LLVM-exception OR GPL-2.0",
            "GPL-3.0 OR (MIT AND Zlib)",
        ] {
            assert!(is_allowed(good), "{good}");
        }
        for bad in [
            "",
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "(MIT",
            "MIT)",
            "MIT AND",
            "Apache-2.0 WITH Other",
            "OR",
        ] {
            assert!(!is_allowed(bad), "{bad}");
        }
    }
}
