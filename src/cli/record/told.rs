//! A record's whole story as a page for the person who works the lead.

use super::answer::{Teller, owner, value};
use super::local::{Local, counted, length};
use super::missing::{joined, missing, named, role};
use super::story::story;
use crate::cli::explain::told::{entries, items, number, text, whole, yes};
use crate::cli::explain::words::Words;
use crate::cli::page::{DIM, GREEN, Page, RED, YELLOW};
use leadstage::tree::Node;

/// Where the texts beside labels begin.
const COLUMN: usize = 11;

/// The page. `due` are the moves that time has made by now and nobody has written down yet.
pub fn page(words: &Words<'_>, told: &Node, decision: &Node, due: &[Node]) -> String {
    let local = Local {
        offset_ms: whole(told, "utc_offset_ms").unwrap_or_default(),
    };
    let nothing = Node::object([]);
    let teller = Teller { words, local };
    let mut told = Told {
        page: Page::new(),
        record: told.get("record").unwrap_or(&nothing),
        as_of: whole(told, "as_of").unwrap_or_default(),
        teller,
        told,
    };
    told.title();
    told.now(decision);
    told.due(due);
    story(&told.teller, &mut told.page, told.told);
    told.clocks();
    told.ways();
    told.crm();
    told.page.finish()
}

struct Told<'a> {
    page: Page,
    teller: Teller<'a>,
    told: &'a Node,
    record: &'a Node,
    as_of: i64,
}

impl<'a> Told<'a> {
    fn local(&self) -> Local {
        self.teller.local
    }

    fn words(&self) -> &'a Words<'a> {
        self.teller.words
    }

