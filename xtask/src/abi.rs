//! The plain ABI: the module with no imports and the C library, each used as its hosts do.

use crate::native::{self, Profile};
use crate::{package, python, shell};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const WASM: &str = "wasm32-unknown-unknown";
const NOW: &str = "2026-03-01T09:00:00Z";

/// Builds `dist/plain/leadstage.wasm` and `dist/c`, and uses them from Node, C and Python.
pub fn check() -> Result<()> {
    let module = plain()?;
    let library = c_library()?;
    let folder = shell::dist().join("abi");
    shell::empty(&folder)?;
    let leadstage = native::leadstage(Profile::Tests)?;
    let sources = shell::root().join("tests/abi");
    let [playbook, evidence] = ["playbook.json", "evidence.json"].map(|name| sources.join(name));
    let [keys, expected, receipt] =
        ["keys.json", "expected.json", "receipt.json"].map(|name| folder.join(name));
    shell::run(Command::new(&leadstage).args(["keys", "new"]).arg(&keys))?;
    let explain = ["explain", "--json", "--as-of", NOW, "-p"];
    let mut command = Command::new(&leadstage);
    command.args(explain).arg(&playbook).arg(&evidence);
    fs::write(&expected, shell::read(&mut command)?)?;

    let hosted = [&module, &keys, &expected, &receipt];
    shell::run(
        shell::program("node")
            .arg(sources.join("abi.mjs"))
            .args(hosted),
    )?;
    if is_missing("pkg-config", "the C library") || is_missing("cc", "the C library") {
        return in_python(&sources, &hosted);
    }
    let program = compile(&sources.join("abi.c"), &library, &folder)?;
    shell::run(
        Command::new(program)
            .args([&playbook, &evidence, &keys, &expected, &receipt])
            .env("LD_LIBRARY_PATH", library.join("lib"))
            .env("DYLD_LIBRARY_PATH", library.join("lib")),
    )?;
    in_python(&sources, &hosted)
}

fn in_python(sources: &Path, hosted: &[&PathBuf]) -> Result<()> {
    if is_missing("python3", "the plain module in Python") {
        return Ok(());
    }
    let python = python::with("wasmtime==50.0.1")?;
    shell::run(
        Command::new(python)
            .arg(sources.join("abi.py"))
            .args(hosted),
    )
}

/// Says what can't be checked where a program is missing.
fn is_missing(program: &str, what: &str) -> bool {
    let missing = !shell::has(program);
    if missing {
        println!("NOT CHECKED: {what}, as there is no `{program}`");
    }
    missing
}

/// The module with no imports.
fn plain() -> Result<PathBuf> {
    package::add_wasm_target()?;
    let build = "build --quiet --locked --package leadstage-c --profile page --target";
    shell::run(shell::cargo().args(shell::words(build)).arg(WASM))?;
    let folder = shell::dist().join("plain");
    shell::empty(&folder)?;
    let module = folder.join("leadstage.wasm");
    let made = shell::target().join(WASM).join("page/leadstage_c.wasm");
    fs::copy(&made, &module).with_context(|| format!("cannot copy {}", made.display()))?;
    Ok(module)
}

/// The C library with its header, as it is installed.
fn c_library() -> Result<PathBuf> {
    shell::run(shell::cargo().args(shell::words("build --quiet --locked --package leadstage-c")))?;
    let prefix = shell::dist().join("c");
    shell::empty(&prefix)?;
    let [lib, include, pc] = ["lib", "include", "lib/pkgconfig"].map(|name| prefix.join(name));
    for folder in [&lib, &include, &pc] {
        fs::create_dir_all(folder)?;
    }
    let source = shell::root().join("pkg-config/c");
    fs::copy(source.join("leadstage.h"), include.join("leadstage.h"))?;
    let mut copied = 0;
    for entry in fs::read_dir(shell::target().join("debug"))? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let ends = [".so", ".dylib", ".a", ".dll", ".lib"]
            .iter()
            .any(|end| name.ends_with(end));
        if name.contains("leadstage_c") && ends {
            fs::copy(&path, lib.join(&name))?;
            copied += 1;
        }
    }
    if copied < 2 {
        bail!("the C library was not built");
    }
    let template = fs::read_to_string(source.join("leadstage.pc.in"))?;
    let filled = template
        .replace("@PREFIX@", &prefix.display().to_string())
        .replace("@VERSION@", &package::version()?)
        .replace("@PRIVATE@", "-lpthread -ldl -lm");
    fs::write(pc.join("leadstage.pc"), filled)?;
    Ok(prefix)
}

fn compile(source: &Path, library: &Path, folder: &Path) -> Result<PathBuf> {
    let flags = shell::read(
        shell::program("pkg-config")
            .args(["--cflags", "--libs", "leadstage"])
            .env("PKG_CONFIG_PATH", library.join("lib/pkgconfig")),
    )?;
    let program = folder.join("abi");
    shell::run(
        shell::program("cc")
            .args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-o"])
            .args([&program, source])
            .args(shell::words(String::from_utf8(flags)?.trim())),
    )?;
    Ok(program)
}
