//! A decision as JSON text: keys in one order, no spaces, the same bytes everywhere.

use super::asking::Asking;
use super::decision::{Line, LineKind, Settled};
use super::forecast::Change;
use super::session::Extent;
use crate::decimal::POINTS_PLACES;
use crate::json::Writer;
use crate::playbook::{Listed, Playbook};
use alloc::string::String;

/// Asks for everything that a decision of an extent holds, and writes it down.
pub(super) fn write(asking: &mut Asking, extent: Extent, out: &mut String) {
    let explained = extent == Extent::Explained;
    let playbook = asking.playbook;
    let w = &mut Writer::new(out);
    write_playbook(w, playbook);
    w.key("as_of").integer(asking.eval.as_of);
    w.key("scores").open('{');
    for place in 0..playbook.scores.len() as u16 {
        write_score(w, asking, place, explained);
    }
    w.close('}');
    w.key("grade");
    match asking.grade() {
        None => w.null(),
        Some(grade) => {
            w.open('{');
            w.key("value");
            match grade.value {
                None => w.null(),
                Some(bands) => w.texts(&bands),
            }
            settled(w, grade.settled);
        }
    }
    for (key, name, list) in [
        ("icp", "tier", Listed::Icp),
        ("persona", "name", Listed::Personas),
    ] {
        w.key(key);
        match asking.entry(list) {
            None => w.null(),
            Some(entry) => {
                w.open('{');
                w.key(name).text_or_null(entry.value);
                settled(w, entry.settled);
            }
        }
    }
    write_readiness(w, asking);
    w.key("segments").open('{');
    for segment in playbook.segments() {
        w.key(playbook.word(segment[0])).open('{');
        let answer = asking.segment(segment);
        yes_or_no(w, "in", answer);
        w.close('}');
    }
    w.close('}');
    w.key("gates").open('{');
    for stage in 0..playbook.stages.len() as u16 {
        write_gate(w, asking, stage, explained);
    }
    w.close('}');
    write_stage(w, asking);
    w.key("route");
    if playbook.routes().is_empty() {
        w.null();
    } else {
        let (then, change, next) = asking.route(explained);
        w.open('{');
        w.key("then").text_or_null(then.value);
        w.key("settled").boolean(then.settled);
        if explained {
            instant(w, "flips_at", change);
            w.key("flips_to").text_or_null(next);
            steady(w, change);
        }
        w.close('}');
    }
    write_aside(w, asking);
    w.close('}');
}

/// Begins an object by which playbook it is.
pub(crate) fn write_playbook(w: &mut Writer, playbook: &Playbook) {
    w.open('{');
    w.key("playbook").text(playbook.name());
    w.key("version").integer(i64::from(playbook.version()));
    w.key("digest").hex(&playbook.digest);
}

fn write_score(w: &mut Writer, asking: &mut Asking, place: u16, explained: bool) {
    let score = asking.score(place);
    w.key(score.name).open('{');
    for (key, points) in [
        ("value", score.value),
        ("low", score.low),
        ("high", score.high),
    ] {
        w.key(key).decimal(points, POINTS_PLACES);
    }
    w.key("band").text_or_null(score.band);
    if explained {
        w.key("ledger").open('[');
        asking.eval.ledger(place, &mut |line| write_line(w, line));
        w.close(']');
    }
    w.close('}');
}

fn write_line(w: &mut Writer, line: Line) {
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
    for (key, number) in [("rule", line.rule), ("events", line.events)] {
        if let Some(number) = number {
            w.key(key).integer(i64::from(number));
        }
    }
    w.key("points").decimal(line.points, POINTS_PLACES);
    w.close('}');
}

fn write_readiness(w: &mut Writer, asking: &mut Asking) {
    w.key("readiness");
    let Some((due, framework)) = asking.playbook.readiness() else {
        return w.null();
    };
    w.open('{');
    w.key("framework").text(framework);
    for (key, truth) in [("met", 2), ("unmet", 0), ("unknown", 1)] {
        w.key(key).open('[');
        asking.criteria(truth, &mut |name| w.item().text(name));
        w.close(']');
    }
    let ready = asking.ready(due);
    yes_or_no(w, "ready", ready);
    w.close('}');
}

