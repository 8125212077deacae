//! Who may do what: every endpoint with every role, as the table of `docs/SECURITY.md` says.

use super::service::{ROLES, Service};
use super::{BOOK, ripe};
use base64ct::{Base64UrlUnpadded, Encoding};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};

/// The rows of the table: endpoint, and for nobody and each role whether it may.
fn table() -> Vec<(String, Vec<bool>)> {
    let text = include_str!("../../docs/SECURITY.md");
    let rows = text
        .lines()
        .skip_while(|line| !line.starts_with("| endpoint |"));
    let mut rows = rows.take_while(|line| line.starts_with('|'));
    let cells = |line: &str| -> Vec<String> {
        let line = line.trim_matches('|');
        line.split('|')
            .map(|cell| cell.trim().trim_matches('`').to_owned())
            .collect()
    };
    let head = cells(rows.next().expect("the table"));
    assert_eq!(head[2..], ROLES, "the columns are the roles");
    rows.skip(1)
        .map(|line| {
            let cells = cells(line);
            let may = cells[1..].iter().map(|cell| match cell.as_str() {
                "yes" => true,
                "–" => false,
                other => panic!("{other}"),
            });
            (cells[0].clone(), may.collect())
        })
        .collect()
}

#[test]
fn no_role_can_do_what_its_row_forbids() {
    let service = Service::with("sqlite", &[]);
    service.make("a", ripe());
    let document = service.get("", "/openapi.json").is(200);
    let mut documented: Vec<String> = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in ["get", "post"] {
            if methods.get(method).is_some() {
                documented.push(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    let table = table();
    let mut listed: Vec<&String> = table.iter().map(|(endpoint, _)| endpoint).collect();
    listed.sort();
    documented.sort();
    assert_eq!(
        documented.iter().collect::<Vec<_>>(),
        listed,
        "every endpoint has its row"
    );
    for (endpoint, may) in &table {
        let (method, path) = endpoint.split_once(' ').unwrap();
        let path = path.replace("{id}", "a").replace("{digest}", "none");
        for (role, may) in [
            "", "reader", "source", "member", "privacy", "monitor", "admin",
        ]
        .iter()
        .zip(may)
        {
            let body = (method == "POST").then(|| String::from("[]"));
            let answer = service
                .ask(&Service::agent(), method, role, &path, &[], body)
                .unwrap();
            let shut_out = matches!(answer.status, 401 | 403);
            assert_eq!(!shut_out, *may, "{endpoint} as `{role}`: {}", answer.text);
            if !may {
                assert_eq!(answer.status, if role.is_empty() { 401 } else { 403 });
            }
        }
    }
    assert_eq!(
        service.get("reader", "/v1/records/a").is(200)["entries"],
        1,
        "none of this changed anything"
    );
}

/// A token as an identity provider makes it.
struct Provider(SigningKey);

impl Provider {
    fn jwks(&self) -> String {
        let x = Base64UrlUnpadded::encode_string(self.0.verifying_key().as_bytes());
        json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "p1", "x": x }] }).to_string()
    }

    fn token(&self, head: &Value, claims: &Value) -> String {
        let part = |value: &Value| Base64UrlUnpadded::encode_string(value.to_string().as_bytes());
        let signed = format!("{}.{}", part(head), part(claims));
        let signature = self.0.sign(signed.as_bytes()).to_bytes();
        format!("{signed}.{}", Base64UrlUnpadded::encode_string(&signature))
    }
}

#[test]
fn tokens_of_an_identity_provider_are_taken() {
    let provider = Provider(SigningKey::from_bytes(&[7; 32]));
    let home = super::service::Home::new("sqlite", &[]);
    let file = home.folder.file("jwks.json", provider.jwks());
    let mut home = home;
    for it in [
        "--token-keys",
        &file,
        "--token-issuer",
        "https://id.example",
        "--token-audience",
        "leads",
    ] {
        home.extra.push(it.to_owned());
    }
    let service = Service::start(std::sync::Arc::new(home));
    service.make("a", ripe());
    let head = json!({ "alg": "EdDSA", "kid": "p1", "typ": "JWT" });
    let soon = super::receipts::now() / 1_000 + 600;
    let claims = json!({ "iss": "https://id.example", "aud": "leads", "sub": "ada", "exp": soon,
        "leadstage": { "role": "member", "acts_as": ["sales"] } });
    let ask = |token: &str, body: &str| {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str())];
        service.post_with("", "/v1/records/a/inputs", &headers, body)
    };
    let with = |key: &str, value: Value| {
        let mut claims = claims.clone();
        claims[key] = value;
        claims
    };
    let accept = r#"{"command":"accept"}"#;
    for (what, head, claims) in [
        (
            "another issuer",
            head.clone(),
            with("iss", json!("https://evil.example")),
        ),
        (
            "another audience",
            head.clone(),
            with("aud", json!("others")),
        ),
        ("too late", head.clone(), with("exp", json!(soon - 6_000))),
        ("no role", head.clone(), with("leadstage", json!({}))),
        (
            "an unknown role",
            head.clone(),
            with("leadstage", json!({ "role": "root" })),
        ),
        ("no end", head.clone(), {
            let mut it = claims.clone();
            it.as_object_mut().unwrap().remove("exp");
            it
        }),
        (
            "an unknown key",
            json!({ "alg": "EdDSA", "kid": "p2" }),
            claims.clone(),
        ),
        (
            "no signature",
            json!({ "alg": "none", "kid": "p1" }),
            claims.clone(),
        ),
        (
            "signed with what is public",
            json!({ "alg": "HS256", "kid": "p1" }),
            claims.clone(),
        ),
    ] {
        let answer = ask(&provider.token(&head, &claims), accept);
        assert_eq!(answer.status, 401, "{what}: {}", answer.text);
    }
    let forged = Provider(SigningKey::from_bytes(&[8; 32])).token(&head, &claims);
    ask(&forged, accept).refuses(401, "unauthenticated");
    let reader = with(
        "leadstage",
        json!({ "role": "reader", "acts_as": ["sales"] }),
    );
    ask(&provider.token(&head, &reader), accept).refuses(403, "forbidden");
    let boss = with(
        "leadstage",
        json!({ "role": "member", "acts_as": ["boss"] }),
    );
    ask(&provider.token(&head, &boss), accept).refuses(409, "refused");
    ask(&provider.token(&head, &claims), accept).is(200);
    let kept = service.get("reader", "/v1/records/a/journal").is(200);
    assert_eq!(kept["journal"][1]["input"]["actor"], "ada");
}

#[test]
fn the_file_of_access_is_checked() {
    let home = super::service::Home::new("none", &[]);
    let bad = home.folder.file(
        "bad.json",
        r#"{"keys":[{"id":"a b","sha256":"00","role":"king"},{"role":"admin"}]}"#,
    );
    let book = home.folder.file("b.json", BOOK);
    let keys = home.folder.path("keys.json");
    let done = crate::cli::command(&[
        "serve", "--keys", &keys, "--access", &bad, "-p", &book, "--store", "none",
    ])
    .output()
    .unwrap();
    assert_eq!(done.status.code(), Some(1));
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(
        said.contains("/keys/0/id") && said.contains("/keys/1"),
        "{said}"
    );
}
