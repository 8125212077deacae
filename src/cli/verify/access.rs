//! `leadstage keys access`.

use super::keys::create_secret;
use super::random;
use crate::cli::record;
use crate::cli::stop::Stop;
use crate::server::{ACCESS_BYTES, Access, Role, make_key};
use leadstage::tree::{Content, Node, Tree, write_compact};
use std::io::{self, Write};
use std::path::Path;

#[derive(clap::Args)]
pub struct Args {
    /// The file of access; it is made if it is not there.
    #[arg(value_name = "FILE")]
    file: String,
    /// What the key goes by, in logs and as `actor`.
    #[arg(long, value_name = "NAME")]
    id: String,
    /// What it may do.
    #[arg(long, value_parser = Role::ALL.map(Role::word))]
    role: String,
    /// A role of the playbook that it acts as; may be given several times.
    #[arg(long, value_name = "ROLE")]
    acts_as: Vec<String>,
    /// A source that it says facts for; may be given several times, the first is meant where none is said.
    #[arg(long, value_name = "SOURCE")]
    source: Vec<String>,
}

pub fn run(args: &Args) -> Result<(), Stop> {
    let there = Path::new(&args.file).exists();
    let text = match there {
        true => record::read(&args.file, ACCESS_BYTES)?,
        false => String::from(r#"{"keys":[]}"#),
    };
    let check = |text: &str| {
        let read = Access::parse(text);
        read.map_err(|problems| record::refuse(&args.file, text, &problems))
    };
    check(&text)?;
    let (key, hash) = make_key(&args.id, &*random()?);
    let names = |list: &[String]| Node::list(list.iter().map(|name| Node::text(name.as_str())));
    let entry = Node::object([
        ("id", Node::text(args.id.as_str())),
        ("sha256", Node::text(hash)),
        ("role", Node::text(args.role.as_str())),
        ("acts_as", names(&args.acts_as)),
        ("sources", names(&args.source)),
    ]);
    let tree = Tree::parse(&text, ACCESS_BYTES);
    let mut tree = tree.map_err(|problem| record::refuse(&args.file, &text, &problem.into()))?;
    if let Content::Object(members) = &mut tree.root.content {
        for member in members.iter_mut().filter(|it| &*it.key == "keys") {
            if let Content::List(keys) = &mut member.value.content {
                keys.push(entry.clone());
            }
        }
    }
    let mut made = String::new();
    write_compact(&mut made, &tree.root);
    made.push('\n');
    check(&made)?;
    match there {
        true => record::write_whole(&args.file, &made)?,
        false => create_secret(&args.file, &made)?,
    }
    writeln!(io::stdout(), "{key}")?;
    Ok(())
}
