//! The npm package, made from the crate.

use crate::{functions, npm, shell, sizes};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

const WASM: &str = "wasm32-unknown-unknown";

/// The two builds of the crate that the package holds: name and cargo feature.
const BUILDS: [&str; 2] = ["visitor", "full"];

/// The builds that are made to be fast, not small, for Node and for many leads at once: cargo feature and profile, and the passes after it.
const QUICK: [(&str, &str); 2] = [("node", "-Oz --low-memory-unused"), ("batch", "")];

/// What is left out of every module.
const STRIP: &str = "--strip-debug --strip-producers --strip-target-features";

/// Passes that find more when they come first.
const FLAT: &str = "--flatten --rereloop -Oz";

/// Functions stay by themselves, and those for different types of the same name lie beside each other: both compress better.
const APART: &str = "--one-caller-inline-max-function-size=0 --reorder-functions-by-name";

/// Functions above this size stay by themselves though they are called in one place only: engines compile a function when it is
/// first called, and take longer over a large one.
const SPLIT: &str = "--one-caller-inline-max-function-size=400";

/// Makes the full entry's module 1 % smaller than the usual passes alone do; functions for different types of the same name lie
/// beside each other, which compresses better.
const AGAIN: &str = "-Oz --flatten --rereloop -Oz --converge --reorder-functions-by-name";

/// The smaller form of SHA-256. Engines spend more on compiling the other one than they ever get back.
const DIGEST: &str =
    r#"target.wasm32-unknown-unknown.rustflags=['--cfg', 'sha2_backend_soft="compact"']"#;

/// Where the package is made.
pub fn folder() -> PathBuf {
    shell::dist().join("npm/leadstage")
}

/// Where the tools that make it are installed.
pub fn tools() -> PathBuf {
    shell::root().join("xtask/node")
}

/// Builds the package into `dist/npm/leadstage` and prints how large it is.
pub fn build() -> Result<()> {
    add_wasm_target()?;
    npm::install(&tools())?;
    let folder = folder();
    shell::empty(&folder)?;
    shell::copy(&shell::root().join("pkg-config/npm"), &folder)?;
    let version = version()?;
    put_version(&folder.join("package.json"), &version)?;
    for page in ["README.md", "LICENSE-MIT", "LICENSE-APACHE"] {
        std::fs::copy(shell::root().join(page), folder.join(page))
            .with_context(|| format!("cannot copy {page}"))?;
    }
    for name in BUILDS {
        println!("building {name}");
        let wasm = compile(name, "page")?;
        match name {
            "full" => bind(name, &wasm, &folder.join("glue"))?,
            _ => {
                let module = folder.join(format!("{name}.wasm"));
                std::fs::write(&module, wasm)
                    .with_context(|| format!("cannot write {}", module.display()))?;
                shrink(name, &module)?;
            }
        }
    }
    // Node takes longer over a few files than over one.
    for entry in ["index.node.js", "visitor.node.js"] {
        let entry = folder.join(entry);
        minify(&entry, &entry, &["--node"])?;
    }
    for (name, passes) in QUICK {
        println!("building {name}");
        let module = folder.join(format!("{name}.wasm"));
        std::fs::write(&module, compile(name, name)?)
            .with_context(|| format!("cannot write {}", module.display()))?;
        optimise(&module, &module, &format!("{passes} {STRIP}"))?;
    }
    shell::run_quietly(
        shell::program("node")
            .arg(tools().join("schema.mjs"))
            .arg(&folder),
    )?;
    for name in BUILDS {
        functions::print(name, &named(name))?;
    }
    sizes::check(&folder)
}

fn compile(feature: &str, profile: &str) -> Result<Vec<u8>> {
    let fixed = "rustc --quiet --lib --crate-type cdylib --package leadstage --no-default-features";
    shell::run(
        shell::cargo()
            .args(shell::words(fixed))
            .args([
                "--profile",
                profile,
                "--target",
                WASM,
                "--features",
                feature,
            ])
            .args(["--config", DIGEST]),
    )?;
    let made = (shell::target().join(WASM).join(profile)).join("leadstage.wasm");
    std::fs::read(&made).with_context(|| format!("cannot read {}", made.display()))
}

