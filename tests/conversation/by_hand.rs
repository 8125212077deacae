//! Small playbooks whose best questions are worked out by hand from `docs/CONVERSATION.md`.

use leadstage::conversation::{Budget, Method, Next, Pick, Picker, Questions};
use leadstage::evidence::Evidence;
use leadstage::playbook::Playbook;
use std::sync::Arc;

fn questions(attributes: &str, routes: &str) -> Questions {
    let text = format!(
        "leadstage: 1\nname: small\nversion: 1\nattributes:\n{attributes}routes:\n{routes}  - {{ then: nurture }}\n"
    );
    let playbook = Playbook::parse(&text).unwrap_or_else(|problems| panic!("{problems}\n{text}"));
    Questions::parse(Arc::new(playbook), &text).unwrap()
}

fn next(questions: &Questions, facts: &str, passed: &[&str]) -> Next {
    let evidence = Evidence::parse(questions.playbook(), facts).unwrap();
    Picker::new(questions).next(&evidence, 1_000, passed)
}

fn pick(questions: &Questions, facts: &str) -> Pick {
    match next(questions, facts, &[]) {
        Next::Ask(pick) => pick,
        Next::Done { .. } => panic!("there is something to ask"),
    }
}

/// What is asked first when nothing is known.
fn first(attributes: &str, routes: &str) -> Pick {
    pick(&questions(attributes, routes), "{}")
}

/// A boolean with a question; `yes` is its share of yes.
fn boolean(name: &str, cost: &str, yes: &str, no: &str) -> String {
    format!(
        "  account.{name}: {{ type: boolean, ask: {{ text: {name}, cost: {cost}, answers: [ {{ label: y, value: true, share: {yes} }}, {{ label: n, value: false, share: {no} }} ] }} }}\n"
    )
}

const BOTH: &str = "  - { when: { account.a: true, account.b: true }, then: book }\n";
const ALL_THREE: &str =
    "  - { when: { account.a: true, account.b: true, account.c: true }, then: book }\n";

#[test]
fn what_fails_most_often_is_asked_first() {
    let attributes = [
        boolean("a", "1", "0.9", "0.1"),
        boolean("b", "1", "0.5", "0.5"),
        boolean("c", "1", "0.5", "0.5"),
    ];
    let pick = first(&attributes.concat(), ALL_THREE);
    // b, then c in half of the cases, then a in half of those: 1 + 0.5 · (1 + 0.5 · 1). b comes before c by name.
    assert_eq!(pick.attribute, "account.b");
    assert_eq!(
        (pick.expected_cost, pick.expected_questions, pick.at_most),
        (1_750, 1_750, 3)
    );
    assert_eq!((pick.method, pick.no_less_than), (Method::Exact, 1_750));
    // No decides, yes doesn't.
    assert_eq!(pick.decides, (1, 2, 500_000));
    assert_eq!(
        pick.why(),
        "decides the route in 1 of 2 answers; 1.8 questions to be expected, 3 at most"
    );
}

#[test]
fn costs_weigh_against_chances() {
    // a first: 3 + 0.1 · 1 = 3.1; b first: 1 + 0.5 · 3 = 2.5.
    let attributes = [
        boolean("a", "3", "0.1", "0.9"),
        boolean("b", "1", "0.5", "0.5"),
    ];
    let pick = first(&attributes.concat(), BOTH);
    assert_eq!(
        (
            pick.attribute.as_str(),
            pick.expected_cost,
            pick.expected_questions
        ),
        ("account.b", 2_500, 1_500)
    );
}

#[test]
fn a_free_question_counts_a_thousandth() {
    // Both must hold: a is free, so it comes first in spite of its chances: 0.001 + 0.9 · 1.
    let attributes = [
        boolean("a", "0", "0.9", "0.1"),
        boolean("b", "1", "0.1", "0.9"),
    ];
    let pick = first(&attributes.concat(), BOTH);
    assert_eq!(
        (pick.attribute.as_str(), pick.expected_cost),
        ("account.a", 901)
    );
}

const CHOICE: &str = "  account.kind: { type: choice, options: [x, y, z], ask: { text: kind, answers: [ { label: X, value: x, share: 0.6 }, { label: Y, value: y }, { label: Z, value: z } ] } }\n";

#[test]
fn answers_without_a_share_get_what_is_left() {
    // x: 0.6, y and z: 0.2 each. kind first: 1 + 0.4 · 1 = 1.4, as x books at once; b first: 1 + 0.5 · 1 = 1.5.
    let attributes = [CHOICE.to_owned(), boolean("b", "1", "0.5", "0.5")];
    let pick = first(
        &attributes.concat(),
        "  - { when: { any: [ { account.kind: x }, { account.b: true } ] }, then: book }\n",
    );
    assert_eq!(
        (pick.attribute.as_str(), pick.expected_cost),
        ("account.kind", 1_400)
    );
    assert_eq!(pick.decides, (1, 3, 600_000));
}

