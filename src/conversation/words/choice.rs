//! Options, yes and no.

use super::phrases::{self, is_doubt, is_negation};
use super::{About, Heard, words};
use crate::evidence::Finding;
use crate::fold::fold;
use crate::gather::Gather;
use crate::playbook::document::nearest;
use crate::playbook::{Kind, Value};
use crate::sort::Arrange;
use alloc::{format, string::String, vec::Vec};

/// Something that may be named, and what it means.
struct Target {
    name: String,
    words: Vec<String>,
    finding: Finding,
}

/// Where a target occurs among words.
struct Place {
    from: usize,
    to: usize,
    finding: Finding,
}

impl About<'_> {
    /// What the answers and options are called.
    fn targets(&self) -> Vec<Target> {
        let mut targets = Vec::new();
        let mut add = |name: &str, finding: &Finding| {
            targets.push(Target {
                name: String::from(name),
                words: words(name),
                finding: finding.clone(),
            });
        };
        for answer in self.question.map_or(&[][..], |it| &it.answers) {
            add(&answer.label, &answer.finding);
            for word in &answer.synonyms {
                add(word, &answer.finding);
            }
        }
        if let Kind::Choice(_) = self.kind {
            for (place, option) in (0u16..).zip(self.options) {
                let finding = Finding::Exactly(Value::Choice(place));
                add(option, &finding);
                let synonyms = self.field.synonyms.get(usize::from(place));
                for word in synonyms.into_iter().flatten() {
                    add(word, &finding);
                }
            }
        }
        targets
    }

    /// What is called exactly so.
    pub(super) fn named(&self, text: &str) -> Option<Finding> {
        let folded = fold(text);
        let targets = self.targets();
        let named = |target: &&Target| *fold(&target.name) == *folded;
        if let Some(found) = targets.iter().find(named) {
            return Some(found.finding.clone());
        }
        let spoken = words(text);
        let mut found = targets.iter().filter(|target| target.words == spoken);
        let first = &found.next()?.finding;
        let plain = !spoken.is_empty() && found.all(|other| other.finding == *first);
        plain.then(|| first.clone())
    }

    pub(super) fn choice(&self, spoken: &[String]) -> Heard {
        let places = longest(occurrences(&self.targets(), spoken));
        let outside = |word: &dyn Fn(&str) -> bool| {
            (0..).zip(spoken).any(|(at, spoken)| {
                word(spoken) && !places.iter().any(|place| place.from <= at && at < place.to)
            })
        };
        let negated = outside(&is_negation) || outside(&is_doubt);
        match places.split_first() {
            Some((first, rest))
                if !negated && rest.iter().all(|it| it.finding == first.finding) =>
            {
                Heard::Finding(first.finding.clone())
            }
            Some(_) => Heard::Unclear(self.ask_again()),
            None => {
                let targets = self.targets();
                let said = spoken.join(" ");
                let names: Vec<String> = targets.iter().map(|it| it.words.join(" ")).gather();
                let near = nearest(&said, names.iter().map(String::as_str));
                let meant = near.and_then(|near| {
                    let place = names.iter().position(|name| name == near)?;
                    targets.get(place)
                });
                Heard::Unclear(match meant {
                    Some(target) => format!("did you mean {}? {}", target.name, self.ask_again()),
                    None => self.ask_again(),
                })
            }
        }
    }

    pub(super) fn boolean(&self, spoken: &[String]) -> Heard {
        let mut targets = self.targets();
        for (phrases, value) in [(&phrases::YES[..], true), (&phrases::NO[..], false)] {
            for phrase in phrases {
                targets.push(Target {
                    name: String::from(*phrase),
                    words: words(phrase),
                    finding: Finding::Exactly(Value::Boolean(value)),
                });
            }
        }
        let places = longest(occurrences(&targets, spoken));
        let doubtful = spoken.iter().any(|word| is_doubt(word));
        match places.split_first() {
            Some((first, rest))
                if !doubtful && rest.iter().all(|it| it.finding == first.finding) =>
            {
                Heard::Finding(first.finding.clone())
            }
            _ => Heard::Unclear(self.ask_again()),
        }
    }

    /// A set of options: each part of the list names one.
    pub(super) fn choices(&self, text: &str) -> Heard {
        let spoken = words(text);
        let whole = |phrases: &[&str]| phrases.iter().any(|phrase| phrases::is(&spoken, phrase));
        let chosen = |set: Vec<u16>| Heard::Finding(Finding::Exactly(Value::Choices(set)));
        if whole(&["none", "none of these", "none of them", "nothing", "no"]) {
            return chosen(Vec::new());
        }
        if whole(&["all", "all of these", "all of them", "everything"]) {
            return chosen((0u16..).zip(self.options).map(|(place, _)| place).gather());
        }
        let mut targets = Vec::new();
        for (place, option) in (0u16..).zip(self.options) {
            let synonyms = self.field.synonyms.get(usize::from(place));
            let synonyms = synonyms.into_iter().flatten().map(|synonym| &**synonym);
            let names = core::iter::once(*option).chain(synonyms);
            targets.extend(names.map(|name| Target {
                name: String::from(name),
                words: words(name),
                finding: Finding::Exactly(Value::Choice(place)),
            }));
        }
        let places = longest(occurrences(&targets, &spoken));
        let filler = [
            "and", "also", "plus", "we", "i", "use", "have", "our", "the", "both", "as", "well",
        ];
        let plain = (0..).zip(&spoken).all(|(at, word)| {
            places.iter().any(|place| place.from <= at && at < place.to)
                || filler.contains(&&**word)
        });
        if places.is_empty() || !plain {
            return Heard::Unclear(self.ask_again());
        }
        let mut set: Vec<u16> = places
            .iter()
            .filter_map(|place| match place.finding {
                Finding::Exactly(Value::Choice(option)) => Some(option),
                _ => None,
            })
            .gather();
        set.arrange();
        set.dedup();
        chosen(set)
    }
}

/// Where targets occur among words, one after the other.
fn occurrences(targets: &[Target], spoken: &[String]) -> Vec<Place> {
    let mut places = Vec::new();
    for target in targets {
        let length = target.words.len();
        if length == 0 {
            continue;
        }
        for (from, window) in spoken.windows(length).enumerate() {
            if window == target.words.as_slice() {
                places.push(Place {
                    from,
                    to: from + length,
                    finding: target.finding.clone(),
                });
            }
        }
    }
    places
}

/// Without those that lie within longer ones.
fn longest(places: Vec<Place>) -> Vec<Place> {
    let spans: Vec<(usize, usize)> = places.iter().map(|place| (place.from, place.to)).gather();
    let covered = |place: &Place| {
        spans.iter().any(|(from, to)| {
            *from <= place.from && place.to <= *to && to - from > place.to - place.from
        })
    };
    places.into_iter().filter(|place| !covered(place)).gather()
}
