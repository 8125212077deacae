use super::{Folder, SMALL, lines, run, shipped};

fn cases(rest: &str) -> String {
    format!("playbook: small.yaml\ncases:\n{rest}")
}

const GOOD: &str = "  - proves: software is worth 20
    as_of: 1000
    evidence: { facts: { account.industry: software } }
    expect: { scores: { fit: { value: 20.000, band: A } }, stage: { moves: [] } }
";
const BAD: &str = "  - proves: retail is worth 20
    as_of: 1970-01-01T00:00:01Z
    evidence: { facts: { account.industry: retail } }
    expect: { as_of: 1000, scores: { fit: { value: 20, ledger: [ { points: 20 } ] } }, route: { over: 1 } }
";

#[test]
fn passed_and_failed_are_counted_and_differences_shown_by_path() {
    let folder = Folder::new();
    folder.file("small.yaml", SMALL);
    let good = folder.file("good.yaml", cases(GOOD));
    let ran = run(&["test", &good]);
    assert_eq!(
        (ran.code, &*ran.out),
        (0, "1 passed, 0 failed\n"),
        "{}",
        ran.err
    );
    let mixed = folder.file("mixed.yaml", cases(&format!("{GOOD}{BAD}")));
    let ran = run(&["test", &mixed]);
    assert_eq!(ran.code, 1);
    let shown = format!(
        "failed {mixed}:7: retail is worth 20\n  \
         at /scores/fit/value\n    expected 20\n    found    0\n  \
         at /scores/fit/ledger\n    expected [{{\"points\":20}}]\n    found    []\n  \
         at /route/over\n    expected 1\n    found    nothing\n\n\
         1 passed, 1 failed\n"
    );
    assert_eq!(ran.out, shown);
    let json = lines(&run(&["test", "--json", &mixed]).out);
    assert_eq!(json.len(), 3);
    assert_eq!(json[0]["passed"], true);
    assert_eq!(json[1]["line"], 7);
    assert_eq!(json[1]["differences"][0]["path"], "/scores/fit/value");
    assert_eq!(
        json[2],
        serde_json::json!({ "passed": 1, "failed": 1, "unreadable_files": 0 })
    );
}

#[test]
fn problems_can_be_what_is_expected() {
    let folder = Folder::new();
    folder.file("small.yaml", SMALL);
    let rest = "  - proves: a misspelt option is a problem
    as_of: 1000
    evidence: { facts: { account.industry: softwear } }
    problems: [ { code: unknown_name, path: /facts/account.industry } ]
  - proves: it is none
    as_of: 1000
    evidence: { facts: { account.industry: softwear } }
    expect: {}
  - proves: it is another one
    as_of: 1000
    evidence: { facts: { account.industry: softwear } }
    problems: [ { code: wrong_type, path: /facts/account.industry } ]
  - proves: good evidence is bad
    as_of: 1000
    evidence: {}
    problems: [ { code: wrong_type, path: /facts } ]
";
    let ran = run(&["test", &folder.file("cases.yaml", cases(rest))]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.ends_with("1 passed, 3 failed\n"), "{}", ran.out);
    for name in ["it is none", "it is another one", "good evidence is bad"] {
        assert!(
            ran.out.contains(&format!(": {name}\n")),
            "{name}\n{}",
            ran.out
        );
    }
    let text = "proves: a playbook without a name\nplaybook: { leadstage: 1, version: 1 }\nproblems: [ { code: missing_field, path: \"\" } ]\n";
    let ran = run(&["test", &folder.file("bad.yaml", text)]);
    assert_eq!(
        (ran.code, &*ran.out),
        (0, "1 passed, 0 failed\n"),
        "{}",
        ran.err
    );
    let ran = run(&[
        "test",
        &folder.file("worse.yaml", text.replace("missing", "unknown")),
    ]);
    assert_eq!(ran.code, 1);
}

#[test]
fn files_that_can_not_be_run_are_failures_and_the_others_are_run() {
    let folder = Folder::new();
    folder.file(
        "cases/small.yaml",
        SMALL.replace("bands: { A: 20, B: 0 }", "bandz: { A: 20 }"),
    );
    let broken = folder.file("cases/a.yaml", cases(GOOD));
    folder.file(
        "cases/b.yaml",
        "cases:\n  - { proves: nothing, expects: {} }\n",
    );
    folder.file(
        "cases/c.yaml",
        "playbook: none.yaml\ncases:\n  - { proves: x, as_of: 0, expect: {} }\n",
    );
    folder.file(
        "cases/deeper/d.yaml",
        cases(GOOD).replace("small.yaml", "../../small.yaml"),
    );
    folder.file("small.yaml", SMALL);
    folder.file("cases/note.txt", "cases:");
    folder.file("cases/map.yaml", "facts: {}\n");
    let ran = run(&["test", &folder.path("cases")]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.out, "1 passed, 0 failed, 3 files could not be run\n");
    assert!(
        ran.err.contains("`bandz` has no meaning here"),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("`expects` has no meaning here"),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("the playbook `none.yaml` can't be read"),
        "{}",
        ran.err
    );
    assert_eq!(run(&["test", &broken]).code, 1);
    assert_eq!(run(&["test", &folder.path("nothing")]).code, 3);
    let empty = Folder::new();
    empty.file("note.txt", "");
    assert_eq!(
        run(&["test", &empty.path("")]).code,
        1,
        "no cases at all is no success"
    );
}

#[test]
fn the_cases_of_the_repository_pass() {
    let ran = run(&["test", &shipped("playbooks"), &shipped("tests/conformance")]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let passed: u32 = ran.out.split(' ').next().unwrap().parse().unwrap();
    assert!(passed > 400, "{}", ran.out);
}
