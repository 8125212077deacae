use super::{Folder, run, run_with};
use serde_json::{Value, json};

/// Both must hold. Size first: 1 + 0.25 · 1; industry first: 1 + 0.5 · 1.
const BOOK: &str = "\
leadstage: 1
name: asking
version: 1
attributes:
  account.industry: { type: choice, options: [software, retail], ask: { text: Which industry? } }
  account.employees:
    type: number
    whole: true
    min: 1
    max: 10000
    ask: { text: How many people?, answers: [ { label: 1-49, range: [1, 49], share: 0.75 }, { label: 50+, range: [50, null], share: 0.25 } ] }
routes:
  - { when: { account.industry: software, account.employees: { from: 50 } }, then: book }
  - { then: nurture }
";

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|problem| panic!("{problem}: {text}"))
}

#[test]
fn a_conversation_through_pipes() {
    let folder = Folder::new();
    let book = folder.file("book.yaml", BOOK);
    let ran = run_with(&["ask", "-p", &book], "lots\nabout 400\nb\n");
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(
        !ran.out.contains('\u{1b}'),
        "colour where there is no terminal"
    );
    let lines: Vec<&str> = ran.out.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(
        lines,
        [
            "How many people?",
            "decides the route in 1 of 2 answers; 1.3 questions to be expected, 2 at most",
            "  a  1-49",
            "  b  50+",
            "> ",
            "please choose one of these: 1-49, 50+",
            "  a  1-49",
            "  b  50+",
            "> ",
            "Which industry?",
            "decides the route whatever the answer is",
            "  a  software",
            "  b  retail",
            "> ",
            "nurture (settled)",
        ]
    );
    // An empty line leaves a question out; then no answer can change anything.
    let ran = run_with(&["ask", "-p", &book], "\n");
    assert!(
        ran.out.ends_with("nurture (no answer could change it)\n"),
        "{}",
        ran.out
    );
    // Where nothing more is said the state is told, to go on with later.
    let ran = run_with(&["ask", "-p", &book], "50+\n");
    let state = json(ran.out.lines().last().unwrap());
    assert_eq!(state["facts"][0]["range"], json!([50, 10_000]));
    let ran = run_with(
        &["ask", "-p", &book, "--hand-over", "--tries", "1"],
        "lots\n",
    );
    assert!(
        ran.out.ends_with("nurture (a person takes over)\n"),
        "{}",
        ran.out
    );
}

#[test]
fn turn_by_turn_as_json() {
    let folder = Folder::new();
    let book = folder.file("book.yaml", BOOK);
    let ask = |state: Option<&str>, more: &[&str]| {
        let file = state.map(|state| folder.file("state.json", state));
        let mut args = vec!["ask", "-p", &book, "--json", "--as-of", "1000"];
        if let Some(file) = &file {
            args.extend(["--conversation", file]);
        }
        args.extend(more);
        let ran = run(&args);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        ran.out
    };
    let first = ask(None, &[]);
    let turn = json(&first);
    assert_eq!(turn["turn"]["ask"]["attribute"], "account.employees");
    assert_eq!(turn["turn"]["answers"], json!(["1-49", "50+"]));
    let second = ask(Some(&first), &["--answer", "sixty"]);
    assert_eq!(json(&second)["turn"]["text"], "Which industry?");
    // The state alone does as well.
    let state = json(&second)["conversation"].to_string();
    let end = json(&ask(Some(&state), &["--answer", "software"]));
    assert_eq!(
        end["turn"],
        json!({ "end": "settled", "route": "book", "settled": true })
    );
    assert_eq!(
        end["conversation"]["facts"][0],
        json!({ "attribute": "account.employees", "value": 60, "source": "visitor", "at": 1000, "words": "sixty" })
    );
    let declined = json(&ask(Some(&second), &["--decline"]));
    assert_eq!(
        declined["turn"],
        json!({ "end": "nothing_to_ask", "route": "nurture", "settled": false })
    );
    let told = json(&ask(
        Some(&second),
        &["--tell", "account.industry=software"],
    ));
    assert_eq!(told["turn"]["route"], "book");
}

