//! How many leads came out how, and how many of them were won.

use leadstage::evaluate::Decision;
use leadstage::json::Writer;
use leadstage::playbook::Playbook;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Rows, and what became of them.
#[derive(Clone, Copy, Default)]
pub struct Tally {
    rows: u64,
    /// Rows whose outcome is known.
    known: u64,
    won: u64,
}

/// What is counted, whose it is, and the counts by name.
type Part<'s> = (&'static str, &'s str, Vec<(&'s str, Tally)>);

/// By name; the empty name stands for none.
type Tallies = BTreeMap<String, Tally>;

#[derive(Default)]
pub struct Summary {
    all: Tally,
    /// By score, then by band.
    scores: BTreeMap<String, Tallies>,
    grades: Tallies,
    tiers: Tallies,
    stages: Tallies,
    routes: Tallies,
}

impl Summary {
    pub fn add(&mut self, decision: &Decision<'_>, won: Option<bool>) {
        let one = Tally {
            rows: 1,
            known: u64::from(won.is_some()),
            won: u64::from(won == Some(true)),
        };
        self.all.add(one);
        for score in &decision.scores {
            if !self.scores.contains_key(score.name) {
                self.scores.insert(score.name.to_owned(), Tallies::new());
            }
            if let Some(bands) = self.scores.get_mut(score.name) {
                count(bands, score.band, one);
            }
        }
        if let Some(grade) = &decision.grade {
            count(&mut self.grades, grade.value.as_deref(), one);
        }
        if let Some(tier) = &decision.icp {
            count(&mut self.tiers, tier.value, one);
        }
        if let Some(stage) = &decision.stage {
            count(&mut self.stages, Some(stage.to.value), one);
        }
        if let Some(route) = &decision.route {
            count(&mut self.routes, route.then.value, one);
        }
    }

    pub fn merge(&mut self, other: Summary) {
        self.all.add(other.all);
        for (score, bands) in other.scores {
            merge(self.scores.entry(score).or_default(), bands);
        }
        merge(&mut self.grades, other.grades);
        merge(&mut self.tiers, other.tiers);
        merge(&mut self.stages, other.stages);
        merge(&mut self.routes, other.routes);
    }

    /// The parts with their names, each sorted as it is shown.
    fn parts<'s>(&'s self, playbook: &'s Playbook) -> Vec<Part<'s>> {
        let mut parts = Vec::new();
        for (score, bands) in &self.scores {
            let mut rows: Vec<(&str, Tally)> = playbook
                .bands(score)
                .map(|band| (band, bands.get(band).copied().unwrap_or_default()))
                .collect();
            rows.extend(bands.get("").map(|tally| ("", *tally)));
            parts.push(("score", &**score, rows));
        }
        parts.push(("grade", "", listed(&self.grades, false)));
        parts.push(("icp", "", listed(&self.tiers, false)));
        parts.push(("stage", "", listed(&self.stages, true)));
        parts.push(("route", "", listed(&self.routes, true)));
        parts.retain(|(_, _, rows)| !rows.is_empty());
        parts
    }

    /// An aligned table.
    pub fn table(&self, playbook: &Playbook, rows: u64, bad: u64) -> String {
        let mut out = format!("{} rows, {} with problems\n", grouped(rows), grouped(bad));
        let parts = self.parts(playbook);
        let outcome = self.all.known > 0;
        let label = |name: &str| {
            if name.is_empty() {
                String::from("(none)")
            } else {
                name.to_owned()
            }
        };
        let widest = parts
            .iter()
            .flat_map(|(kind, name, rows)| {
                let names = rows.iter().map(|(name, _)| label(name).chars().count() + 2);
                names.chain([kind.chars().count() + name.chars().count() + 1])
            })
            .max();
        let width = widest.unwrap_or(0).max(8);
        for (kind, name, rows) in &parts {
            let title = format!("{kind} {name}");
            let _ = write!(
                out,
                "\n{:width$}  {:>12}  {:>7}",
                title.trim(),
                "rows",
                "share"
            );
            if outcome {
                let _ = write!(out, "  {:>12}  {:>7}", "won", "rate");
            }
            out.push('\n');
            for (name, tally) in rows {
                let name = format!("  {}", label(name));
                let pad = width.saturating_sub(name.chars().count());
                let _ = write!(
                    out,
                    "{name}{:pad$}  {:>12}  {:>7}",
                    "",
                    grouped(tally.rows),
                    percent(tally.rows, self.all.rows)
                );
                if outcome {
                    let _ = write!(
                        out,
                        "  {:>12}  {:>7}",
                        grouped(tally.won),
                        percent(tally.won, tally.known)
                    );
                }
                out.push('\n');
            }
        }
        if outcome {
            let _ = writeln!(
                out,
                "\n{} of {} with a known outcome were won ({})",
                grouped(self.all.won),
                grouped(self.all.known),
                percent(self.all.won, self.all.known)
            );
        }
        out
    }

    /// The same as JSON.
    pub fn json(&self, playbook: &Playbook, rows: u64, bad: u64) -> String {
        let mut out = String::new();
        let mut w = Writer::new(&mut out);
        w.open('{');
        w.key("rows").integer(rows as i64);
        w.key("problems").integer(bad as i64);
        w.key("known_outcomes").integer(self.all.known as i64);
        w.key("won").integer(self.all.won as i64);
        w.key("parts").open('[');
        for (kind, name, rows) in self.parts(playbook) {
            w.item().open('{');
            w.key("of").text(kind);
            w.key("name")
                .text_or_null((!name.is_empty()).then_some(name));
            w.key("counts").open('[');
            for (name, tally) in rows {
                w.item().open('{');
                w.key("value")
                    .text_or_null((!name.is_empty()).then_some(name));
                w.key("rows").integer(tally.rows as i64);
                w.key("known_outcomes").integer(tally.known as i64);
                w.key("won").integer(tally.won as i64);
                w.close('}');
            }
            w.close(']');
            w.close('}');
        }
        w.close(']');
        w.close('}');
        out.push('\n');
        out
    }
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.rows += other.rows;
        self.known += other.known;
        self.won += other.won;
    }
}

fn count(tallies: &mut Tallies, name: Option<&str>, one: Tally) {
    let name = name.unwrap_or_default();
    match tallies.get_mut(name) {
        Some(tally) => tally.add(one),
        None => {
            tallies.insert(name.to_owned(), one);
        }
    }
}

fn merge(tallies: &mut Tallies, other: Tallies) {
    for (name, tally) in other {
        tallies.entry(name).or_default().add(tally);
    }
}

/// By name, or the most frequent first; none at the end.
fn listed(tallies: &Tallies, by_rows: bool) -> Vec<(&str, Tally)> {
    let mut rows: Vec<(&str, Tally)> = tallies
        .iter()
        .map(|(name, tally)| (&**name, *tally))
        .collect();
    rows.sort_by_key(|(name, tally)| (name.is_empty(), by_rows.then_some(u64::MAX - tally.rows)));
    rows
}

/// A whole number with separators of thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A share with one decimal, rounded half up.
fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return String::from("-");
    }
    let (part, whole) = (u128::from(part), u128::from(whole));
    let tenths = (part * 2_000 + whole) / (2 * whole);
    format!("{}.{}%", tenths / 10, tenths % 10)
}
