//! What answers in words come to. Expectations are from `docs/CONVERSATION.md` 7.

use leadstage::conversation::{Conversation, Questions, Rules, Talk, Turn};
use leadstage::evidence::Evidence;
use leadstage::playbook::Playbook;
use serde_json::{Value, json};
use std::sync::Arc;

const BOOK: &str = r#"
leadstage: 1
name: words
version: 1
attributes:
  account.industry:
    type: choice
    options: [software, fintech, retail, software_services, none_of_these]
    synonyms: { fintech: [financial technology, banking], software: [saas, "C++ shop"] }
    ask:
      text: Which industry are you in?
      answers:
        - { label: Software, value: software }
        - { label: Finance, value: fintech, synonyms: [money business] }
        - { label: Shops and services, any_of: [retail, software_services] }
        - { label: None of these, value: none_of_these }
  account.employees: { type: number, whole: true, min: 1, max: 5000000, ask: { text: How many people work there? } }
  account.growth: { type: number, unit: percent, min: -100, ask: { text: How fast do you grow? } }
  deal.budget: { type: number, unit: USD, min: 0, ask: { text: What could you spend in a year? } }
  account.live: { type: boolean, ask: { text: Do you use a CRM? } }
  account.tools: { type: choices, options: [crm, chat, mail_merge], synonyms: { chat: [messenger] }, ask: { text: What do you use? } }
  deal.start: { type: date, ask: { text: When do you start? } }
  contact.role: { type: text, ask: { text: What do you do? } }
routes: [ { when: { account.live: true }, then: book }, { then: nurture } ]
"#;

/// 2026-11-22T15:00:00Z
const AS_OF: i64 = 1_795_359_600_000;

fn questions() -> Questions {
    let playbook = Playbook::parse(BOOK).unwrap_or_else(|problems| panic!("{problems}"));
    Questions::parse(Arc::new(playbook), BOOK).unwrap()
}

/// What is understood, as the fields of a fact; or what is said to the visitor.
fn heard(questions: &Questions, attribute: &str, words: &str) -> Result<Value, String> {
    let mut conversation = Conversation::default();
    Talk::new(questions, Rules::default()).tell(&mut conversation, attribute, words, AS_OF)?;
    let stored: Value = serde_json::from_str(&conversation.to_json(questions)).unwrap();
    let mut fact = stored["facts"][0].as_object().unwrap().clone();
    assert_eq!(fact["words"], json!(words.trim()));
    fact.retain(|key, _| ["value", "range", "any_of"].contains(&key.as_str()));
    Ok(Value::Object(fact))
}