#[test]
fn what_is_known_already_is_not_asked() {
    let folder = Folder::new();
    let book = folder.file("book.yaml", BOOK);
    let lead = folder.file("lead.yaml", "facts: { account.employees: 80 }\n");
    let ran = run(&["ask", "-p", &book, &lead, "--json"]);
    assert_eq!(json(&ran.out)["turn"]["text"], "Which industry?");
}

#[test]
fn the_tree_in_every_form() {
    let folder = Folder::new();
    let book = folder.file("book.yaml", BOOK);
    let tree = |form: &[&str]| {
        let mut args = vec!["ask", "-p", &book, "--tree"];
        args.extend(form);
        let ran = run(&args);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        ran.out
    };
    assert!(tree(&[]).contains("\n  1-49 → nurture\n  50+ → Which industry?"));
    assert_eq!(tree(&["text"]), tree(&[]));
    assert_eq!(
        json(&tree(&["json"]))["branches"][1]["then"]["branches"][0]["then"]["route"],
        "book"
    );
    assert!(tree(&["dot"]).starts_with("digraph questions {"));
    assert!(tree(&["svg"]).starts_with("<svg xmlns="));
}

#[test]
fn tools_for_language_models() {
    let folder = Folder::new();
    let book = folder.file("book.yaml", BOOK);
    let names = |form: &str| json(&run(&["ask", "-p", &book, "--tools", form]).out);
    assert_eq!(names("plain")[0]["name"], "record_facts");
    assert_eq!(names("openai")[0]["function"]["name"], "record_facts");
    assert!(names("anthropic")[0]["input_schema"].is_object());
}

#[test]
fn what_can_t_be_asked() {
    let folder = Folder::new();
    let book = folder.file("book.yaml", BOOK);
    let compiled = folder.path("book.leadstage");
    assert_eq!(run(&["compile", &book, "-o", &compiled]).code, 0);
    let ran = run(&["ask", "-p", &compiled]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("the compiled form holds no questions"),
        "{}",
        ran.err
    );
    let ran = run(&[
        "ask",
        "-p",
        &book,
        "--tell",
        "account.employees=0",
        "--json",
    ]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("please say a number from 1 to 10000"),
        "{}",
        ran.err
    );
    let state = folder.file("state.json", "{\"conversation\": 1, \"playbook\": \"x\"}");
    let ran = run(&["ask", "-p", &book, "--json", "--conversation", &state]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("another playbook"), "{}", ran.err);
    let lead = folder.file("lead.yaml", "facts: { account.size: 80 }\n");
    assert_eq!(run(&["ask", "-p", &book, &lead]).code, 1);
    assert_eq!(run(&["ask", "-p", &book, "--answer", "x"]).code, 2);
    assert_eq!(run_with(&["ask", "-p", &book, "-"], "{}").code, 2);
}

#[test]
fn several_letters_where_several_apply() {
    let folder = Folder::new();
    let text = "\
leadstage: 1
name: sets
version: 1
attributes:
  account.tools: { type: choices, options: [chat, forms, mail], ask: { text: Which do you use? } }
routes:
  - { when: { account.tools: { has_all: [chat, mail] } }, then: book }
  - { then: nurture }
";
    let book = folder.file("book.yaml", text);
    for (said, route) in [
        ("a, C", "book"),
        ("a b", "nurture"),
        ("b", "nurture"),
        ("chat and mail", "book"),
        ("none", "nurture"),
    ] {
        let ran = run_with(&["ask", "-p", &book], format!("{said}\n"));
        assert!(ran.out.contains("  c  mail\n"), "{}", ran.out);
        let end = format!("{route} (settled)\n");
        assert!(ran.out.ends_with(&end), "{said}: {}", ran.out);
    }
    // One that isn't there is not understood, whatever the others are.
    let ran = run_with(&["ask", "-p", &book], "a, d\n");
    let again = "please name those that apply, or none\n";
    assert!(ran.out.contains(again), "{}", ran.out);
    let ran = run_with(&["ask", "-p", &book, "--json"], "");
    assert_eq!(json(&ran.out)["turn"]["multiple"], true);
}
