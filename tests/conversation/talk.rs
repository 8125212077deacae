//! Conversations as they go on, and what language models may do.

use leadstage::conversation::{
    Conversation, Dialect, End, GiveUp, Questions, Rules, Talk, Turn, Words,
};
use leadstage::evaluate::{Extent, evaluate};
use leadstage::evidence::Evidence;
use leadstage::playbook::Playbook;
use serde_json::{Value, json};
use std::sync::Arc;

/// Both must hold, or it is a partner; `employees` is asked first as it costs least.
const BOOK: &str = r#"
leadstage: 1
name: talk
version: 1
attributes:
  account.employees:
    type: number
    whole: true
    min: 1
    label: Employees
    ask: { text: How many people?, cost: 0.5, answers: [ { label: 1-49, range: [1, 49] }, { label: 50+, range: [50, null] } ] }
  account.kind: { type: choice, options: [software, retail], ask: { text: Which industry? } }
  contact.partner: { type: boolean, ask: { text: Are you a partner?, cost: 3 } }
  deal.amount: { type: number, asserted_by: [sales] }
signals: { demo: {} }
routes:
  - { when: { signal: demo }, then: talk_to_sales }
  - { when: { contact.partner: true }, then: partner_desk }
  - { when: { account.employees: { from: 50 }, account.kind: software }, then: book }
  - { then: nurture }
"#;

fn questions() -> Questions {
    let playbook = Playbook::parse(BOOK).unwrap_or_else(|problems| panic!("{problems}"));
    Questions::parse(Arc::new(playbook), BOOK).unwrap()
}

fn stored(conversation: &Conversation, questions: &Questions) -> Value {
    serde_json::from_str(&conversation.to_json(questions)).unwrap()
}

fn asks(turn: &Turn) -> &str {
    match turn {
        Turn::Ask { pick, .. } => &pick.attribute,
        other => panic!("{other:?}"),
    }
}

#[test]
fn from_the_first_question_to_the_route() {
    let questions = questions();
    let talk = Talk::new(&questions, Rules::default());
    let known = Evidence::default();
    let mut conversation = Conversation::default();
    // A partner's route stands above all, so every other question is in vain until that is known:
    // partner first costs 3, then in half of the cases 0.5 and half of 1; nothing is less.
    let turn = talk.turn(&mut conversation, &known, 10);
    let json: Value = serde_json::from_str(&turn.to_json()).unwrap();
    assert_eq!(json["text"], turn_text(&turn));
    let mut asked = Vec::new();
    let mut turn = turn;
    while let Turn::Ask { pick, .. } = &turn {
        asked.push(pick.attribute.clone());
        let words = match pick.attribute.as_str() {
            "contact.partner" => "nope",
            "account.employees" => "about 200",
            _ => "we are in software",
        };
        turn = talk.answer(&mut conversation, &known, words, 11);
    }
    assert_eq!(
        turn,
        Turn::End {
            why: End::Settled,
            route: Some("book".into()),
            settled: true
        }
    );
    assert_eq!(
        turn.to_json(),
        r#"{"end":"settled","route":"book","settled":true}"#
    );
    asked.sort();
    assert_eq!(
        asked,
        ["account.employees", "account.kind", "contact.partner"]
    );
    let stored = stored(&conversation, &questions);
    let fact = stored["facts"]
        .as_array()
        .unwrap()
        .iter()
        .find(|fact| fact["attribute"] == "account.employees");
    assert_eq!(
        fact,
        Some(
            &json!({ "attribute": "account.employees", "range": [180, 220], "source": "visitor", "at": 11, "words": "about 200" })
        )
    );
    // What the conversation brought decides as any evidence does.
    let all = talk.evidence(&conversation, &known);
    let decision = evaluate(questions.playbook(), &all, 11, Extent::Brief);
    assert_eq!(decision.route.unwrap().then.value, Some("book"));
}

fn turn_text(turn: &Turn) -> &str {
    match turn {
        Turn::Ask { text, .. } | Turn::Again { text, .. } => text,
        Turn::End { .. } => "",
    }
}

