//! A service that runs, and what is asked of it.

use super::BOOK;
use crate::cli::{Folder, command};
use leadstage::lifecycle::{Verdict, verify};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub const ROLES: [&str; 6] = ["reader", "source", "member", "privacy", "monitor", "admin"];

/// The kinds of stores: PostgreSQL where `LEADSTAGE_POSTGRES` names a server.
pub fn stores() -> Vec<&'static str> {
    match std::env::var("LEADSTAGE_POSTGRES") {
        Ok(_) => vec!["sqlite", "postgres"],
        Err(_) => {
            println!("LEADSTAGE_POSTGRES names no server: SQLite only");
            vec!["sqlite"]
        }
    }
}

/// How a service is set up, and what it needs beside.
pub struct Home {
    pub folder: Folder,
    pub store: String,
    pub extra: Vec<String>,
}

/// A service that runs.
pub struct Service {
    pub home: Arc<Home>,
    pub url: String,
    child: Mutex<Child>,
    log: Arc<Mutex<String>>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    pub text: String,
    pub headers: ureq::http::HeaderMap,
}

impl Answer {
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or("")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body of an answer with this status.
    #[track_caller]
    pub fn is(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.body
    }

    /// A problem detail with this status and code.
    #[track_caller]
    pub fn refuses(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.text);
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json")
        );
        assert_eq!(self.body["type"], format!("urn:leadstage:problem:{code}"));
        assert_eq!(self.body["status"], status);
        assert!(!self.body["detail"].as_str().unwrap().is_empty());
    }
}

impl Home {
    pub fn new(store: &str, extra: &[&str]) -> Self {
        let folder = Folder::new();
        folder.file("book.json", BOOK);
        let run = |args: &[&str]| {
            let done = command(args).output().unwrap();
            assert!(
                done.status.success(),
                "{}",
                String::from_utf8_lossy(&done.stderr)
            );
            String::from_utf8(done.stdout).unwrap()
        };
        run(&["keys", "new", &folder.path("keys.json")]);
        let access = folder.path("access.json");
        for role in ROLES {
            let mut args = vec!["keys", "access", &access, "--id", role, "--role", role];
            match role {
                "source" => args.extend(["--source", "crm", "--source", "visitor"]),
                "member" => args.extend(["--source", "person", "--acts-as", "sales"]),
                _ => {}
            }
            folder.file(&format!("{role}.key"), run(&args).trim());
        }
        let store = match store {
            "sqlite" => format!("sqlite:{}", folder.path("store.db")),
            "postgres" => new_database(),
            other => other.to_owned(),
        };
        Self {
            folder,
            store,
            extra: match extra {
                // Tests ask fast, and from one address.
                [] => ["--rate", "0", "--key-rate", "0"].map(str::to_owned).into(),
                extra => extra.iter().map(|it| (*it).to_owned()).collect(),
            },
        }
    }

    pub fn key(&self, role: &str) -> String {
        std::fs::read_to_string(self.folder.path(&format!("{role}.key"))).unwrap()
    }
}

/// A database of its own in the PostgreSQL that `LEADSTAGE_POSTGRES` names.
fn new_database() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let server = std::env::var("LEADSTAGE_POSTGRES").unwrap();
    let name = format!(
        "t{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    );
    let made = Command::new("psql")
        .args([
            &format!("{server}/postgres"),
            "-qc",
            &format!("CREATE DATABASE {name}"),
        ])
        .output()
        .expect("psql");
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    format!("{server}/{name}")
}

impl Service {
    pub fn with(store: &str, extra: &[&str]) -> Self {
        Self::start(Arc::new(Home::new(store, extra)))
    }

