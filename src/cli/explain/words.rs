//! What a playbook says, in words: names by their labels, conditions as sentences.

use super::moment;
use super::phrase::{names, plain, range_of, sentence, spell, test, times};
use leadstage::tree::{Content, Entry, Node};

/// Reads the labels of a playbook's document; without one, names stand for themselves.
pub struct Words<'d> {
    document: Option<&'d Node>,
}

impl<'d> Words<'d> {
    pub fn new(document: Option<&'d Node>) -> Self {
        Self { document }
    }

    fn part(&self, kind: &str, name: &str) -> Option<&'d Node> {
        self.document?.get(kind)?.get(name)
    }

    fn label(&self, kind: &str, name: &str) -> String {
        let label = self
            .part(kind, name)
            .and_then(|part| part.get("label")?.as_text());
        label.map_or_else(|| name.replace('_', " "), str::to_owned)
    }

    pub fn attribute(&self, name: &str) -> String {
        let label = self
            .part("attributes", name)
            .and_then(|part| part.get("label")?.as_text());
        label.unwrap_or(name).to_owned()
    }

    pub fn signal(&self, name: &str) -> String {
        self.label("signals", name)
    }

    pub fn score(&self, name: &str) -> String {
        self.label("scores", name)
    }

    pub fn stage(&self, name: &str) -> String {
        self.label("stages", name)
    }

    pub fn segment(&self, name: &str) -> String {
        self.label("segments", name)
    }

    /// The label of the entries of a list that have a name, where they agree on one.
    fn listed(&self, kind: &str, key: &str, name: &str) -> Option<&'d str> {
        let items = self.document?.get(kind)?.as_list()?;
        let named = |item: &&Node| item.get(key).and_then(Node::as_text) == Some(name);
        let mut labels = items
            .iter()
            .filter(named)
            .map(|item| item.get("label").and_then(Node::as_text));
        let first = labels.next()??;
        labels.all(|label| label == Some(first)).then_some(first)
    }

    pub fn persona(&self, name: &str) -> String {
        let label = self.listed("personas", "name", name);
        label.map_or_else(|| name.replace('_', " "), str::to_owned)
    }

    /// A route with its label, if it has one.
    pub fn route(&self, name: &str) -> String {
        match self.listed("routes", "then", name) {
            Some(label) => format!("{label} ({name})"),
            None => name.replace('_', " "),
        }
    }

    /// A reason with its label, if it has one.
    pub fn reason(&self, name: &str) -> String {
        let label = self
            .part("reasons", name)
            .and_then(|part| part.get("label")?.as_text());
        match label {
            Some(label) => format!("{label} ({name})"),
            None => name.replace('_', " "),
        }
    }

    /// A status of a stage.
    pub fn status(&self, stage: &str, name: &str) -> String {
        let statuses = self
            .part("stages", stage)
            .and_then(|stage| stage.get("statuses")?.as_list());
        let named = |node: &&Node| node.get("name").and_then(Node::as_text) == Some(name);
        let status = statuses.unwrap_or_default().iter().find(named);
        let label = status.and_then(|status| status.get("label")?.as_text());
        label.map_or_else(|| name.replace('_', " "), str::to_owned)
    }

    /// A position of the buyer's journey.
    pub fn position(&self, name: &str) -> String {
        let positions = self
            .document
            .and_then(|document| document.get("journey")?.get("positions")?.as_list());
        let named = |node: &&Node| node.get("name").and_then(Node::as_text) == Some(name);
        let position = positions.unwrap_or_default().iter().find(named);
        let label = position.and_then(|position| position.get("label")?.as_text());
        label.map_or_else(|| name.replace('_', " "), str::to_owned)
    }

    /// The condition that a JSON Pointer into the document names.
    pub fn at(&self, pointer: &str) -> String {
        let mut parent = None;
        let mut node = self.document;
        let mut last = String::new();
        for step in pointer.split('/').skip(1) {
            last = step.replace("~1", "/").replace("~0", "~");
            parent = node;
            node = node.and_then(|node| match node.as_list() {
                Some(items) => items.get(last.parse::<usize>().ok()?),
                None => node.get(&last),
            });
        }
        let (Some(parent), Some(node)) = (parent, node) else {
            return pointer.to_owned();
        };
        let whole = ["enter", "stay", "exit", "when", "interest"].contains(&last.as_str());
        let words = match &*last {
            _ if whole || parent.as_list().is_some() => self.condition(node),
            "signal" => self.events(parent),
            "sequence" => self.sequence(parent),
            key => self.of_key(key, node),
        };
        sentence(&words)
    }

    /// Whether a CRM field holds instants, as far as the playbook writes it.
    pub fn is_stamped(&self, field: &str) -> bool {
        self.document
            .is_some_and(|document| stamps(document, field))
    }

    fn group(&self, score: &str, group: &str) -> Option<&'d Node> {
        let groups = self.part("scores", score)?.get("groups")?.as_list()?;
        let named = |node: &&Node| node.get("name").and_then(Node::as_text) == Some(group);
        groups.iter().find(named)
    }

    /// A rule: its label, or what it says.
    pub fn rule(&self, score: &str, group: &str, rule: usize) -> String {
        let node = self
            .group(score, group)
            .and_then(|group| group.get("rules")?.as_list()?.get(rule));
        let Some(node) = node else {
            return format!("rule {}", rule + 1);
        };
        if let Some(label) = node.get("label").and_then(Node::as_text) {
            return label.to_owned();
        }
        match node.get("when") {
            Some(when) => sentence(&self.condition(when)),
            None => sentence(&self.events(node)),
        }
    }

    /// The caps of a rule, a group or a score, in words.
    pub fn caps(&self, score: &str, group: Option<&str>, rule: Option<usize>) -> String {
        let node = match (group, rule) {
            (Some(group), Some(rule)) => {
                let group = self.group(score, group);
                group.and_then(|group| group.get("rules")?.as_list()?.get(rule))
            }
            (Some(group), None) => self.group(score, group),
            _ => self.part("scores", score),
        };
        let cap = |key: &str, words: &str| {
            let points = plain(node?.get(key)?)?;
            Some(format!("{words} {points}"))
        };
        let caps = [cap("at_most", "at most"), cap("at_least", "at least")];
        let caps: Vec<String> = caps.into_iter().flatten().collect();
        if caps.is_empty() {
            String::new()
        } else {
            format!(" ({})", caps.join(", "))
        }
    }

    /// The parts of a gate's condition, in the order in which the decision lists them.
    pub fn criteria(&self, stage: &str, by: &str) -> Vec<String> {
        let Some(condition) = self.part("stages", stage).and_then(|stage| stage.get(by)) else {
            return Vec::new();
        };
        let parts = parts(condition);
        match parts.as_slice() {
            [Part::One(entry)] if &*entry.key == "all" => {
                let items = entry.value.as_list().unwrap_or_default();
                items
                    .iter()
                    .map(|item| sentence(&self.condition(item)))
                    .collect()
            }
            parts => parts
                .iter()
                .map(|part| sentence(&self.of_part(part)))
                .collect(),
        }
    }

    /// A condition in words.
    pub fn condition(&self, node: &Node) -> String {
        let parts: Vec<String> = parts(node).iter().map(|part| self.of_part(part)).collect();
        parts.join(" and ")
    }

    fn of_part(&self, part: &Part<'_>) -> String {
        match part {
            Part::Events(node) => self.events(node),
            Part::Sequence(node) => self.sequence(node),
            Part::One(entry) => self.of_key(&entry.key, &entry.value),
        }
    }

    fn of_key(&self, key: &str, value: &Node) -> String {
        let list = |joiner: &str| {
            let items = value.as_list().unwrap_or_default();
            let words: Vec<String> = items.iter().map(|item| self.nested(item)).collect();
            words.join(joiner)
        };
        match key {
            "all" => list(" and "),
            "any" => list(" or "),
            "none" => match closed(value) {
                Some(gate) => {
                    let stages = names(gate, |name| self.stage(name));
                    format!("the gate to {stages} is not open")
                }
                None => format!("not: {}", list("; nor: ")),
            },
            "at_least" => {
                let count = value.get("count").and_then(plain).unwrap_or_default();
                let items = value.get("of").and_then(Node::as_list).unwrap_or_default();
                let words: Vec<String> = items.iter().map(|item| self.condition(item)).collect();
                format!("at least {count} of these: {}", words.join("; "))
            }
            "score" => self.pairs(value, |score, range| {
                format!("{} {}", self.score(score), range_of(range, plain))
            }),
            "band" => self.pairs(value, |score, band| {
                format!(
                    "{} in band {}",
                    self.score(score),
                    names(band, str::to_owned)
                )
            }),
            "grade" => format!("grade {}", names(value, str::to_owned)),
            "icp" => format!("tier {}", names(value, str::to_owned)),
            "persona" => format!("persona {}", names(value, |name| self.persona(name))),
            "readiness" => self.readiness(value),
            "segment" => format!("in segment {}", names(value, |name| self.segment(name))),
            "gate" => format!(
                "the gate to {} is open",
                names(value, |name| self.stage(name))
            ),
            "stage" => format!("in stage {}", names(value, |name| self.stage(name))),
            "time_in_stage" => format!("time in the stage {}", range_of(value, spell)),
            attribute => format!("{} {}", self.attribute(attribute), test(value)),
        }
    }

    /// A part of a list; in brackets where it has parts of its own.
    fn nested(&self, node: &Node) -> String {
        let words = self.condition(node);
        let several = parts(node).len() > 1
            || node
                .as_object()
                .unwrap_or_default()
                .iter()
                .any(|entry| matches!(&*entry.key, "all" | "any" | "none" | "at_least"));
        if several { format!("({words})") } else { words }
    }

    fn pairs(&self, value: &Node, words: impl Fn(&str, &Node) -> String) -> String {
        let entries = value.as_object().unwrap_or_default();
        let parts: Vec<String> = entries
            .iter()
            .map(|entry| words(&entry.key, &entry.value))
            .collect();
        parts.join(" and ")
    }

    fn readiness(&self, value: &Node) -> String {
        let framework = self
            .document
            .and_then(|document| document.get("readiness")?.get("framework")?.as_text());
        let framework = framework.unwrap_or("readiness");
        match (&value.content, value.as_text()) {
            (_, Some("ready")) => {
                let readiness = self.document.and_then(|document| document.get("readiness"));
                let all = readiness.and_then(|node| Some(node.get("criteria")?.as_object()?.len()));
                let due = readiness
                    .and_then(|node| node.get("at_least"))
                    .and_then(plain);
                match (due, all) {
                    (Some(due), Some(all)) => format!("{due} of the {all} {framework} criteria"),
                    (None, Some(all)) => format!("all {all} {framework} criteria"),
                    _ => format!("ready by {framework}"),
                }
            }
            (Content::Object(_), _) => format!(
                "number of {framework} criteria met {}",
                range_of(value, plain)
            ),
            _ => {
                let criteria = value.as_list().unwrap_or_default();
                let criteria: Vec<String> = criteria.iter().filter_map(plain).collect();
                format!("{framework}: {}", criteria.join(" and "))
            }
        }
    }

    /// An event test, or the events of a rule.
    fn events(&self, node: &Node) -> String {
        let mut words = self.step(node);
        let count = node.get("count");
        if let Some(count) = count {
            let bounded = ["from", "to"].iter().any(|key| count.get(key).is_some());
            if bounded {
                words.push_str(&format!(", {}", times(count)));
            }
        }
        let within = node.get("within").or_else(|| count?.get("within"));
        if let Some(within) = within.and_then(Node::as_text) {
            words.push_str(&format!(", within {}", moment::duration(within)));
        }
        words
    }

    fn sequence(&self, node: &Node) -> String {
        let steps = node
            .get("sequence")
            .and_then(Node::as_list)
            .unwrap_or_default();
        let steps: Vec<String> = steps.iter().map(|step| self.step(step)).collect();
        let mut words = steps.join(", then ");
        if let Some(within) = node.get("within").and_then(Node::as_text) {
            words.push_str(&format!(", within {}", moment::duration(within)));
        }
        words
    }

    /// A signal and what its properties must pass.
    fn step(&self, node: &Node) -> String {
        if let Some(signal) = node.as_text() {
            return self.signal(signal);
        }
        let signal = node
            .get("signal")
            .and_then(Node::as_text)
            .unwrap_or_default();
        let mut words = self.signal(signal);
        let properties = node
            .get("where")
            .and_then(Node::as_object)
            .unwrap_or_default();
        for (place, entry) in properties.iter().enumerate() {
            words.push_str(if place == 0 { " with " } else { " and " });
            words.push_str(&format!("{} {}", entry.key, test(&entry.value)));
        }
        words
    }
}