#[test]
fn a_bad_answer_gets_one_message_and_then_something_else() {
    let questions = questions();
    let talk = Talk::new(&questions, Rules::default());
    let known = Evidence::default();
    let mut conversation = Conversation::default();
    let first = asks(&talk.turn(&mut conversation, &known, 10)).to_owned();
    let again = talk.answer(&mut conversation, &known, "hm", 11);
    let Turn::Again {
        attribute, message, ..
    } = &again
    else {
        panic!("{again:?}");
    };
    assert_eq!(attribute, &first);
    assert!(message.starts_with("please "), "{message}");
    assert_eq!(
        stored(&conversation, &questions)["asked"],
        json!({ "attribute": first, "tries": 1 })
    );
    let other = talk.answer(&mut conversation, &known, "hm", 12);
    assert_ne!(asks(&other), first);
    let stored = stored(&conversation, &questions);
    assert_eq!(
        stored["passed"],
        json!([{ "attribute": first, "why": "skipped" }])
    );
    assert_eq!(stored["facts"], json!([]));
}

#[test]
fn or_a_person_takes_over() {
    let questions = questions();
    let rules = Rules {
        tries: 1,
        then: GiveUp::HandOver,
    };
    let talk = Talk::new(&questions, rules);
    let mut conversation = Conversation::default();
    talk.turn(&mut conversation, &Evidence::default(), 10);
    let end = talk.answer(&mut conversation, &Evidence::default(), "hm", 11);
    assert_eq!(
        end,
        Turn::End {
            why: End::HandedOver,
            route: Some("nurture".into()),
            settled: false
        }
    );
    // It stays so, also after it was stored.
    let text = conversation.to_json(&questions);
    let mut conversation = Conversation::parse(&questions, &text).unwrap();
    assert_eq!(
        talk.answer(&mut conversation, &Evidence::default(), "software", 12),
        end
    );
}

#[test]
fn a_correction_counts_and_deletes_nothing() {
    let questions = questions();
    let talk = Talk::new(&questions, Rules::default());
    let mut conversation = Conversation::default();
    for (words, at) in [("retail", 10), ("software", 20)] {
        talk.tell(&mut conversation, "account.kind", words, at)
            .unwrap();
    }
    let said = stored(&conversation, &questions);
    assert_eq!(said["facts"][0]["value"], "retail");
    assert_eq!(said["facts"][1]["value"], "software");
    assert_eq!(
        said["passed"],
        json!([{ "attribute": "account.kind", "why": "answered" }])
    );
    let all = talk.evidence(&conversation, &Evidence::default());
    let decision = evaluate(questions.playbook(), &all, 20, Extent::Brief);
    assert_eq!(decision.facts_aside.len(), 1);
    // Once declined, told after all.
    talk.turn(&mut conversation, &Evidence::default(), 21);
    let before = stored(&conversation, &questions)["asked"]["attribute"]
        .as_str()
        .unwrap()
        .to_owned();
    talk.decline(&mut conversation, &Evidence::default(), 22);
    let words = if before == "contact.partner" {
        "no"
    } else {
        "60"
    };
    talk.tell(&mut conversation, &before, words, 23).unwrap();
    let passed = stored(&conversation, &questions)["passed"].clone();
    assert!(
        passed
            .as_array()
            .unwrap()
            .contains(&json!({ "attribute": before, "why": "answered" })),
        "{passed}"
    );
}

#[test]
fn what_is_told_is_checked_as_what_is_answered() {
    let questions = questions();
    let talk = Talk::new(&questions, Rules::default());
    let mut conversation = Conversation::default();
    let mut refuse = |attribute: &str, words: &str| {
        talk.tell(&mut conversation, attribute, words, 10)
            .unwrap_err()
    };
    assert_eq!(
        refuse("account.employees", "0"),
        "please say a number from 1 to 9000000000000"
    );
    assert_eq!(
        refuse("account.kind", "aerospace"),
        "please choose one of these: software, retail"
    );
    assert_eq!(
        refuse("account.nothing", "x"),
        "`account.nothing` is not an attribute of this playbook"
    );
    assert_eq!(conversation, Conversation::default());
}

