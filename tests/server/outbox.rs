//! Hooks: at least once, signed, tried again, and seen when they are given up.

use super::ripe;
use super::service::{Home, Service, stores};
use base64ct::{Base64, Encoding};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What a hook was sent.
#[derive(Clone, Debug)]
struct Sent {
    headers: Vec<(String, String)>,
    body: String,
}

impl Sent {
    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(key, _)| key == name);
        &found.unwrap_or_else(|| panic!("no {name}")).1
    }
}

/// A receiver that answers with these codes, one after another, and with the last one from then on.
struct Receiver {
    url: String,
    sent: Arc<Mutex<Vec<Sent>>>,
}

impl Receiver {
    fn new(codes: &'static [u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let sent: Arc<Mutex<Vec<Sent>>> = Arc::default();
        let kept = sent.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let kept = kept.clone();
                thread::spawn(move || answer(stream.unwrap(), codes, &kept));
            }
        });
        Self { url, sent }
    }

    fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }
}

fn answer(mut stream: TcpStream, codes: &[u16], kept: &Mutex<Vec<Sent>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    loop {
        let (mut line, mut headers) = (String::new(), Vec::new());
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        loop {
            line.clear();
            reader.read_line(&mut line).unwrap();
            match line.trim().split_once(": ") {
                Some((key, value)) => headers.push((key.to_lowercase(), value.to_owned())),
                None => break,
            }
        }
        let length = headers
            .iter()
            .find(|(key, _)| key == "content-length")
            .unwrap();
        let mut body = vec![0; length.1.parse().unwrap()];
        reader.read_exact(&mut body).unwrap();
        let mut kept = kept.lock().unwrap();
        let code = codes.get(kept.len()).or(codes.last()).unwrap();
        kept.push(Sent {
            headers,
            body: String::from_utf8(body).unwrap(),
        });
        drop(kept);
        if write!(stream, "HTTP/1.1 {code} X\r\ncontent-length: 0\r\n\r\n").is_err() {
            return;
        }
    }
}

/// HMAC-SHA-256 as RFC 2104 writes it down, from the hash alone.
fn hmac(secret: &[u8], text: &str) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    let mut block = [0; 64];
    block[..secret.len()].copy_from_slice(secret);
    let pad = |with: u8| block.map(|byte| byte ^ with);
    let inner = Sha256::new()
        .chain_update(pad(0x36))
        .chain_update(text)
        .finalize();
    Sha256::new()
        .chain_update(pad(0x5c))
        .chain_update(inner)
        .finalize()
        .to_vec()
}

const SECRET: &str = "a secret of more than 24 bytes";

fn service(store: &str, hook: &Receiver, retries: &str) -> Service {
    let mut home = Home::new(store, &[]);
    let secret = home.folder.file("hook.secret", format!("{SECRET}\n"));
    let more = [
        "--hook",
        &hook.url,
        "--hook-secret",
        &secret,
        "--hook-retries",
        retries,
    ];
    home.extra.extend(more.map(str::to_owned));
    Service::start(Arc::new(home))
}

#[test]
fn messages_are_signed_and_sent_until_they_are_taken_in_order() {
    for store in stores() {
        let hook = Receiver::new(&[500, 302, 200]);
        let service = service(store, &hook, "100ms,100ms,100ms,100ms");
        service.make("a", ripe());
        service
            .post(
                "member",
                "/v1/records/a/inputs",
                json!({ "command": "accept" }),
            )
            .is(200);
        // Evidence that moves nothing is no news.
        service
            .post(
                "source",
                "/v1/records/a/inputs",
                json!({ "events": [{ "signal": "call", "at": 1 }] }),
            )
            .is(200);
        service.until("all is delivered", || {
            let waiting = service.get("admin", "/v1/outbox?state=waiting").is(200);
            hook.sent().len() >= 4 && waiting["messages"].as_array().unwrap().is_empty()
        });
        let sent = hook.sent();
        assert_eq!(sent.len(), 4, "{sent:?}");
        let entries: Vec<Value> = sent
            .iter()
            .map(|it| serde_json::from_str::<Value>(&it.body).unwrap()["entry"].clone())
            .collect();
        assert_eq!(entries, [1, 1, 1, 2], "the second waits for the first");
        let ids: Vec<&str> = sent.iter().map(|it| it.header("webhook-id")).collect();
        assert!(
            ids[0] == ids[1] && ids[1] == ids[2] && ids[2] != ids[3],
            "{ids:?}"
        );
        for it in &sent {
            let signed = format!(
                "{}.{}.{}",
                it.header("webhook-id"),
                it.header("webhook-timestamp"),
                it.body
            );
            let expected = Base64::encode_string(&hmac(SECRET.as_bytes(), &signed));
            assert_eq!(it.header("webhook-signature"), format!("v1,{expected}"));
        }
        let body: Value = serde_json::from_str(&sent[2].body).unwrap();
        assert_eq!(body["type"], "record.advanced");
        assert_eq!(body["answer"]["crm"][0]["value"], "MQL");
    }
}

#[test]
fn what_is_given_up_is_seen_and_can_be_sent_again() {
    for store in stores() {
        let hook = Receiver::new(&[500, 500, 200]);
        let service = service(store, &hook, "100ms");
        service.make("a", ripe());
        let dead = || service.get("admin", "/v1/outbox").is(200)["messages"].clone();
        service.until("it is given up", || !dead().as_array().unwrap().is_empty());
        let message = dead()[0].clone();
        assert_eq!(message["attempts"], 2);
        assert_eq!(message["said"], "it answered with 500");
        assert_eq!(message["body"]["record"], "a");
        let retry = format!("/v1/outbox/{}/retry", message["id"].as_str().unwrap());
        service.post("admin", &retry, "").is(200);
        service.until("it is delivered", || hook.sent().len() == 3);
        service.until("the outbox is empty", || {
            dead().as_array().unwrap().is_empty()
        });
        service.post("admin", &retry, "").refuses(404, "not_found");
    }
}

/// Messages outlive the process.
#[test]
fn what_was_not_sent_is_sent_after_a_restart() {
    for store in stores() {
        let hook = Receiver::new(&[500, 200]);
        let first = service(store, &hook, "5s,1d");
        first.make("a", ripe());
        first.until("it was tried", || {
            let waiting = first.get("admin", "/v1/outbox?state=waiting").is(200);
            waiting["messages"][0]["said"] == "it answered with 500"
        });
        first.kill();
        let second = Service::start(first.home.clone());
        second.until("it is tried again", || hook.sent().len() == 2);
        let [one, two] = [0, 1].map(|place| hook.sent()[place].header("webhook-id").to_owned());
        assert_eq!(one, two);
    }
}