    fn part(&self, key: &str) -> Option<&'a Node> {
        self.record
            .get(key)
            .filter(|node| node.as_object().is_some())
    }

    fn line(&mut self, label: &str, words: &str) {
        self.page.entry(0, label, COLUMN, words);
    }

    fn title(&mut self) {
        let id = text(self.record, "id").unwrap_or("This record");
        let on = format!("on {}", self.local().moment(self.as_of));
        self.page.heading(0, id, &on);
        let name = text(self.record, "playbook").unwrap_or_default();
        let version = number(self.record, "version").unwrap_or_default();
        let digest = text(self.record, "digest").unwrap_or_default();
        let digest = digest.get(..12).unwrap_or(digest);
        let zone = self.local().zone();
        let by = format!("by the playbook {name}, version {version} ({digest}…); times are {zone}");
        self.page.note(&by);
    }

    fn since(&self, at: i64) -> String {
        let ago = length(self.as_of.saturating_sub(at));
        format!("since {} ({ago})", self.local().moment(at))
    }

    fn now(&mut self, decision: &Node) {
        let stage = self.part("stage");
        let name = stage
            .and_then(|stage| text(stage, "name"))
            .unwrap_or_default();
        let since = stage.and_then(|stage| whole(stage, "since"));
        if let Some(erased) = self.part("erased") {
            let at = whole(erased, "at").unwrap_or_default();
            let by = role(text(erased, "by").unwrap_or_default());
            let why = text(erased, "why").map_or(String::new(), |why| format!(" ({why})"));
            let on = self.local().moment(at);
            self.line(
                "Erased",
                &format!("on {on} by {by}{why}; nothing is held any more"),
            );
            return;
        }
        match since {
            None => self.line("Stage", "none: nothing has reached it yet"),
            Some(at) => {
                let words = format!("{}, {}", self.words().stage(name), self.since(at));
                self.line("Stage", &words);
            }
        }
        if let Some(status) = self.part("status") {
            let label = self
                .words()
                .status(name, text(status, "name").unwrap_or_default());
            let since = whole(status, "since").filter(|at| Some(*at) != since);
            let since = since.map_or(String::new(), |at| format!(", {}", self.since(at)));
            self.line("Status", &format!("{label}{since}"));
        }
        let held = self.part("owner").and_then(owner);
        self.line("Owner", &held.unwrap_or_else(|| String::from("nobody")));
        if let Some((words, over)) = self.running() {
            let style = if over { RED } else { DIM };
            self.page.labelled(style, 0, "Clock", COLUMN, &words);
        }
        if let Some(at) = whole(self.record, "return_at") {
            let words = format!("comes back on {}", self.local().distant(self.as_of, at));
            self.line("Return", &words);
        }
        let scores: Vec<String> = entries(decision, "scores")
            .iter()
            .map(|entry| {
                let points = number(&entry.value, "value").unwrap_or_default();
                let band =
                    text(&entry.value, "band").map_or(String::new(), |it| format!(" (band {it})"));
                format!(
                    "{} {}{band}",
                    self.words().score(&entry.key),
                    points.replace('-', "\u{2212}")
                )
            })
            .collect();
        if !scores.is_empty() {
            self.line("Scores", &scores.join(", "));
        }
        self.journey();
        let who = match (yes(self.record, "identified"), yes(self.record, "known")) {
            (false, _) => Some("nobody is known yet: no clock runs, and it is no lead"),
            (true, false) => Some("a name is known, but no interest has been shown"),
            _ => None,
        };
        if let Some(who) = who.filter(|_| since.is_some()) {
            self.line("Identity", who);
        }
        if let Some(at) = whole(self.record, "discounts_before") {
            let words = format!(
                "for moves by itself only what happened after {}",
                self.local().moment(at)
            );
            self.line("Counts", &words);
        }
        let merged: Vec<String> = items(self.record, "merged")
            .iter()
            .map(|it| text(it, "id").unwrap_or("a record without id").to_owned())
            .collect();
        if !merged.is_empty() {
            self.line("Merged", &joined(&merged, "and"));
        }
        let next = self.next();
        self.line("Next", &next);
        if let Some(at) = whole(self.told, "erase_at") {
            let words = self.local().distant(self.as_of, at);
            self.line("Kept until", &words);
        }
    }

    /// When something happens next by itself, and what, where that is plain.
    fn next(&self) -> String {
        let Some(at) = whole(self.told, "next_at") else {
            return String::from("nothing happens by itself");
        };
        let running = items(self.record, "clocks").last();
        let running = running.filter(|clock| text(clock, "state") == Some("running"));
        let ways = items(self.told, "ways");
        let due = ways.iter().find(|way| whole(way, "due_at") == Some(at));
        let what = match (running.and_then(|clock| whole(clock, "due_at")), due) {
            (Some(due), _) if due.saturating_add(1) == at => String::from("the clock runs out"),
            (_, Some(way)) if items(way, "missing").is_empty() => {
                let to = self.words().stage(text(way, "to").unwrap_or_default());
                format!("goes to {to} if nothing happens")
            }
            _ => String::from("look again"),
        };
        format!("{what} on {}", self.local().distant(self.as_of, at))
    }

    fn journey(&mut self) {
        let Some(journey) = self.part("journey") else {
            return;
        };
        let position = text(journey, "position").map(|name| self.words().position(name));
        let since = whole(journey, "since").unwrap_or_default();
        let words = match position {
            Some(position) => format!("{position}, {}", self.since(since)),
            None => String::from("not seen yet"),
        };
        self.line("Journey", &words);
        let content: Vec<String> = named(self.told, "content", str::to_owned);
        if !content.is_empty() {
            self.line("Offer", &content.join("; "));
        }
    }

    /// The clock that runs, or is broken and nobody has acted yet, and whether its time is over.
    fn running(&self) -> Option<(String, bool)> {
        let clock = items(self.record, "clocks").last()?;
        let more = items(self.told, "clocks").last()?;
        if whole(clock, "ended_at").is_some() {
            return None;
        }
        let over = whole(more, "left_ms").is_some_and(|left| left < 0);
        Some((self.clock(clock, more), over))
    }

    /// How a clock stands.
    fn clock(&self, clock: &Node, more: &Node) -> String {
        let due = whole(clock, "due_at").unwrap_or_default();
        let local = self.local();
        let left = whole(more, "left_ms").unwrap_or_default();
        let time = counted(left.saturating_abs(), yes(more, "working"));
        let ended = whole(clock, "ended_at");
        match (text(clock, "state").unwrap_or_default(), ended) {
            ("running", _) if left >= 0 => {
                let owner = text(clock, "owner")
                    .map_or(String::new(), |it| format!("{} must act; ", role(it)));
                let then = text(clock, "escalate").map_or(String::new(), |it| {
                    format!("; then it goes to {}", role(it))
                });
                format!("{owner}due {}, {time} left{then}", local.moment(due))
            }
            ("running", _) => {
                let then = text(clock, "escalate").map_or(String::new(), |it| {
                    format!("; with the next look at it, it goes to {}", role(it))
                });
                format!("was due {}, over by {time}{then}", local.moment(due))
            }
            ("met", Some(at)) if left == 0 => format!("met on {}, just in time", local.moment(at)),
            ("met", Some(at)) => format!("met on {}, {time} to spare", local.moment(at)),
            ("broken", Some(at)) => format!(
                "broken: due {}, done {}, {time} late",
                local.moment(due),
                local.moment(at)
            ),
            ("broken", None) => format!(
                "broken: due {}, {time} over and nobody has acted",
                local.moment(due)
            ),
            _ => format!("stopped, of no more use (it was due {})", local.moment(due)),
        }
    }

    /// Moves that time has made since the last entry.
    fn due(&mut self, due: &[Node]) {
        if due.is_empty() {
            return;
        }
        self.page.gap();
        self.page.heading(
            0,
            "Due now",
            "– by the time that has passed; the next look at the record writes it down",
        );
        for words in self.teller.steps(due) {
            self.page.text(2, &words);
        }
    }

    fn clocks(&mut self) {
        let clocks = items(self.record, "clocks");
        if clocks.is_empty() {
            return;
        }
        self.page.gap();
        self.page.heading(0, "Clocks", "");
        for (clock, more) in clocks.iter().zip(items(self.told, "clocks")) {
            let stage = self.words().stage(text(clock, "stage").unwrap_or_default());
            let priority =
                text(clock, "priority").map_or(String::new(), |it| format!(" ({})", role(it)));
            self.page.text(2, &format!("{stage}{priority}"));
            let words = self.clock(clock, more);
            self.page.text(4, &words);
        }
    }

    fn ways(&mut self) {
        let ways = items(self.told, "ways");
        if self.part("stage").is_none() {
            return;
        }
        self.page.gap();
        if ways.is_empty() {
            self.page.heading(0, "From here", "– nothing leads on");
            return;
        }
        self.page.heading(0, "From here", "");
        let (said, itself): (Vec<&Node>, Vec<&Node>) =
            ways.iter().partition(|way| text(way, "on").is_some());
        for way in said.into_iter().chain(itself) {
            let to = format!(
                "to {}",
                self.words().stage(text(way, "to").unwrap_or_default())
            );
            let how = format!("– {}", self.how(way));
            self.page.heading(2, &to, &how);
            if let Some(needs) = self.needs(way) {
                self.page.entry(4, "with", COLUMN + 4, &needs);
            }
            let missing_parts = items(way, "missing");
            for refusal in missing_parts {
                if is_told(refusal, missing_parts) {
                    continue;
                }
                let (label, what) = missing(self.words(), self.local(), refusal);
                self.page.labelled(YELLOW, 4, label, COLUMN + 4, &what);
            }
            if yes(way, "held_back") {
                self.page.entry(
                    4,
                    "waits",
                    COLUMN + 4,
                    "for something new since it was sent back",
                );
            } else if missing_parts.is_empty() && text(way, "on").is_some() {
                self.page
                    .labelled(GREEN, 4, "open", COLUMN + 4, "nothing is missing");
            }
        }
    }

    /// Who takes a way, or what makes it.
    fn how(&self, way: &Node) -> String {
        let by = joined(&named(way, "by", role), "or");
        let at = whole(way, "due_at").map(|at| self.local().distant(self.as_of, at));
        match (text(way, "on"), text(way, "due"), at) {
            (Some(command), ..) => {
                let act = text(way, "act").unwrap_or(command);
                format!("{} by {by}", role(act))
            }
            (None, Some("return_date"), Some(at)) => format!("by itself on its return date, {at}"),
            (None, Some("return_date"), None) => {
                String::from("by itself on its return date; it has none")
            }
            (None, Some(_), Some(at)) => format!("by itself if it stays quiet until {at}"),
            _ => String::from("by itself, as soon as all holds"),
        }
    }

    /// What must be said with a command.
    fn needs(&self, way: &Node) -> Option<String> {
        let mut needs = Vec::new();
        if way.get("reasons").and_then(Node::as_list).is_some() {
            let reasons = named(way, "reasons", |name| self.words().reason(name));
            needs.push(format!("a reason ({})", reasons.join(", ")));
        }
        if yes(way, "note") {
            needs.push(String::from("a note"));
        }
        if yes(way, "return") {
            needs.push(String::from("a return date"));
        }
        (!needs.is_empty()).then(|| joined(&needs, "and"))
    }

    fn crm(&mut self) {
        for system in entries(self.record, "crm") {
            self.page.gap();
            let name = match &*system.key {
                "salesforce" => "Salesforce",
                "hubspot" => "HubSpot",
                other => other,
            };
            let converted = whole(&system.value, "converted_at");
            let more = converted.map_or(String::new(), |at| {
                format!("– the Lead was converted on {}", self.local().moment(at))
            });
            self.page.heading(0, &format!("{name} should hold"), &more);
            let fields = entries(&system.value, "fields");
            let widest = fields
                .iter()
                .map(|it| it.key.chars().count())
                .max()
                .unwrap_or_default();
            for field in fields {
                let at = whole(
                    &system
                        .value
                        .get("fields")
                        .cloned()
                        .unwrap_or(Node::object([])),
                    &field.key,
                );
                let words = match at.filter(|_| self.words().is_stamped(&field.key)) {
                    Some(at) => self.local().moment(at),
                    None => value(&field.value),
                };
                self.page.entry(2, &field.key, widest.min(36) + 4, &words);
            }
        }
    }
}

/// Whether a criterion that waits for the same attribute says already that it is missing.
fn is_told(refusal: &Node, all: &[Node]) -> bool {
    let attribute = text(refusal, "attribute");
    let open = |other: &Node| match items(other, "facts") {
        [one] => one.as_text() == attribute,
        _ => false,
    };
    attribute.is_some()
        && text(refusal, "why") == Some("unknown")
        && items(refusal, "sources").is_empty()
        && all.iter().any(open)
}
