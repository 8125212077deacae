use super::{Folder, Ran, SMALL, command, lines, run, run_with};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

/// Scores lines from the standard input with the small playbook.
fn score(args: &[&str], input: impl AsRef<[u8]>) -> Ran {
    let folder = Folder::new();
    let playbook = folder.file("small.yaml", SMALL);
    let mut all = vec!["score", "-p", &playbook, "-"];
    all.extend(args);
    run_with(&all, input)
}

const SOFTWARE: &str = "{\"id\":\"a\",\"facts\":{\"account.industry\":\"software\"}}\n";

#[test]
fn a_line_is_the_id_and_the_decision_to_the_byte() {
    let ran = score(&["--as-of", "1000"], SOFTWARE);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.starts_with(
        "{\"id\":\"a\",\"decision\":{\"playbook\":\"small\",\"version\":3,\"digest\":\""
    ));
    assert!(ran.out.ends_with("}}\n"));
    assert_eq!(ran.err, "");
    let line = lines(&ran.out).remove(0);
    let decision = &line["decision"];
    assert_eq!(decision["as_of"], 1000);
    assert_eq!(decision["scores"]["fit"]["value"], 20);
    assert_eq!(decision["scores"]["fit"]["high"], 30);
    assert_eq!(decision["scores"]["fit"].get("ledger"), None);
    assert_eq!(decision["stage"]["to"], "lead");
    assert_eq!(decision["route"]["then"], "nurture");
}

#[test]
fn explain_gives_the_full_form() {
    let line = lines(&score(&["--as-of", "1000", "--explain"], SOFTWARE).out).remove(0);
    let ledger =
        serde_json::json!([{ "line": "rule", "group": "company", "rule": 0, "points": 20 }]);
    assert_eq!(line["decision"]["scores"]["fit"]["ledger"], ledger);
    let criteria = &line["decision"]["gates"]["mql"]["missing"]["criteria"];
    assert_eq!(criteria, &serde_json::json!(["met", "unmet"]));
}

