use super::*;
use leadstage::playbook::Playbook;
use leadstage::verify::receipt;

const NOW: &str = "2026-03-01T09:00:00Z";
const MS: i64 = 1_772_355_600_000;
const EVIDENCE: &str =
    r#"{"facts":{"account.industry":"software"},"events":[{"signal":"demo","at":1772355000000}]}"#;

/// A folder with a playbook and keys.
fn ready() -> (Folder, String, String) {
    let folder = Folder::new();
    let playbook = folder.file("small.yaml", SMALL);
    let keys = folder.path("keys.json");
    assert_eq!(run(&["keys", "new", &keys]).code, 0);
    (folder, playbook, keys)
}

fn challenge(playbook: &str, keys: &str) -> String {
    let ran = run(&["challenge", "-p", playbook, "--keys", keys, "--as-of", NOW]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    ran.out.trim_end().to_owned()
}

fn made(playbook: &str, keys: &str) -> String {
    let book = Playbook::parse(SMALL).unwrap();
    receipt(&book, &challenge(playbook, keys), EVIDENCE, MS + 5).unwrap()
}

fn verify(playbook: &str, keys: &str, more: &[&str], input: &str) -> Ran {
    let mut args = vec![
        "verify", "-p", playbook, "--keys", keys, "--as-of", NOW, "-",
    ];
    args.extend(more);
    run_with(&args, input)
}

#[test]
fn keys_are_made_rotated_and_published() {
    let (_folder, _, keys) = ready();
    let text = fs::read_to_string(&keys).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            fs::metadata(&keys).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    // A file that is there is not written over.
    assert_eq!(run(&["keys", "new", &keys]).code, 3);
    assert_eq!(fs::read_to_string(&keys).unwrap(), text);
    let public = |keys: &str| {
        let ran = run(&["keys", "public", keys]);
        assert_eq!(ran.code, 0);
        let value: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        value["keys"].as_array().unwrap().clone()
    };
    let first = public(&keys);
    assert_eq!(first.len(), 1);
    assert!(first[0].get("d").is_none() && first[0].get("k").is_none());
    for expected in [2, 3, 3] {
        assert_eq!(run(&["keys", "rotate", &keys]).code, 0);
        assert_eq!(public(&keys).len(), expected);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            fs::metadata(&keys).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
    assert_eq!(run(&["keys", "rotate", &keys, "--keep", "0"]).code, 0);
    assert_eq!(public(&keys).len(), 1);
    assert_eq!(run(&["keys", "rotate", "-"]).code, 2);
    let two = [
        run(&["keys", "new", "-"]).out,
        run(&["keys", "new", "-"]).out,
    ];
    assert_ne!(two[0], two[1]);
}

#[test]
fn bad_keys_are_told_without_what_is_in_them() {
    let (folder, playbook, keys) = ready();
    let text = fs::read_to_string(&keys).unwrap();
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let secret = value["keys"][0]["k"].as_str().unwrap();
    let bad = folder.file("bad.json", text.replace("\"oct\"", "\"octet\""));
    let ran = run(&["challenge", "-p", &playbook, "--keys", &bad]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("/keys/0/kty"), "{}", ran.err);
    assert!(!ran.err.contains(secret) && !ran.out.contains(secret));
    assert_eq!(
        run(&["challenge", "-p", &playbook, "--keys", &folder.path("none")]).code,
        3
    );
}

#[test]
fn challenges_are_given_out() {
    let (_folder, playbook, keys) = ready();
    let ran = run(&[
        "challenge",
        "-p",
        &playbook,
        "--keys",
        &keys,
        "--as-of",
        NOW,
        "--valid",
        "90s",
        "--count",
        "3",
        "--json",
    ]);
    let given = lines(&ran.out);
    assert_eq!(given.len(), 3);
    for one in &given {
        assert_eq!(
            (one["issued"].as_i64(), one["expires"].as_i64()),
            (Some(MS), Some(MS + 90_000))
        );
        assert_eq!(one["digest"], Playbook::parse(SMALL).unwrap().digest());
    }
    assert_ne!(given[0]["challenge"], given[1]["challenge"]);
    assert_eq!(
        run(&[
            "challenge",
            "-p",
            &playbook,
            "--keys",
            &keys,
            "--valid",
            "soon"
        ])
        .code,
        2
    );
}

#[test]
fn receipts_are_verified_line_by_line() {
    let (_folder, playbook, keys) = ready();
    let (one, other) = (made(&playbook, &keys), made(&playbook, &keys));
    let altered = other.replace("book_meeting", "nurture");
    let input = format!("{one}\n\n{one}\n{altered}\r\n{other}");
    let ran = verify(&playbook, &keys, &[], &input);
    assert_eq!(ran.code, 4);
    let told: Vec<&str> = ran
        .out
        .lines()
        .filter(|line| !line.starts_with(' '))
        .collect();
    assert_eq!(told[0], "1: verified by small version 3: book_meeting");
    assert!(
        told[1].starts_with("3: refused: ") && told[1].contains("[replayed]"),
        "{}",
        told[1]
    );
    assert!(
        told[2].starts_with("4: refused: ") && told[2].contains("[altered]"),
        "{}",
        told[2]
    );
    assert_eq!(told[3], "5: verified by small version 3: book_meeting");
    assert!(ran.err.contains("2 verified, 2 refused"));
    let json = lines(&verify(&playbook, &keys, &["--json"], &input).out);
    let codes: Vec<_> = json
        .iter()
        .map(|line| {
            (
                line["line"].as_i64().unwrap(),
                line["refusal"]["code"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        codes,
        [
            (1, None),
            (3, Some("replayed")),
            (4, Some("altered")),
            (5, None)
        ]
    );
    let fine = verify(&playbook, &keys, &[], &one);
    assert_eq!((fine.code, fine.err.trim()), (0, "1 verified, 0 refused"));
}

#[test]
fn lines_that_are_too_long_are_not_kept() {
    let (_folder, playbook, keys) = ready();
    let input = format!("{}\n{}", "x".repeat(3 << 20), made(&playbook, &keys));
    let json = lines(&verify(&playbook, &keys, &["--json"], &input).out);
    assert_eq!(json[0]["refusal"]["code"], "too_large");
    assert_eq!(json[1]["verified"], true);
}

#[test]
fn own_evidence_is_added_and_a_verdict_signed() {
    let (folder, playbook, keys) = ready();
    let own = folder.file("own.yaml", "stage: { name: lead }\nfacts: [ { attribute: account.industry, value: retail, source: crm } ]\n");
    let text = made(&playbook, &keys);
    let more = ["--own", &own, "--issuer", "https://leads.example", "--json"];
    let json = &lines(&verify(&playbook, &keys, &more, &text).out)[0];
    assert_eq!(json["claimed"]["route"]["then"], "book_meeting");
    assert_eq!(json["decision"]["route"]["then"], "nurture");
    let paths: Vec<&str> = json["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["path"].as_str().unwrap())
        .collect();
    assert!(
        paths.contains(&"/scores/fit/value") && paths.contains(&"/route/then"),
        "{paths:?}"
    );
    assert_eq!(json["verdict"].as_str().unwrap().split('.').count(), 3);
    let told = verify(&playbook, &keys, &["--own", &own], &text).out;
    assert!(
        told.contains("1: verified by small version 3: nurture"),
        "{told}"
    );
    assert!(told.contains("/scores/fit/value: 20 -> 0"), "{told}");
    let bad = folder.file("bad.yaml", "facts: { account.nothing: 1 }\n");
    let ran = verify(&playbook, &keys, &["--own", &bad], &text);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("account.nothing"), "{}", ran.err);
}

#[test]
fn retired_playbooks_are_taken_for_a_while() {
    let (folder, playbook, keys) = ready();
    let text = made(&playbook, &keys);
    let next = folder.file("next.yaml", SMALL.replace("version: 3", "version: 4"));
    let with = |retired: &str| {
        let json = verify(
            &next,
            &keys,
            &["--json", "--retired", &format!("{playbook}@{retired}")],
            &text,
        )
        .out;
        lines(&json)[0]["refusal"]["code"]
            .as_str()
            .map(str::to_owned)
    };
    assert_eq!(with("2026-02-01"), None);
    assert_eq!(with("2026-01-30"), Some("retired_playbook".into()));
    let alone = lines(&verify(&next, &keys, &["--json"], &text).out);
    assert_eq!(alone[0]["refusal"]["code"], "unknown_playbook");
    assert_eq!(
        verify(&next, &keys, &["--retired", "small.yaml"], &text).code,
        2
    );
}

#[test]
fn who_may_assert_what_can_be_said() {
    let (_folder, playbook, keys) = ready();
    let book = Playbook::parse(SMALL).unwrap();
    let from = |evidence: &str, more: &[&str]| {
        let text = receipt(&book, &challenge(&playbook, &keys), evidence, MS).unwrap();
        let mut args = vec!["--json"];
        args.extend(more);
        lines(&verify(&playbook, &keys, &args, &text).out)[0]["refusal"]["path"]
            .as_str()
            .map(str::to_owned)
    };
    let crm = r#"{"facts":[{"attribute":"account.industry","value":"retail","source":"crm"}]}"#;
    assert_eq!(from(crm, &[]).unwrap(), "/evidence/facts/0/source");
    assert_eq!(from(crm, &["--source", "crm"]), None);
    let demo = r#"{"events":[{"signal":"demo","at":1772355000000}]}"#;
    assert_eq!(from(demo, &[]), None);
    assert_eq!(
        from(demo, &["--own-signal", "demo"]).unwrap(),
        "/evidence/events/0/signal"
    );
}
