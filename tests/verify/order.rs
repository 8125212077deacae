//! Of two things that are wrong at once, the one that is checked earlier is the answer.

use super::*;
use leadstage::verify::Challenge;

/// What can't both be: a challenge in the future and in the past, a playbook that is unknown and retired, a challenge that was
/// seen by a store that can't say so.
const EITHER: [(Code, Code); 3] = [
    (Code::NotYetValid, Code::Expired),
    (Code::UnknownPlaybook, Code::RetiredPlaybook),
    (Code::Replayed, Code::Unavailable),
];

fn outcome(faults: &[Code]) -> Option<Code> {
    let has = |code: Code| faults.contains(&code);
    let (mut verifier, book, now) = (verifier(), book(), NOW + MINUTE);
    let (issued, expires) = match () {
        () if has(Code::NotYetValid) => (now + 6 * MINUTE, now + 16 * MINUTE),
        () if has(Code::Expired) => (now - 9 * MINUTE, now),
        () => (NOW, NOW + 10 * MINUTE),
    };
    let maker = match has(Code::Forged) {
        true => ChallengeKeys::new(ChallengeKey::new("k1", &[66; 32]).unwrap()),
        false => keys(),
    };
    let challenge =
        Challenge::issue(&maker, [5; 16], *book.digest_bytes(), issued, expires).unwrap();
    // Within the skew of every challenge above; or a day off.
    let as_of = if has(Code::ClockSkew) {
        now - DAY
    } else if has(Code::NotYetValid) {
        now + MINUTE
    } else {
        now - MINUTE
    };
    let mut facts = vec![r#"{"attribute":"account.industry","value":"software"}"#.to_owned()];
    if has(Code::NotAllowed) {
        facts.push(
            r#"{"attribute":"account.industry","value":"software","source":"crm"}"#.to_owned(),
        );
    }
    let age = if has(Code::TooOld) {
        401 * DAY
    } else {
        2 * DAY
    };
    let evidence = format!(
        r#"{{"facts":[{}],"events":[{{"signal":"demo","at":{}}}]}}"#,
        facts.join(","),
        as_of - age
    );
    let mut text = receipt(&book, &challenge.to_text(), &evidence, as_of).unwrap();
    if has(Code::BadEvidence) {
        text = text.replacen("\"value\":\"software\"", "\"value\":\"softwre\"", 1);
    }
    if has(Code::DecisionDiffers) {
        text = text.replace("book_meeting", "nothing");
    }
    if has(Code::Malformed) {
        // The part that is read last.
        text = text.replacen(",\"decision\":{", ",\"decision\":{ ", 1);
    }
    text = sealed(&text);
    if has(Code::Altered) {
        let (said, _) = text.rsplit_once(",\"seal\":").unwrap();
        text = format!("{said},\"seal\":\"{}\"}}", "0".repeat(64));
    }
    if has(Code::TooLarge) {
        verifier.policy.bytes = 100;
    }
    if has(Code::UnknownKey) {
        verifier.keys = ChallengeKeys::new(ChallengeKey::new("k9", &[9; 32]).unwrap());
    }
    if has(Code::UnknownPlaybook) {
        verifier.playbooks = Playbooks::new();
    }
    if has(Code::RetiredPlaybook) {
        verifier
            .playbooks
            .retire(book.digest_bytes(), now - 31 * DAY);
    }
    if has(Code::TooManyFacts) {
        verifier.policy.facts = 0;
    }
    if has(Code::TooManyEvents) {
        verifier.policy.events = 0;
    }
    let mut seen = SeenInMemory::with_room(if has(Code::Unavailable) { 0 } else { 10 });
    if has(Code::Replayed) {
        use leadstage::verify::Seen;
        seen.see(challenge.id(), i64::MAX, 0).unwrap();
    }
    let done = verifier.verify(text.as_bytes(), &Arrival::at(now), &mut seen);
    done.err().map(|refusal| refusal.code)
}

#[test]
fn without_a_fault_it_is_verified() {
    assert_eq!(outcome(&[]), None);
}

#[test]
fn each_fault_has_its_code() {
    for fault in CODES {
        assert_eq!(outcome(&[fault]), Some(fault));
    }
}

#[test]
fn of_every_two_the_earlier_is_told() {
    let mut pairs = 0;
    for (place, earlier) in CODES.iter().enumerate() {
        for later in CODES.iter().skip(place + 1) {
            if EITHER.contains(&(*earlier, *later)) {
                continue;
            }
            assert_eq!(
                outcome(&[*earlier, *later]),
                Some(*earlier),
                "{earlier:?} and {later:?}"
            );
            pairs += 1;
        }
    }
    assert_eq!(pairs, 18 * 17 / 2 - 3);
}
