//! Everything that is checked, in the order in which it is cheapest to fail.

use crate::native::{self, Profile};
use crate::postgres::Postgres;
use crate::serve::Server;
use crate::{
    abi, browsers, corpus, data, instructions, licences, npm, package, purity, service, shell, site,
};
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

/// So many generated triples are decided by the engine and by the oracle, which is slow;
/// `LEADSTAGE_TRIPLES` says otherwise.
const ORACLE_TRIPLES: &str = "20000";

struct Step {
    name: &'static str,
    shows: &'static str,
    run: fn() -> Result<()>,
}

const STEPS: [Step; 16] = [
    Step {
        name: "format",
        shows: "the code is formatted",
        run: format,
    },
    Step {
        name: "purity",
        shows: "the core reads no clock, files, network, and has no floats",
        run: purity::check,
    },
    Step {
        name: "licences",
        shows: "where crates come from, and their licences",
        run: licences::check,
    },
    Step {
        name: "lint",
        shows: "clippy, on every target and feature that ships",
        run: lint,
    },
    Step {
        name: "docs",
        shows: "the documentation builds without a warning",
        run: docs,
    },
    Step {
        name: "rust",
        shows: "unit, conformance, property and documentation tests",
        run: rust,
    },
    Step {
        name: "package",
        shows: "the npm package, and its sizes",
        run: package::build,
    },
    Step {
        name: "types",
        shows: "what publint and TypeScript say of the package",
        run: types,
    },
    Step {
        name: "corpus",
        shows: "decisions that other builds must reproduce",
        run: corpus::write,
    },
    Step {
        name: "node",
        shows: "the package in Node",
        run: node,
    },
    Step {
        name: "abi",
        shows: "the plain module in Node and Python, the C library in C",
        run: abi::check,
    },
    Step {
        name: "service",
        shows: "the service against its OpenAPI document",
        run: service::check,
    },
    Step {
        name: "instructions",
        shows: "a decision takes no more instructions than it did",
        run: instructions::check,
    },
    Step {
        name: "data",
        shows: "real leads: the same bytes in Node as natively",
        run: data::check,
    },
    Step {
        name: "site",
        shows: "the web site is built",
        run: build_site,
    },
    Step {
        name: "browsers",
        shows: "the package and the site in browsers",
        run: in_browsers,
    },
];

/// `test [--list] [--from STEP] [STEP…]`.
pub fn run(arguments: &[String]) -> Result<()> {
    let mut chosen: Vec<&Step> = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--list" => {
                for step in &STEPS {
                    println!("{:<12} {}", step.name, step.shows);
                }
                return Ok(());
            }
            "--from" => {
                let first = place(rest.next().context("`--from` needs the name of a step")?)?;
                chosen.extend(STEPS.iter().skip(first));
            }
            name => chosen.extend(STEPS.get(place(name)?)),
        }
    }
    if chosen.is_empty() {
        chosen.extend(&STEPS);
    }
    if chosen.len() > 1 && chosen.iter().any(|step| step.name == "browsers") {
        browsers::prepare();
    }
    let start = Instant::now();
    let mut times = Vec::new();
    for (number, step) in chosen.iter().enumerate() {
        println!(
            "\n== {}/{} {}: {}",
            number + 1,
            chosen.len(),
            step.name,
            step.shows
        );
        let begun = Instant::now();
        (step.run)().with_context(|| {
            format!(
                "step `{}` failed; `cargo xtask test {}` runs it alone",
                step.name, step.name
            )
        })?;
        let seconds = begun.elapsed().as_secs_f32();
        println!("-- {} done in {seconds:.1} s", step.name);
        times.push(format!("{} {seconds:.0}", step.name));
    }
    println!(
        "\nall {} steps passed in {:.0} s ({})",
        chosen.len(),
        start.elapsed().as_secs_f32(),
        times.join(", ")
    );
    Ok(())
}

fn place(name: &str) -> Result<usize> {
    STEPS
        .iter()
        .position(|step| step.name == name)
        .with_context(|| format!("there is no step `{name}`; `cargo xtask test --list` names them"))
}

fn cargo(line: &str) -> Command {
    let mut command = shell::cargo();
    command.args(shell::words(line));
    command
}

fn format() -> Result<()> {
    shell::run(&mut cargo("fmt --all --check"))
}

fn lint() -> Result<()> {
    shell::run(&mut cargo(
        "clippy --quiet --locked --workspace --all-targets --features leadstage/serve -- -D warnings",
    ))?;
    package::add_wasm_target()?;
    for feature in ["visitor", "full"] {
        shell::run(&mut cargo(&format!(
            "clippy --quiet --locked --package leadstage --lib --target wasm32-unknown-unknown \
             --no-default-features --features {feature} -- -D warnings"
        )))?;
    }
    Ok(())
}

