use super::{Folder, SMALL, run, run_with};
use std::fs;

const LEAD: &str = "{\"id\":\"a\",\"facts\":{\"account.industry\":\"software\"},\"events\":[{\"signal\":\"demo\",\"at\":\"2026-01-01\"}]}";

#[test]
fn every_form_of_a_playbook_decides_alike() {
    let folder = Folder::new();
    let yaml = folder.file("small.yaml", SMALL);
    let binary = folder.path("small.leadstage");
    let json = folder.path("small.json");
    let ran = run(&["compile", &yaml, "-o", &binary]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(
        ran.err.contains("small version 3") && ran.err.contains("binary"),
        "{}",
        ran.err
    );
    assert_eq!(run(&["compile", &yaml, "-o", &json]).code, 0);
    assert!(fs::read(&binary).unwrap().starts_with(b"LSPB"));
    assert!(
        fs::read_to_string(&json)
            .unwrap()
            .starts_with("{\"attributes\":{\"account.employees\"")
    );
    let lead = LEAD.replace("2026-01-01", "2026-01-01T00:00:00Z");
    let decide = |playbook: &str| {
        let ran = run_with(
            &[
                "score",
                "-p",
                playbook,
                "-",
                "--as-of",
                "2026-01-31",
                "--explain",
            ],
            &lead,
        );
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.out
    };
    let decided = decide(&yaml);
    assert!(
        decided.contains("\"intent\":{\"value\":5,"),
        "halved after 30 days: {decided}"
    );
    assert_eq!(decided, decide(&binary));
    assert_eq!(decided, decide(&json));
}

#[test]
fn the_output_lies_beside_the_playbook_where_nothing_is_said() {
    let folder = Folder::new();
    let yaml = folder.file("small.yaml", SMALL);
    assert_eq!(run(&["compile", &yaml]).code, 0);
    assert!(
        fs::read(folder.path("small.leadstage"))
            .unwrap()
            .starts_with(b"LSPB")
    );
    let ran = run_with(&["compile", "-", "--format", "json"], SMALL);
    assert!(
        ran.out.starts_with('{') && ran.out.ends_with('}'),
        "{}",
        ran.out
    );
    assert!(
        ran.err
            .contains(&format!("{} bytes, canonical JSON", ran.out.len())),
        "{}",
        ran.err
    );
}

#[test]
fn the_format_can_be_said_against_the_ending() {
    let folder = Folder::new();
    let yaml = folder.file("small.yaml", SMALL);
    let out = folder.path("small.json");
    assert_eq!(
        run(&["compile", &yaml, "-o", &out, "--format", "binary"]).code,
        0
    );
    assert!(fs::read(&out).unwrap().starts_with(b"LSPB"));
}

#[test]
fn nothing_is_written_for_a_bad_playbook() {
    let folder = Folder::new();
    let bad = folder.file("bad.yaml", "leadstage: 1\n");
    let out = folder.path("bad.leadstage");
    assert_eq!(run(&["compile", &bad, "-o", &out]).code, 1);
    assert!(fs::metadata(&out).is_err());
    let good = folder.file("small.yaml", SMALL);
    let ran = run(&[
        "compile",
        &good,
        "-o",
        &folder.path("no/such/folder/x.leadstage"),
    ]);
    assert_eq!(ran.code, 3, "{}", ran.err);
}

#[test]
fn the_document_can_not_be_made_of_the_binary_form_again() {
    let folder = Folder::new();
    let yaml = folder.file("small.yaml", SMALL);
    let binary = folder.path("small.leadstage");
    run(&["compile", &yaml, "-o", &binary]);
    let ran = run(&[
        "compile",
        &binary,
        "--format",
        "json",
        "-o",
        &folder.path("again.json"),
    ]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("is a compiled playbook"), "{}", ran.err);
}
