use super::{Folder, SMALL, lines, run, run_with, shipped};

#[test]
fn a_good_playbook_is_told_by_name_version_digest_and_counts() {
    let folder = Folder::new();
    let file = folder.file("small.yaml", SMALL);
    let ran = run(&["check", &file]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("small version 3 is fine"), "{}", ran.out);
    let counts = "6 attributes, 1 signal, 2 scores, 3 rules, 2 stages, 1 transition, 2 routes";
    assert!(ran.out.contains(counts), "{}", ran.out);
    let json = lines(&run(&["check", "--json", &file]).out).remove(0);
    assert_eq!(json["version"], 3);
    assert_eq!(json["counts"]["rules"], 3);
    assert_eq!(json["problems"], serde_json::json!([]));
    let digest = json["digest"].as_str().unwrap();
    assert_eq!(digest.len(), 64);
    assert!(ran.out.contains(digest));
}

#[test]
fn the_digest_is_that_of_the_canonical_form_in_yaml_and_json() {
    let folder = Folder::new();
    let yaml = folder.file("small.yaml", SMALL);
    let json = folder.path("small.json");
    assert_eq!(run(&["compile", &yaml, "-o", &json]).code, 0);
    let ran = run(&["check", "--json", &yaml, &json]);
    let both = lines(&ran.out);
    assert_eq!(both.len(), 2);
    assert_eq!(both[0]["digest"], both[1]["digest"]);
}

#[test]
fn problems_are_shown_with_their_line_and_a_caret() {
    let folder = Folder::new();
    let text = "leadstage: 1\nname: small\nversion: 1\nlable: Small\nsignals: { demo: { propertis: {} } }\n";
    let file = folder.file("bad.yaml", text);
    let ran = run(&["check", &file]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.out, "");
    let shown = format!(
        "error[unknown_field]: `lable` has no meaning here\n --> {file}:4:1 (/lable)\n  |\n4 | lable: Small\n  | ^^^^^\n"
    );
    assert!(ran.err.contains(&shown), "{}", ran.err);
    assert!(
        ran.err.contains("= help: did you mean `label`?"),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains(&format!(
            "5 | signals: {{ demo: {{ propertis: {{}} }} }}\n  | {}^^^^^^^^^\n",
            " ".repeat(19)
        )),
        "{}",
        ran.err
    );
    assert!(
        ran.err.contains(&format!("2 problems in {file}")),
        "{}",
        ran.err
    );
    assert!(
        !ran.err.contains('\u{1b}'),
        "colour where there is no terminal"
    );
}

#[test]
fn a_caret_stands_under_its_place_after_wide_letters_and_in_long_lines() {
    let folder = Folder::new();
    let long = format!(
        "{{\"leadstage\":1,\"name\":\"p\",\"version\":1,\"label\":\"{}\",\"lable\":1}}",
        "x".repeat(180)
    );
    let file = folder.file("long.json", long);
    let ran = run(&["check", &file]);
    let mut shown = ran.err.lines().skip_while(|line| !line.starts_with("1 |"));
    let (line, caret) = (shown.next().unwrap(), shown.next().unwrap());
    assert!(line.chars().count() < 170, "{line}");
    let at = line.chars().position(|letter| letter == '…').map(|_| {
        let before = &line[..line.find("\"lable\"").unwrap()];
        before.chars().count()
    });
    assert_eq!(caret.chars().position(|letter| letter == '^'), at);
    let wide = folder.file(
        "wide.yaml",
        "leadstage: 1\nname: p\nversion: 1\nlabel: { 日本: 1 }\n",
    );
    let ran = run(&["check", &wide]);
    assert_eq!(ran.code, 1, "{}", ran.err);
}

#[test]
fn json_lists_every_problem_of_every_file() {
    let folder = Folder::new();
    let good = folder.file("good.yaml", SMALL);
    let bad = folder.file("bad.yaml", "leadstage: 1\nname: Bad\nversion: 0\n");
    let ran = run(&["check", "--json", &bad, &good]);
    assert_eq!(ran.code, 1);
    assert_eq!(ran.err, "");
    let files = lines(&ran.out);
    assert_eq!(files[0]["file"], bad);
    let problems = files[0]["problems"].as_array().unwrap();
    let codes: Vec<&str> = problems
        .iter()
        .map(|p| p["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["bad_name", "out_of_range"]);
    assert_eq!(
        (&problems[1]["line"], &problems[1]["column"]),
        (&3.into(), &10.into())
    );
    assert_eq!(files[1]["problems"], serde_json::json!([]));
}

#[test]
fn the_standard_input_is_a_file_too() {
    let ran = run_with(&["check", "-"], SMALL);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with("-: small version 3"), "{}", ran.out);
    let ran = run_with(
        &["check", "-"],
        format!("\u{feff}{}", SMALL.replace('\n', "\r\n")),
    );
    assert_eq!(
        ran.code, 0,
        "a mark at the front and Windows' line ends: {}",
        ran.err
    );
}

#[test]
fn what_is_no_text_or_no_playbook_is_a_problem() {
    for input in [
        &b""[..],
        b"\xff\xfe",
        b"[]",
        b"LSPB",
        b"LSPB\x01 and then something else",
        b"\0\0\0\0",
    ] {
        let ran = run_with(&["check", "-"], input);
        assert_eq!(ran.code, 1, "{input:?}: {}", ran.err);
        assert!(ran.err.contains("error["), "{input:?}: {}", ran.err);
    }
    let ran = run_with(&["check", "-"], b"leadstage: 1\nname: \xff\n");
    assert!(
        ran.err.contains("byte 19 (in line 2) is not UTF-8"),
        "{}",
        ran.err
    );
    let ran = run_with(&["check", "-"], vec![b'#'; (4 << 20) + 1]);
    assert!(ran.err.contains("error[too_large]"), "{}", ran.err);
}

#[test]
fn files_that_are_not_there_and_wrong_usage_have_their_own_codes() {
    let ran = run(&["check", "/nowhere/at/all.yaml"]);
    assert_eq!(ran.code, 3);
    assert!(
        ran.err.contains("`/nowhere/at/all.yaml` can't be read"),
        "{}",
        ran.err
    );
    assert_eq!(run(&["check"]).code, 2);
    assert_eq!(run(&["polish"]).code, 2);
    let help = run(&["--help"]);
    assert_eq!(help.code, 0);
    assert!(help.out.contains("Exit codes:"), "{}", help.out);
}

#[test]
fn the_playbooks_of_the_repository_are_fine() {
    for name in ["acme-b2b", "x-education", "online-shoppers"] {
        let ran = run(&[
            "check",
            &shipped(&format!("playbooks/{name}/playbook.yaml")),
        ]);
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
}

#[test]
fn the_schema_and_the_completions_are_printed() {
    let schema: serde_json::Value = serde_json::from_str(&run(&["schema"]).out).unwrap();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = run(&["completions", shell]);
        assert_eq!(ran.code, 0);
        assert!(ran.out.contains("explain"), "{shell}");
    }
}
