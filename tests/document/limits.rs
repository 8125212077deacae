//! Limits that need long texts, each at the limit and one past it.

use leadstage::evidence::Evidence;
use leadstage::limits;
use leadstage::playbook::{Playbook, document};
use std::fmt::Write;

/// A playbook of some more fields.
fn playbook(fields: &str) -> String {
    format!("{{\"leadstage\":1,\"name\":\"p\",\"version\":1,{fields}}}")
}

/// `prefix0: value, prefix1: value, …`
fn map(prefix: &str, count: usize, value: &str) -> String {
    let entries: Vec<String> = (0..count)
        .map(|n| format!("\"{prefix}{n}\":{value}"))
        .collect();
    format!("{{{}}}", entries.join(","))
}

fn list(count: usize, value: impl Fn(usize) -> String) -> String {
    let items: Vec<String> = (0..count).map(value).collect();
    format!("[{}]", items.join(","))
}

fn codes(text: &str) -> Vec<String> {
    let problems = document::check(text);
    problems
        .iter()
        .map(|problem| format!("{} {}", problem.code, problem.path))
        .collect()
}

/// Good at the limit, one problem past it. What is good is good as bytes too.
fn at_the_limit(most: usize, expected: &str, make: impl Fn(usize) -> String) {
    let good = make(most);
    assert_eq!(codes(&good), [""; 0], "at {most}");
    let compiled = Playbook::parse(&good).unwrap();
    assert_eq!(Playbook::from_bytes(&compiled.to_bytes()), Ok(compiled));
    assert_eq!(codes(&make(most + 1)), [expected], "at {}", most + 1);
}

#[test]
fn sizes_of_maps_and_lists() {
    at_the_limit(limits::ATTRIBUTES, "too_many /attributes", |n| {
        playbook(&format!(
            "\"attributes\":{}",
            map("account.a", n, "{\"type\":\"date\"}")
        ))
    });
    at_the_limit(limits::SIGNALS, "too_many /signals", |n| {
        playbook(&format!("\"signals\":{}", map("s", n, "{}")))
    });
    at_the_limit(limits::PROPERTIES, "too_many /signals/s/properties", |n| {
        playbook(&format!(
            "\"signals\":{{\"s\":{{\"properties\":{}}}}}",
            map("p", n, "\"text\"")
        ))
    });
    at_the_limit(
        limits::OPTIONS,
        "too_many /attributes/account.a/options",
        |n| {
            let options = list(n, |n| format!("\"o{n}\""));
            playbook(&format!(
                "\"attributes\":{{\"account.a\":{{\"type\":\"choices\",\"options\":{options}}}}}"
            ))
        },
    );
    at_the_limit(limits::SEGMENTS, "too_many /segments", |n| {
        let segments = map("s", n, "{\"signal\":\"s\"}");
        playbook(&format!(
            "\"signals\":{{\"s\":{{}}}},\"segments\":{segments}"
        ))
    });
    at_the_limit(limits::STAGES, "too_many /stages", |n| {
        playbook(&format!("\"stages\":{}", map("s", n, "{}")))
    });
    at_the_limit(limits::TRANSITIONS, "too_many /transitions", |n| {
        let transition = r#"{"from":"a","to":"b","by":"automation","when":{"signal":"s"}}"#;
        let transitions = list(n, |_| transition.into());
        let stages = r#""signals":{"s":{}},"stages":{"a":{},"b":{}},"initial":"a""#;
        playbook(&format!("{stages},\"transitions\":{transitions}"))
    });
    at_the_limit(limits::ROUTES, "too_many /routes", |n| {
        let routes = list(n, |n| {
            format!("{{\"when\":{{\"signal\":\"s\"}},\"then\":\"r{n}\"}}")
        });
        playbook(&format!("\"signals\":{{\"s\":{{}}}},\"routes\":{routes}"))
    });
    at_the_limit(limits::LIST, "too_many /segments/a/any", |n| {
        let parts = list(n, |_| "{\"signal\":\"s\"}".into());
        playbook(&format!(
            "\"signals\":{{\"s\":{{}}}},\"segments\":{{\"a\":{{\"any\":{parts}}}}}"
        ))
    });
    at_the_limit(limits::LIST, "too_many /segments/a/account.a", |n| {
        let values = list(n, |n| n.to_string());
        let attributes = "\"attributes\":{\"account.a\":{\"type\":\"number\"}}";
        playbook(&format!(
            "{attributes},\"segments\":{{\"a\":{{\"account.a\":{values}}}}}"
        ))
    });
    at_the_limit(limits::ENTRIES, "too_many /icp", |n| {
        let tiers = list(n, |n| {
            format!("{{\"tier\":\"t{n}\",\"when\":{{\"signal\":\"s\"}}}}")
        });
        playbook(&format!("\"signals\":{{\"s\":{{}}}},\"icp\":{tiers}"))
    });
    at_the_limit(limits::ENTRIES, "too_many /readiness/criteria", |n| {
        let criteria = map("c", n, "{\"signal\":\"s\"}");
        playbook(&format!(
            "\"signals\":{{\"s\":{{}}}},\"readiness\":{{\"framework\":\"Ours\",\"criteria\":{criteria}}}"
        ))
    });
    at_the_limit(limits::RULES, "too_many /scores/f/groups/0/rules", |n| {
        let rules = list(n, |_| "{\"signal\":\"s\",\"points\":1}".into());
        playbook(&format!(
            "\"signals\":{{\"s\":{{}}}},\"scores\":{{\"f\":{{\"groups\":[{{\"name\":\"g\",\"rules\":{rules}}}]}}}}"
        ))
    });
}

