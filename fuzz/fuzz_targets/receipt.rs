#![no_main]

use leadstage::evaluate::{Extent, evaluate_json};
use leadstage::evidence::Evidence;
use leadstage::playbook::Playbook;
use leadstage::verify::{
    Arrival, Challenge, ChallengeKey, ChallengeKeys, Playbooks, Policy, Verifier,
};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};
use std::sync::{Arc, LazyLock};

const NOW: i64 = 1_772_355_600_000;

const BOOK: &str = r#"{"leadstage":1,"name":"shop","version":7,
"attributes":{"account.industry":{"type":"choice","options":["software","retail"]},"account.employees":{"type":"number"},
"contact.title":{"type":"text"},"contact.tools":{"type":"choices","options":["crm","chat"]},"deal.close":{"type":"date"},
"deal.budget":{"type":"number","asserted_by":["sales"]},"contact.ok":{"type":"boolean"}},
"signals":{"demo":{},"login":{"properties":{"plan":"text","seats":"number"}}},
"scores":{"fit":{"groups":[{"name":"g","rules":[{"when":{"account.industry":"software"},"points":20},{"when":{"account.employees":{"from":50}},"points":5}]}]},
"intent":{"groups":[{"name":"g","rules":[{"signal":"demo","points":10,"decay":{"half_life":"30d"}}]}]}},
"stages":{"lead":{},"mql":{"enter":{"score":{"fit":{"from":20}}}}},"initial":"lead",
"transitions":[{"from":"lead","to":"mql","by":"automation"}],
"routes":[{"when":{"stage":"mql"},"then":"book_meeting"},{"then":"nurture"}]}"#;

struct World {
    playbook: Arc<Playbook>,
    verifier: Verifier,
    challenge: String,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let playbook = Arc::new(Playbook::parse(BOOK).unwrap());
    let keys = ChallengeKeys::new(ChallengeKey::new("k1", &[1; 32]).unwrap());
    let mut policy = Policy::default();
    policy.event_age_ms = i64::MAX;
    let verifier = Verifier::new(keys, Playbooks::from_iter([playbook.clone()]), policy);
    let challenge = verifier.challenge(&playbook.digest(), [7; 16], NOW).unwrap();
    World {
        playbook,
        challenge: challenge.to_text(),
        verifier,
    }
});

fn sealed(mut said: Vec<u8>) -> Vec<u8> {
    let seal: String = Sha256::digest(&said).iter().map(|byte| format!("{byte:02x}")).collect();
    said.extend(format!(",\"seal\":\"{seal}\"}}").as_bytes());
    said
}

fuzz_target!(|data: &[u8]| {
    let world = &*WORLD;
    let Some((kind, rest)) = data.split_first() else { return };
    let receipt = match kind % 4 {
        0 => rest.to_vec(),
        1 => {
            if let Ok(text) = core::str::from_utf8(rest)
                && let Some(challenge) = Challenge::parse(text)
            {
                assert_eq!(challenge.to_text(), text);
            }
            return;
        }
        2 => {
            // Evidence with the decision that is due, where there is one.
            let Ok(evidence) = core::str::from_utf8(rest) else { return };
            let decision = match Evidence::parse(&world.playbook, evidence) {
                Ok(read) => evaluate_json(&world.playbook, &read, NOW, Extent::Brief),
                Err(_) => String::from("{}"),
            };
            let said = format!(
                "{{\"receipt\":1,\"challenge\":\"{}\",\"as_of\":{NOW},\"evidence\":{evidence},\"decision\":{decision}",
                world.challenge
            );
            sealed(said.into_bytes())
        }
        _ => {
            let mut said = format!("{{\"receipt\":1,\"challenge\":\"{}\",\"as_of\":", world.challenge).into_bytes();
            said.extend(rest);
            sealed(said)
        }
    };
    if let Ok(checked) = world.verifier.check(&receipt, &Arrival::at(NOW + 1)) {
        assert_eq!(checked.challenge().to_text(), world.challenge);
        let text = String::from_utf8(receipt).unwrap();
        let verified = checked.seen(Ok(leadstage::verify::Sight::First)).unwrap();
        let again = evaluate_json(&world.playbook, verified.evidence(), verified.as_of(), Extent::Brief);
        assert_eq!(verified.decision(), again);
        assert!(text.contains(&format!(",\"decision\":{again},\"seal\":")));
        assert!(verified.with(&Evidence::parse(&world.playbook, "{}").unwrap()).changes.is_empty());
    }
});
