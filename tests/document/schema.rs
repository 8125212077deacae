//! The JSON Schema of playbooks: what our reader takes, it takes; what has a wrong shape, it refuses.

use super::{good_playbooks, home, read_tree, yaml_files};
use leadstage::playbook::document;
use leadstage::tree::{Node, Tree, write_compact};
use serde_json::Value;

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(&document::schema()).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    jsonschema::validator_for(&schema).unwrap()
}

fn value(node: &Node) -> Value {
    let mut text = String::new();
    write_compact(&mut text, node);
    serde_json::from_str(&text).unwrap()
}

#[test]
fn good_playbooks_are_valid() {
    let validator = validator();
    for (path, node) in good_playbooks() {
        let value = value(&node);
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", path.display());
    }
}

/// Codes of problems that a schema can see.
const SHAPE: [&str; 7] = [
    "unknown_field",
    "missing_field",
    "bad_format",
    "bad_name",
    "bad_value",
    "bad_duration",
    "too_many",
];

/// Fields of which only our own check knows that they are missing: they depend on others.
fn depends_on_others(problem: &leadstage::problem::Problem) -> bool {
    [
        "`options`",
        "`enter`",
        "`initial`",
        "`on`",
        "`any_of`",
        "`calendar`",
        "`inactive_after`",
        "`return`",
    ]
    .iter()
    .any(|name| problem.message.contains(name) || problem.help.contains(name))
}

#[test]
fn bad_shapes_are_invalid() {
    let validator = validator();
    let mut refused = 0;
    for path in yaml_files(&home().join("tests/bad/playbooks")) {
        for case in read_tree(&path).root.as_list().unwrap() {
            let text = case.get("text").and_then(Node::as_text).unwrap();
            let Ok(tree) = Tree::parse(text, 1 << 20) else {
                continue;
            };
            let problems = document::check(text);
            let shape = |problem: &&leadstage::problem::Problem| {
                SHAPE.contains(&problem.code) && !depends_on_others(problem)
            };
            if let Some(problem) = problems.iter().find(shape) {
                refused += 1;
                assert!(!validator.is_valid(&value(&tree.root)), "{text}\n{problem}");
            }
            if problems.is_empty() {
                assert!(validator.is_valid(&value(&tree.root)), "{text}");
            }
        }
    }
    assert!(refused > 30, "only {refused}");
}

/// Every field is described for editors that show it.
#[test]
fn every_field_has_a_description() {
    let schema: Value = serde_json::from_str(&document::schema()).unwrap();
    let definitions = schema["$defs"].as_object().unwrap();
    assert!(definitions.len() > 25);
    for (name, definition) in definitions {
        assert!(
            definition["description"]
                .as_str()
                .is_some_and(|text| text.len() > 3),
            "{name}"
        );
        for (field, schema) in definition["properties"].as_object().unwrap() {
            assert!(
                schema["description"]
                    .as_str()
                    .is_some_and(|text| text.len() > 3),
                "{name}.{field}"
            );
        }
    }
    assert_eq!(
        definitions["Attribute"]["required"],
        serde_json::json!(["type"])
    );
}
