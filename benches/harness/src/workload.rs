//! The leads of a run, and what is expected of every contender.

use crate::generate::{self, AS_OF};
use crate::hand::{self, GATES, Outcome, TABLES};
use crate::lead::Lead;
use std::fs::{self, File};
use std::io::{BufWriter, Result, Write};
use std::path::Path;

/// The playbook that all contenders compute.
pub const PLAYBOOK: &str = include_str!("../../workload.yaml");

pub struct Workload {
    pub leads: Vec<Lead<'static>>,
    /// The same as JSON Lines.
    pub texts: Vec<String>,
    /// By lead.
    pub expected: Vec<Outcome>,
}

impl Workload {
    pub fn new(seed: u64, count: usize) -> Result<Self> {
        let leads = generate::leads(seed, count);
        let texts = leads
            .iter()
            .map(|lead| Ok(serde_json::to_string(lead)?))
            .collect::<Result<_>>()?;
        let expected = leads
            .iter()
            .map(|lead| hand::decide(&TABLES, lead, AS_OF))
            .collect();
        Ok(Self {
            leads,
            texts,
            expected,
        })
    }

    /// Writes it for the contenders in Node.
    pub fn write(&self, folder: &Path, compiled: &[u8]) -> Result<()> {
        fs::create_dir_all(folder)?;
        fs::write(folder.join("playbook.bin"), compiled)?;
        let about = serde_json::json!({ "as_of": AS_OF, "gates": GATES });
        fs::write(folder.join("workload.json"), about.to_string())?;
        let mut leads = BufWriter::new(File::create(folder.join("leads.jsonl"))?);
        for text in &self.texts {
            writeln!(leads, "{text}")?;
        }
        leads.flush()?;
        let mut expected = BufWriter::new(File::create(folder.join("expected.jsonl"))?);
        for Outcome { fit, intent, gate } in &self.expected {
            let line = serde_json::json!({
                "fit": *fit as f64 / 1_000.0,
                "intent": *intent as f64 / 1_000.0,
                "gate": gate,
            });
            writeln!(expected, "{line}")?;
        }
        expected.flush()
    }

    /// A line on what the leads are like.
    pub fn describe(&self) -> String {
        let mut events: Vec<_> = self.leads.iter().map(|lead| lead.events.len()).collect();
        events.sort_unstable();
        let middle = events.get(events.len() / 2).copied().unwrap_or(0);
        let most = events.last().copied().unwrap_or(0);
        let mut gates = [0usize; GATES.len() + 1];
        for outcome in &self.expected {
            gates[outcome.gate] += 1;
        }
        let gates: Vec<_> = ["none"]
            .iter()
            .chain(&GATES)
            .zip(gates)
            .map(|(gate, leads)| format!("{gate} {leads}"))
            .collect();
        format!(
            "{} leads, {middle} events in the middle and {most} at most; highest open gate: {}",
            self.leads.len(),
            gates.join(", ")
        )
    }
}
