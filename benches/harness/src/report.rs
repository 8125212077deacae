//! The table of rates and ratios.

use crate::clock::median;
use std::collections::BTreeMap;

/// What the others are measured against.
pub const BASE: &str = "hand-written Rust";
pub const BASE_TEXT: &str = "serde_json + hand-written Rust";
const BASE_JS: &str = "hand-written JS";

/// Leads per CPU second of every contender, round by round.
#[derive(Default)]
pub struct Rates {
    order: Vec<String>,
    rounds: BTreeMap<String, Vec<f64>>,
}

impl Rates {
    pub fn add(&mut self, contender: &str, rate: f64) {
        if !self.order.iter().any(|name| name == contender) {
            self.order.push(contender.to_owned());
        }
        let rounds = self.rounds.entry(contender.to_owned()).or_default();
        rounds.push(rate);
    }

    fn rate(&self, contender: &str) -> f64 {
        median(self.rounds.get(contender).cloned().unwrap_or_default())
    }

    /// The middle of the ratios of single rounds.
    fn ratio(&self, contender: &str, base: &str) -> f64 {
        match (self.rounds.get(contender), self.rounds.get(base)) {
            (Some(rates), Some(bases)) => median(
                rates
                    .iter()
                    .zip(bases)
                    .map(|(rate, base)| rate / base)
                    .collect(),
            ),
            _ => f64::NAN,
        }
    }

    pub fn print(&self) {
        let bases = [
            (BASE, "of Rust"),
            (BASE_TEXT, "of serde+Rust"),
            (BASE_JS, "of JS"),
        ];
        print!("{:<46}{:>13}", "", "leads/cpu-s");
        for (_, title) in bases {
            print!("{title:>15}");
        }
        println!();
        for name in &self.order {
            print!("{name:<46}{:>13.0}", self.rate(name));
            for (base, _) in bases {
                let ratio = self.ratio(name, base);
                if ratio.is_nan() {
                    print!("{:>15}", "");
                } else {
                    print!("{:>15}", short(ratio));
                }
            }
            println!();
        }
    }

    pub fn to_json(&self) -> serde_json::Value {
        self.order
            .iter()
            .map(|name| {
                serde_json::json!({
                    "contender": name,
                    "leads_per_cpu_s": self.rate(name).round(),
                    "of_hand_written_rust": self.ratio(name, BASE),
                    "rounds": self.rounds.get(name),
                })
            })
            .collect()
    }
}

/// Three digits that count.
fn short(ratio: f64) -> String {
    let places = (2.0 - ratio.abs().log10().floor()).clamp(0.0, 6.0) as usize;
    format!("{ratio:.places$}")
}
