use super::{Folder, SMALL, lines, run, run_with, shipped};

fn explain(evidence: &str, args: &[&str]) -> String {
    let folder = Folder::new();
    let playbook = folder.file("small.yaml", SMALL);
    let mut all = vec!["explain", "-p", &playbook, "-"];
    all.extend(args);
    let ran = run_with(&all, evidence);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(ran.err, "");
    assert!(
        !ran.out.contains('\u{1b}'),
        "colour where there is no terminal"
    );
    ran.out
}

/// The lines of a page without their columns.
fn squeezed(page: &str) -> Vec<String> {
    page.lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

fn has(page: &str, line: &str) {
    assert!(
        squeezed(page).iter().any(|found| found == line),
        "{line}\n---\n{page}"
    );
}

const WARM: &str = "\
id: maria
as_of: 2026-01-31T00:00:00Z
facts: { account.industry: software, account.employees: { range: [10, 99] } }
events:
  - { id: d, signal: demo, at: 2026-01-01T00:00:00Z }
  - { id: d, signal: demo, at: 2026-01-02T00:00:00Z }
";

#[test]
fn a_page_tells_points_by_the_labels_of_their_rules() {
    let page = explain(WARM, &[]);
    has(&page, "maria on 31 January 2026");
    has(&page, "Fit 20, band A; 20 to 30 once all is known");
    has(&page, "Core industry +20");
    // 30 days are one half-life: 5 of 10 are gone.
    has(&page, "Intent 5");
    has(&page, "Wants to see it (1 event) +10");
    has(&page, "faded with time −5");
    has(&page, "Set aside");
    has(&page, "event d: the same event is there already");
    for line in page.lines() {
        assert!(line.chars().count() <= 80, "{line}");
        assert_eq!(line.trim_end(), line, "blanks at the end");
    }
}

#[test]
fn a_closed_gate_says_what_opens_it_and_until_when() {
    // The window of 30 days ends with the instant itself: the demo of 1 January is out of it on the 31st.
    let page = explain(WARM, &[]);
    has(&page, "Qualified – not open");
    has(&page, "met Fit of 20 or more");
    has(&page, "not met Asked for a demo, within 30 days");
    // A demo at t is in the window of t, whenever t is.
    has(&page, "opens with Asked for a demo, once");
    has(&page, "Route Stay in touch (nurture)");
    has(&page, "Stage Lead");
}

#[test]
fn an_open_gate_says_when_it_closes() {
    let page = explain(WARM, &["--as-of", "2026-01-11"]);
    has(&page, "Stage Qualified (moved: Lead → Qualified)");
    has(&page, "Route Offer the calendar (book_meeting)");
    has(&page, "Qualified – open");
    // A window of 30 days no longer holds at its very end.
    has(
        &page,
        "Closes on 31 January 2026 (in 20 days), if nothing more happens.",
    );
}

#[test]
fn what_is_not_known_is_told_as_a_question() {
    let page = explain(
        "{\"events\":[{\"signal\":\"demo\",\"at\":\"2026-01-01T00:00:00Z\"}]}",
        &["--as-of", "2026-01-11"],
    );
    has(&page, "This lead on 11 January 2026");
    has(&page, "Qualified – not open (not settled)");
    has(&page, "opens with the right answer to: Industry");
    has(&page, "to learn Employees (only with more)");
    has(&page, "(not settled): what is not known yet may change it.");
}

#[test]
fn json_is_the_explained_decision() {
    let json = explain(WARM, &["--json"]);
    let decision = lines(&json).remove(0);
    assert_eq!(decision["as_of"], 1_769_817_600_000_i64);
    assert_eq!(decision["scores"]["intent"]["ledger"][1]["line"], "decay");
    let folder = Folder::new();
    let playbook = folder.file("small.yaml", SMALL);
    let lead = folder.file("lead.yaml", WARM);
    let scored = run(&["score", "-p", &playbook, &lead, "--explain"]).out;
    assert_eq!(
        scored,
        format!("{{\"id\":\"maria\",\"decision\":{}}}\n", json.trim_end())
    );
}

#[test]
fn a_compiled_playbook_explains_with_names() {
    let folder = Folder::new();
    let playbook = folder.file("small.yaml", SMALL);
    let binary = folder.path("small.leadstage");
    assert_eq!(run(&["compile", &playbook, "-o", &binary]).code, 0);
    let ran = run_with(&["explain", "-p", &binary, "-"], WARM);
    has(&ran.out, "rule 1 +20");
    has(&ran.out, "Route nurture");
}

#[test]
fn lines_are_as_narrow_as_the_terminal() {
    let folder = Folder::new();
    let lead = folder.file("lead.yaml", "{ id: a }");
    let playbook = shipped("playbooks/acme-b2b/playbook.yaml");
    for width in [44, 60, 100] {
        let ran = super::command(&["explain", "-p", &playbook, &lead])
            .env("COLUMNS", width.to_string())
            .output()
            .unwrap();
        let page = String::from_utf8(ran.stdout).unwrap();
        assert!(page.contains("Marketing qualified lead"), "{page}");
        for line in page.lines() {
            assert!(line.chars().count() <= width, "{width}: {line}");
        }
    }
}

#[test]
fn bad_evidence_is_shown_at_its_lines() {
    let folder = Folder::new();
    let playbook = folder.file("small.yaml", SMALL);
    let ran = run_with(
        &["explain", "-p", &playbook, "-"],
        "facts:\n  account.industri: software\n",
    );
    assert_eq!((ran.code, &*ran.out), (1, ""));
    assert!(
        ran.err.contains("--> -:2:3 (/facts/account.industri)"),
        "{}",
        ran.err
    );
    assert!(
        ran.err
            .contains("2 |   account.industri: software\n  |   ^^^^^^^^^^^^^^^^\n"),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains("did you mean `account.industry`?"),
        "{}",
        ran.err
    );
    let ran = run(&["explain", "-p", &playbook, &folder.path("none.yaml")]);
    assert_eq!(ran.code, 3);
}