#[test]
fn bad_lines_keep_their_place_and_nothing_is_lost() {
    let mut input = Vec::from(SOFTWARE);
    input.extend(
        b"{\"id\":\"b\",\"facts\":{\"account.industri\":\"software\",\"account.employees\":0}}\n",
    );
    input.extend(b"\n   \n");
    input.extend(b"{\"id\":\n");
    input.extend(b"{\"id\":\"\xff\"}\n");
    input.extend(b"[1]\n{}\n{\"id\":\"twice\",\"facts\":{},\"facts\":{}}");
    let ran = score(&["--as-of", "1000"], input);
    assert_eq!(ran.code, 1);
    let out = lines(&ran.out);
    assert_eq!(out.len(), 7);
    assert_eq!(out[0]["id"], "a");
    assert_eq!(out[1]["id"], "b");
    let codes: Vec<_> = out[1]["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| &p["code"])
        .collect();
    assert_eq!(codes, ["unknown_name", "out_of_range"]);
    assert_eq!(out[1]["problems"][0]["line"], 2);
    assert_eq!(out[1]["problems"][0]["column"], 20);
    // Blank lines are no rows, but they are lines.
    assert_eq!(
        (&out[2]["id"], &out[2]["problems"][0]["line"]),
        (&3.into(), &5.into())
    );
    assert_eq!(out[2]["problems"][0]["code"], "syntax");
    assert_eq!(out[3]["problems"][0]["code"], "syntax");
    assert_eq!(out[4]["problems"][0]["code"], "wrong_type");
    assert_eq!(out[5]["id"], 6);
    assert_eq!(out[5]["decision"]["scores"]["fit"]["value"], 0);
    assert_eq!(out[6]["id"], "twice");
    assert_eq!(out[6]["problems"][0]["code"], "duplicate_key");
    assert!(
        ran.err
            .starts_with("5 of 7 rows have problems:\n  row 2, line 2: "),
        "{}",
        ran.err
    );
}

#[test]
fn no_input_is_no_output() {
    for input in ["", "\n", "\u{feff}", "\r\n\r\n"] {
        let ran = score(&[], input);
        assert_eq!((ran.code, &*ran.out, &*ran.err), (0, "", ""), "{input:?}");
    }
}

#[test]
fn marks_at_the_front_and_line_ends_make_no_difference() {
    let plain = score(&["--as-of", "1000"], format!("{SOFTWARE}{{}}"));
    let marked = format!("\u{feff}{}{{}}\r\n", SOFTWARE.replace('\n', "\r\n"));
    let marked = score(&["--as-of", "1000"], marked);
    assert_eq!(marked.code, 0, "{}", marked.err);
    assert_eq!(plain.out, marked.out);
}

#[test]
fn a_lead_may_say_its_instant_and_the_command_line_has_the_last_word() {
    let lead = "{\"as_of\":\"1970-01-01T00:00:02Z\"}\n";
    let as_of = |args: &[&str], input: &str| {
        lines(&score(args, input).out)[0]["decision"]["as_of"]
            .as_i64()
            .unwrap()
    };
    assert_eq!(as_of(&[], lead), 2_000);
    assert_eq!(
        as_of(&["--as-of", "1970-01-01T00:00:01+00:00"], lead),
        1_000
    );
    assert_eq!(as_of(&["--as-of", "1970-01-02"], lead), 86_400_000);
    assert_eq!(as_of(&["--as-of", "-5"], "{}"), -5);
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let distance = as_of(&[], "{}") - i64::try_from(now.as_millis()).unwrap();
    assert!((0..60_000).contains(&distance), "{distance}");
    assert_eq!(score(&["--as-of", "yesterday"], "{}").code, 2);
    assert_eq!(score(&["--as-of", "2026-02-30"], "{}").code, 2);
}

#[test]
fn a_line_that_is_too_long_is_a_problem_and_the_next_is_read() {
    let mut input = format!("{{\"id\":\"{}\"}}\n", "x".repeat(16 << 20));
    input.push_str(SOFTWARE);
    let ran = score(&["--as-of", "1000"], input);
    let out = lines(&ran.out);
    assert_eq!(out.len(), 2);
    assert_eq!(out[0]["problems"][0]["code"], "too_large");
    assert_eq!(out[1]["id"], "a");
}

#[test]
fn one_document_may_hold_one_lead_or_a_list() {
    let folder = Folder::new();
    let playbook = folder.file("small.yaml", SMALL);
    let one = folder.file("one.yaml", "id: a\nfacts: { account.industry: software }\n");
    let ran = run(&["score", "-p", &playbook, &one, "--as-of", "1000"]);
    assert_eq!(ran.out, score(&["--as-of", "1000"], SOFTWARE).out);
    let list = folder.file(
        "list.json",
        "[\n {},\n {\"id\":\"b\",\"id\":\"b\"},\n {\"id\":\"c\",\"events\":[{\"signal\":\"dmo\",\"at\":0}]}\n]",
    );
    let ran = run(&["score", "-p", &playbook, &list]);
    assert_eq!(ran.code, 1);
    let out = lines(&ran.out);
    assert_eq!(out[0]["id"], 1);
    assert_eq!(out[1]["problems"][0]["code"], "duplicate_key");
    assert_eq!(out[1]["problems"][0]["path"], "/id");
    assert_eq!(out[2]["problems"][0]["path"], "/events/0/signal");
    assert_eq!(out[2]["problems"][0]["line"], 4);
    assert_eq!(out[2]["problems"][0]["help"], "did you mean `demo`?");
    let bad = folder.file("bad.json", "[{]");
    assert_eq!(run(&["score", "-p", &playbook, &bad]).code, 1);
}

/// Lines of leads of which each seventh asked for a demo.
fn many(count: u32) -> String {
    let mut text = String::new();
    for lead in 0..count {
        let events = match lead % 7 {
            0 => "[{\"signal\":\"demo\",\"at\":500}]",
            _ => "[]",
        };
        text.push_str(&format!(
            "{{\"id\":\"lead-{lead}\",\"facts\":{{\"account.employees\":{}}},\"events\":{events}}}\n",
            lead % 100 + 1
        ));
    }
    text
}

#[test]
fn the_order_and_the_bytes_are_the_same_for_any_number_of_threads() {
    let input = many(5_000);
    let one = score(&["--as-of", "1000", "--threads", "1"], &input);
    assert_eq!(one.code, 0, "{}", one.err);
    for threads in ["2", "3", "16"] {
        let more = score(&["--as-of", "1000", "--threads", threads], &input);
        assert!(more.out == one.out, "{threads} threads decide otherwise");
    }
    for (lead, line) in lines(&one.out).iter().enumerate() {
        assert_eq!(line["id"], format!("lead-{lead}"));
        let due = if lead % 100 >= 49 { 10 } else { 0 };
        assert_eq!(line["decision"]["scores"]["fit"]["value"], due, "{line}");
    }
}

/// 200,000 leads stream through with the memory of a few batches.
#[cfg(target_os = "linux")]
#[test]
fn two_hundred_thousand_leads_take_bounded_memory() {
    let folder = Folder::new();
    let playbook = folder.file("small.yaml", SMALL);
    let out = folder.path("out.jsonl");
    let args = [
        "score",
        "-p",
        &playbook,
        "-",
        "-o",
        &out,
        "--as-of",
        "1000",
        "--threads",
        "2",
    ];
    let mut child = command(&args).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let batch = many(10_000);
    for _ in 0..20 {
        stdin.write_all(batch.as_bytes()).unwrap();
    }
    // It still waits for more, so its peak can be read.
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    let peak_kb: u64 = peak.trim().trim_end_matches("kB").trim().parse().unwrap();
    drop(stdin);
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!((ran.code, &*ran.err), (0, ""));
    assert!(
        peak_kb < 48 << 10,
        "{peak_kb} KiB for {} MB of input",
        20 * batch.len() / 1_000_000
    );
    let text = fs::read_to_string(&out).unwrap();
    assert_eq!(text.lines().count(), 200_000);
    assert!(
        text.len() > 100_000_000,
        "the output alone is larger than the memory: {}",
        text.len()
    );
}

#[test]
fn a_line_is_answered_before_the_next_one_is_there() {
    let folder = Folder::new();
    let playbook = folder.file("small.yaml", SMALL);
    let mut child = command(&["score", "-p", &playbook, "-"])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    for name in ["a", "b", "c"] {
        writeln!(stdin, "{{\"id\":\"{name}\"}}").unwrap();
        stdin.flush().unwrap();
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        assert!(line.starts_with(&format!("{{\"id\":\"{name}\"")), "{line}");
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_closed_pipe_is_a_quiet_end() {
    let folder = Folder::new();
    let playbook = folder.file("small.yaml", SMALL);
    let leads = folder.file("leads.jsonl", many(20_000));
    let mut child = command(&["score", "-p", &playbook, &leads])
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    drop(out);
    let mut err = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut err)
        .unwrap();
    assert_eq!((child.wait().unwrap().code(), &*err), (Some(0), ""));
}

#[test]
fn files_and_usage() {
    let folder = Folder::new();
    let playbook = folder.file("small.yaml", SMALL);
    let leads = folder.file("leads.jsonl", SOFTWARE);
    let code = |args: &[&str]| run(args).code;
    assert_eq!(code(&["score", &leads]), 2, "no playbook");
    assert_eq!(
        code(&["score", "-p", &playbook, &folder.path("none.jsonl")]),
        3
    );
    assert_eq!(code(&["score", "-p", &folder.path("none.yaml"), &leads]), 3);
    assert_eq!(
        code(&[
            "score",
            "-p",
            &playbook,
            &leads,
            "-o",
            &folder.path("no/folder/out")
        ]),
        3
    );
    assert_eq!(
        code(&["score", "-p", &playbook, &leads, "--map", &leads]),
        2
    );
    assert_eq!(
        code(&["score", "-p", &playbook, &leads, "--from", "csv"]),
        2,
        "no map"
    );
    assert_eq!(
        code(&["score", "-p", &leads, &leads]),
        1,
        "leads are no playbook"
    );
    let ran = run(&["score", "-p", &playbook, &leads, "-o", &leads]);
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert_eq!(
        fs::read_to_string(&leads).unwrap(),
        SOFTWARE,
        "the input is as it was"
    );
}
