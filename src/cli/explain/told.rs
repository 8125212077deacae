//! An explained decision as a page for the person who works the lead.

use super::moment;
use super::phrase::{plain, sentence};
use super::words::Words;
use crate::cli::page::{DIM, Page};
use anstyle::Style;
use leadstage::tree::{Content, Entry, Node};

/// Where the texts beside labels begin.
const COLUMN: usize = 11;

/// The page.
pub fn page(words: &Words<'_>, decision: &Node, id: Option<&str>, as_of: i64) -> String {
    let mut told = Told {
        page: Page::new(),
        words,
        decision,
        as_of,
        unsettled: false,
    };
    told.title(id);
    told.outcome();
    told.scores();
    told.gates();
    told.set_aside();
    told.footnote();
    told.page.finish()
}

pub(super) struct Told<'a> {
    pub(super) page: Page,
    pub(super) words: &'a Words<'a>,
    pub(super) decision: &'a Node,
    as_of: i64,
    /// Whether something on the page may still change by what gets known.
    unsettled: bool,
}

pub fn text<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    node.get(key)?.as_text()
}

pub fn yes(node: &Node, key: &str) -> bool {
    node.get(key)
        .is_some_and(|node| node.content == Content::Boolean(true))
}

pub fn number(node: &Node, key: &str) -> Option<String> {
    match &node.get(key)?.content {
        Content::Number(text) => Some(text.to_string()),
        _ => None,
    }
}

pub fn whole(node: &Node, key: &str) -> Option<i64> {
    number(node, key)?.parse().ok()
}

pub fn entries<'n>(node: &'n Node, key: &str) -> &'n [Entry] {
    node.get(key).and_then(Node::as_object).unwrap_or_default()
}

pub fn items<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    node.get(key).and_then(Node::as_list).unwrap_or_default()
}

/// An amount of points with its sign.
fn signed(points: &str) -> String {
    match points.strip_prefix('-') {
        Some(points) => format!("\u{2212}{points}"),
        None => format!("+{points}"),
    }
}

fn minus(points: &str) -> String {
    points.replace('-', "\u{2212}")
}