fn docs() -> Result<()> {
    shell::run(
        cargo("doc --quiet --locked --no-deps --package leadstage --features serve")
            .env("RUSTDOCFLAGS", "-D warnings"),
    )
}

fn rust() -> Result<()> {
    let triples = std::env::var("LEADSTAGE_TRIPLES").unwrap_or_else(|_| ORACLE_TRIPLES.to_owned());
    let postgres = Postgres::start()?;
    let mut command = cargo("test --locked --workspace --features leadstage/serve");
    command.env("LEADSTAGE_TRIPLES", triples);
    if let Some(postgres) = &postgres {
        command.env("LEADSTAGE_POSTGRES", postgres.url());
    }
    shell::run(&mut command)
}

/// The packed package is what the tests in JavaScript import.
fn install_package() -> Result<PathBuf> {
    let tests = shell::root().join("tests/js");
    npm::install(&tests)?;
    let packed = shell::dist().join("npm/packed");
    shell::empty(&packed)?;
    shell::run_quietly(
        shell::program("npm")
            .args(["pack", "--loglevel=error", "--pack-destination"])
            .arg(&packed)
            .current_dir(package::folder()),
    )?;
    let file = packed.join(format!("leadstage-{}.tgz", package::version()?));
    let there = tests.join("node_modules/leadstage");
    if there.exists() {
        std::fs::remove_dir_all(&there)?;
    }
    shell::run_quietly(
        shell::program("npm")
            .args([
                "install",
                "--no-save",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
            ])
            .arg(&file)
            .current_dir(&tests),
    )?;
    Ok(tests)
}

fn types() -> Result<()> {
    let tests = install_package()?;
    let tool = |name: &str| tests.join("node_modules").join(name);
    shell::run(
        shell::program("node")
            .arg(tool("publint/src/cli.js"))
            .arg("--strict")
            .arg(package::folder()),
    )?;
    shell::run(
        shell::program("node")
            .arg(tool("typescript/bin/tsc"))
            .args(["--project", "types"])
            .current_dir(&tests),
    )
}

/// The test files of a folder of `tests/js`.
fn files(folder: &str) -> Result<Vec<PathBuf>> {
    let folder = shell::root().join("tests/js").join(folder);
    let mut files = Vec::new();
    for entry in
        std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?
    {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.js") {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        bail!("{} holds no tests", folder.display());
    }
    Ok(files)
}

fn node_tests(folder: &str) -> Result<Command> {
    let mut command = shell::program("node");
    command
        .args(["--test", "--test-reporter=spec", "--test-concurrency=2"])
        .args(files(folder)?)
        .env("LEADSTAGE_DIST", shell::dist());
    Ok(command)
}

fn node() -> Result<()> {
    install_package()?;
    let native = native::leadstage(Profile::Tests)?;
    let mut command = node_tests("node")?;
    command.args(example_tests()?);
    shell::run(command.env("LEADSTAGE_CLI", native))
}

/// Installs what the examples need; they use the package as it was built.
fn example_tests() -> Result<Vec<PathBuf>> {
    let folder = shell::root().join("examples");
    let mut tests = Vec::new();
    for entry in
        std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?
    {
        let example = entry?.path();
        if !example.is_dir() {
            continue;
        }
        let test = example.join("bot.test.js");
        if !test.is_file() {
            bail!("{} is missing: each example has its tests", test.display());
        }
        npm::install(&example)?;
        tests.push(test);
    }
    tests.sort();
    Ok(tests)
}

fn build_site() -> Result<()> {
    site::build(&native::leadstage(Profile::Tests)?, None)
}

fn in_browsers() -> Result<()> {
    let tests = install_package()?;
    let found = browsers::ready()?;
    let native = native::leadstage(Profile::Tests)?;
    shell::copy(
        &shell::root().join("tests/js/pages"),
        &shell::dist().join("pages"),
    )?;
    let mut variables: Vec<(&str, OsString)> = vec![("LEADSTAGE_CLI", native.into())];
    for (variable, folder) in [
        ("LEADSTAGE_SITE", shell::dist().join("site")),
        ("LEADSTAGE_FILES", shell::dist()),
    ] {
        let server = Server::open(&folder, 0)?;
        variables.push((variable, server.url()?.into()));
        server.serve_aside();
    }
    let chromium = found.iter().any(|(name, _)| *name == "LEADSTAGE_CHROMIUM");
    variables.extend(found.into_iter().map(|(name, path)| (name, path.into())));
    shell::run(node_tests("browser")?.envs(variables.clone()))?;
    if chromium {
        let figures = tests.join("cost/page.js");
        shell::run(shell::program("node").arg(figures).envs(variables))?;
    }
    Ok(())
}
