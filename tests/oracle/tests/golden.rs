//! Examples of FORMAT.md and DESIGN.md, worked by hand.

use leadstage_oracle::decay::{Decay, factor, tables};
use leadstage_oracle::{answer, decide, values};
use serde_json::{Value, json};

const DAY: i64 = values::DAY;

fn at(text: &str) -> i64 {
    values::instant(&json!(text))
}

fn text(value: &Value) -> String {
    value.to_string()
}

#[test]
fn a_quarter_each_thirty_days() {
    let steps = Some((25, 30 * DAY));
    let linear = Decay {
        linear: steps,
        ..Decay::default()
    };
    let compound = Decay {
        compound: steps,
        ..Decay::default()
    };
    let on = |decay: &Decay, days: &[i64]| -> Vec<i64> {
        days.iter().map(|d| decay.left(10_000, d * DAY)).collect()
    };
    let days = [0, 29, 30, 59, 60, 90, 119, 120, 500];
    assert_eq!(
        on(&linear, &days),
        [10_000, 10_000, 7_500, 7_500, 5_000, 2_500, 2_500, 0, 0]
    );
    assert_eq!(
        on(&compound, &[0, 30, 60, 90]),
        [10_000, 7_500, 5_625, 4_219]
    );
    assert_eq!(linear.left(-10_000, 30 * DAY), -7_500);
    assert_eq!(linear.left(1, 60 * DAY), 1, "half up: 0.5 thousandths");
    assert_eq!(
        linear.left(-1, 60 * DAY),
        -1,
        "the sign comes back after rounding"
    );
}

#[test]
fn half_life_tables_are_powers_of_two() {
    let [coarse, middle, fine] = tables();
    assert_eq!((coarse[0], middle[0], fine[0]), (1 << 31, 1 << 31, 1 << 31));
    // 2^30.5 = 1518500249.988…; 2^30.75 = 1805811301.4…; 2^30.25 = 1276901416.8…
    assert_eq!(
        (coarse[8], coarse[16], coarse[24]),
        (1_805_811_301, 1_518_500_250, 1_276_901_417)
    );
    for (table, parts) in [(coarse, 32.0), (middle, 1_024.0), (fine, 32_768.0)] {
        for (j, value) in table.iter().enumerate() {
            let real = 2_f64.powi(31) * 2_f64.powf(-(j as f64) / parts);
            assert!(
                (*value as f64 - real).abs() < 0.501,
                "{j} of {parts}: {value}, {real}"
            );
        }
    }
}

#[test]
fn half_life_never_grows_and_is_near_the_real_power() {
    let mut last = i128::MAX;
    for i in 0..32_768 {
        let f = factor(i);
        assert!(f < last, "step {i}");
        last = f;
        let real = 2_f64.powi(31) * 2_f64.powf(-(i as f64) / 32_768.0);
        assert!((f as f64 - real).abs() < 4.0, "step {i}");
    }
    let decay = Decay {
        half_life: Some(30 * DAY),
        ..Decay::default()
    };
    assert_eq!(decay.left(10_000, 0), 10_000);
    assert_eq!(decay.left(10_000, 30 * DAY), 5_000);
    assert_eq!(decay.left(10_000, 15 * DAY), 7_071);
    assert_eq!(decay.left(10_000, 60 * DAY), 2_500);
    assert_eq!(decay.left(-10_000, 90 * DAY), -1_250);
    assert_eq!(
        decay.left(1_000_000_000, 30 * 30 * DAY),
        1,
        "1e9 / 2^30 = 0.93"
    );
    assert_eq!(
        decay.left(1_000_000_000, 31 * 30 * DAY),
        0,
        "beyond the last half-life"
    );
}

