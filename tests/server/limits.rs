//! How much is taken, from where, and what every error looks like.

use super::ripe;
use super::service::Service;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

#[test]
fn every_error_is_a_problem_detail() {
    let service = Service::with("sqlite", &[]);
    service.get("", "/nowhere").refuses(404, "not_found");
    let agent = Service::agent();
    let wrong = service
        .ask(&agent, "DELETE", "admin", "/v1/records", &[], None)
        .unwrap();
    wrong.refuses(405, "method_not_allowed");
    assert!(
        wrong
            .header("allow")
            .is_some_and(|it| it.contains("GET") && it.contains("POST"))
    );
    service
        .get("", "/v1/records")
        .refuses(401, "unauthenticated");
    let bad = service
        .ask(
            &agent,
            "GET",
            "",
            "/v1/records",
            &[("authorization", "Basic eA==")],
            None,
        )
        .unwrap();
    bad.refuses(401, "unauthenticated");
    assert_eq!(bad.header("www-authenticate"), Some("Bearer"));
    for key in ["lsk_reader.00", "lsk_nobody.00", "lsk_", "x", "a.b.c"] {
        let bearer = format!("Bearer {key}");
        let bad = service
            .ask(
                &agent,
                "GET",
                "",
                "/health/live",
                &[("authorization", &bearer)],
                None,
            )
            .unwrap();
        bad.refuses(401, "unauthenticated");
    }
    service
        .post_with(
            "source",
            "/v1/records",
            &[("content-type", "text/html")],
            "{}",
        )
        .refuses(415, "unsupported_media_type");
    service
        .post("", "/v1/challenges", "x".repeat(20_000))
        .refuses(413, "too_large");
    service
        .get("reader", "/v1/playbooks?x=1")
        .refuses(400, "bad_query");
    service
        .post("source", "/v1/records", "\u{0}")
        .refuses(400, "bad_input");
}

/// A body that doesn't say how long it is, is not read beyond the limit.
#[test]
fn a_body_without_an_end_is_cut_off() {
    let service = Service::with("none", &[]);
    let mut stream = TcpStream::connect(service.url.trim_start_matches("http://")).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    write!(stream, "POST /v1/challenges HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n").unwrap();
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(4096));
    for _ in 0..64 {
        // It may hang up before all of it was sent.
        if stream.write_all(chunk.as_bytes()).is_err() {
            break;
        }
    }
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[test]
fn whoever_asks_too_much_waits() {
    let service = Service::with("none", &["--rate", "5"]);
    let answers: Vec<_> = (0..20)
        .map(|_| service.post("", "/v1/challenges", "{}"))
        .collect();
    assert!(
        answers.iter().take(10).all(|it| it.status == 201),
        "a burst of twice the rate is fine"
    );
    let late = answers
        .iter()
        .find(|it| it.status != 201)
        .expect("20 are too many");
    late.refuses(429, "too_many_requests");
    assert_eq!(late.header("retry-after"), Some("1"));
    // Who has a key has a limit of their own.
    service.get("reader", "/v1/playbooks").is(200);
    std::thread::sleep(Duration::from_millis(1_100));
    service.post("", "/v1/challenges", "{}").is(201);
}

/// While one request is being read, there is no place for a second.
#[test]
fn more_at_once_than_allowed_is_busy() {
    let service = Service::with("none", &["--at-once", "1"]);
    let mut stream = TcpStream::connect(service.url.trim_start_matches("http://")).unwrap();
    write!(
        stream,
        "POST /v1/challenges HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n"
    )
    .unwrap();
    let mut late = None;
    service.until("it is busy", || {
        let answer = service.post("", "/v1/challenges", "{}");
        let busy = answer.status != 201;
        late = Some(answer);
        busy
    });
    let late = late.unwrap();
    late.refuses(503, "busy");
    assert_eq!(late.header("retry-after"), Some("1"));
    stream.write_all(b"{}").unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(
        &answer, b"HTTP/1.1 201",
        "the first is answered all the same"
    );
    service.post("", "/v1/challenges", "{}").is(201);
}

#[test]
fn only_pages_of_listed_origins_may_ask() {
    let service = Service::with("none", &["--origin", "https://shop.example"]);
    let agent = Service::agent();
    let ask = |origin| {
        let headers = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "content-type"),
        ];
        service
            .ask(&agent, "OPTIONS", "", "/v1/receipts", &headers, None)
            .unwrap()
    };
    assert_eq!(
        ask("https://shop.example").header("access-control-allow-origin"),
        Some("https://shop.example")
    );
    assert_eq!(
        ask("https://evil.example").header("access-control-allow-origin"),
        None
    );
    let answer = service.post_with(
        "",
        "/v1/challenges",
        &[("origin", "https://shop.example")],
        "{}",
    );
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("https://shop.example")
    );
}

#[test]
fn logs_and_figures_tell_nothing_of_people() {
    let service = Service::with("sqlite", &[]);
    service.make("ada@example.com", ripe());
    service.get("reader", "/v1/records/ada@example.com").is(200);
    service
        .get("reader", "/v1/records/bob@example.com")
        .refuses(404, "not_found");
    let figures = service.get("monitor", "/metrics");
    assert_eq!(figures.status, 200);
    let line =
        r#"leadstage_http_requests_total{method="GET",route="/v1/records/{id}",status="200"} 1"#;
    assert!(figures.text.contains(line), "{}", figures.text);
    service.until("it is logged", || {
        service.log().matches("answered").count() >= 4
    });
    let log = service.log();
    for text in [&log, &figures.text] {
        assert!(!text.contains("example.com"), "{text}");
    }
    for line in log.lines() {
        let entry: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
        assert!(entry["level"].is_string());
    }
    assert!(log.contains(r#""key":"reader""#), "who asked is noted");
}

/// What is being answered when the service is told to stop is answered.
#[test]
fn it_stops_when_what_it_does_is_done() {
    let service = Service::with("sqlite", &[]);
    let address = service.url.trim_start_matches("http://").to_owned();
    let mut stream = TcpStream::connect(&address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    write!(stream, "POST /v1/challenges HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n").unwrap();
    std::thread::sleep(Duration::from_millis(300));
    service.tell_to_stop();
    service.until("nobody listens any more", || {
        TcpStream::connect(&address).is_err()
    });
    stream.write_all(b"{}").unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 201");
    drop(stream);
    assert!(service.ended_well());
}