/// The gate in a list of conditions that has nothing else.
fn closed(value: &Node) -> Option<&Node> {
    match value.as_list()? {
        [one] if one.as_object()?.len() == 1 => one.get("gate"),
        _ => None,
    }
}

/// Whether something in a tree stamps a field, or sets it to an instant.
fn stamps(node: &Node, field: &str) -> bool {
    let names = |node: &Node| match node.as_list() {
        Some(items) => items.iter().any(|item| item.as_text() == Some(field)),
        None => node.as_text() == Some(field),
    };
    if let Some(items) = node.as_list() {
        return items.iter().any(|item| stamps(item, field));
    }
    let entries = node.as_object().unwrap_or_default();
    entries.iter().any(|entry| match &*entry.key {
        "stamp" | "stamp_first" => names(&entry.value),
        key if key == field => {
            entry.value.get("take").and_then(Node::as_text) == Some("return_date")
        }
        _ => stamps(&entry.value, field),
    })
}

/// What one condition object says, part by part.
enum Part<'n> {
    Events(&'n Node),
    Sequence(&'n Node),
    One(&'n Entry),
}

/// The parts of a condition by the names of their keys; the keys of an event test, and of a sequence,
/// belong together.
fn parts(node: &Node) -> Vec<Part<'_>> {
    let events = node.get("signal").is_some();
    let sequence = node.get("sequence").is_some();
    let mut entries: Vec<&Entry> = node.as_object().unwrap_or_default().iter().collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    let mut list = Vec::new();
    for entry in entries {
        match &*entry.key {
            "signal" => list.push(Part::Events(node)),
            "sequence" => list.push(Part::Sequence(node)),
            "where" | "count" if events => {}
            "within" if events || sequence => {}
            _ => list.push(Part::One(entry)),
        }
    }
    list
}