/// Rules that look at events count as tests.
#[test]
fn conditions_tests_and_event_rules_in_all() {
    let make = |rule: &'static str, count: usize| {
        let group = |n: usize, rules: usize| {
            let rules = list(rules, |_| rule.into());
            format!("{{\"name\":\"g{n}\",\"rules\":{rules}}}")
        };
        let (full, rest) = (count / limits::RULES, count % limits::RULES);
        let mut groups: Vec<String> = (0..full).map(|n| group(n, limits::RULES)).collect();
        if rest > 0 {
            groups.push(group(full, rest));
        }
        playbook(&format!(
            "\"signals\":{{\"s\":{{}}}},\"attributes\":{{\"account.a\":{{\"type\":\"boolean\"}}}},\"scores\":{{\"f\":{{\"groups\":[{}]}}}}",
            groups.join(",")
        ))
    };
    at_the_limit(limits::CONDITIONS, "too_many ", |n| {
        make("{\"when\":{\"account.a\":true},\"points\":1}", n)
    });
    at_the_limit(limits::CONDITIONS, "too_many ", |n| {
        make("{\"signal\":\"s\",\"points\":1}", n)
    });
}

#[test]
fn bytes_of_a_playbook() {
    let padded = |bytes: usize| {
        let text = playbook("\"label\":\"p\"");
        format!("{text}{}", " ".repeat(bytes - text.len()))
    };
    assert_eq!(codes(&padded(limits::PLAYBOOK_BYTES)), [""; 0]);
    assert_eq!(codes(&padded(limits::PLAYBOOK_BYTES + 1)), ["too_large "]);
}

#[test]
fn characters_of_labels_and_texts() {
    at_the_limit(limits::LABEL, "bad_name /label", |n| {
        playbook(&format!("\"label\":\"{}\"", "é".repeat(n)))
    });
    at_the_limit(limits::TEXT, "bad_name /description", |n| {
        playbook(&format!("\"description\":\"{}\"", "é".repeat(n)))
    });
    at_the_limit(limits::TEXT, "too_large /segments/a/account.a", |n| {
        playbook(&format!(
            "\"attributes\":{{\"account.a\":{{\"type\":\"text\"}}}},\"segments\":{{\"a\":{{\"account.a\":\"{}\"}}}}",
            "é".repeat(n)
        ))
    });
}

