#![no_main]

use leadstage::evaluate::{Extent, Session, evaluate_json};
use leadstage::evidence::Evidence;
use leadstage::playbook::Playbook;
use leadstage_oracle::{Triple, generate};
use libfuzzer_sys::fuzz_target;
use std::sync::{Arc, LazyLock};

/// A playbook's compiled form, and a lead.
struct Base {
    form: Vec<u8>,
    evidence: String,
    as_of: i64,
}

/// Between them they say all that a playbook can say.
static BASES: LazyLock<Vec<Base>> = LazyLock::new(|| {
    let base = |seed| {
        let Triple { playbook, evidence, as_of } = generate(seed);
        Base {
            form: Playbook::parse(&playbook.to_string()).unwrap().to_bytes(),
            evidence: evidence.to_string(),
            as_of,
        }
    };
    (0..64).map(base).collect()
});

/// How a form begins, and how many bytes its checksum has.
const HEAD: usize = 5;
const SUM: usize = 8;

/// Gives a form the checksum that it should have: FNV-1a.
fn seal(form: &mut [u8]) {
    let end = form.len() - SUM;
    let step = |sum: u64, byte: &u8| (sum ^ u64::from(*byte)).wrapping_mul(1_099_511_628_211);
    let sum = form[HEAD..end].iter().fold(14_695_981_039_346_656_037, step);
    form[end..].copy_from_slice(&sum.to_le_bytes());
}

/// Changes a form: each four bytes say where (two of them), how and with what.
fn change(form: &mut Vec<u8>, edits: &[u8]) {
    for edit in edits.chunks_exact(4).take(16) {
        let body = form.len() - HEAD - SUM;
        let at = HEAD + usize::from(u16::from_le_bytes([edit[0], edit[1]])) % body.max(1);
        match edit[2] % 4 {
            0 => form[at] = edit[3],
            1 => form[at] ^= 1 << (edit[3] % 8),
            2 if body > 100 => drop(form.remove(at)),
            _ => form.insert(at, edit[3]),
        }
    }
}

// Whatever a form says: it is refused, or it comes back from its own bytes, and decisions by it come to an end and are those of a session.
fuzz_target!(|data: &[u8]| {
    let Some((which, edits)) = data.split_first() else { return };
    let base = &BASES[usize::from(*which) % BASES.len()];
    let mut form = base.form.clone();
    change(&mut form, edits);
    seal(&mut form);
    let Ok(odd) = Playbook::from_bytes(&form) else { return };
    assert_eq!(Playbook::from_bytes(&odd.to_bytes()).as_ref(), Ok(&odd));
    let evidence = Evidence::parse(&odd, &base.evidence).unwrap_or_default();
    let odd = Arc::new(odd);
    let mut session = Session::new(Arc::clone(&odd));
    session.load(&evidence);
    for (extent, at) in [
        (Extent::Brief, base.as_of),
        (Extent::Explained, base.as_of + 3_600_001),
        (Extent::Brief, base.as_of + 3_600_002),
    ] {
        let mut kept = String::new();
        session.decide_json(at, extent, &mut kept);
        assert_eq!(kept, evaluate_json(&odd, &evidence, at, extent));
    }
});
