//! Where the bytes of a module are, by part of the crate and by function.

use anyhow::{Context, Result};
use rustc_demangle::demangle;
use std::collections::BTreeMap;
use std::path::Path;
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

/// So many functions are named, the largest first.
const SHOWN: usize = 20;

/// Prints the sizes within a module that still has its names.
pub fn print(name: &str, module: &Path) -> Result<()> {
    let bytes =
        std::fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    let Sizes { functions, data } =
        measure(&bytes).with_context(|| format!("cannot understand {}", module.display()))?;
    let code: usize = functions.values().sum();
    let mut parts = BTreeMap::<String, usize>::new();
    for (function, size) in &functions {
        *parts.entry(part(function)).or_default() += size;
    }
    println!("\n{name}: {code} bytes of code, {data} of data, before compression");
    let share = |size: usize| size as f64 * 100.0 / code.max(1) as f64;
    for (what, sizes, most) in [("part", parts, usize::MAX), ("function", functions, SHOWN)] {
        println!("{:>8} {:>6}  {what}", "bytes", "%");
        let mut sizes: Vec<_> = sizes.into_iter().collect();
        sizes.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
        for (name, size) in sizes.iter().take(most) {
            println!("{size:>8} {:>6.1}  {name}", share(*size));
        }
    }
    Ok(())
}

struct Sizes {
    /// Of the same name added up: one for each type that it is made for.
    functions: BTreeMap<String, usize>,
    data: usize,
}

fn measure(module: &[u8]) -> Result<Sizes> {
    let (mut imported, mut bodies, mut data) = (0, Vec::new(), 0);
    let mut names = BTreeMap::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.range().len()),
            Payload::DataSection(section) => data = section.range().len(),
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(section) = section.as_known() {
                    for part in section {
                        let Name::Function(part) = part? else {
                            continue;
                        };
                        for naming in part {
                            let naming = naming?;
                            names.insert(naming.index, plain(naming.name));
                        }
                    }
                }
            }
            _ => {}
        }
    }
    let mut functions = BTreeMap::new();
    for (place, size) in (imported..).zip(bodies) {
        let name = names.get(&place).map_or("without a name", String::as_str);
        *functions.entry(name.to_owned()).or_default() += size;
    }
    Ok(Sizes { functions, data })
}

/// A name as it is in the code. Bindings leave it with the hash that the compiler gave it.
fn plain(name: &str) -> String {
    let name = format!("{:#}", demangle(name));
    match name.rsplit_once("::h") {
        Some((before, hash))
            if hash.len() == 16 && hash.bytes().all(|it| it.is_ascii_hexdigit()) =>
        {
            before.to_owned()
        }
        _ => name,
    }
}

/// The crate that a function is of; of this crate's own the room.
fn part(function: &str) -> String {
    let own = "leadstage::";
    if let Some((_, rest)) = function.split_once(own) {
        let room: String = rest.chars().take_while(|it| is_word(*it)).collect();
        return format!("{own}{room}");
    }
    let first: String = function
        .trim_start_matches(|it| !is_word(it))
        .trim_start_matches("dyn ")
        .chars()
        .take_while(|it| is_word(*it))
        .collect();
    match function.contains("::") {
        true => first,
        false => String::from("exports and the like"),
    }
}

fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}