#[test]
fn a_question_that_no_longer_matters_vanishes() {
    let questions = questions();
    let talk = Talk::new(&questions, Rules::default());
    let mut conversation = Conversation::default();
    let waiting = asks(&talk.turn(&mut conversation, &Evidence::default(), 10)).to_owned();
    // Without news the same question waits.
    assert_eq!(
        asks(&talk.turn(&mut conversation, &Evidence::default(), 11)),
        waiting
    );
    // Meanwhile somebody asked for a demo: the route is settled.
    let demo = Evidence::parse(
        questions.playbook(),
        r#"{"events": [{"signal": "demo", "at": 12}]}"#,
    )
    .unwrap();
    let end = talk.turn(&mut conversation, &demo, 13);
    assert_eq!(
        end,
        Turn::End {
            why: End::Settled,
            route: Some("talk_to_sales".into()),
            settled: true
        }
    );
    assert_eq!(stored(&conversation, &questions)["asked"], Value::Null);
    // Or the CRM knows the size: what waits for it vanishes, and another question is asked.
    let mut conversation = Conversation::default();
    talk.turn(&mut conversation, &Evidence::default(), 10);
    let fact = match waiting.as_str() {
        "account.employees" => r#"{"account.employees": {"value": 10, "source": "crm"}}"#,
        "account.kind" => r#"{"account.kind": {"value": "retail", "source": "crm"}}"#,
        _ => r#"{"contact.partner": {"value": false, "source": "crm"}}"#,
    };
    let crm = Evidence::parse(questions.playbook(), &format!("{{\"facts\": {fact}}}")).unwrap();
    let turn = talk.turn(&mut conversation, &crm, 14);
    assert_ne!(asks(&turn), waiting);
    assert_eq!(stored(&conversation, &questions)["passed"], json!([]));
}

#[test]
fn states_are_checked_when_they_are_read() {
    let questions = questions();
    let good = Conversation::default().to_json(&questions);
    assert!(Conversation::parse(&questions, &good).is_ok());
    let codes = |text: &str| -> Vec<(&'static str, String)> {
        let problems = Conversation::parse(&questions, text).unwrap_err();
        problems
            .iter()
            .map(|problem| (problem.code, problem.path.clone()))
            .collect()
    };
    assert_eq!(codes("{")[0].0, "syntax");
    assert_eq!(codes("[]"), [("wrong_type", String::new())]);
    assert_eq!(
        codes(&good.replace("\"conversation\":1", "\"conversation\":2")),
        [("bad_format", "/conversation".into())]
    );
    let digest = questions.playbook().digest();
    assert_eq!(
        codes(&good.replace(&digest, "00")),
        [("conflict", "/playbook".into())]
    );
    let facts = r#""facts":[{"attribute":"account.kind","value":"aerospace"},{"attribute":"account.employees","range":[5,2]}]"#;
    assert_eq!(
        codes(&good.replace("\"facts\":[]", facts)),
        [
            ("unknown_name", "/facts/0/value".into()),
            ("empty_range", "/facts/1/range".into())
        ]
    );
    let passed = r#""passed":[{"attribute":"account.size","why":"bored"}]"#;
    assert_eq!(
        codes(&good.replace("\"passed\":[]", passed)),
        [
            ("unknown_name", "/passed/0/attribute".into()),
            ("bad_value", "/passed/0/why".into())
        ]
    );
    assert_eq!(
        codes(&good.replace("\"handed_over\"", "\"over\"")),
        [("unknown_field", "/over".into())]
    );
}

#[test]
fn a_model_must_quote_the_visitor() {
    let questions = questions();
    let talk = Talk::new(&questions, Rules::default());
    let mut conversation = Conversation::default();
    let wrote = ["Hi! We're a Software house,", "about  120 people in Lyon."];
    let call = r#"{"facts": [
        {"attribute": "account.kind", "value": "software", "quote": "a software house"},
        {"attribute": "account.employees", "value": 120, "quote": "120 people", "source": "person"}
    ]}"#;
    talk.infer(&mut conversation, call, &wrote, 50).unwrap();
    let facts = stored(&conversation, &questions)["facts"].clone();
    assert_eq!(
        facts,
        json!([
            { "attribute": "account.kind", "value": "software", "source": "inferred", "at": 50, "words": "a software house" },
            { "attribute": "account.employees", "value": 120, "source": "inferred", "at": 50, "words": "120 people" },
        ])
    );
    // What was found isn't asked.
    assert_eq!(
        asks(&talk.turn(&mut conversation, &Evidence::default(), 51)),
        "contact.partner"
    );

    let bad = r#"{"facts": [
        {"attribute": "account.kind", "value": "software", "quote": "software vendor"},
        {"attribute": "account.employees", "value": 0, "quote": "20 people"},
        {"attribute": "contact.partner", "value": true}
    ]}"#;
    let before = conversation.clone();
    let problems = talk.infer(&mut conversation, bad, &wrote, 52).unwrap_err();
    let found: Vec<(&str, &str)> = problems
        .iter()
        .map(|problem| (problem.code, problem.path.as_str()))
        .collect();
    // `20 people` is a part of `120 people` only.
    assert_eq!(
        found,
        [
            ("bad_quote", "/facts/0/quote"),
            ("bad_quote", "/facts/1/quote"),
            ("bad_quote", "/facts/2/quote"),
            ("out_of_range", "/facts/1/value"),
        ]
    );
    assert_eq!(conversation, before);
    // The visitor's own later word wins.
    talk.tell(&mut conversation, "account.kind", "retail", 53)
        .unwrap();
    let all = talk.evidence(&conversation, &Evidence::default());
    let decision = evaluate(questions.playbook(), &all, 53, Extent::Brief);
    assert_eq!(decision.facts_aside[0].source, "inferred");
}