#[test]
fn values_as_written() {
    assert_eq!(values::scaled("0.0000005", 6), 1, "half away from zero");
    assert_eq!(values::scaled("-0.0000005", 6), -1);
    assert_eq!(values::scaled("1.5e3", 6), 1_500_000_000);
    assert_eq!(values::scaled("12e-1", 3), 1_200);
    assert_eq!(
        values::scaled("9000000000000", 6),
        9_000_000_000_000_000_000
    );
    assert_eq!(text(&values::written(4_219, 3)), "4.219");
    assert_eq!(text(&values::written(30_000, 3)), "30");
    assert_eq!(text(&values::written(-7_500, 3)), "-7.5");
    assert_eq!(text(&values::written(1, 6)), "0.000001");
    assert_eq!(at("1970-01-01T00:00:00Z"), 0);
    assert_eq!(at("1970-01-02T01:00:00.2509+01:00"), DAY + 250);
    assert_eq!(at("1969-12-31T23:59:59.999-00:00"), -1);
    assert_eq!(at("2026-11-22T00:00:00Z"), 1_795_305_600_000);
    for day in [
        "0001-01-01",
        "1969-12-31",
        "2000-02-29",
        "2100-03-01",
        "9999-12-31",
    ] {
        assert_eq!(values::date_written(values::date(day)), day);
    }
    assert!(values::glob("/a*b*", "/a-xb"));
    assert!(values::glob("*", "") && values::glob("a**", "a"));
    assert!(!values::glob("/a*b", "/ab-") && !values::glob("a*a", "a"));
    assert_eq!(values::folded("ÄΣİ"), "äσi\u{307}");
}

#[test]
fn the_case_of_section_10() {
    let playbook = json!({
        "leadstage": 1, "name": "golden", "version": 1,
        "signals": { "demo": {} },
        "scores": { "intent": { "groups": [{
            "name": "g", "decay": { "linear": { "percent": 25, "every": "30d" } },
            "rules": [{ "signal": "demo", "points": 10 }],
        }] } },
    });
    let evidence = json!({ "events": [{ "signal": "demo", "at": "2026-01-01T00:00:00Z" }] });
    let as_of = at("2026-01-31T00:00:00Z");
    let expected = concat!(
        r#"{"playbook":"golden","version":1,"digest":"d","as_of":1769817600000,"#,
        r#""scores":{"intent":{"value":7.5,"low":7.5,"high":7.5,"band":null,"ledger":["#,
        r#"{"line":"rule","group":"g","rule":0,"events":1,"points":10},"#,
        r#"{"line":"decay","group":"g","rule":0,"events":1,"points":-2.5}]}},"#,
        r#""grade":null,"icp":null,"persona":null,"readiness":null,"segments":{},"gates":{},"#,
        r#""stage":null,"route":null,"set_aside":{"facts":[],"events":[]}}"#,
    );
    assert_eq!(text(&decide(&playbook, "d", &evidence, as_of)), expected);
}

#[test]
fn caps_work_inside_out() {
    let playbook = json!({
        "leadstage": 1, "name": "caps", "version": 1,
        "attributes": { "account.a": { "type": "boolean" } },
        "signals": { "view": {} },
        "scores": { "s": { "at_most": 40, "groups": [
            { "name": "pages", "at_most": 30, "rules": [
                { "signal": "view", "points": 10, "at_most": 25 },
                { "signal": "view", "count": { "from": 4 }, "points": 10 },
            ] },
            { "name": "minus", "rules": [{ "when": { "account.a": true }, "points": -15 }] },
            { "name": "plus", "rules": [{ "when": { "account.a": true }, "points": 30 }] },
        ] } },
    });
    let view = json!({ "signal": "view", "at": 0 });
    let evidence = json!({
        "facts": { "account.a": true },
        "events": [view, view, view, view],
    });
    let decision = decide(&playbook, "", &evidence, 1_000);
    // 4 × 10 is cut to 25, 25 + 10 to 30, 30 − 15 + 30 to 40.
    let score = &decision["scores"]["s"];
    assert_eq!(text(&score["value"]), "40");
    let lines: Vec<(String, String)> = score["ledger"]
        .as_array()
        .expect("lines")
        .iter()
        .map(|l| {
            (
                l["line"].as_str().expect("line").to_owned(),
                text(&l["points"]),
            )
        })
        .collect();
    let expected = [
        ("rule", "40"),
        ("rule_cap", "-15"),
        ("rule", "10"),
        ("group_cap", "-5"),
        ("rule", "-15"),
        ("rule", "30"),
        ("score_cap", "-5"),
    ];
    assert_eq!(lines, expected.map(|(l, p)| (l.to_owned(), p.to_owned())));
    // Unknown: nothing yet; from −15 to 30 beside the pages' 30, each in a group of its own.
    let open = decide(
        &playbook,
        "",
        &json!({ "events": [view, view, view, view] }),
        1_000,
    );
    assert_eq!(text(&open["scores"]["s"]["value"]), "30");
    assert_eq!(text(&open["scores"]["s"]["low"]), "15");
    assert_eq!(text(&open["scores"]["s"]["high"]), "40");
}

