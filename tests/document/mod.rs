//! Documents: reading, checking, compiling, bytes, schema.

mod bad;
mod bytes;
mod canonical;
mod evidence;
mod limits;
mod schema;
mod tree;

use leadstage::tree::{Node, Tree};
use std::fs;
use std::path::{Path, PathBuf};

const FILE_BYTES: usize = 16 << 20;

/// The folder of the crate.
fn home() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The YAML files of a folder and of the folders in it, in the order of their names.
fn yaml_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(yaml_files(&path));
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            files.push(path);
        }
    }
    files.sort();
    files
}

fn read_tree(path: &Path) -> Tree {
    let text = fs::read_to_string(path).unwrap();
    Tree::parse(&text, FILE_BYTES).unwrap_or_else(|problem| panic!("{}: {problem}", path.display()))
}

/// Every good playbook that there is, with the file in which it stands.
fn good_playbooks() -> Vec<(PathBuf, Node)> {
    let mut playbooks = Vec::new();
    for folder in ["tests/conformance", "playbooks"] {
        for path in yaml_files(&home().join(folder)) {
            let root = read_tree(&path).root;
            if root.get("leadstage").is_some() {
                playbooks.push((path, root));
            } else if let Some(playbook) = root.get("playbook")
                && playbook.as_object().is_some()
                && root.get("problems").is_none()
            {
                playbooks.push((path, playbook.clone()));
            }
        }
    }
    for path in yaml_files(&home().join("tests/bad/evidence")) {
        for case in read_tree(&path).root.as_list().unwrap() {
            playbooks.push((path.clone(), case.get("playbook").unwrap().clone()));
        }
    }
    assert!(playbooks.len() > 20, "only {} playbooks", playbooks.len());
    playbooks
}
