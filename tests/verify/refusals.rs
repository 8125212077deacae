use super::*;
use leadstage::evidence::Evidence;
use leadstage::verify::{Away, ChallengeId, Seen, Sight};
use std::sync::Mutex;

#[test]
fn an_honest_receipt_is_verified() {
    let verified = check(&verifier(), &honest(1)).unwrap();
    assert_eq!(verified.as_of(), NOW + 1);
    assert_eq!(verified.evidence().facts().len(), 1);
    // 20 points for software and 10 for a demo open the gate.
    let decision: serde_json::Value = serde_json::from_str(verified.decision()).unwrap();
    assert_eq!(decision["scores"]["fit"]["value"], 20);
    assert_eq!(decision["scores"]["intent"]["value"], 10);
    assert_eq!(decision["route"]["then"], "book_meeting");
    assert!(verified.explained().contains("\"ledger\""));
    assert!(honest(1).ends_with(&format!(",\"seal\":\"{}\"}}", verified.seal())));
}

#[test]
fn times_at_their_limits() {
    let verifier = verifier();
    let at = |text: &str, now: i64| {
        verifier
            .check(text.as_bytes(), &Arrival::at(now))
            .err()
            .map(|refusal| refusal.code)
    };
    let text = honest(1);
    // The clock of this server may be five minutes behind the one that issued it, and `as_of` is a millisecond after the issue.
    assert_eq!(at(&text, NOW - 5 * MINUTE - 1), Some(Code::NotYetValid));
    assert_eq!(at(&text, NOW - 5 * MINUTE), Some(Code::ClockSkew));
    assert_eq!(at(&text, NOW - 5 * MINUTE + 1), None);
    assert_eq!(at(&text, NOW + 10 * MINUTE - 1), None);
    assert_eq!(at(&text, NOW + 10 * MINUTE), Some(Code::Expired));
    let decided = |as_of: i64| receipt(&book(), &challenge(1), EVIDENCE, as_of).unwrap();
    assert_eq!(at(&decided(NOW - 5 * MINUTE), NOW), None);
    assert_eq!(
        at(&decided(NOW - 5 * MINUTE - 1), NOW),
        Some(Code::ClockSkew)
    );
    assert_eq!(at(&decided(NOW + 6 * MINUTE), NOW + MINUTE), None);
    assert_eq!(
        at(&decided(NOW + 6 * MINUTE + 1), NOW + MINUTE),
        Some(Code::ClockSkew)
    );
}

#[test]
fn limits_at_them_and_one_past() {
    let text = honest(1);
    let set = |change: &dyn Fn(&mut Policy)| {
        let mut verifier = verifier();
        change(&mut verifier.policy);
        code(&verifier, &text)
    };
    assert_eq!(set(&|policy| policy.bytes = text.len()), None);
    assert_eq!(
        set(&|policy| policy.bytes = text.len() - 1),
        Some(Code::TooLarge)
    );
    assert_eq!(set(&|policy| policy.facts = 1), None);
    assert_eq!(set(&|policy| policy.facts = 0), Some(Code::TooManyFacts));
    assert_eq!(set(&|policy| policy.events = 1), None);
    assert_eq!(set(&|policy| policy.events = 0), Some(Code::TooManyEvents));
    // The event was 600 seconds before now, and the decision a millisecond after.
    assert_eq!(set(&|policy| policy.event_age_ms = 600_001), None);
    assert_eq!(
        set(&|policy| policy.event_age_ms = 600_000),
        Some(Code::TooOld)
    );
    let mut verifier = verifier();
    verifier.policy.bytes = usize::MAX;
    assert_eq!(
        code(&verifier, &" ".repeat((16 << 20) + 1)),
        Some(Code::TooLarge)
    );
    assert_eq!(
        code(&verifier, &" ".repeat(16 << 20)),
        Some(Code::Malformed)
    );
}