impl Told<'_> {
    pub(super) fn at(&self, at: i64) -> String {
        format!(
            "{} ({})",
            moment::instant(at),
            moment::distance(self.as_of, at)
        )
    }

    fn title(&mut self, id: Option<&str>) {
        let on = format!("on {}", moment::instant(self.as_of));
        self.page.heading(0, id.unwrap_or("This lead"), &on);
        let playbook = text(self.decision, "playbook").unwrap_or_default();
        let version = number(self.decision, "version").unwrap_or_default();
        let digest = text(self.decision, "digest").unwrap_or_default();
        let digest = digest.get(..12).unwrap_or(digest);
        let by = format!("by the playbook {playbook}, version {version} ({digest}…)");
        self.page.note(&by);
    }

    fn line(&mut self, label: &str, words: &str) {
        self.page.entry(0, label, COLUMN, words);
    }

    /// How sure an answer is.
    pub(super) fn sure(&mut self, node: &Node) -> &'static str {
        if yes(node, "settled") {
            return "";
        }
        self.unsettled = true;
        " (not settled)"
    }

    /// When an answer changes by itself.
    pub(super) fn change(&self, node: &Node, what: &str) -> Option<String> {
        if let Some(at) = whole(node, "flips_at") {
            return Some(format!(
                "{what} on {}, if nothing more happens.",
                self.at(at)
            ));
        }
        let until = whole(node, "steady_until")?;
        Some(format!(
            "Stays so at least until {}, if nothing more happens.",
            self.at(until)
        ))
    }

    fn outcome(&mut self) {
        let decision = self.decision;
        if let Some(route) = decision
            .get("route")
            .filter(|node| node.as_object().is_some())
        {
            let name = text(route, "then");
            let words =
                name.map_or_else(|| String::from("none holds"), |name| self.words.route(name));
            let words = format!("{words}{}", self.sure(route));
            self.line("Route", &words);
            let next = text(route, "flips_to")
                .map_or_else(|| String::from("no route"), |name| self.words.route(name));
            if let Some(change) = self.change(route, &format!("Becomes: {next}")) {
                self.line("", &change);
            }
        }
        if let Some(stage) = decision
            .get("stage")
            .filter(|node| node.as_object().is_some())
        {
            let to = text(stage, "to").unwrap_or_default();
            let mut words = self.words.stage(to);
            let moves = items(stage, "moves");
            if !moves.is_empty() {
                let from = text(stage, "from").unwrap_or_default();
                words.push_str(&format!(" (moved: {}", self.words.stage(from)));
                for to in moves.iter().filter_map(|step| text(step, "to")) {
                    words.push_str(&format!(" → {}", self.words.stage(to)));
                }
                words.push(')');
            }
            words.push_str(self.sure(stage));
            self.line("Stage", &words);
        }
        for (key, name, label) in [
            ("grade", "value", "Grade"),
            ("icp", "tier", "Tier"),
            ("persona", "name", "Persona"),
        ] {
            let Some(node) = decision.get(key).filter(|node| node.as_object().is_some()) else {
                continue;
            };
            let value = text(node, name).map_or_else(
                || String::from("none"),
                |name| match key {
                    "persona" => self.words.persona(name),
                    _ => name.to_owned(),
                },
            );
            let words = format!("{value}{}", self.sure(node));
            self.line(label, &words);
        }
        self.readiness();
        let inside: Vec<String> = entries(decision, "segments")
            .iter()
            .filter(|entry| yes(&entry.value, "in"))
            .map(|entry| self.words.segment(&entry.key))
            .collect();
        if !inside.is_empty() {
            self.line("Segments", &inside.join("; "));
        }
    }

    fn readiness(&mut self) {
        let Some(node) = self
            .decision
            .get("readiness")
            .filter(|node| node.as_object().is_some())
        else {
            return;
        };
        let framework = text(node, "framework").unwrap_or_default();
        let ready = if yes(node, "ready") {
            "ready"
        } else {
            "not ready"
        };
        let mut words = format!("{framework}: {ready}{}.", self.sure(node));
        for (key, label) in [
            ("met", "Met"),
            ("unmet", "Not met"),
            ("unknown", "Not known"),
        ] {
            let names: Vec<String> = items(node, key)
                .iter()
                .filter_map(plain)
                .map(|name| name.replace('_', " "))
                .collect();
            if !names.is_empty() {
                words.push_str(&format!(" {label}: {}.", names.join(", ")));
            }
        }
        self.line("Readiness", &words);
    }

    fn scores(&mut self) {
        for entry in entries(self.decision, "scores") {
            let (name, score) = (&*entry.key, &entry.value);
            self.page.gap();
            let value = number(score, "value").unwrap_or_default();
            let (low, high) = (
                number(score, "low").unwrap_or_default(),
                number(score, "high").unwrap_or_default(),
            );
            let mut more = minus(&value);
            if let Some(band) = text(score, "band") {
                more.push_str(&format!(", band {band}"));
            }
            if low != value || high != value {
                more.push_str(&format!(
                    "; {} to {} once all is known",
                    minus(&low),
                    minus(&high)
                ));
            }
            let label = self.words.score(name);
            self.page.heading(0, &sentence(&label), &more);
            self.ledger(name, items(score, "ledger"));
        }
    }

    fn ledger(&mut self, score: &str, lines: &[Node]) {
        if lines.is_empty() {
            self.page.text(2, "nothing brings points so far");
            return;
        }
        let mut group_before = None;
        for line in lines {
            let group = text(line, "group");
            let rule = whole(line, "rule").and_then(|rule| usize::try_from(rule).ok());
            if group != group_before && group.is_some() {
                self.page
                    .entry(2, &group.unwrap_or_default().replace('_', " "), 2, "");
            }
            group_before = group.or(group_before);
            let events = number(line, "events");
            let caps = self.words.caps(score, group, rule);
            let (indent, words, style) = match text(line, "line").unwrap_or_default() {
                "rule" => {
                    let mut words =
                        self.words
                            .rule(score, group.unwrap_or_default(), rule.unwrap_or_default());
                    if let Some(events) = events {
                        let noun = if events == "1" { "event" } else { "events" };
                        words.push_str(&format!(" ({events} {noun})"));
                    }
                    (4, words, Style::new())
                }
                "period" => (6, String::from("over the limit of a period"), DIM),
                "decay" => (6, String::from("faded with time"), DIM),
                "rule_cap" => (6, format!("limit of the rule{caps}"), DIM),
                "group_cap" => (4, format!("limit of the group{caps}"), DIM),
                _ => (2, format!("limit of the score{caps}"), DIM),
            };
            let points = signed(&number(line, "points").unwrap_or_default());
            self.page.amount(indent, &words, &points, style);
        }
    }

    fn footnote(&mut self) {
        if self.unsettled {
            self.page.gap();
            let words = "(not settled): what is not known yet may change it.";
            self.page.note(words);
        }
    }

    fn set_aside(&mut self) {
        let Some(aside) = self.decision.get("set_aside") else {
            return;
        };
        let (facts, events) = (items(aside, "facts"), items(aside, "events"));
        if facts.is_empty() && events.is_empty() {
            return;
        }
        self.page.gap();
        self.page.heading(0, "Set aside", "");
        for fact in facts {
            let attribute = self
                .words
                .attribute(text(fact, "attribute").unwrap_or_default());
            let source = text(fact, "source").unwrap_or_default();
            let why = why(text(fact, "why").unwrap_or_default());
            self.page
                .entry(2, &format!("{attribute}, from {source}:"), 4, why);
        }
        // Many events are told together.
        let mut told: Vec<(&str, Vec<String>)> = Vec::new();
        for event in events {
            let reason = text(event, "why").unwrap_or_default();
            let name = match event.get("event").map(|node| &node.content) {
                Some(Content::Text(id)) => id.to_string(),
                Some(Content::Number(place)) => format!(
                    "number {}",
                    place.parse::<u64>().map_or(0, |place| place + 1)
                ),
                _ => continue,
            };
            match told.iter_mut().find(|(other, _)| *other == reason) {
                Some((_, names)) => names.push(name),
                None => told.push((reason, vec![name])),
            }
        }
        for (reason, names) in told {
            let noun = if names.len() == 1 { "event" } else { "events" };
            let mut shown = names.iter().take(8).cloned().collect::<Vec<_>>().join(", ");
            if names.len() > 8 {
                shown.push_str(&format!(" and {} more", names.len() - 8));
            }
            self.page
                .entry(2, &format!("{noun} {shown}:"), 4, why(reason));
        }
    }
}

/// Why something is set aside, in words.
fn why(reason: &str) -> &str {
    match reason {
        "default" => "a form's default that nobody touched",
        "not_allowed" => "who says so may not assert it",
        "future" => "later than the instant asked about",
        "outranked" => "another source, or a newer fact, counts",
        "duplicate" => "the same event is there already",
        "automated" => "made by a machine, not by a person",
        other => other,
    }
}
