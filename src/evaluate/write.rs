//! A decision as JSON text: keys in one order, no spaces, the same bytes everywhere.

use super::decision::{Decision, GateResult, Line, LineKind, Missing, MissingEvent, Settled};
use super::forecast::Change;
use crate::decimal::{NUMBER_PLACES, POINTS_PLACES};
use crate::json::Writer;
use crate::playbook::{Kind, Value};
use crate::time;
use alloc::string::String;

impl Decision<'_> {
    /// The decision as JSON text, as `docs/FORMAT.md` describes it.
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        self.write_json(&mut text);
        text
    }

    /// Appends the JSON text to a string that may be used again.
    pub fn write_json(&self, text: &mut String) {
        let mut w = Writer::new(text);
        w.open('{');
        w.key("playbook").text(self.playbook);
        w.key("version").integer(i64::from(self.version));
        w.key("digest").hex(self.digest);
        w.key("as_of").integer(self.as_of);
        self.scores(&mut w);
        match &self.grade {
            None => w.key("grade").null(),
            Some(grade) => named(
                w.key("grade"),
                "value",
                grade.value.as_deref(),
                grade.settled,
            ),
        }
        match &self.icp {
            None => w.key("icp").null(),
            Some(tier) => named(w.key("icp"), "tier", tier.value, tier.settled),
        }
        match &self.persona {
            None => w.key("persona").null(),
            Some(persona) => named(w.key("persona"), "name", persona.value, persona.settled),
        }
        self.readiness(&mut w);
        w.key("segments").open('{');
        for (name, segment) in &self.segments {
            w.key(name).open('{');
            answer(&mut w, "in", *segment);
            w.close('}');
        }
        w.close('}');
        w.key("gates").open('{');
        for gate in &self.gates {
            write_gate(w.key(gate.stage), gate);
        }
        w.close('}');
        self.stage(&mut w);
        self.route(&mut w);
        self.set_aside(&mut w);
        w.close('}');
    }

    fn scores(&self, w: &mut Writer) {
        w.key("scores").open('{');
        for score in &self.scores {
            w.key(score.name).open('{');
            w.key("value").decimal(score.value, POINTS_PLACES);
            w.key("low").decimal(score.low, POINTS_PLACES);
            w.key("high").decimal(score.high, POINTS_PLACES);
            w.key("band").text_or_null(score.band);
            if let Some(ledger) = &score.ledger {
                w.key("ledger").open('[');
                for line in ledger {
                    write_line(w, line);
                }
                w.close(']');
            }
            w.close('}');
        }
        w.close('}');
    }

    fn readiness(&self, w: &mut Writer) {
        let Some(readiness) = &self.readiness else {
            return w.key("readiness").null();
        };
        w.key("readiness").open('{');
        w.key("framework").text(readiness.framework);
        for (key, names) in [
            ("met", &readiness.met),
            ("unmet", &readiness.unmet),
            ("unknown", &readiness.unknown),
        ] {
            w.key(key).open('[');
            for name in names {
                w.item().text(name);
            }
            w.close(']');
        }
        answer(w, "ready", readiness.ready);
        w.close('}');
    }

    fn stage(&self, w: &mut Writer) {
        let Some(stage) = &self.stage else {
            return w.key("stage").null();
        };
        w.key("stage").open('{');
        w.key("from").text(stage.from);
        w.key("to").text(stage.to.value);
        w.key("moves").open('[');
        for (from, to) in &stage.moves {
            w.item().open('{');
            w.key("from").text(from);
            w.key("to").text(to);
            w.close('}');
        }
        w.close(']');
        w.key("settled").boolean(stage.to.settled);
        w.close('}');
    }

    fn route(&self, w: &mut Writer) {
        let Some(route) = &self.route else {
            return w.key("route").null();
        };
        w.key("route").open('{');
        w.key("then").text_or_null(route.then.value);
        w.key("settled").boolean(route.then.settled);
        if let Some((change, next)) = route.outlook {
            w.key("flips_at").integer_or_null(instant(change));
            w.key("flips_to").text_or_null(next);
            steady(w, change);
        }
        w.close('}');
    }

    fn set_aside(&self, w: &mut Writer) {
        w.key("set_aside").open('{');
        w.key("facts").open('[');
        for fact in &self.facts_aside {
            w.item().open('{');
            w.key("attribute").text(fact.attribute);
            w.key("source").text(fact.source);
            w.key("why").text(fact.why);
            w.close('}');
        }
        w.close(']');
        w.key("events").open('[');
        for event in &self.events_aside {
            w.item().open('{');
            match &event.id {
                Some(id) => w.key("event").text(id),
                None => w.key("event").integer(i64::from(event.place)),
            }
            w.key("why").text(event.why);
            w.close('}');
        }
        w.close(']');
        w.close('}');
    }
}