/// Makes the glue, then the smaller forms of glue and module.
fn bind(name: &str, wasm: &[u8], folder: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_bytes(name, wasm.to_vec())
        .web(true)?
        .typescript(false)
        .omit_default_module_path(false)
        .out_name(name);
    bindgen
        .generate(folder)
        .with_context(|| format!("the bindings of `{name}` could not be made"))?;
    shrink(name, &folder.join(format!("{name}_bg.wasm")))?;
    let glue = folder.join(format!("{name}.js"));
    minify(&glue, &glue, &[])
}

fn optimise(from: &Path, to: &Path, options: &str) -> Result<()> {
    shell::run(
        shell::program("node")
            .arg(tools().join("node_modules/binaryen/bin/wasm-opt"))
            .args(shell::words(options))
            .args([from, Path::new("-o"), to]),
    )
}

/// A module that still has the names of its functions.
fn named(name: &str) -> PathBuf {
    shell::dist().join(format!("sizes/{name}.wasm"))
}

/// Makes a module smaller; it keeps its names in `dist/sizes`.
fn shrink(name: &str, module: &Path) -> Result<()> {
    let named = named(name);
    shell::make_parent(&named)?;
    // With names it comes out a little larger.
    optimise(module, &named, "-g -Oz")?;
    // Nothing lies in the first kilobyte: the stack ends there.
    let passes = match name {
        "full" => format!("{AGAIN} {SPLIT}"),
        _ => format!("{FLAT} -Oz --converge {APART}"),
    };
    let all = format!("{passes} --low-memory-unused {STRIP}");
    optimise(module, module, &all)
}

/// Makes a script smaller.
pub fn minify(from: &Path, to: &Path, options: &[&str]) -> Result<()> {
    shell::run_quietly(
        shell::program("node")
            .arg(tools().join("minify.js"))
            .args([from, to])
            .args(options),
    )
}

/// Installs the standard library for WebAssembly, if it is not there.
pub fn add_wasm_target() -> Result<()> {
    let installed =
        shell::read(shell::program("rustc").args(["--print", "target-libdir", "--target", WASM]))?;
    let folder = PathBuf::from(String::from_utf8(installed)?.trim());
    if folder.is_dir() {
        return Ok(());
    }
    if !shell::has("rustup") {
        bail!("Rust's standard library for {WASM} is needed, and there is no rustup to install it");
    }
    shell::run(shell::program("rustup").args(["target", "add", WASM]))
}

/// The crate's version.
pub fn version() -> Result<String> {
    let manifest = shell::root().join("Cargo.toml");
    let text = std::fs::read_to_string(&manifest).context("cannot read Cargo.toml")?;
    text.split("[package]")
        .nth(1)
        .and_then(|package| {
            package
                .lines()
                .find_map(|line| line.strip_prefix("version = "))
        })
        .map(|version| version.trim_matches('"').to_owned())
        .context("Cargo.toml has no version")
}

fn put_version(manifest: &Path, version: &str) -> Result<()> {
    let text = std::fs::read_to_string(manifest)
        .with_context(|| format!("cannot read {}", manifest.display()))?;
    let Some(line) = text
        .lines()
        .find(|line| line.trim_start().starts_with("\"version\""))
    else {
        bail!(
            "{} has no version to put the crate's into",
            manifest.display()
        );
    };
    let text = text.replacen(line, &format!("  \"version\": \"{version}\","), 1);
    serde_json::from_str::<serde_json::Value>(&text)
        .with_context(|| format!("{} is not JSON", manifest.display()))?;
    std::fs::write(manifest, text).with_context(|| format!("cannot write {}", manifest.display()))
}