#[test]
fn tools_have_schemas_that_take_what_is_taken() {
    let questions = questions();
    let tools: Value = serde_json::from_str(&questions.tools(Dialect::OpenAi)).unwrap();
    assert_eq!(tools[0]["type"], "function");
    assert_eq!(tools[0]["function"]["strict"], true);
    let schema = &tools[0]["function"]["parameters"];
    let plain: Value = serde_json::from_str(&questions.tools(Dialect::Plain)).unwrap();
    assert_eq!(&plain[0]["parameters"], schema);
    let other: Value = serde_json::from_str(&questions.tools(Dialect::Anthropic)).unwrap();
    assert_eq!(&other[0]["input_schema"], schema);
    assert_eq!(other[1]["name"], "decline_question");
    assert!(jsonschema::meta::is_valid(schema));
    let validator = jsonschema::validator_for(schema).unwrap();
    let call = |attribute: &str, value: Value| json!({ "facts": [{ "attribute": attribute, "value": value, "quote": "q" }] });
    assert!(validator.is_valid(&call("account.kind", json!("retail"))));
    assert!(validator.is_valid(&call("account.employees", json!(5))));
    assert!(!validator.is_valid(&call("account.kind", json!("aerospace"))));
    assert!(!validator.is_valid(&call("account.employees", json!(0))));
    assert!(!validator.is_valid(&call("account.employees", json!("5"))));
    assert!(
        !validator
            .is_valid(&json!({ "facts": [{ "attribute": "account.kind", "value": "retail" }] }))
    );
    // Only sales may assert the amount, so a model is not asked for it.
    assert!(!validator.is_valid(&call("deal.amount", json!(5))));
    // Every object names all its properties as due, as strict modes want it.
    fn strict(node: &Value) {
        if let Some(properties) = node["properties"].as_object() {
            let names: Vec<&str> = properties.keys().map(String::as_str).collect();
            let mut due: Vec<&str> = node["required"]
                .as_array()
                .unwrap()
                .iter()
                .map(|it| it.as_str().unwrap())
                .collect();
            due.sort_unstable();
            assert_eq!(names, due);
            assert_eq!(node["additionalProperties"], false);
        }
        for part in node.as_object().into_iter().flat_map(|it| it.values()) {
            strict(part);
        }
        for part in node.as_array().into_iter().flatten() {
            strict(part);
        }
    }
    strict(schema);
    // Nothing to record and nothing to ask: no tool.
    let empty = "{\"leadstage\": 1, \"name\": \"empty\", \"version\": 1}";
    let none = Questions::parse(Arc::new(Playbook::parse(empty).unwrap()), empty).unwrap();
    assert_eq!(none.tools(Dialect::Plain), "[]");
}

/// What is used is one of several, and `kind` decides whether it matters.
const SETS: &str = r#"
leadstage: 1
name: sets
version: 1
attributes:
  account.tools:
    type: choices
    options: [Chat, E-mail, Chat and e-mail]
    synonyms: { E-mail: [mail] }
    ask: { text: What do you use? }
  account.size: { type: number, whole: true, min: 1, ask: { text: How many people? } }