fn named(w: &mut Writer, key: &str, name: Option<&str>, settled: bool) {
    w.open('{');
    w.key(key).text_or_null(name);
    w.key("settled").boolean(settled);
    w.close('}');
}

fn answer(w: &mut Writer, key: &str, answer: Settled<bool>) {
    w.key(key).boolean(answer.value);
    w.key("settled").boolean(answer.settled);
}

fn instant(change: Change) -> Option<i64> {
    match change {
        Change::At(at) => Some(at),
        Change::Never | Change::NotBefore(_) => None,
    }
}

fn steady(w: &mut Writer, change: Change) {
    if let Change::NotBefore(at) = change {
        w.key("steady_until").integer(at);
    }
}

fn write_line(w: &mut Writer, line: &Line) {
    w.item().open('{');
    w.key("line").text(match line.kind {
        LineKind::Rule => "rule",
        LineKind::Period => "period",
        LineKind::Decay => "decay",
        LineKind::RuleCap => "rule_cap",
        LineKind::GroupCap => "group_cap",
        LineKind::ScoreCap => "score_cap",
    });
    if let Some(group) = line.group {
        w.key("group").text(group);
    }
    if let Some(rule) = line.rule {
        w.key("rule").integer(i64::from(rule));
    }
    if let Some(events) = line.events {
        w.key("events").integer(i64::from(events));
    }
    w.key("points").decimal(line.points, POINTS_PLACES);
    w.close('}');
}

fn write_gate(w: &mut Writer, gate: &GateResult) {
    w.open('{');
    answer(w, "open", gate.open);
    w.key("by")
        .text(if gate.by_stay { "stay" } else { "enter" });
    if let Some((missing, change)) = &gate.outlook {
        match missing {
            None => w.key("missing").null(),
            Some(missing) => write_missing(w.key("missing"), missing),
        }
        w.key("flips_at").integer_or_null(instant(*change));
        steady(w, *change);
    }
    w.close('}');
}

fn write_missing(w: &mut Writer, missing: &Missing) {
    w.open('{');
    w.key("criteria").open('[');
    for truth in &missing.criteria {
        w.item().text(match truth {
            0 => "unmet",
            1 => "unknown",
            _ => "met",
        });
    }
    w.close(']');
    w.key("facts").open('[');
    for fact in &missing.facts {
        w.item().open('{');
        w.key("attribute").text(fact.attribute);
        w.key("opens").boolean(fact.opens);
        w.close('}');
    }
    w.close(']');
    w.key("events").open('[');
    for event in &missing.events {
        w.item().open('{');
        event.write(w);
        w.key("times").integer(i64::from(event.times));
        w.key("until").integer_or_null(instant(event.until));
        steady(w, event.until);
        w.close('}');
    }
    w.close(']');
    w.close('}');
}

impl MissingEvent<'_> {
    fn write(&self, w: &mut Writer) {
        w.key("signal").text(&self.signal.name);
        w.key("properties").open('{');
        for (property, value) in &self.properties {
            let Some(property) = self.signal.properties.get(usize::from(*property)) else {
                continue;
            };
            write_value(w.key(&property.name), value, &property.kind);
        }
        w.close('}');
    }

    /// Signal and properties as text: what missing events are sorted by.
    pub(super) fn order(&self) -> String {
        let mut text = String::new();
        self.write(&mut Writer::new(&mut text));
        text
    }
}

/// A value of a fact or a property, as evidence has it.
pub(crate) fn write_value(w: &mut Writer, value: &Value, kind: &Kind) {
    let option = |place: u16| match kind {
        Kind::Choice(options) | Kind::Choices(options) => {
            options.get(usize::from(place)).map_or("", |option| option)
        }
        _ => "",
    };
    match value {
        Value::Boolean(value) => w.boolean(*value),
        Value::Number(value) => w.decimal(*value, NUMBER_PLACES),
        Value::Text(text) => w.text(text),
        Value::Choice(place) => w.text(option(*place)),
        Value::Choices(places) => {
            w.open('[');
            for place in places {
                w.item().text(option(*place));
            }
            w.close(']');
        }
        Value::Date(at) => {
            let mut day = String::new();
            time::write_date(&mut day, *at);
            w.text(&day);
        }
    }
}