#[test]
fn shares_need_not_add_up_to_one() {
    // 0.2 and 0.1 are two to one: 1 + 2/3 · 1, which is 1.667; b first would be 1.75.
    let attributes = [
        boolean("a", "1", "0.2", "0.1"),
        boolean("b", "1", "0.75", "0.25"),
    ];
    let pick = first(&attributes.concat(), BOTH);
    assert_eq!(
        (pick.attribute.as_str(), pick.expected_cost),
        ("account.a", 1_667)
    );
}

#[test]
fn what_is_known_or_was_passed_is_not_asked() {
    let attributes = [
        boolean("a", "1", "0.5", "0.5"),
        boolean("b", "1", "0.5", "0.5"),
    ];
    let questions = questions(&attributes.concat(), BOTH);
    assert_eq!(
        pick(&questions, r#"{"facts": {"account.a": true}}"#).attribute,
        "account.b"
    );
    let settled = Next::Done {
        route: Some("nurture".into()),
        settled: true,
    };
    assert_eq!(
        next(&questions, r#"{"facts": {"account.a": false}}"#, &[]),
        settled
    );
    // a was declined: it stays unknown, which is not met, so b can't change anything; but it is not settled.
    let over = Next::Done {
        route: Some("nurture".into()),
        settled: false,
    };
    assert_eq!(next(&questions, "{}", &["account.a"]), over);
}

#[test]
fn partly_known_leaves_the_answers_that_agree() {
    let attributes = "  account.size: { type: number, whole: true, min: 1, max: 1000, ask: { text: size, answers: [ \
        { label: small, range: [1, 19], share: 0.5 }, { label: middle, range: [20, 199], share: 0.3 }, { label: large, range: [200, null], share: 0.2 } ] } }\n";
    let questions = questions(
        attributes,
        "  - { when: { account.size: { from: 200 } }, then: book }\n  - { when: { account.size: { below: 20 } }, then: self_serve }\n",
    );
    assert_eq!(pick(&questions, "{}").decides, (3, 3, 1_000_000));
    // What a model inferred counts less than the visitor's word: middle and large agree with it, three to two.
    let inferred =
        r#"{"facts": [{"attribute": "account.size", "range": [100, 300], "source": "inferred"}]}"#;
    assert_eq!(pick(&questions, inferred).decides, (2, 2, 1_000_000));
    // One answer agrees: nothing to ask.
    let narrow =
        r#"{"facts": [{"attribute": "account.size", "range": [250, 300], "source": "inferred"}]}"#;
    assert!(matches!(
        next(&questions, narrow, &[]),
        Next::Done { settled: true, .. }
    ));
    // The CRM's range is not overruled by the visitor, so there is nothing to ask either.
    let crm = r#"{"facts": [{"attribute": "account.size", "range": [100, 300], "source": "crm"}]}"#;
    assert!(matches!(
        next(&questions, crm, &[]),
        Next::Done { settled: false, .. }
    ));
}

#[test]
fn only_who_may_assert_is_asked() {
    let attributes = "  account.a: { type: boolean, asserted_by: [sales], ask: { text: a } }\n";
    let questions = questions(
        attributes,
        "  - { when: { account.a: true }, then: book }\n",
    );
    assert!(matches!(
        next(&questions, "{}", &[]),
        Next::Done { settled: false, .. }
    ));
}

#[test]
fn questions_with_no_answers_of_their_own() {
    // A number is planned with the kinds that tests tell apart: up to 9, from 10 to 99, from 100.
    let attributes = "  account.size: { type: number, whole: true, min: 0, ask: { text: size } }\n  account.c: { type: choice, options: [x, y], ask: { text: c } }\n";
    let questions = questions(
        attributes,
        "  - { when: { account.size: { from: 100 } }, then: book }\n  - { when: { account.size: { from: 10 }, account.c: x }, then: talk }\n",
    );
    // size first: 1 + 1/3 · 1; c first: 1 + 1.
    let pick = pick(&questions, "{}");
    assert_eq!(
        (pick.attribute.as_str(), pick.expected_cost),
        ("account.size", 1_333)
    );
    assert_eq!(pick.decides, (2, 3, 666_666));
    let labels: Vec<&str> = questions.question("account.c").unwrap().labels().collect();
    assert_eq!(labels, ["x", "y"]);
}

#[test]
fn routes_of_one_name_are_one_route() {
    let attributes = boolean("a", "1", "0.5", "0.5");
    let questions = questions(
        &attributes,
        "  - { when: { account.a: true }, then: nurture }\n",
    );
    let over = next(&questions, "{}", &[]);
    assert_eq!(
        over,
        Next::Done {
            route: Some("nurture".into()),
            settled: true
        }
    );
}

#[test]
fn the_heuristic_says_what_it_can_vouch_for() {
    let attributes = [
        boolean("a", "1", "0.9", "0.1"),
        boolean("b", "1", "0.5", "0.5"),
        boolean("c", "1", "0.5", "0.5"),
    ];
    let questions = questions(&attributes.concat(), ALL_THREE);
    let budget = Budget {
        exact: 0,
        ..Budget::default()
    };
    let Next::Ask(pick) =
        Picker::new(&questions)
            .within(budget)
            .next(&Evidence::default(), 1_000, &[])
    else {
        panic!("there is something to ask");
    };
    assert_eq!(
        (pick.method, pick.attribute.as_str(), pick.expected_cost),
        (Method::Heuristic, "account.b", 1_750)
    );
    // One question, and another one after yes: of b or c 1 + 0.5, of a 1 + 0.9.
    assert_eq!(pick.no_less_than, 1_500);
}

#[test]
fn the_tree_has_every_branch() {
    let attributes = [
        boolean("a", "1", "0.9", "0.1"),
        boolean("b", "1", "0.5", "0.5"),
    ];
    let questions = questions(&attributes.concat(), BOTH);
    let picker = Picker::new(&questions);
    let tree = picker.tree(&Evidence::default(), 1_000, 100);
    let json: serde_json::Value = serde_json::from_str(&tree.to_json()).unwrap();
    assert_eq!(json["ask"]["attribute"], "account.b");
    let branches = json["branches"].as_array().unwrap();
    assert_eq!(branches.len(), 2);
    assert_eq!(branches[0]["answer"], "y");
    assert_eq!(branches[0]["share"].to_string(), "0.5");
    assert_eq!(branches[0]["then"]["ask"]["attribute"], "account.a");
    assert_eq!(branches[0]["then"]["branches"][0]["then"]["route"], "book");
    assert_eq!(
        branches[0]["then"]["branches"][1]["then"]["route"],
        "nurture"
    );
    assert_eq!(
        branches[1]["then"],
        serde_json::json!({ "route": "nurture", "settled": true })
    );
    // Room for the first question only.
    let cut: serde_json::Value =
        serde_json::from_str(&picker.tree(&Evidence::default(), 1_000, 1).to_json()).unwrap();
    assert_eq!(
        cut["branches"][0]["then"],
        serde_json::json!({ "more": true })
    );
    assert_eq!(
        cut["branches"][1]["then"],
        serde_json::json!({ "more": true })
    );
    assert_eq!(
        tree.to_text(),
        "b  (decides the route in 1 of 2 answers; 1.5 questions to be expected, 2 at most)\n  \
         y → a  (decides the route whatever the answer is)\n    y → book\n    n → nurture\n  n → nurture\n"
    );
}

#[test]
fn pictures_are_well_formed_and_hold_every_box() {
    let attributes = "  account.a: { type: boolean, ask: { text: 'Is \"A\" < B & C?' } }\n";
    let questions = questions(
        attributes,
        "  - { when: { account.a: true }, then: book }\n",
    );
    let tree = Picker::new(&questions).tree(&Evidence::default(), 1_000, 100);
    let svg = tree.to_svg();
    assert!(svg.contains("Is &quot;A&quot; &lt; B &amp; C?"), "{svg}");
    assert_eq!(svg.matches("<rect ").count(), 3);
    assert_eq!(svg.matches("<path ").count(), 2);
    for part in ["<text", "<title", "<svg"] {
        let closing = part.replace('<', "</") + ">";
        assert_eq!(svg.matches(part).count(), svg.matches(&closing).count());
    }
    let dot = tree.to_dot();
    assert!(
        dot.contains("n0 [label=\"Is \\\"A\\\" < B & C?\"]"),
        "{dot}"
    );
    assert!(
        dot.contains("n0 -> n1 [label=\"Yes\"]") && dot.contains("n0 -> n2 [label=\"No\"]"),
        "{dot}"
    );
    assert!(
        dot.contains("n1 [label=\"book\"") && dot.contains("n2 [label=\"nurture\""),
        "{dot}"
    );
}

#[test]
fn the_document_must_be_the_playbook_s() {
    let one = "{\"leadstage\": 1, \"name\": \"one\", \"version\": 1}";
    let other = "{\"leadstage\": 1, \"name\": \"other\", \"version\": 1}";
    let playbook = Arc::new(Playbook::parse(one).unwrap());
    assert!(
        Questions::parse(Arc::clone(&playbook), one)
            .unwrap()
            .is_empty()
    );
    let problems = Questions::parse(playbook, other).unwrap_err();
    assert_eq!(problems.iter().next().unwrap().code, "conflict");
}
