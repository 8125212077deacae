//! What became of one input, for people.

use super::local::Local;
use super::missing::{joined, missing, role};
use crate::cli::explain::phrase::plain;
use crate::cli::explain::told::{items, number, text, whole, yes};
use crate::cli::explain::words::Words;
use crate::cli::page::{Page, YELLOW};
use leadstage::tree::Node;

/// Where the texts beside labels begin.
const COLUMN: usize = 14;
/// How automation moves.
const BY_ITSELF: &str = ", by itself";

/// What is told with.
pub struct Teller<'a> {
    pub words: &'a Words<'a>,
    pub local: Local,
}

impl Teller<'_> {
    /// One answer, with the number of its input.
    pub fn tell(&self, page: &mut Page, place: usize, input: &Node, answer: &Node) {
        let at = whole(answer, "as_of").unwrap_or_default();
        page.heading(
            0,
            &format!("{place}."),
            &format!("{} – {}", self.local.moment(at), self.asked(input)),
        );
        let refused = items(answer, "refused");
        if !refused.is_empty() {
            page.warning(2, "Refused; nothing has changed.");
            self.refused(page, refused);
            return;
        }
        for change in ["taken_back", "made"] {
            let Some(changed) = answer.get("changed") else {
                break;
            };
            let label = if change == "made" {
                "made now"
            } else {
                "taken back"
            };
            for step in items(changed, change) {
                page.entry(2, label, COLUMN, &self.step(step));
            }
        }
        for words in self.steps(items(answer, "moves")) {
            page.entry(2, "moved", COLUMN, &words);
        }
        if !yes(answer, "done") {
            page.text(2, "There was nothing to do.");
        }
        for clock in items(answer, "clocks") {
            page.entry(2, "clock", COLUMN, &self.clock(clock));
        }
        for (place, change) in items(answer, "crm").iter().enumerate() {
            let label = if place == 0 { "CRM" } else { "" };
            page.entry(2, label, COLUMN, &self.change(change));
        }
        let Some(stage) = text(answer, "stage") else {
            page.entry(2, "now", COLUMN, "erased: nothing is held any more");
            return;
        };
        let mut now = self.words.stage(stage);
        if let Some(status) = text(answer, "status") {
            now.push_str(&format!(", {}", self.words.status(stage, status)));
        }
        if let Some(owner) = answer.get("owner").and_then(owner) {
            now.push_str(&format!(", with {owner}"));
        }
        page.entry(2, "now", COLUMN, &now);
        if let Some(next) = whole(answer, "next_at") {
            page.entry(2, "look again", COLUMN, &self.local.distant(at, next));
        }
        if let Some(due) = whole(answer, "erase_at") {
            page.entry(2, "kept until", COLUMN, &self.local.distant(at, due));
        }
    }

    fn refused(&self, page: &mut Page, refused: &[Node]) {
        let mut target = None;
        for refusal in refused {
            let to = text(refusal, "to");
            if to != target
                && let Some(to) = to
            {
                page.text(2, &format!("To {}:", self.words.stage(to)));
            }
            target = to;
            let (label, what) = missing(self.words, self.local, refusal);
            page.labelled(YELLOW, 4, label, COLUMN + 2, &what);
        }
    }

    /// Moves in words; those that automation makes one after another in one line.
    pub fn steps(&self, moves: &[Node]) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut chained = false;
        for step in moves {
            let plain = text(step, "by") == Some("automation") && items(step, "skipped").is_empty();
            let to = self.words.stage(text(step, "to").unwrap_or_default());
            match lines.last_mut().filter(|_| plain && chained) {
                Some(line) => {
                    let begun = line.strip_suffix(BY_ITSELF).unwrap_or(line);
                    *line = format!("{begun} → {to}{BY_ITSELF}");
                }
                None => lines.push(self.step(step)),
            }
            chained = plain;
        }
        lines
    }

    /// What an input asks, in a few words.
    pub fn asked(&self, input: &Node) -> String {
        let mut parts = Vec::new();
        if let Some(command) = text(input, "command") {
            let act = text(input, "act").unwrap_or(command);
            parts.push(role(act));
        }
        if let Some(status) = text(input, "status") {
            parts.push(format!("status {}", role(status)));
        }
        if let Some(owner) = text(input, "assign") {
            parts.push(format!("given to {owner}"));
        }
        if yes(input, "tick") {
            parts.push(String::from("time passes"));
        }
        if let Some(stage) = text(input, "start") {
            parts.push(format!("begins in {}", self.words.stage(stage)));
        }
        if let Some(merge) = input.get("merge") {
            let other = text(merge, "id").unwrap_or("another record");
            parts.push(format!("merge of {other}"));
        }
        if let Some(erase) = input.get("erase") {
            let why = erase
                .as_text()
                .map_or(String::new(), |why| format!(" ({why})"));
            parts.push(format!("erase everything{why}"));
        }
        if let Some(by) = input.get("by") {
            let roles: Vec<String> = match by.as_list() {
                Some(roles) => roles.iter().filter_map(plain).map(|it| role(&it)).collect(),
                None => plain(by).map(|it| role(&it)).into_iter().collect(),
            };
            let actor = text(input, "actor").map_or(String::new(), |actor| format!(" ({actor})"));
            parts.push(format!("by {}{actor}", joined(&roles, "and")));
        }
        let words = parts.join(" ");
        let evidence = self.evidence(input);
        match (words.is_empty(), evidence.is_empty()) {
            (true, _) => evidence,
            (false, true) => words,
            (false, false) => format!("{words}; {evidence}"),
        }
    }

    /// What an input brings to light: events by their signals, facts by their attributes.
    pub fn evidence(&self, input: &Node) -> String {
        let mut events: Vec<(String, u32)> = Vec::new();
        for event in items(input, "events") {
            let mut name = self.words.signal(text(event, "signal").unwrap_or_default());
            let properties = event.get("properties").and_then(Node::as_object);
            let properties: Vec<String> = properties
                .unwrap_or_default()
                .iter()
                .map(|entry| format!("{} {}", role(&entry.key), value(&entry.value)))
                .collect();
            if !properties.is_empty() {
                name.push_str(&format!(" ({})", properties.join(", ")));
            }
            match events.iter_mut().find(|(other, _)| *other == name) {
                Some((_, count)) => *count += 1,
                None => events.push((name, 1)),
            }
        }
        let mut parts: Vec<String> = events
            .into_iter()
            .map(|(name, count)| match count {
                1 => name,
                count => format!("{count} × {name}"),
            })
            .collect();
        let facts = input.get("facts");
        for fact in facts.and_then(Node::as_list).unwrap_or_default() {
            parts.push(self.fact(text(fact, "attribute").unwrap_or_default(), fact));
        }
        for entry in facts.and_then(Node::as_object).unwrap_or_default() {
            parts.push(self.fact(&entry.key, &entry.value));
        }
        parts.join(", ")
    }

    fn fact(&self, attribute: &str, said: &Node) -> String {
        let name = self.words.attribute(attribute);
        let source = text(said, "by").or(text(said, "source"));
        let source = source.map_or(String::new(), |source| format!(" (from {})", role(source)));
        let words = match (said.get("value"), said.get("range"), said.get("any_of")) {
            (Some(it), _, _) => value(it),
            (_, Some(range), _) => {
                let end = |place: usize| range.as_list().and_then(|ends| plain(ends.get(place)?));
                match (end(0), end(1)) {
                    (Some(low), Some(high)) => format!("{low} to {high}"),
                    (Some(low), None) => format!("{low} or more"),
                    (None, Some(high)) => format!("{high} or less"),
                    (None, None) => String::new(),
                }
            }
            (_, _, Some(any)) => {
                let options = any.as_list().unwrap_or_default().iter().filter_map(plain);
                joined(&options.collect::<Vec<String>>(), "or")
            }
            _ => value(said),
        };
        format!("{name}: {words}{source}")
    }

    /// A move with all that was said with it.
    pub fn step(&self, step: &Node) -> String {
        let to = self.words.stage(text(step, "to").unwrap_or_default());
        let mut words = match text(step, "from") {
            Some(from) => format!("{} → {to}", self.words.stage(from)),
            None => format!("Begins in {to}"),
        };
        match (text(step, "by").unwrap_or_default(), text(step, "on")) {
            ("automation", _) => words.push_str(BY_ITSELF),
            (_, None) => {}
            (by, Some(command)) => {
                let act = text(step, "act").unwrap_or(command);
                words.push_str(&format!(", {} by {}", role(act), role(by)));
            }
        }
        if let Some(reason) = text(step, "reason") {
            words.push_str(&format!("; reason: {}", self.words.reason(reason)));
        }
        if let Some(note) = text(step, "note") {
            words.push_str(&format!("; note: “{note}”"));
        }
        let skipped: Vec<String> = items(step, "skipped")
            .iter()
            .filter_map(Node::as_text)
            .map(|stage| self.words.stage(stage))
            .collect();
        if !skipped.is_empty() {
            words.push_str(&format!("; skipped: {}", skipped.join(", ")));
        }
        words
    }

    fn clock(&self, clock: &Node) -> String {
        let stage = self.words.stage(text(clock, "stage").unwrap_or_default());
        let (at, due) = (whole(clock, "at"), whole(clock, "due_at"));
        let (at, due) = (at.unwrap_or_default(), due.unwrap_or_default());
        let priority =
            text(clock, "priority").map_or(String::new(), |name| format!(" ({})", role(name)));
        let owner =
            text(clock, "owner").map_or(String::new(), |name| format!("{} has ", role(name)));
        match text(clock, "what").unwrap_or_default() {
            "started" => format!("{stage}{priority}: {owner}until {}", self.local.moment(due)),
            "met" => format!("{stage}{priority}: met on {}", self.local.moment(at)),
            "broken" => format!(
                "{stage}{priority}: broken, it was due {}",
                self.local.moment(due)
            ),
            "ended" => format!(
                "{stage}{priority}: done on {}, late: it was due {}",
                self.local.moment(at),
                self.local.moment(due)
            ),
            _ => format!("{stage}{priority}: of no more use"),
        }
    }

    fn change(&self, change: &Node) -> String {
        let system = text(change, "system").unwrap_or_default();
        let object = text(change, "object").unwrap_or_default();
        let field = text(change, "field").unwrap_or_default();
        let value = change.get("value").map(value).unwrap_or_default();
        let at = || whole(change, "value").map_or(value.clone(), |at| self.local.moment(at));
        let inferred = if yes(change, "inferred") {
            " (inferred)"
        } else {
            ""
        };
        let what = match text(change, "do").unwrap_or_default() {
            "convert" => {
                let to = change.get("value").map_or(&[][..], |it| items(it, "to"));
                let to: Vec<String> = to.iter().filter_map(plain).collect();
                return format!("{system}: convert the {object} to {}", joined(&to, "and"));
            }
            "clear" => return format!("{system}: clear {object}.{field}"),
            "delete" => return format!("{system}: delete the {object}"),
            "skip" => return format!("{system}: {object}.{field} can't be set any more"),
            "stamp" => at(),
            _ if self.words.is_stamped(&format!("{object}.{field}")) => at(),
            _ => value.clone(),
        };
        format!("{system}: {object}.{field} = {what}{inferred}")
    }
}

/// A value as people write it.
pub fn value(node: &Node) -> String {
    match node.as_list() {
        Some(items) => {
            let words: Vec<String> = items.iter().filter_map(plain).collect();
            words.join(", ")
        }
        None => plain(node).unwrap_or_else(|| String::from("nothing")),
    }
}

/// Who owns a record, in words.
pub fn owner(owner: &Node) -> Option<String> {
    let (name, queue) = (text(owner, "name"), text(owner, "queue"));
    let held = text(owner, "role").map(role);
    let queue = queue.map(|queue| format!("queue {}", role(queue)));
    match (name, held, queue) {
        (Some(name), Some(held), _) => Some(format!("{name} ({held})")),
        (Some(name), None, Some(queue)) => Some(format!("{name} ({queue})")),
        (Some(name), None, None) => Some(name.to_owned()),
        (None, Some(held), Some(queue)) => Some(format!("{held}, {queue}")),
        (None, held, queue) => held.or(queue),
    }
}

/// How many of something.
pub fn some(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// The number of an entry, as text.
pub fn entry_of(node: &Node) -> String {
    number(node, "entry").unwrap_or_default()
}
