//! Receipts as pages make them, one a line, for the service to verify: 20 facts and 40 events on `playbooks/acme-b2b`.

use leadstage::playbook::Playbook;
use leadstage::verify::{Keys, Playbooks, Policy, Verifier, receipt};
use serde_json::{Value, json};
use std::error::Error;
use std::io::{BufWriter, Write};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

const DAY_MS: i64 = 86_400_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [keys, playbook, count] = arguments.as_slice() else {
        return Err("usage: receipts KEYS PLAYBOOK COUNT".into());
    };
    let keys = Keys::parse(&std::fs::read_to_string(keys)?)?;
    let playbook = Arc::new(Playbook::parse(&std::fs::read_to_string(playbook)?)?);
    let count: u64 = count.parse()?;
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    let books = Playbooks::from_iter([playbook.clone()]);
    let verifier = Verifier::new(keys.challenge, books, Policy::default());
    let mut out = BufWriter::new(std::io::stdout().lock());
    for number in 0..count {
        let mut random = [0; 16];
        // The last bit says that a challenge is for a record: here none is.
        random[..8].copy_from_slice(&number.to_be_bytes());
        random[8..15].copy_from_slice(&now.to_be_bytes()[1..]);
        let challenge = verifier
            .challenge(&playbook.digest(), random, now)
            .ok_or("the playbook is not in use")?;
        let evidence = evidence(number, now).to_string();
        let text = receipt(&playbook, &challenge.to_text(), &evidence, now)?;
        writeln!(out, "{text}")?;
    }
    out.flush()?;
    Ok(())
}

/// What a visitor who comes often leaves behind.
fn evidence(number: u64, now: i64) -> Value {
    let place = usize::try_from(number).unwrap_or_default();
    let industry = ["software", "fintech", "retail", "other"][place % 4];
    let crm = ["salesforce", "hubspot", "other"][place % 3];
    let number = i64::try_from(number).unwrap_or_default();
    let said = [
        ("account.industry", json!(industry)),
        ("account.employees", json!(1 + number * 37 % 3_000)),
        ("account.region", json!("europe")),
        ("account.crm", json!(crm)),
        ("account.channels", json!(["website", "chat"])),
    ];
    let facts: Vec<Value> = (0..20)
        .map(|place| {
            let (attribute, value) = &said[place % said.len()];
            let source = ["visitor", "inferred"][place % 2];
            let at = now - 60_000 * i64::try_from(place).unwrap_or_default();
            json!({ "attribute": attribute, "value": value, "source": source, "at": at })
        })
        .collect();
    let events: Vec<Value> = (0..40)
        .map(|place: i64| {
            let at = now - (place * 3 + number % 7) * DAY_MS / 2;
            let id = format!("e{place}");
            let path = ["/pricing", "/product", "/"][usize::try_from(place % 3).unwrap_or_default()];
            match (place + number) % 4 {
                0 => json!({ "id": id, "signal": "download", "at": at, "properties": { "journey": "awareness", "asset": "guide" } }),
                1 if place == 1 => json!({ "id": id, "signal": "newsletter_signup", "at": at }),
                _ => json!({ "id": id, "signal": "page_view", "at": at, "properties": { "path": path } }),
            }
        })
        .collect();
    json!({ "facts": facts, "events": events })
}