/// A chain of segments; each refers to the next, so that the depth grows by one with each.
#[test]
fn depth_of_references_in_both_directions() {
    for downwards in [true, false] {
        let make = |depth: usize| {
            let name = |n: usize| if downwards { n } else { 900 - n };
            let mut segments = format!("\"s{:03}\":{{\"signal\":\"s\"}}", name(1));
            for n in 2..=depth {
                write!(
                    segments,
                    ",\"s{:03}\":{{\"segment\":\"s{:03}\"}}",
                    name(n),
                    name(n - 1)
                )
                .unwrap();
            }
            playbook(&format!(
                "\"signals\":{{\"s\":{{}}}},\"segments\":{{{segments}}}"
            ))
        };
        assert_eq!(codes(&make(limits::REFERENCE_DEPTH)), [""; 0]);
        let problems = document::check(&make(limits::REFERENCE_DEPTH + 1));
        assert_eq!(
            problems
                .iter()
                .map(|problem| problem.code)
                .collect::<Vec<_>>(),
            ["too_deep"]
        );
        let problems = document::check(&make(limits::SEGMENTS));
        assert!(!problems.is_empty() && problems.iter().all(|problem| problem.code == "too_deep"));
    }
}

/// The same through scores and lists of conditions; what is good is good as bytes too.
#[test]
fn depth_of_references_through_scores_and_lists() {
    let make = |depth: usize| {
        // Each of 10 scores refers to the one before it: two levels each, then lists in a segment.
        let mut scores = String::from(
            "\"s0\":{\"groups\":[{\"name\":\"g\",\"rules\":[{\"when\":{\"signal\":\"s\"},\"points\":1}]}]}",
        );
        for n in 1..10 {
            let when = format!("{{\"score\":{{\"s{}\":{{\"from\":1}}}}}}", n - 1);
            write!(
                scores,
                ",\"s{n}\":{{\"groups\":[{{\"name\":\"g\",\"rules\":[{{\"when\":{when},\"points\":1}}]}}]}}"
            )
            .unwrap();
        }
        let mut left = depth - 21;
        let mut segments = String::from("\"t0\":{\"score\":{\"s9\":{\"from\":1}}}");
        let mut n = 0;
        while left > 0 {
            // A reference and as many lists as fit.
            let lists = (left - 1).min(20);
            let open = "{\"any\":[".repeat(lists);
            write!(
                segments,
                ",\"t{}\":{open}{{\"segment\":\"t{n}\"}}{}",
                n + 1,
                "]}".repeat(lists)
            )
            .unwrap();
            left -= lists + 1;
            n += 1;
        }
        playbook(&format!(
            "\"signals\":{{\"s\":{{}}}},\"scores\":{{{scores}}},\"segments\":{{{segments}}}"
        ))
    };
    let good = make(limits::REFERENCE_DEPTH);
    assert_eq!(codes(&good), [""; 0]);
    let compiled = Playbook::parse(&good).unwrap();
    assert_eq!(Playbook::from_bytes(&compiled.to_bytes()), Ok(compiled));
    let problems = document::check(&make(limits::REFERENCE_DEPTH + 1));
    assert_eq!(
        problems
            .iter()
            .map(|problem| problem.code)
            .collect::<Vec<_>>(),
        ["too_deep"]
    );
}

fn evidence_codes(playbook: &Playbook, text: &str) -> Vec<String> {
    match Evidence::parse(playbook, text) {
        Ok(_) => Vec::new(),
        Err(problems) => {
            let line = |problem: &leadstage::problem::Problem| {
                format!("{} {}", problem.code, problem.path)
            };
            problems.iter().map(line).collect()
        }
    }
}

#[test]
fn sizes_of_evidence() {
    let properties = map("p", 50, "\"text\"");
    let text = playbook(&format!(
        "\"attributes\":{{\"account.a\":{{\"type\":\"text\"}}}},\"signals\":{{\"s\":{{\"properties\":{properties}}}}}"
    ));
    let playbook = Playbook::parse(&text).unwrap();
    let check = |most: usize, expected: &str, make: &dyn Fn(usize) -> String| {
        assert_eq!(evidence_codes(&playbook, &make(most)), [""; 0], "at {most}");
        assert_eq!(
            evidence_codes(&playbook, &make(most + 1)),
            [expected],
            "at {}",
            most + 1
        );
    };
    check(limits::FACTS, "too_many /facts", &|n| {
        format!(
            "{{\"facts\":{}}}",
            list(n, |_| "{\"attribute\":\"account.a\",\"value\":\"x\"}"
                .into())
        )
    });
    check(limits::EVENTS, "too_many /events", &|n| {
        format!(
            "{{\"events\":{}}}",
            list(n, |_| "{\"signal\":\"s\",\"at\":0}".into())
        )
    });
    check(limits::TEXT, "too_large /facts/account.a", &|n| {
        format!("{{\"facts\":{{\"account.a\":\"{}\"}}}}", "é".repeat(n))
    });
    check(limits::EVIDENCE_BYTES, "too_large ", &|n| {
        format!("{{\"id\":\"x\"}}{}", " ".repeat(n - 10))
    });
    let event = |n: usize| {
        let properties = map("p", n, "\"x\"");
        format!("{{\"events\":[{{\"signal\":\"s\",\"at\":0,\"properties\":{properties}}}]}}")
    };
    assert_eq!(
        evidence_codes(&playbook, &event(limits::PROPERTIES)),
        [""; 0]
    );
    assert_eq!(
        evidence_codes(&playbook, &event(limits::PROPERTIES + 1)),
        [
            "too_many /events/0/properties",
            "unknown_name /events/0/properties/p50"
        ]
    );
}

