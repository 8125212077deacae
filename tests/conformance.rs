//! Every case that is data: `tests/conformance/`, and those of the playbooks.

use leadstage::cases;
use std::fs;
use std::path::{Path, PathBuf};

fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["tests/conformance", "tests/conformance/lifecycle"];
    let mut files: Vec<PathBuf> = folders
        .into_iter()
        .flat_map(|folder| fs::read_dir(root.join(folder)).expect("the folder is there"))
        .map(|entry| entry.expect("it can be read").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .collect();
    let playbooks = fs::read_dir(root.join("playbooks")).expect("playbooks is there");
    files.extend(
        playbooks
            .map(|entry| entry.expect("it can be read").path().join("cases.yaml"))
            .filter(|path| path.exists()),
    );
    files.sort();
    files
}

#[test]
fn every_case_comes_out_as_written() {
    let mut passed = 0;
    let mut wrong = Vec::new();
    for file in files() {
        let text = fs::read_to_string(&file).expect("a file of cases");
        let folder = file.parent().expect("it lies in a folder");
        let load =
            |path: &str| fs::read_to_string(folder.join(path)).map_err(|found| found.to_string());
        match cases::run(&text, load) {
            Ok(outcomes) => {
                for outcome in outcomes {
                    if outcome.passed() {
                        passed += 1;
                    } else {
                        wrong.push(format!("{}: {outcome:#?}", file.display()));
                    }
                }
            }
            Err(found) => wrong.push(format!("{}: {found:#?}", file.display())),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(passed >= 500, "only {passed} cases were found");
}

#[test]
fn the_formats_own_examples_come_out_as_written() {
    for page in ["docs/FORMAT.md", "docs/LIFECYCLE.md"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
        let text = fs::read_to_string(path).expect(page);
        let examples: Vec<&str> = text
            .split("```yaml case\n")
            .skip(1)
            .filter_map(|rest| rest.split("\n```").next())
            .collect();
        assert!(!examples.is_empty());
        for example in examples {
            let load = |path: &str| Err(format!("{path} stands in no folder"));
            for outcome in cases::run(example, load).expect("a file of cases") {
                assert!(outcome.passed(), "{outcome:#?}");
            }
        }
    }
}