routes:
  - { when: { account.tools: { has_all: [Chat, E-mail] } }, then: both }
  - { when: { account.tools: { has_any: [Chat and e-mail] } }, then: suite }
  - { when: { account.size: { from: 100 }, account.tools: { has_any: [Chat] } }, then: talk }
  - { then: nurture }
"#;

fn sets() -> Questions {
    let playbook = Playbook::parse(SETS).unwrap_or_else(|problems| panic!("{problems}"));
    Questions::parse(Arc::new(playbook), SETS).unwrap()
}

#[test]
fn several_answers_may_be_chosen() {
    let questions = sets();
    let talk = Talk::new(&questions, Rules::default());
    let known = Evidence::default();
    let chosen = |names: &[&str]| {
        names
            .iter()
            .map(|name| String::from(*name))
            .collect::<Vec<_>>()
    };
    for (names, value, route) in [
        (
            &["mail", "chat"][..],
            json!(["Chat", "E-mail"]),
            Some("both"),
        ),
        (
            &["Chat and e-mail"],
            json!(["Chat and e-mail"]),
            Some("suite"),
        ),
        (&[], json!([]), Some("nurture")),
        (&["Chat"], json!(["Chat"]), None),
    ] {
        let mut conversation = Conversation::default();
        let turn = talk.turn(&mut conversation, &known, 10);
        let turn: Value = serde_json::from_str(&turn.to_json()).unwrap();
        // Without the tools no size decides anything.
        assert_eq!(turn["ask"]["attribute"], "account.tools");
        assert_eq!(
            turn["answers"],
            json!(["Chat", "E-mail", "Chat and e-mail"])
        );
        assert_eq!(turn["multiple"], true);
        assert_eq!(conversation.waits_for(&questions), Some("account.tools"));
        let names = chosen(names);
        let turn = talk.answer(&mut conversation, &known, Words::Chosen(&names), 11);
        match (&turn, route) {
            (
                Turn::End {
                    route: Some(found), ..
                },
                Some(route),
            ) => assert_eq!(found, route),
            (
                Turn::Ask {
                    pick,
                    multiple: false,
                    ..
                },
                None,
            ) => assert_eq!(pick.attribute, "account.size"),
            other => panic!("{other:?}"),
        }
        assert_eq!(
            stored(&conversation, &questions)["facts"][0]["value"],
            value
        );
    }
    let mut conversation = Conversation::default();
    talk.turn(&mut conversation, &known, 10);
    let other = chosen(&["Chat", "Fax"]);
    let Turn::Again {
        message, multiple, ..
    } = talk.answer(&mut conversation, &known, Words::Chosen(&other), 11)
    else {
        panic!("fax is none of the options");
    };
    assert_eq!(
        (&*message, multiple),
        ("`Fax` is none of the answers", true)
    );
    assert_eq!(stored(&conversation, &questions)["facts"], json!([]));
}

#[test]
fn one_of_several_where_one_is_asked_for() {
    let questions = sets();
    let talk = Talk::new(&questions, Rules::default());
    let mut conversation = Conversation::default();
    let two = [String::from("1"), String::from("2")];
    let told = talk.tell(&mut conversation, "account.size", Words::Chosen(&two), 10);
    assert_eq!(told, Err(String::from("please choose one")));
    talk.tell(
        &mut conversation,
        "account.size",
        Words::Chosen(&two[1..]),
        10,
    )
    .unwrap();
    assert_eq!(stored(&conversation, &questions)["facts"][0]["value"], 2);
}

#[test]
fn a_correction_says_what_comes_next() {
    let questions = sets();
    let talk = Talk::new(&questions, Rules::default());
    let known = Evidence::default();
    let mut conversation = Conversation::default();
    talk.turn(&mut conversation, &known, 10);
    let end = talk.answer(&mut conversation, &known, "none", 11);
    assert!(matches!(&end, Turn::End { route: Some(route), .. } if route == "nurture"));
    // Not understood: the same question with a message, and what was said before stays.
    let again = talk.correct(&mut conversation, &known, "account.tools", "fax", 12);
    assert!(matches!(&again, Turn::Again { attribute, .. } if attribute == "account.tools"));
    assert_eq!(talk.turn(&mut conversation, &known, 12), end);
    let next = talk.correct(&mut conversation, &known, "account.tools", "chat", 13);
    assert_eq!(asks(&next), "account.size");
}