fn write_gate(w: &mut Writer, asking: &mut Asking, stage: u16, explained: bool) {
    let Some(gate) = asking.gate(stage) else {
        return;
    };
    w.key(gate.stage).open('{');
    yes_or_no(w, "open", gate.open);
    w.key("by")
        .text(if gate.by_stay { "stay" } else { "enter" });
    if explained {
        w.key("missing");
        if gate.open.value {
            w.null();
        } else {
            write_missing(w, asking, stage, gate.open.settled);
        }
        let change = asking.gate_change(stage, gate.open.value);
        instant(w, "flips_at", change);
        steady(w, change);
    }
    w.close('}');
}

fn write_missing(w: &mut Writer, asking: &mut Asking, stage: u16, settled: bool) {
    w.open('{');
    w.key("criteria").open('[');
    asking.criteria_of(stage, &mut |truth| {
        w.item().text(match truth {
            0 => "unmet",
            1 => "unknown",
            _ => "met",
        });
    });
    w.close(']');
    w.key("facts").open('[');
    if !settled {
        asking.missing_facts(stage, &mut |fact| {
            w.item().open('{');
            w.key("attribute").text(fact.attribute);
            w.key("opens").boolean(fact.opens);
            w.close('}');
        });
    }
    w.close(']');
    w.key("events").open('[');
    asking.missing_events(stage, &mut |event| {
        w.item().open('{');
        w.key("signal").text(event.signal);
        w.key("properties").raw(event.properties);
        w.key("times").integer(i64::from(event.times));
        instant(w, "until", event.until);
        steady(w, event.until);
        w.close('}');
    });
    w.close(']');
    w.close('}');
}

fn write_stage(w: &mut Writer, asking: &mut Asking) {
    w.key("stage");
    let Some((from, moves, is_settled)) = asking.stage() else {
        return w.null();
    };
    let playbook = asking.playbook;
    let pair = |w: &mut Writer, from: u16, to: u16| {
        w.open('{');
        w.key("from").text(playbook.stage_name(from));
        w.key("to").text(playbook.stage_name(to));
    };
    pair(w, from, moves.list().last().map_or(from, |(_, to)| *to));
    w.key("moves").open('[');
    for (from, to) in moves.list() {
        w.item();
        pair(w, *from, *to);
        w.close('}');
    }
    w.close(']');
    settled(w, is_settled);
}

fn write_aside(w: &mut Writer, asking: &Asking) {
    w.key("set_aside").open('{');
    w.key("facts").open('[');
    asking.facts_aside(&mut |fact| {
        w.item().open('{');
        w.key("attribute").text(fact.attribute);
        w.key("source").text(fact.source);
        w.key("why").text(fact.why);
        w.close('}');
    });
    w.close(']');
    w.key("events").open('[');
    asking.events_aside(&mut |place, id, why| {
        w.item().open('{');
        w.key("event");
        match id {
            Some(id) => w.text(id),
            None => w.integer(i64::from(place)),
        }
        w.key("why").text(why);
        w.close('}');
    });
    w.close(']');
    w.close('}');
}

/// Whether it is settled, which ends an object.
fn settled(w: &mut Writer, settled: bool) {
    w.key("settled").boolean(settled);
    w.close('}');
}

fn yes_or_no(w: &mut Writer, key: &str, answer: Settled<bool>) {
    w.key(key).boolean(answer.value);
    w.key("settled").boolean(answer.settled);
}

fn instant(w: &mut Writer, key: &str, change: Change) {
    w.key(key).integer_or_null(match change {
        Change::At(at) => Some(at),
        Change::Never | Change::NotBefore(_) => None,
    });
}

fn steady(w: &mut Writer, change: Change) {
    if let Change::NotBefore(at) = change {
        w.key("steady_until").integer(at);
    }
}
