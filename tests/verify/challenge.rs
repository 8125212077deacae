use super::*;
use leadstage::verify::Challenge;

/// Made with Python's `hmac` and `struct` after section 1: key id `k-1`, secret the bytes 1 to 40, id the bytes 0 to 15, digest
/// 32 bytes of ab, issued 2026-03-01T09:00:00Z, valid for ten minutes.
const BY_HAND: &str = "lsc1.k-1.AAECAwQFBgcICQoLDA0OD6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urAAABnKigPoAAAAGcqKlmQJKiXLFZZ-55DcDJmRGW8NwWk4bg-9FKdfSOeKWyKfbu";

fn secret() -> Vec<u8> {
    (1..=40).collect()
}

#[test]
fn the_worked_example() {
    let keys = ChallengeKeys::new(ChallengeKey::new("k-1", &secret()).unwrap());
    let random: [u8; 16] = std::array::from_fn(|place| place as u8);
    let made = Challenge::issue(&keys, random, [0xab; 32], NOW, NOW + 10 * MINUTE).unwrap();
    assert_eq!(made.to_text(), BY_HAND);
    let read = Challenge::parse(BY_HAND).unwrap();
    assert_eq!(read, made);
    assert_eq!(
        (read.key(), read.id().0, read.playbook()),
        ("k-1", random, &[0xab; 32])
    );
    assert_eq!((read.issued(), read.expires()), (NOW, NOW + 10 * MINUTE));
    assert_eq!(read.id().to_text(), "AAECAwQFBgcICQoLDA0ODw");
}

#[test]
fn a_challenge_has_one_text() {
    for bad in [
        "",
        "lsc1.",
        "lsc1.k",
        "lsc1.k.",
        "LSC1.k.AA",
        &BY_HAND[1..],
        &BY_HAND[..BY_HAND.len() - 1],
        &format!("{BY_HAND}A"),
        &format!("{BY_HAND}="),
        &format!(" {BY_HAND}"),
        &format!("{BY_HAND}\n"),
        &BY_HAND.replace('-', "+"),
        &BY_HAND.replace("k-1", ""),
        &BY_HAND.replace("k-1", "k.1"),
        &BY_HAND.replace("lsc1", "lsc2"),
        &BY_HAND.replace("k-1", &"k".repeat(65)),
        &BY_HAND.replace("AAEC", "AA\u{c4}"),
    ] {
        assert_eq!(Challenge::parse(bad), None, "{bad}");
    }
    assert!(Challenge::parse(&BY_HAND.replace("k-1", &"k".repeat(64))).is_some());
}

#[test]
fn times_are_in_order_and_in_the_calendar() {
    let issue = |from, to| Challenge::issue(&keys(), [0; 16], [0; 32], from, to).is_some();
    assert!(issue(0, 1));
    assert!(!issue(1, 1));
    assert!(!issue(2, 1));
    assert!(issue(0, 8_640_000_000_000_000));
    assert!(!issue(0, 8_640_000_000_000_001));
    assert!(issue(-8_640_000_000_000_000, 0));
    assert!(!issue(-8_640_000_000_000_001, 0));
    assert!(!issue(i64::MIN, i64::MAX));
}

#[test]
fn no_altered_letter_is_taken() {
    let verifier = verifier();
    let text = honest(1);
    let challenge = challenge(1);
    let mut altered = 0;
    for place in 0..challenge.len() {
        for letter in ('!'..='~').filter(|letter| *letter != '"' && *letter != '\\') {
            let mut other = challenge.clone();
            other.replace_range(place..=place, &letter.to_string());
            if other == challenge {
                continue;
            }
            let other = sealed(&text.replace(&challenge, &other));
            let code = code(&verifier, &other).unwrap();
            assert!(
                matches!(code, Code::Malformed | Code::UnknownKey | Code::Forged),
                "{code:?}: {other}"
            );
            altered += 1;
        }
    }
    assert_eq!(altered, challenge.len() * 91);
}

#[test]
fn challenges_are_for_playbooks_in_use() {
    let mut verifier = verifier();
    let book = book();
    let digest = book.digest();
    let given =
        |verifier: &Verifier, digest: &str| verifier.challenge(digest, [0; 16], NOW).is_some();
    assert!(given(&verifier, &digest));
    for bad in [
        "",
        &digest[1..],
        &digest.to_uppercase(),
        &digest.replace(&digest[..1], "g"),
        &"0".repeat(64),
    ] {
        assert!(!given(&verifier, bad), "{bad}");
    }
    assert!(verifier.playbooks.retire(book.digest_bytes(), NOW));
    assert!(!given(&verifier, &digest));
    assert!(verifier.playbooks.add(book));
    assert!(given(&verifier, &digest));
}
