//! The compiled form: round trips, and bytes that nobody wrote.

use super::good_playbooks;
use leadstage::evaluate::{Extent, evaluate_json};
use leadstage::evidence::Evidence;
use leadstage::playbook::{BytesError, Playbook};

fn compiled() -> Vec<(String, Playbook)> {
    let playbooks = good_playbooks().into_iter();
    let compile = |(path, node): (std::path::PathBuf, _)| {
        let playbook = Playbook::from_node(&node, Vec::new())
            .unwrap_or_else(|problems| panic!("{}: {problems}", path.display()));
        (path.display().to_string(), playbook)
    };
    playbooks.map(compile).collect()
}

#[test]
fn every_playbook_comes_back_from_its_bytes() {
    for (path, playbook) in compiled() {
        let bytes = playbook.to_bytes();
        assert_eq!(
            Playbook::from_bytes(&bytes).as_ref(),
            Ok(&playbook),
            "{path}"
        );
        assert_eq!(&bytes[..5], b"LSPB\x05");
        let digest: String = bytes[5..37]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        assert_eq!(digest, playbook.digest(), "{path}");
    }
}

#[test]
fn bytes_cut_off_anywhere_are_refused() {
    for (path, playbook) in compiled() {
        let bytes = playbook.to_bytes();
        for length in 0..bytes.len() {
            assert!(
                Playbook::from_bytes(&bytes[..length]).is_err(),
                "{path} cut at {length}"
            );
        }
        let mut longer = bytes.clone();
        longer.push(0);
        assert!(
            Playbook::from_bytes(&longer).is_err(),
            "{path} with a byte more"
        );
    }
    assert_eq!(Playbook::from_bytes(b""), Err(BytesError::Unknown));
    assert_eq!(Playbook::from_bytes(b"LSPB\x06"), Err(BytesError::Unknown));
}

/// A small generator (xorshift), so that every run tries the same.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}

/// Gives bytes the checksum that they should have: FNV-1a over what lies between the form's version and it.
fn seal(bytes: &mut [u8]) {
    let end = bytes.len() - 8;
    let mut sum: u64 = 14_695_981_039_346_656_037;
    for byte in &bytes[5..end] {
        sum ^= u64::from(*byte);
        sum = sum.wrapping_mul(1_099_511_628_211);
    }
    bytes[end..].copy_from_slice(&sum.to_le_bytes());
}

#[test]
fn every_change_of_a_byte_is_found() {
    for (path, playbook) in compiled() {
        let bytes = playbook.to_bytes();
        for at in 5..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << (at % 8);
            assert_eq!(
                Playbook::from_bytes(&changed),
                Err(BytesError::Damaged),
                "{path}, byte {at}"
            );
        }
        let mut sealed = bytes.clone();
        seal(&mut sealed);
        assert_eq!(sealed, bytes, "{path}");
    }
}

/// What is loaded all the same must be fit to evaluate: nothing panics, and it packs to what it was loaded from.
#[test]
fn changed_bytes_are_refused_or_harmless() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut refused, mut loaded) = (0, 0);
    for (path, playbook) in compiled() {
        let bytes = playbook.to_bytes();
        for _ in 0..1_500 {
            let mut changed = bytes.clone();
            for _ in 0..1 + random.below(3) {
                let at = 37 + random.below(changed.len() - 37);
                match random.below(4) {
                    0 => changed[at] = random.below(256) as u8,
                    1 => changed[at] ^= 1 << random.below(8),
                    2 => drop(changed.remove(at)),
                    _ => changed.insert(at, random.below(256) as u8),
                }
                if changed.len() < 50 {
                    break;
                }
            }
            seal(&mut changed);
            match Playbook::from_bytes(&changed) {
                Err(_) => refused += 1,
                Ok(odd) => {
                    loaded += 1;
                    let again = Playbook::from_bytes(&odd.to_bytes());
                    assert_eq!(again.as_ref(), Ok(&odd), "{path}");
                    if loaded % 20 == 0 {
                        let evidence = Evidence::default();
                        evaluate_json(&odd, &evidence, 1_767_225_600_000, Extent::Explained);
                    }
                }
            }
        }
    }
    assert!(
        refused > 1_000 && loaded > 300,
        "{refused} refused, {loaded} loaded"
    );
}
