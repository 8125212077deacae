//! The gates of a decision: which are open, what is missing, what changes.

use super::phrase::plain;
use super::told::{Told, entries, items, number, text, whole, yes};
use leadstage::tree::Node;

impl Told<'_> {
    pub(super) fn gates(&mut self) {
        let gates = entries(self.decision, "gates");
        if gates.is_empty() {
            return;
        }
        self.page.gap();
        self.page.heading(0, "Gates", "");
        for entry in gates {
            let (name, gate) = (&*entry.key, &entry.value);
            let label = self.words.stage(name);
            let by = text(gate, "by").unwrap_or("enter");
            let open = yes(gate, "open");
            let state = match (open, by) {
                (true, "stay") => "open, by what is due for staying",
                (true, _) => "open",
                (false, "stay") => "closed, by what is due for staying",
                (false, _) => "not open",
            };
            let more = format!("– {state}{}", self.sure(gate));
            self.page.heading(2, &label, &more);
            if let Some(missing) = gate
                .get("missing")
                .filter(|node| node.as_object().is_some())
            {
                self.missing(name, by, missing);
            }
            let what = if open { "Closes" } else { "Opens" };
            if let Some(change) = self.change(gate, what) {
                self.page.text(4, &change);
            }
        }
    }

    fn missing(&mut self, stage: &str, by: &str, missing: &Node) {
        let truths = items(missing, "criteria");
        let criteria = self.words.criteria(stage, by);
        if criteria.len() == truths.len() {
            for (criterion, truth) in criteria.iter().zip(truths) {
                let label = match truth.as_text() {
                    Some("met") => "met",
                    Some("unknown") => "not known",
                    _ => "not met",
                };
                self.page.entry(4, label, 15, criterion);
            }
        }
        let mut ways: Vec<String> = items(missing, "events")
            .iter()
            .map(|event| self.event(event))
            .collect();
        let facts = items(missing, "facts");
        let name = |fact: &Node| {
            self.words
                .attribute(text(fact, "attribute").unwrap_or_default())
        };
        let opening: Vec<String> = facts
            .iter()
            .filter(|fact| yes(fact, "opens"))
            .map(name)
            .collect();
        if !opening.is_empty() {
            ways.push(format!("the right answer to: {}", opening.join(", or ")));
        }
        let helping: Vec<String> = facts
            .iter()
            .filter(|fact| !yes(fact, "opens"))
            .map(name)
            .collect();
        for (place, way) in ways.iter().enumerate() {
            self.page
                .entry(4, if place == 0 { "opens with" } else { "or" }, 15, way);
        }
        if !helping.is_empty() {
            let also = if ways.is_empty() {
                "together"
            } else {
                "only with more"
            };
            self.page.entry(
                4,
                "to learn",
                15,
                &format!("{} ({also})", helping.join(", ")),
            );
        }
        if ways.is_empty() && helping.is_empty() {
            self.page.entry(
                4,
                "",
                4,
                "No single answer and no kind of event opens it by itself.",
            );
        }
    }

    fn event(&self, event: &Node) -> String {
        let mut words = self.words.signal(text(event, "signal").unwrap_or_default());
        for (place, property) in entries(event, "properties").iter().enumerate() {
            words.push_str(if place == 0 { " with " } else { " and " });
            let value = match property.value.as_list() {
                Some(items) => items
                    .iter()
                    .filter_map(plain)
                    .collect::<Vec<_>>()
                    .join(", "),
                None => plain(&property.value).unwrap_or_default(),
            };
            words.push_str(&format!("{} {value}", property.key));
        }
        match number(event, "times").as_deref() {
            None | Some("1") => words.push_str(", once"),
            Some(times) => words.push_str(&format!(", {times} times")),
        }
        if let Some(until) = whole(event, "until") {
            words.push_str(&format!(", before {}", self.at(until)));
        }
        words
    }
}