fn means(attribute: &str, cases: &[(&str, Value)]) {
    let questions = questions();
    let mut wrong = Vec::new();
    for (words, expected) in cases {
        let found = heard(&questions, attribute, words);
        if found.as_ref() != Ok(expected) {
            wrong.push(format!("`{words}`: {found:?}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn unclear(attribute: &str, cases: &[&str]) {
    let questions = questions();
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|words| {
            heard(&questions, attribute, words)
                .ok()
                .map(|found| format!("`{words}`: {found}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn exactly(value: impl Into<Value>) -> Value {
    json!({ "value": value.into() })
}

#[test]
fn numbers_as_people_write_them() {
    means(
        "account.employees",
        &[
            ("200", exactly(200)),
            (" 2.5k ", exactly(2_500)),
            ("2.5 k", exactly(2_500)),
            ("two million", exactly(2_000_000)),
            ("Two Hundred and Fifty", exactly(250)),
            ("twenty-five", exactly(25)),
            ("twenty five", exactly(25)),
            ("a hundred", exactly(100)),
            ("one thousand two hundred", exactly(1_200)),
            ("half a million", exactly(500_000)),
            ("a dozen", exactly(12)),
            ("3 dozen", exactly(36)),
            ("1,000", exactly(1_000)),
            ("1,234,567", exactly(1_234_567)),
            ("1.234.567", exactly(1_234_567)),
            ("12 000", exactly(12_000)),
            ("12'000", exactly(12_000)),
            ("1.5 million", exactly(1_500_000)),
            ("1,5 million", exactly(1_500_000)),
            ("we are 40 people", exactly(40)),
            ("There are 40 of us.", exactly(40)),
            ("50-100", json!({ "range": [50, 100] })),
            ("50 – 100", json!({ "range": [50, 100] })),
            ("50 to 100", json!({ "range": [50, 100] })),
            ("from 50 to 100", json!({ "range": [50, 100] })),
            ("between fifty and 100", json!({ "range": [50, 100] })),
            ("2-3k", json!({ "range": [2_000, 3_000] })),
            ("50k to 100k", json!({ "range": [50_000, 100_000] })),
            ("about 200", json!({ "range": [180, 220] })),
            ("~200", json!({ "range": [180, 220] })),
            ("roughly 25", json!({ "range": [22, 28] })),
            ("200 or so", json!({ "range": [180, 220] })),
            ("at least 200", json!({ "range": [200, 5_000_000] })),
            ("200+", json!({ "range": [200, 5_000_000] })),
            ("200 or more", json!({ "range": [200, 5_000_000] })),
            (">= 200", json!({ "range": [200, 5_000_000] })),
            ("over 200", json!({ "range": [201, 5_000_000] })),
            ("more than 200", json!({ "range": [201, 5_000_000] })),
            ("up to 200", json!({ "range": [1, 200] })),
            ("no more than 200", json!({ "range": [1, 200] })),
            ("fewer than 200", json!({ "range": [1, 199] })),
            ("under 2", exactly(1)),
        ],
    );
    means(
        "deal.budget",
        &[
            ("$50k", exactly(50_000)),
            ("50,000 dollars", exactly(50_000)),
            ("USD 50k a year", exactly(50_000)),
            ("0.125", exactly(0.125)),
            ("1.234,56", exactly(1_234.56)),
            ("1,234.56", exactly(1_234.56)),
            (
                "more than 10",
                json!({ "range": [10.000_001, 9_000_000_000_000u64] }),
            ),
        ],
    );
    means(
        "account.growth",
        &[("20%", exactly(20)), ("12.5 percent", exactly(12.5))],
    );
}

#[test]
fn what_is_not_plain_is_no_number() {
    unclear(
        "account.employees",
        &[
            "",
            "many",
            "hundreds",
            "a few",
            "50 or 100",
            "not 200",
            "200, 300",
            "20 in Berlin, 30 in Rome",
            "1.000",
            "2.500",
            "12,34,56",
            "2.5",
            "0",
            "6 million",
            "-5",
            "minus 5",
            "100-50",
            "5 years",
            "20%",
            "$200",
            "twice 100",
            "grew from 50 to 200",
            "200 and growing",
            "a couple",
            "k",
            "1.2.3",
            "99999999999999999999",
        ],
    );
    unclear(
        "deal.budget",
        &["5k a month", "€50k", "50k euros", "10 percent", "5 hours"],
    );
    let questions = questions();
    let message = heard(&questions, "account.employees", "0").unwrap_err();
    assert_eq!(message, "please say a number from 1 to 5000000");
    assert_eq!(
        heard(&questions, "account.employees", "2.5").unwrap_err(),
        "please say a whole number"
    );
}

#[test]
fn options_by_label_name_and_synonym() {
    means(
        "account.industry",
        &[
            ("Software", exactly("software")),
            ("we make software", exactly("software")),
            ("SaaS", exactly("software")),
            ("c++ shop", exactly("software")),
            ("Finance", exactly("fintech")),
            ("the money business", exactly("fintech")),
            ("banking!", exactly("fintech")),
            (
                "Shops and services",
                json!({ "any_of": ["retail", "software_services"] }),
            ),
            ("retail", exactly("retail")),
            // The longer name covers the shorter.
            ("software services", exactly("software_services")),
            // The label of an answer, whatever its words would mean otherwise.
            ("none of these", exactly("none_of_these")),
        ],
    );
    unclear(
        "account.industry",
        &[
            "software or retail",
            "not software",
            "software, but also retail",
            "maybe software",
            "aerospace",
            "softwar",
            "we don't do software",
        ],
    );
    let message = heard(&questions(), "account.industry", "softwar").unwrap_err();
    assert!(
        message.starts_with("did you mean Software? please choose one of these: Software, Finance"),
        "{message}"
    );
}

#[test]
fn yes_and_no() {
    for words in [
        "yes",
        "Y",
        "Yeah!",
        "yes, we do",
        "sure",
        "of course",
        "We do.",
        "yep we have",
    ] {
        means("account.live", &[(words, exactly(true))]);
    }
    for words in [
        "no",
        "Nope",
        "not yet",
        "no, we don't",
        "We do not",
        "we don’t",
        "never",
        "not really",
    ] {
        means("account.live", &[(words, exactly(false))]);
    }
    unclear(
        "account.live",
        &[
            "yes and no",
            "maybe",
            "yes, but not always",
            "it depends",
            "no, yes",
            "a CRM",
            "I think so",
            "yes or no",
        ],
    );
}

#[test]
fn sets_of_options() {
    means(
        "account.tools",
        &[
            ("crm and chat", exactly(json!(["crm", "chat"]))),
            (
                "Mail merge, messenger",
                exactly(json!(["chat", "mail_merge"])),
            ),
            ("we use crm", exactly(json!(["crm"]))),
            ("none", exactly(json!([]))),
            ("all of them", exactly(json!(["crm", "chat", "mail_merge"]))),
        ],
    );
    unclear(
        "account.tools",
        &["crm or chat", "not crm", "crm and telegrams", "abacus"],
    );
}

#[test]
fn days() {
    for words in [
        "2026-12-01",
        "1 Dec 2026",
        "December 1, 2026",
        "Dec 1st 2026",
        "the 1st of December 2026",
        "1.12.2026",
        "01.12.2026",
        "2026/12/1",
    ] {
        means("deal.start", &[(words, exactly("2026-12-01"))]);
    }
    means(
        "deal.start",
        &[
            ("12/25/2026", exactly("2026-12-25")),
            ("25/12/2026", exactly("2026-12-25")),
            ("5/5/2027", exactly("2027-05-05")),
            ("today", exactly("2026-11-22")),
            ("Tomorrow", exactly("2026-11-23")),
            ("in 3 weeks", exactly("2026-12-13")),
            ("in 10 days", exactly("2026-12-02")),
        ],
    );
    unclear(
        "deal.start",
        &[
            "5/6/2027",
            "soon",
            "next month",
            "in 2 months",
            "March 2027",
            "30 Feb 2027",
            "1.2.27",
            "Q3",
            "2027",
        ],
    );
}

#[test]
fn texts_stay_as_they_are() {
    means(
        "contact.role",
        &[("  Head of Sales ", exactly("Head of Sales"))],
    );
    unclear("contact.role", &["", "   "]);
    let long = "x".repeat(4_001);
    unclear("contact.role", &[&long]);
    means(
        "contact.role",
        &[(&"x".repeat(4_000), exactly("x".repeat(4_000)))],
    );
}

#[test]
fn refusing_is_an_answer() {
    let questions = questions();
    let talk = Talk::new(&questions, Rules::default());
    for words in ["skip", "I'd rather not say", "I don't know", "Not sure."] {
        let mut conversation = Conversation::default();
        let turn = talk.turn(&mut conversation, &Evidence::default(), AS_OF);
        assert!(matches!(turn, Turn::Ask { .. }));
        let turn = talk.answer(&mut conversation, &Evidence::default(), words, AS_OF);
        // Nothing else decides the route.
        assert!(matches!(turn, Turn::End { .. }), "{words}: {turn:?}");
        let stored: Value = serde_json::from_str(&conversation.to_json(&questions)).unwrap();
        assert_eq!(
            stored["passed"],
            json!([{ "attribute": "account.live", "why": "declined" }])
        );
    }
}
