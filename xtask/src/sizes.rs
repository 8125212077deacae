//! How large the package's entries are for those who download them.

use crate::{package, shell};
use anyhow::{Context, Result, bail};
use std::path::Path;

/// So many bytes, after Brotli, a page loads at most to use `leadstage/visitor`.
const VISITOR_BUDGET_BYTES: u64 = 30 * 1024;

/// So many it should load.
const VISITOR_GOAL_BYTES: u64 = 20 * 1024;

/// So many bytes, after Brotli, the tracker may take beside it.
const TRACKER_CEILING_BYTES: u64 = 5 * 1024;

/// So many bytes, after Brotli, receipts may take, with what they share with `leadstage/visitor`.
const RECEIPT_CEILING_BYTES: u64 = 5 * 512;

/// So many bytes, after Brotli, the chat may take.
const CHAT_CEILING_BYTES: u64 = 6 * 1024;

/// Prints the sizes of the entries; fails where one for pages is over its budget.
pub fn check(folder: &Path) -> Result<()> {
    println!(
        "{:<20} {:>12} {:>12} {:>12} {:>12}",
        "entry", "JS", "wasm", "both", "Brotli 11"
    );
    let visitor = measure(folder, "leadstage/visitor", "visitor.js", "visitor.wasm")?;
    measure(folder, "leadstage", "index.js", "glue/full_bg.wasm")?;
    for (name, entry, ceiling) in [
        ("leadstage/tracker", "tracker.js", TRACKER_CEILING_BYTES),
        ("leadstage/receipt", "receipt.js", RECEIPT_CEILING_BYTES),
        ("leadstage/chat", "chat.js", CHAT_CEILING_BYTES),
    ] {
        let (raw, small) = script(folder, entry)?;
        println!("{name:<20} {raw:>12} {:>12} {raw:>12} {small:>12}", 0);
        if small > ceiling {
            bail!("`{name}` takes {small} bytes after Brotli, and may take {ceiling}");
        }
    }
    if visitor > VISITOR_BUDGET_BYTES {
        bail!(
            "`leadstage/visitor` takes {visitor} bytes after Brotli, and may take {VISITOR_BUDGET_BYTES}"
        );
    }
    if visitor > VISITOR_GOAL_BYTES {
        println!(
            "GOAL MISSED: `leadstage/visitor` takes {visitor} bytes after Brotli, and should take {VISITOR_GOAL_BYTES}"
        );
    }
    Ok(())
}

fn measure(folder: &Path, name: &str, entry: &str, wasm: &str) -> Result<u64> {
    let module = folder.join(wasm);
    let (script_raw, script_small) = script(folder, entry)?;
    let (module_raw, module_small) = bytes(&module)?;
    println!(
        "{name:<20} {script_raw:>12} {module_raw:>12} {:>12} {:>12}",
        script_raw + module_raw,
        script_small + module_small
    );
    Ok(script_small + module_small)
}

/// The bytes of an entry's script with all that it imports.
fn script(folder: &Path, entry: &str) -> Result<(u64, u64)> {
    let bundle = shell::dist().join(format!("sizes/{entry}"));
    package::minify(&folder.join(entry), &bundle, &["--bundle"])?;
    bytes(&bundle)
}

/// The bytes of a file, as they are and after Brotli at its strongest.
fn bytes(file: &Path) -> Result<(u64, u64)> {
    let measure = package::tools().join("measure.js");
    let printed = shell::read(shell::program("node").arg(measure).arg(file))?;
    let printed = String::from_utf8(printed)?;
    let (raw, small) = printed
        .trim()
        .split_once(' ')
        .context("node printed no sizes")?;
    Ok((raw.parse()?, small.parse()?))
}