    pub fn start(home: Arc<Home>) -> Self {
        let path = |name| home.folder.path(name);
        let mut child = Command::new(env!("CARGO_BIN_EXE_leadstage"))
            .arg("serve")
            .args([
                "--keys",
                &path("keys.json"),
                "--access",
                &path("access.json"),
            ])
            .args(["--playbook", &path("book.json"), "--store", &home.store])
            .args(["--listen", "127.0.0.1:0"])
            .args(&home.extra)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut text = String::new();
        let address = loop {
            let line = lines
                .next()
                .unwrap_or_else(|| panic!("it did not start: {text}"))
                .unwrap();
            text.push_str(&line);
            text.push('\n');
            let entry: Value = serde_json::from_str(&line).unwrap_or_default();
            if entry["message"] == "listening" {
                break entry["address"].as_str().unwrap().to_owned();
            }
        };
        let log = Arc::new(Mutex::new(text));
        let kept = log.clone();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut log = kept.lock().unwrap();
                log.push_str(&line);
                log.push('\n');
            }
        });
        Self {
            home,
            url: format!("http://{address}"),
            child: Mutex::new(child),
            log,
        }
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Ends it at once, whatever it is doing.
    pub fn kill(&self) {
        let mut child = self.child.lock().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Tells it to stop.
    pub fn tell_to_stop(&self) {
        let id = self.child.lock().unwrap().id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .unwrap()
                .success()
        );
    }

    /// Waits for its end, and says whether it was a good one.
    pub fn ended_well(&self) -> bool {
        self.child.lock().unwrap().wait().unwrap().success()
    }

    pub fn agent() -> ureq::Agent {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(30)));
        ureq::Agent::new_with_config(config.build())
    }

    pub fn get(&self, role: &str, path: &str) -> Answer {
        self.ask(&Self::agent(), "GET", role, path, &[], None)
            .unwrap()
    }

    pub fn post(&self, role: &str, path: &str, body: impl ToString) -> Answer {
        self.post_with(role, path, &[], body)
    }

    /// Makes a record, told something at once or (`null`) not.
    #[track_caller]
    pub fn make(&self, id: &str, input: Value) -> Value {
        let said = serde_json::json!({ "id": id, "input": input });
        self.post("source", "/v1/records", said).is(201)
    }

    /// The journal of a record, an entry a line, after a look at its chain.
    #[track_caller]
    pub fn journal(&self, path: &str) -> (Value, Verdict) {
        let kept = self.get("reader", &format!("{path}/journal")).is(200);
        let journal = kept["journal"].clone();
        let entries = journal.as_array().unwrap().iter();
        let lines: Vec<String> = entries.map(ToString::to_string).collect();
        let found = verify(&lines.join("\n"));
        assert_eq!((found.entries as usize, found.altered), (lines.len(), None));
        (journal, found)
    }

    pub fn post_with(
        &self,
        role: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl ToString,
    ) -> Answer {
        self.ask(
            &Self::agent(),
            "POST",
            role,
            path,
            headers,
            Some(body.to_string()),
        )
        .unwrap()
    }

    /// Asks; without a role, without a key.
    pub fn ask(
        &self,
        agent: &ureq::Agent,
        method: &str,
        role: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> Result<Answer, ureq::Error> {
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url));
        if !role.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.home.key(role)));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if body.is_some() && !headers.iter().any(|(name, _)| *name == "content-type") {
            request = request.header("content-type", "application/json");
        }
        let answer = match body {
            Some(body) => agent.run(request.body(body).unwrap()),
            None => agent.run(request.body(()).unwrap()),
        }?;
        let (parts, mut body) = answer.into_parts();
        let text = body.read_to_string()?;
        Ok(Answer {
            status: parts.status.as_u16(),
            body: serde_json::from_str(&text).unwrap_or_default(),
            text,
            headers: parts.headers,
        })
    }

    /// Waits until something is as it should be.
    #[track_caller]
    pub fn until(&self, what: &str, mut is: impl FnMut() -> bool) {
        let begun = Instant::now();
        while !is() {
            assert!(
                begun.elapsed() < Duration::from_secs(20),
                "{what}\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let mut child = self.child.lock().unwrap();
        let _ = child.kill();
        let _ = child.wait();
    }
}