#[test]
fn sizes_of_the_lifecycle() {
    let stage = |fields: &str| {
        playbook(&format!(
            "\"signals\":{{\"s\":{{}}}},\"stages\":{{\"a\":{{{fields}}}}}"
        ))
    };
    let named = |n: usize, more: &str| list(n, |n| format!("{{\"name\":\"n{n}\"{more}}}"));
    at_the_limit(limits::STATUSES, "too_many /stages/a/statuses", |n| {
        stage(&format!("\"statuses\":{}", named(n, "")))
    });
    at_the_limit(limits::ENTRIES, "too_many /stages/a/sla/priorities", |n| {
        let priorities = named(n, ",\"when\":{\"signal\":\"s\"},\"within\":\"1h\"");
        stage(&format!(
            "\"sla\":{{\"within\":\"1h\",\"priorities\":{priorities}}}"
        ))
    });
    at_the_limit(limits::LIST, "too_many /stages/a/requires", |n| {
        let requires = list(n, |_| "\"account.a\"".into());
        let attributes = "\"attributes\":{\"account.a\":{\"type\":\"date\"}}";
        playbook(&format!(
            "{attributes},\"stages\":{{\"a\":{{\"requires\":{requires}}}}}"
        ))
    });
    at_the_limit(limits::CRM_KEYS, "too_many /stages/a/crm/x", |n| {
        stage(&format!("\"crm\":{{\"x\":{}}}", map("Lead.f", n, "1")))
    });
    at_the_limit(limits::CRM_FIELDS, "too_many /stages/a/crm/x/stamp", |n| {
        let fields = list(n, |n| format!("\"Lead.f{n}\""));
        stage(&format!("\"crm\":{{\"x\":{{\"stamp\":{fields}}}}}"))
    });
    let calendar = |fields: &str| playbook(&format!("\"calendar\":{{{fields}}}"));
    at_the_limit(limits::SPANS, "too_many /calendar/hours/monday", |n| {
        let spans = list(n, |n| format!("\"{n:02}:00-{n:02}:30\""));
        calendar(&format!("\"hours\":{{\"monday\":{spans}}}"))
    });
    at_the_limit(limits::HOLIDAYS, "too_many /calendar/holidays", |n| {
        let days = list(n, |n| format!("\"{:04}-01-01\"", 1970 + n));
        calendar(&format!(
            "\"hours\":{{\"monday\":\"09:00-17:00\"}},\"holidays\":{days}"
        ))
    });
    let journey = |positions: &str, content: &str| {
        let signals = "\"signals\":{\"s\":{}}";
        playbook(&format!(
            "{signals},\"journey\":{{\"positions\":{positions},\"content\":{content}}}"
        ))
    };
    at_the_limit(limits::ENTRIES, "too_many /journey/positions", |n| {
        journey(&named(n, ",\"when\":{\"signal\":\"s\"}"), "[]")
    });
    at_the_limit(limits::CONTENT, "too_many /journey/content", |n| {
        let content = list(n, |_| "{\"suggest\":[\"x\"]}".into());
        journey("[{\"name\":\"a\"}]", &content)
    });
    at_the_limit(
        limits::SUGGESTIONS,
        "too_many /journey/content/0/suggest",
        |n| {
            let suggest = list(n, |n| format!("\"s{n}\""));
            journey(
                "[{\"name\":\"a\"}]",
                &format!("[{{\"suggest\":{suggest}}}]"),
            )
        },
    );
}
