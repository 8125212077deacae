//! What decisions allocate once the room that they work in is there: nothing. A binary of its own, since it counts for the whole process.
//!
//! Decisions as structs have lists of their own, and evidence with something after the instant is taken in anew by an evaluator.

use leadstage::evaluate::{Evaluator, Extent, Session};
use leadstage::evidence::Evidence;
use leadstage::playbook::Playbook;
use leadstage_oracle::{Triple, generate};
use std::hint::black_box;
use std::sync::Arc;

/// Playbooks and leads that are generated, and how often each is decided on.
const TRIPLES: u64 = 300;
const TIMES: i64 = 3;
/// By then nothing of the evidence lies in the future.
const TEN_YEARS_MS: i64 = 315_360_000_000;

fn count(act: impl FnOnce()) -> u64 {
    allocation_counter::measure(act).count_total
}

#[test]
fn looks_and_texts_allocate_nothing() {
    let (mut looks, mut texts, mut sessions) = (0, 0, 0);
    let mut text = String::new();
    for seed in 0..TRIPLES {
        let Triple {
            playbook,
            evidence,
            as_of,
        } = generate(seed);
        let playbook = Arc::new(Playbook::parse(&playbook.to_string()).unwrap());
        let evidence = Evidence::parse(&playbook, &evidence.to_string()).unwrap();
        let mut evaluator = Evaluator::new(Arc::clone(&playbook));
        let mut session = Session::new(playbook);
        session.load(&evidence);
        let mut ask = |at: i64| {
            let later = at + TEN_YEARS_MS;
            let look = count(|| {
                let mut look = evaluator.look(&evidence, later);
                black_box(look.scores().count() + look.gates().count());
                black_box(look.route());
            });
            text.clear();
            let written =
                count(|| evaluator.decide_json(&evidence, later, Extent::Brief, &mut text));
            text.clear();
            let kept = count(|| session.decide_json(at, Extent::Brief, &mut text));
            (look, written, kept)
        };
        let instants = (0..TIMES).map(|nth| as_of + nth * 60_000);
        // The room is made, for one and for the next.
        for at in instants.clone().chain(instants.clone()) {
            ask(at);
        }
        for at in instants {
            let (look, written, kept) = ask(at);
            looks += look;
            texts += written;
            sessions += kept;
        }
    }
    assert_eq!(
        (looks, texts, sessions),
        (0, 0, 0),
        "looks, decisions as text, and those of a session"
    );
}