#[test]
fn version_7_verifies_after_8_is_out_within_the_window() {
    let next =
        Arc::new(Playbook::parse(&BOOK.replace("\"version\": 7", "\"version\": 8")).unwrap());
    let text = honest(1);
    let mut verifier = verifier();
    assert!(verifier.playbooks.add(next.clone()));
    assert_eq!(verifier.playbooks.current("shop").unwrap().version(), 8);
    assert_eq!(code(&verifier, &text), None);
    let (book, checked_at) = (book(), NOW + 2 * MINUTE);
    for (retired, expected) in [
        (checked_at, None),
        (checked_at - 30 * DAY + 1, None),
        (checked_at - 30 * DAY, Some(Code::RetiredPlaybook)),
    ] {
        assert!(verifier.playbooks.retire(book.digest_bytes(), retired));
        assert_eq!(code(&verifier, &text), expected, "{retired}");
    }
    assert!(verifier.playbooks.remove(book.digest_bytes()));
    assert_eq!(code(&verifier, &text), Some(Code::UnknownPlaybook));
    // A challenge for the one and a decision by the other.
    let other = receipt(&next, &challenge(1), EVIDENCE, NOW + 1).unwrap();
    let refusal = check(&super::verifier(), &other).unwrap_err();
    assert_eq!(refusal.code, Code::DecisionDiffers);
    let difference = refusal.difference.unwrap();
    assert_eq!(
        (&*difference.path, &*difference.expected, &*difference.found),
        ("/version", "7", "8")
    );
}

#[test]
fn rotated_keys_still_verify_what_they_made() {
    let text = honest(1);
    let new = ChallengeKey::new("k2", &[2; 32]).unwrap();
    let mut verifier = verifier();
    verifier.keys = ChallengeKeys::new(new.clone())
        .and(keys().current().clone())
        .unwrap();
    assert_eq!(code(&verifier, &text), None);
    let made = verifier.challenge(&book().digest(), [9; 16], NOW).unwrap();
    assert_eq!(made.key(), "k2");
    verifier.keys = ChallengeKeys::new(new);
    assert_eq!(code(&verifier, &text), Some(Code::UnknownKey));
    verifier.keys = ChallengeKeys::new(ChallengeKey::new("k1", &[3; 32]).unwrap());
    assert_eq!(code(&verifier, &text), Some(Code::Forged));
}

