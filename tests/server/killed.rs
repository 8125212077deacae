//! Killed in the middle of it, again and again: what was acknowledged is there, and nothing is there twice.

use super::service::{Service, stores};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

/// So many times; `LEADSTAGE_KILLS` says otherwise.
const KILLS: usize = 10;
const WORKERS: usize = 4;
const RECORDS: usize = 8;

/// What one of those who ask has sent, and what of it was acknowledged.
#[derive(Default)]
struct Told {
    next: usize,
    /// Of what was not acknowledged nothing can be said, so it is sent again.
    open: Option<(String, usize)>,
    acknowledged: BTreeMap<String, usize>,
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_applied_twice() {
    let kills = std::env::var("LEADSTAGE_KILLS")
        .ok()
        .and_then(|it| it.parse().ok());
    let kills: usize = kills.unwrap_or(KILLS);
    for store in stores() {
        let first = Service::with(store, &[]);
        for record in 0..RECORDS {
            first.make(&format!("r{record}"), Value::Null);
        }
        let home = first.home.clone();
        let told: Vec<Mutex<Told>> = (0..WORKERS).map(|_| Mutex::default()).collect();
        let mut service = first;
        for round in 0..kills {
            let running = Arc::new(std::sync::atomic::AtomicBool::new(true));
            thread::scope(|scope| {
                for (worker, told) in told.iter().enumerate() {
                    let (service, running) = (&service, running.clone());
                    scope.spawn(move || {
                        let agent = Service::agent();
                        let mut told = told.lock().unwrap();
                        while running.load(std::sync::atomic::Ordering::Relaxed) {
                            if !tell(service, &agent, worker, &mut told) {
                                break;
                            }
                        }
                    });
                }
                // At another moment of the work each time.
                thread::sleep(Duration::from_millis(60 + (round as u64 * 37) % 120));
                service.kill();
                running.store(false, std::sync::atomic::Ordering::Relaxed);
            });
            service = Service::start(home.clone());
        }
        let agent = Service::agent();
        for (worker, told) in told.iter().enumerate() {
            let mut told = told.lock().unwrap();
            while told.open.is_some() {
                assert!(tell(&service, &agent, worker, &mut told));
            }
        }
        check(&service, &told);
    }
}

/// The database hangs up on everybody in the middle of it: what was not acknowledged is asked again, and counts once.
#[test]
fn a_database_that_hangs_up_is_asked_again() {
    let Ok(server) = std::env::var("LEADSTAGE_POSTGRES") else {
        println!("LEADSTAGE_POSTGRES names no server");
        return;
    };
    let service = Service::with("postgres", &[]);
    for record in 0..RECORDS {
        service.make(&format!("r{record}"), Value::Null);
    }
    let name = service.home.store.rsplit('/').next().unwrap().to_owned();
    let hang_up = format!(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{name}'"
    );
    let told: Vec<Mutex<Told>> = (0..WORKERS).map(|_| Mutex::default()).collect();
    let agent = Service::agent();
    let mut failed = 0;
    for _ in 0..10 {
        for (worker, told) in told.iter().enumerate() {
            let mut told = told.lock().unwrap();
            for _ in 0..3 {
                failed += usize::from(!tell(&service, &agent, worker, &mut told));
            }
        }
        let done = std::process::Command::new("psql")
            .args([&format!("{server}/postgres"), "-qAtc", &hang_up])
            .output()
            .unwrap();
        let said = String::from_utf8(done.stdout).unwrap();
        assert!(
            said.trim().parse::<u32>().unwrap() > 0,
            "somebody was hung up on"
        );
    }
    for (worker, told) in told.iter().enumerate() {
        let mut told = told.lock().unwrap();
        while told.open.is_some() {
            tell(&service, &agent, worker, &mut told);
        }
    }
    println!("{failed} were asked again");
    check(&service, &told);
}

/// Tells a record of an event, under a key; whether it was acknowledged.
fn tell(service: &Service, agent: &ureq::Agent, worker: usize, told: &mut Told) -> bool {
    let (id, record) = told.open.take().unwrap_or_else(|| {
        told.next += 1;
        (
            format!("w{worker}-{}", told.next),
            (told.next + worker) % RECORDS,
        )
    });
    let body = json!({ "events": [{ "signal": "demo", "id": id, "at": 1_772_355_000_000_i64 }] })
        .to_string();
    let path = format!("/v1/records/r{record}/inputs");
    let answer = service.ask(
        agent,
        "POST",
        "source",
        &path,
        &[("idempotency-key", &id)],
        Some(body),
    );
    match answer {
        Ok(answer) if answer.status == 200 => {
            told.acknowledged.insert(id, record);
            true
        }
        Ok(answer) if answer.status != 503 => panic!("{}", answer.text),
        _ => {
            told.open = Some((id, record));
            false
        }
    }
}

fn check(service: &Service, told: &[Mutex<Told>]) {
    let mut kept: BTreeMap<String, usize> = BTreeMap::new();
    for record in 0..RECORDS {
        let (journal, _) = service.journal(&format!("/v1/records/r{record}"));
        for entry in journal.as_array().unwrap() {
            for event in entry["input"]["events"].as_array().into_iter().flatten() {
                let id = event["id"].as_str().unwrap().to_owned();
                assert_eq!(kept.insert(id.clone(), record), None, "{id} is there twice");
            }
        }
    }
    let mut acknowledged = BTreeMap::new();
    for told in told {
        acknowledged.extend(told.lock().unwrap().acknowledged.clone());
    }
    let lost: BTreeSet<_> = acknowledged
        .keys()
        .filter(|id| !kept.contains_key(*id))
        .collect();
    assert!(lost.is_empty(), "lost: {lost:?}");
    assert_eq!(acknowledged, kept);
    println!(
        "{} inputs were acknowledged, all are there once",
        kept.len()
    );
    assert!(kept.len() >= WORKERS, "there was work to do");
}