#[test]
fn cooldown_and_period() {
    let playbook = json!({
        "leadstage": 1, "name": "p", "version": 1,
        "signals": { "view": {} },
        "scores": { "s": { "groups": [{ "name": "g", "rules": [
            { "signal": "view", "points": 4, "cooldown": "1h" },
            { "signal": "view", "points": -4, "at_most_per": { "points": 6, "every": "1d" }, "within": "1d" },
        ] }] } },
    });
    let hour = 3_600_000;
    // 0 counts, 1 ms before the hour does not, then the hour and one hour after that do.
    let times = [0, hour - 1, hour, 2 * hour];
    let events: Vec<Value> = times
        .iter()
        .map(|t| json!({ "signal": "view", "at": t }))
        .collect();
    let evidence = json!({ "events": events });
    let lines =
        |as_of: i64| text(&decide(&playbook, "", &evidence, as_of)["scores"]["s"]["ledger"]);
    // The cap of 6 leaves −4, −2, 0, 0 of −4 each.
    assert_eq!(
        lines(2 * hour),
        concat!(
            r#"[{"line":"rule","group":"g","rule":0,"events":3,"points":12},"#,
            r#"{"line":"rule","group":"g","rule":1,"events":4,"points":-16},"#,
            r#"{"line":"period","group":"g","rule":1,"events":4,"points":10}]"#
        )
    );
    // A day later to the millisecond the first has left the window, but still counts in its period.
    assert_eq!(
        lines(24 * hour),
        concat!(
            r#"[{"line":"rule","group":"g","rule":0,"events":3,"points":12},"#,
            r#"{"line":"rule","group":"g","rule":1,"events":3,"points":-12},"#,
            r#"{"line":"period","group":"g","rule":1,"events":3,"points":10}]"#
        )
    );
}

fn gated() -> Value {
    json!({
        "leadstage": 1, "name": "gated", "version": 3,
        "attributes": {
            "account.employees": { "type": "number", "whole": true, "min": 1 },
            "account.industry": { "type": "choice", "options": ["software", "retail"] },
        },
        "signals": { "demo": {}, "view": { "properties": { "path": "text" } } },
        "scores": {
            "fit": { "groups": [{ "name": "g", "rules": [
                { "when": { "account.industry": "software" }, "points": 25 },
                { "when": { "account.employees": { "from": 50, "to": 1000 } }, "points": 30 },
            ] }], "bands": { "A": 50, "B": 25 } },
            "intent": { "groups": [{ "name": "g", "decay": { "half_life": "30d" }, "rules": [
                { "signal": "view", "where": { "path": "/Pricing*" }, "points": 10, "at_most": 30 },
                { "signal": "demo", "points": 40, "decay": { "expires_after": "14d" } },
            ] }], "bands": { "1": 20 } },
        },
        "grade": { "of": ["fit", "intent"] },
        "stages": {
            "lead": {},
            "mql": { "enter": { "score": { "fit": { "from": 50 }, "intent": { "from": 20 } } } },
        },
        "initial": "lead",
        "transitions": [{ "from": "lead", "to": "mql", "by": "automation" }],
        "routes": [{ "when": { "stage": "mql" }, "then": "book" }, { "then": "nurture" }],
    })
}

