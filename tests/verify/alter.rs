//! Receipts that are altered in one random place.

use super::*;

/// So many alterations; `LEADSTAGE_ALTERED` says otherwise.
const ALTERED: u64 = 20_000;

fn altered() -> u64 {
    let said = std::env::var("LEADSTAGE_ALTERED").ok();
    said.map_or(ALTERED, |text| text.parse().expect("a whole number"))
}

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((it ^ (it >> 31)) % end as u64) as usize
    }
}

/// Puts in, takes out, replaces or flips at one place, whatever the bytes.
fn alter(bytes: &mut Vec<u8>, dice: &mut Dice) {
    let place = dice.below(bytes.len());
    match dice.below(6) {
        0 => bytes.insert(place, dice.below(256) as u8),
        1 => drop(bytes.remove(place)),
        2 => bytes[place] = dice.below(256) as u8,
        3 => bytes[place] ^= 1 << dice.below(8),
        4 => bytes.insert(place, b" \t\r\n"[dice.below(4)]),
        _ => bytes[place] = b"0123456789\"{}[],:-.eE\\/aAzZtrufalsn "[dice.below(36)],
    }
}

fn samples() -> Vec<String> {
    let more = r#"{"facts":{"account.industry":"retail","account.employees":{"range":[20,199]},"contact.title":"Größe \"x\"\n"},"events":[{"signal":"login","at":1772350000000,"properties":{"plan":"Pro / é"}},{"signal":"demo","at":1772355500000,"automated":true},{"id":"e","signal":"demo","at":1772355500000}]}"#;
    let mut all = vec![honest(1), on("{}")];
    all.push(on(more));
    all
}

#[test]
fn an_altered_receipt_never_verifies() {
    let (verifier, samples, mut dice) = (verifier(), samples(), Dice(20_261_126));
    for sample in &samples {
        assert_eq!(code(&verifier, sample), None);
    }
    let arrival = Arrival::at(NOW + 2 * MINUTE);
    let mut codes = std::collections::BTreeMap::new();
    let wanted = altered();
    let mut made = 0;
    while made < wanted {
        let sample = &samples[dice.below(samples.len())];
        let mut bytes = sample.clone().into_bytes();
        alter(&mut bytes, &mut dice);
        if bytes == sample.as_bytes() {
            continue;
        }
        made += 1;
        let refusal = verifier
            .check(&bytes, &arrival)
            .expect_err("it was altered");
        *codes.entry(refusal.code).or_insert(0) += 1;
    }
    println!("{made} altered receipts: {codes:?}");
    assert_eq!(
        codes.keys().copied().collect::<Vec<_>>(),
        [Code::Malformed, Code::Altered]
    );
}

/// Who alters on purpose seals anew. What is taken then holds together: its decision is the one on what it says.
#[test]
fn what_is_sealed_anew_holds_together() {
    let (verifier, samples, mut dice) = (verifier(), samples(), Dice(7));
    let arrival = Arrival::at(NOW + 2 * MINUTE);
    let (mut taken, mut codes) = (0, std::collections::BTreeMap::new());
    let wanted = altered();
    for _ in 0..wanted {
        let sample = &samples[dice.below(samples.len())];
        let mut bytes = sample.clone().into_bytes();
        let end = bytes.len() - 75;
        bytes.truncate(end);
        alter(&mut bytes, &mut dice);
        let Ok(said) = String::from_utf8(bytes) else {
            continue;
        };
        let text = sealed(&format!("{said},\"seal\":\"\"}}"));
        match verifier.check(text.as_bytes(), &arrival) {
            Err(refusal) => *codes.entry(refusal.code).or_insert(0) += 1,
            Ok(checked) => {
                taken += 1;
                assert_eq!(checked.challenge().to_text(), challenge(1));
                // Read by others, decided anew.
                let value: serde_json::Value = serde_json::from_str(&text).unwrap();
                let again = receipt(
                    &book(),
                    &challenge(1),
                    &value["evidence"].to_string(),
                    value["as_of"].as_i64().unwrap(),
                )
                .unwrap();
                let decision = |text: &str| {
                    serde_json::from_str::<serde_json::Value>(text).unwrap()["decision"].clone()
                };
                assert_eq!(decision(&again), decision(&text), "{text}");
            }
        }
    }
    println!("{wanted} sealed anew: {taken} taken, as they hold together; others {codes:?}");
    assert!(taken > 0 && codes.len() > 3);
}
