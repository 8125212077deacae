//! leadstage itself.

use crate::generate::AS_OF;
use crate::hand::{GATES, Outcome};
use crate::workload::PLAYBOOK;
use leadstage::evaluate::{Decision, Evaluator, Extent, evaluate};
use leadstage::evidence::Evidence;
use leadstage::playbook::Playbook;
use std::hint::black_box;
use std::io::{Error, Result};
use std::sync::Arc;

/// The playbook and every lead's evidence, parsed.
pub struct Engine<'w> {
    pub playbook: Arc<Playbook>,
    evidence: Vec<Evidence>,
    texts: &'w [String],
}

/// What is asked of it, as a name and what one lead takes.
pub type Ask<'w> = (&'static str, Box<dyn FnMut() + 'w>);

impl<'w> Engine<'w> {
    pub fn new(playbook: Playbook, texts: &'w [String]) -> Result<Self> {
        let evidence = texts
            .iter()
            .map(|text| Evidence::parse(&playbook, text).map_err(Error::other))
            .collect::<Result<_>>()?;
        Ok(Self {
            playbook: Arc::new(playbook),
            evidence,
            texts,
        })
    }

    pub fn playbook() -> Result<Playbook> {
        Playbook::parse(PLAYBOOK).map_err(Error::other)
    }

    /// Places of the leads on which the decision is another than expected.
    pub fn disagreeing(&self, expected: &[Outcome]) -> Vec<usize> {
        let agrees = |evidence: &Evidence, expected: &Outcome| {
            let brief = evaluate(&self.playbook, evidence, AS_OF, Extent::Brief);
            let explained = evaluate(&self.playbook, evidence, AS_OF, Extent::Explained);
            let sums = explained.scores.iter().all(|score| {
                let ledger = score.ledger.iter().flatten();
                ledger.map(|line| line.points).sum::<i64>() == score.value
            });
            let mut evaluator = Evaluator::new(Arc::clone(&self.playbook));
            let mut look = evaluator.look(evidence, AS_OF);
            let looks = look.scores().eq(brief.scores.iter().cloned())
                && look.gates().eq(brief.gates.iter().cloned());
            outcome(&brief) == *expected && outcome(&explained) == *expected && sums && looks
        };
        let pairs = self.evidence.iter().zip(expected);
        pairs
            .enumerate()
            .filter(|(_, (evidence, expected))| !agrees(evidence, expected))
            .map(|(place, _)| place)
            .collect()
    }

    /// What the engine makes of a lead, for messages.
    pub fn outcome(&self, place: usize) -> Option<Outcome> {
        let evidence = self.evidence.get(place)?;
        Some(outcome(&evaluate(
            &self.playbook,
            evidence,
            AS_OF,
            Extent::Brief,
        )))
    }

    pub fn contenders<'e>(&'e self) -> Vec<Ask<'e>> {
        let evaluator = || Evaluator::new(Arc::clone(&self.playbook));
        let decide = |extent: Extent| -> Box<dyn FnMut() + 'e> {
            let mut evaluator = evaluator();
            Box::new(move || {
                for evidence in &self.evidence {
                    black_box(evaluator.decide(black_box(evidence), AS_OF, extent));
                }
            })
        };
        let mut reading = evaluator();
        let mut scoring = evaluator();
        let mut line = String::new();
        let mut looking = evaluator();
        vec![
            (
                "leadstage, scores and gates",
                Box::new(move || {
                    for evidence in &self.evidence {
                        let mut look = looking.look(black_box(evidence), AS_OF);
                        look.scores().for_each(|score| {
                            black_box(score);
                        });
                        look.gates().for_each(|gate| {
                            black_box(gate);
                        });
                    }
                }),
            ),
            ("leadstage, brief", decide(Extent::Brief)),
            (
                "leadstage, evaluate() brief",
                Box::new(|| {
                    for evidence in &self.evidence {
                        let evidence = black_box(evidence);
                        black_box(evaluate(&self.playbook, evidence, AS_OF, Extent::Brief));
                    }
                }),
            ),
            ("leadstage, explained", decide(Extent::Explained)),
            (
                "leadstage, JSON text to brief",
                Box::new(move || {
                    for text in self.texts {
                        if let Ok(evidence) = Evidence::parse(&self.playbook, black_box(text)) {
                            black_box(reading.decide(&evidence, AS_OF, Extent::Brief));
                        }
                    }
                }),
            ),
            (
                "leadstage, JSON text to brief as JSON text",
                Box::new(move || {
                    for text in self.texts {
                        if let Ok(evidence) = Evidence::parse(&self.playbook, black_box(text)) {
                            line.clear();
                            scoring.decide_json(&evidence, AS_OF, Extent::Brief, &mut line);
                            black_box(&line);
                        }
                    }
                }),
            ),
        ]
    }
}

fn outcome(decision: &Decision) -> Outcome {
    let score = |name: &str| {
        let found = decision.scores.iter().find(|score| score.name == name);
        found.map_or(i64::MIN, |score| score.value)
    };
    let open = |name: &&str| {
        let gate = decision.gates.iter().find(|gate| gate.stage == *name);
        gate.is_some_and(|gate| gate.open.value)
    };
    Outcome {
        fit: score("fit"),
        intent: score("intent"),
        gate: GATES.iter().rposition(open).map_or(0, |place| place + 1),
    }
}