#[test]
fn the_first_difference_is_named() {
    let verifier = verifier();
    for (from, to, path, expected, found) in [
        (
            r#""fit":{"value":20"#,
            r#""fit":{"value":25"#,
            "/scores/fit/value",
            "20",
            "25",
        ),
        (
            r#""then":"book_meeting""#,
            r#""then":"nurture""#,
            "/route/then",
            "\"book_meeting\"",
            "\"nurture\"",
        ),
        (
            r#""open":true,"settled":true"#,
            r#""open":true,"settled":false"#,
            "/gates/mql/settled",
            "true",
            "false",
        ),
        (
            r#","set_aside":{"facts":[],"events":[]}"#,
            "",
            "/set_aside",
            "{\"events\":[],\"facts\":[]}",
            "nothing",
        ),
        (
            r#""grade":null"#,
            r#""grade":null,"extra":1"#,
            "/extra",
            "nothing",
            "1",
        ),
        (
            r#""moves":[{"from":"lead","to":"mql"}]"#,
            r#""moves":[]"#,
            "/stage/moves",
            "[{\"from\":\"lead\",\"to\":\"mql\"}]",
            "[]",
        ),
    ] {
        let text = honest(1);
        assert!(text.contains(from), "{from} in {text}");
        let refusal = check(&verifier, &sealed(&text.replace(from, to))).unwrap_err();
        assert_eq!(refusal.code, Code::DecisionDiffers);
        let difference = refusal.difference.unwrap();
        assert_eq!(
            (&*difference.path, &*difference.expected, &*difference.found),
            (path, expected, found)
        );
        assert_eq!(refusal.path, format!("/decision{path}"));
    }
    // The same in another order, and the same number in another form.
    let text = honest(1);
    let turned = text.replace(r#""low":20,"high":25"#, r#""high":25,"low":20"#);
    assert_ne!(turned, text);
    let refusal = check(&verifier, &sealed(&turned)).unwrap_err();
    assert_eq!(
        (refusal.code, &*refusal.path),
        (Code::DecisionDiffers, "/decision")
    );
}

#[test]
fn what_is_wrong_with_evidence_is_said() {
    let bad = honest(1).replace("\"software\"", "\"softwre\"");
    let refusal = check(&verifier(), &sealed(&bad)).unwrap_err();
    assert_eq!(refusal.code, Code::BadEvidence);
    let problems = refusal.problems.clone().unwrap();
    let first = problems.iter().next().unwrap();
    assert_eq!(
        (first.code, &*first.path),
        ("unknown_name", "/facts/0/value")
    );
    assert!(
        refusal
            .to_json()
            .contains("\"problems\":[{\"code\":\"unknown_name\"")
    );
    let whose = honest(1).replace("\"evidence\":{", "\"evidence\":{\"id\":\"r1\",");
    let refusal = check(&verifier(), &sealed(&whose)).unwrap_err();
    assert_eq!(refusal.code, Code::BadEvidence);
    assert_eq!(
        &*refusal.problems.unwrap().iter().next().unwrap().path,
        "/id"
    );
}

#[test]
fn forms_that_are_none() {
    let text = honest(1);
    let verifier = verifier();
    for (from, to) in [
        ("{\"receipt\":1", "{\"receipt\":2"),
        ("{\"receipt\":1", " {\"receipt\":1"),
        ("\"as_of\":1", "\"as_of\":01"),
        ("\"as_of\":1", "\"as_of\":-0"),
        ("\"as_of\":1772355600001", "\"as_of\":1772355600001.0"),
        ("\"as_of\":1772355600001", "\"as_of\":8640000000000001"),
        ("\"as_of\":1772355600001", "\"as_of\":\"x\""),
        ("\"evidence\":{", "\"evidence\": {"),
        ("\"evidence\":{", "\"evidence\":[{"),
        ("\"facts\":[", "\"facts\": ["),
        ("\"software\"", "\"\\u0073oftware\""),
        ("\"software\"", "\"soft\\/ware\""),
        (":1772355000000", ":1772355000000.0"),
        (":1772355000000", ":1.772355e12"),
        (",\"decision\":", ",\"further\":1,\"decision\":"),
        ("\"receipt\":1,", ""),
        ("\"decision\":{", "\"decision\":null,\"decision\":{"),
    ] {
        let other = text.replacen(from, to, 1);
        assert_ne!(other, text, "{from}");
        assert_eq!(
            code(&verifier, &sealed(&other)),
            Some(Code::Malformed),
            "{from} as {to}"
        );
    }
    for other in [
        text.to_uppercase(),
        text.replace(",\"seal\":\"", ",\"seal\":\"0"),
        format!("{text} "),
        format!("{text}{text}"),
        String::new(),
    ] {
        assert_eq!(code(&verifier, &other), Some(Code::Malformed), "{other}");
    }
    let mut bytes = text.clone().into_bytes();
    bytes[40] = 0xff;
    let refusal = verifier.check(&bytes, &Arrival::at(NOW)).unwrap_err();
    assert_eq!(
        (refusal.code, &*refusal.message),
        (Code::Malformed, "expected UTF-8 at byte 40")
    );
    let (said, seal) = text.rsplit_once("\"seal\":\"").unwrap();
    let upper = format!("{said}\"seal\":\"{}", seal.to_uppercase());
    assert_ne!(upper, text, "the seal has a letter");
    assert_eq!(code(&verifier, &upper), Some(Code::Malformed));
}

#[test]
fn of_eight_at_once_one_is_first() {
    let verifier = verifier();
    let text = honest(1);
    let seen = Mutex::new(SeenInMemory::default());
    let codes: Vec<Option<Code>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let checked = verifier.check(text.as_bytes(), &Arrival::at(NOW)).unwrap();
                    let mut seen = seen.lock().unwrap();
                    checked
                        .once(&mut *seen, NOW)
                        .err()
                        .map(|refusal| refusal.code)
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert_eq!(codes.iter().filter(|code| code.is_none()).count(), 1);
    assert_eq!(
        codes
            .iter()
            .filter(|code| **code == Some(Code::Replayed))
            .count(),
        7
    );
}

#[test]
fn a_failed_receipt_does_not_use_its_challenge_up() {
    let (verifier, mut seen) = (verifier(), SeenInMemory::default());
    let arrival = Arrival::at(NOW);
    let bad = sealed(&honest(1).replace("book_meeting", "nurture"));
    assert_eq!(
        verifier
            .verify(bad.as_bytes(), &arrival, &mut seen)
            .unwrap_err()
            .code,
        Code::DecisionDiffers
    );
    assert!(seen.is_empty());
    assert!(
        verifier
            .verify(honest(1).as_bytes(), &arrival, &mut seen)
            .is_ok()
    );
    // Another receipt to the same challenge is a replay as well.
    let other = receipt(&book(), &challenge(1), "{}", NOW + 1).unwrap();
    assert_eq!(
        verifier
            .verify(other.as_bytes(), &arrival, &mut seen)
            .unwrap_err()
            .code,
        Code::Replayed
    );
    assert!(
        verifier
            .verify(honest(2).as_bytes(), &arrival, &mut seen)
            .is_ok()
    );
}

#[test]
fn memory_is_bounded_and_forgets_only_what_expired() {
    let id = |number: u8| ChallengeId([number; 16]);
    let mut seen = SeenInMemory::with_room(2);
    assert_eq!(seen.see(id(1), 10, 0), Ok(Sight::First));
    assert_eq!(seen.see(id(2), 20, 0), Ok(Sight::First));
    assert_eq!(seen.see(id(1), 10, 9), Ok(Sight::Again));
    assert_eq!(seen.see(id(3), 30, 9), Err(Away));
    assert_eq!(seen.see(id(3), 30, 10), Ok(Sight::First));
    assert_eq!(seen.see(id(2), 20, 10), Ok(Sight::Again));
    assert_eq!(seen.len(), 2);
    seen.forget(30);
    assert!(seen.is_empty());
    let mut full = SeenInMemory::with_room(0);
    let refused = verifier().verify(honest(1).as_bytes(), &Arrival::at(NOW), &mut full);
    assert_eq!(refused.unwrap_err().code, Code::Unavailable);
}

#[test]
fn codes_are_those_that_are_written_down() {
    let page = include_str!("../../docs/VERIFY.md");
    let (_, section) = page.split_once("## 3 Checks").unwrap();
    let (section, _) = section.split_once("## 4").unwrap();
    let written: Vec<&str> = section
        .lines()
        .filter(|line| line.starts_with("| ") && line.ends_with("` |"))
        .map(|line| line.rsplit('`').nth(1).unwrap())
        .collect();
    assert_eq!(written, CODES.map(Code::word));
    assert!(CODES.is_sorted());
}

#[test]
fn evidence_in_a_receipt_may_be_empty() {
    let verified = check(&verifier(), &on("{}")).unwrap();
    assert_eq!(
        *verified.evidence(),
        Evidence::parse(&book(), "{}").unwrap()
    );
}

#[test]
fn there_are_1000_playbooks_at_most() {
    let version = |number: usize| {
        let text = format!(r#"{{"leadstage":1,"name":"v","version":{number}}}"#);
        Arc::new(Playbook::parse(&text).unwrap())
    };
    let mut playbooks = Playbooks::new();
    for number in 1..=1_000 {
        assert!(playbooks.add(version(number)));
    }
    assert!(!playbooks.add(version(1_001)));
    assert!(playbooks.add(version(1)), "it is there already");
    assert!(playbooks.remove(version(5).digest_bytes()));
    assert!(playbooks.add(version(1_001)));
    assert_eq!(playbooks.iter().count(), 1_000);
    assert_eq!(playbooks.current("v").unwrap().version(), 1_001);
}