#[test]
fn what_is_missing_and_until_when() {
    let evidence = json!({ "facts": [
        { "attribute": "account.employees", "range": [20, 199] },
        { "attribute": "account.industry", "value": "software", "source": "crm" },
        { "attribute": "account.industry", "value": "retail" },
    ] });
    let decision = decide(&gated(), "", &evidence, 0);
    let fit = &decision["scores"]["fit"];
    assert_eq!(
        (text(&fit["value"]), text(&fit["low"]), text(&fit["high"])),
        ("25".to_owned(), "25".to_owned(), "55".to_owned())
    );
    assert_eq!(
        decision["grade"],
        json!({ "value": null, "settled": false })
    );
    // No completion opens the gate, as there are no events: settled, so no facts are missing.
    assert_eq!(
        decision["gates"]["mql"],
        json!({ "open": false, "settled": true, "by": "enter",
            "missing": { "criteria": ["unmet"], "facts": [], "events": [] }, "flips_at": null })
    );
    assert_eq!(
        decision["set_aside"]["facts"],
        json!([{ "attribute": "account.industry", "source": "visitor", "why": "outranked" }])
    );

    let evidence = json!({ "facts": { "account.employees": 50, "account.industry": "software" } });
    let decision = decide(&gated(), "", &evidence, 0);
    // Two views bring 20, less from the first step of decay that takes half a thousandth off each:
    // at 2^(-i/32768) with 10,000 · (1 − F) ≥ 0.5, which is i = 3 (0.6346; 2 gives 0.4231).
    let third = (3 * 30 * DAY + 32_767) / 32_768;
    let events = &decision["gates"]["mql"]["missing"]["events"];
    assert_eq!(
        *events,
        json!([
            { "signal": "demo", "properties": {}, "times": 1, "until": null },
            { "signal": "view", "properties": { "path": "/Pricing" }, "times": 2, "until": null },
        ])
    );
    let evidence = json!({
        "facts": { "account.employees": 50, "account.industry": "software" },
        "events": [{ "signal": "view", "at": 0, "properties": { "path": "/PRICING/x" } }],
    });
    let decision = decide(&gated(), "", &evidence, 0);
    assert_eq!(
        decision["gates"]["mql"]["missing"]["events"][1],
        json!({ "signal": "view", "properties": { "path": "/Pricing" }, "times": 1, "until": null })
    );
    let found = answer(&gated(), "", &evidence, 0);
    assert_eq!(
        found.loose,
        [
            "/gates/mql/missing/events/0/until",
            "/gates/mql/missing/events/1/until",
            "/gates/mql/flips_at",
            "/route/flips_at"
        ],
        "ten thousand steps of decay are not gone through one by one"
    );
    let later = decide(&gated(), "", &evidence, third - 1);
    assert_eq!(text(&later["scores"]["intent"]["value"]), "10");
    let later = decide(&gated(), "", &evidence, third);
    assert_eq!(text(&later["scores"]["intent"]["value"]), "9.999");
}

#[test]
fn the_demo_expires() {
    let evidence = json!({
        "facts": { "account.employees": 50, "account.industry": "software" },
        "events": [{ "id": "e", "signal": "demo", "at": 5 }, { "id": "e", "signal": "demo", "at": 5 }],
    });
    let decision = decide(&gated(), "", &evidence, 5);
    let end = 5 + 14 * DAY;
    assert_eq!(
        decision["route"],
        json!({ "then": "book", "settled": true, "flips_at": end, "flips_to": "nurture" })
    );
    assert_eq!(decision["grade"], json!({ "value": "A1", "settled": true }));
    assert_eq!(
        decision["stage"],
        json!({ "from": "lead", "to": "mql", "moves": [{ "from": "lead", "to": "mql" }], "settled": true })
    );
    assert_eq!(decision["gates"]["mql"]["flips_at"], json!(end));
    assert_eq!(
        decision["set_aside"]["events"],
        json!([{ "event": "e", "why": "duplicate" }])
    );
    let keys: Vec<&String> = decision["gates"]["mql"]
        .as_object()
        .expect("a gate")
        .keys()
        .collect();
    assert_eq!(keys, ["open", "settled", "by", "missing", "flips_at"]);
}
