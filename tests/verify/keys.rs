use super::*;
use leadstage::verify::{KeyError, Keys, PublicKeys, SigningKey};

fn made() -> Keys {
    let challenge = ChallengeKey::new("c1", &[7; 40]).unwrap();
    Keys::new(challenge, SigningKey::new(&[8; 32]))
}

fn problems(text: &str) -> Vec<(String, String)> {
    let problems = Keys::parse(text).unwrap_err();
    problems
        .iter()
        .map(|it| (it.code.to_owned(), it.path.clone()))
        .collect()
}

#[test]
fn files_of_keys_are_read_as_they_are_written() {
    let text = made().to_secret_json();
    assert_eq!(*Keys::parse(&text).unwrap().to_secret_json(), *text);
    let next = ChallengeKey::new("c2", &[9; 32]).unwrap();
    let rotated = made().rotated(next, SigningKey::new(&[10; 32]), 2).unwrap();
    assert_eq!(rotated.challenge.current().id(), "c2");
    let ids: Vec<&str> = rotated.challenge.iter().map(ChallengeKey::id).collect();
    assert_eq!(ids, ["c2", "c1"]);
    assert_eq!(rotated.verdict.iter().count(), 2);
    let again = Keys::parse(&rotated.to_secret_json()).unwrap();
    assert_eq!(*again.to_secret_json(), *rotated.to_secret_json());
    let newest = rotated
        .rotated(
            ChallengeKey::new("c3", &[1; 32]).unwrap(),
            SigningKey::new(&[11; 32]),
            0,
        )
        .unwrap();
    assert_eq!(newest.challenge.iter().count(), 1);
}

#[test]
fn only_public_parts_are_published() {
    let jwks = made().verdict.public().to_jwks();
    let secret = made().to_secret_json();
    let value: serde_json::Value = serde_json::from_str(&secret).unwrap();
    for key in value["keys"].as_array().unwrap() {
        let secret = key.get("k").or(key.get("d")).unwrap().as_str().unwrap();
        assert!(!jwks.contains(secret));
    }
    let published: serde_json::Value = serde_json::from_str(&jwks).unwrap();
    let keys = published["keys"].as_array().unwrap();
    assert_eq!(keys.len(), 1);
    let members: Vec<&str> = keys[0]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(members, ["kty", "crv", "kid", "alg", "use", "x"]);
    assert_eq!(PublicKeys::parse(&jwks).unwrap(), made().verdict.public());
}

#[test]
fn debug_shows_no_secret() {
    let shown = format!("{:?}", made());
    assert!(shown.contains("c1"));
    for secret in ["7, 7", "8, 8", "0707", "0808", "BwcH", "CAgI"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn bad_files_of_keys_are_told_without_a_secret() {
    let text = made().to_secret_json().to_string();
    let pair = |code: &str, path: &str| (code.to_owned(), path.to_owned());
    assert_eq!(problems("{}"), [pair("wrong_type", "")]);
    assert_eq!(problems("nothing")[0].0, "syntax");
    assert_eq!(
        problems(r#"{"keys":[]}"#),
        [pair("empty", "/keys"), pair("empty", "/keys")]
    );
    assert_eq!(
        problems(&text.replace("\"oct\"", "\"RSA\"")),
        [pair("bad_value", "/keys/0/kty")]
    );
    assert_eq!(
        problems(&text.replace("\"kid\":\"c1\"", "\"kid\":\"c 1\"")),
        [pair("bad_name", "/keys/0/kid")]
    );
    assert_eq!(
        problems(&text.replace("\"Ed25519\"", "\"X25519\"")),
        [pair("bad_value", "/keys/1/crv")]
    );
    let short = r#"{"keys":[{"kty":"oct","kid":"a","k":"AAAA"},{"kty":"oct","kid":"b","k":"AA=="},{"kty":"OKP","crv":"Ed25519","kid":"d","d":"AAAA"}]}"#;
    let expected = [
        pair("out_of_range", "/keys/0/k"),
        pair("bad_value", "/keys/1/k"),
        pair("bad_value", "/keys/2/d"),
    ];
    assert_eq!(problems(short), expected);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let x = value["keys"][1]["x"].as_str().unwrap();
    let other = SigningKey::new(&[1; 32]);
    let jwks: serde_json::Value = serde_json::from_str(
        &leadstage::verify::SigningKeys::new(other)
            .public()
            .to_jwks(),
    )
    .unwrap();
    let wrong = text.replace(x, jwks["keys"][0]["x"].as_str().unwrap());
    assert_eq!(problems(&wrong), [pair("conflict", "/keys/1/x")]);
    let twice = text.replace(
        "{\"keys\":[",
        &format!("{{\"keys\":[{},", &value["keys"][0]),
    );
    assert_eq!(problems(&twice), [pair("duplicate_name", "/keys/1/kid")]);
    for bad in [short, &wrong, &twice] {
        let told = Keys::parse(bad).unwrap_err().to_string();
        assert!(!told.contains("AAAA") && !told.contains("BwcH"), "{told}");
    }
}

#[test]
fn published_sets_may_hold_other_keys() {
    let ours = made().verdict.public().to_jwks();
    let others = ours.replace(
        "[{",
        r#"[{"kty":"RSA","n":"AQ","e":"AQ"},{"kty":"OKP","crv":"X25519","x":"AA"},{"#,
    );
    assert_eq!(PublicKeys::parse(&others).unwrap().len(), 1);
    assert_eq!(
        PublicKeys::parse(r#"{"keys":[{"kty":"RSA"}]}"#)
            .unwrap_err()
            .iter()
            .next()
            .unwrap()
            .code,
        "empty"
    );
    // The point of order one signs everything.
    let mut keys = PublicKeys::default();
    let mut weak = [0; 32];
    weak[0] = 1;
    assert!(keys.add("weak", &weak).is_err());
}

#[test]
fn nothing_secret_is_shown() {
    let key = ChallengeKey::new("k", &[251; 32]).unwrap();
    let keys = ChallengeKeys::new(key.clone());
    assert_eq!(format!("{key:?}"), "ChallengeKey { id: \"k\", .. }");
    assert!(!format!("{keys:?}").contains("251"));
}

#[test]
fn ids_and_secrets_have_bounds() {
    let made = |id: &str, bytes: usize| ChallengeKey::new(id, &vec![1; bytes]).map(|_| ());
    assert_eq!(made("a", 31), Err(KeyError::BadSecret));
    assert_eq!(made("a", 32), Ok(()));
    assert_eq!(made("a", 128), Ok(()));
    assert_eq!(made("a", 129), Err(KeyError::BadSecret));
    assert_eq!(made("", 32), Err(KeyError::BadId));
    assert_eq!(made(&"a".repeat(64), 32), Ok(()));
    assert_eq!(made(&"a".repeat(65), 32), Err(KeyError::BadId));
    for id in ["a.b", "a b", "ä", "a\"", "a/"] {
        assert_eq!(made(id, 32), Err(KeyError::BadId), "{id}");
    }
}

#[test]
fn there_are_64_keys_at_most_and_ids_are_distinct() {
    let key = |id: usize| ChallengeKey::new(&format!("k{id}"), &[1; 32]).unwrap();
    let mut keys = ChallengeKeys::new(key(0));
    assert_eq!(keys.clone().and(key(0)).unwrap_err(), KeyError::DuplicateId);
    for id in 1..64 {
        keys = keys.and(key(id)).unwrap();
    }
    assert_eq!(keys.iter().count(), 64);
    assert_eq!(keys.and(key(64)).unwrap_err(), KeyError::TooMany);
}

#[test]
fn there_are_64_keys_for_verdicts_at_most() {
    use leadstage::verify::SigningKeys;
    let key = |number: u8| SigningKey::new(&[number; 32]);
    let mut keys = SigningKeys::new(key(0));
    assert_eq!(keys.clone().and(key(0)).unwrap_err(), KeyError::DuplicateId);
    for number in 1..64 {
        keys = keys.and(key(number)).unwrap();
    }
    assert_eq!(keys.public().len(), 64);
    assert_eq!(keys.clone().and(key(64)).unwrap_err(), KeyError::TooMany);
    let mut public = PublicKeys::parse(&keys.public().to_jwks()).unwrap();
    let jwks: serde_json::Value =
        serde_json::from_str(&SigningKeys::new(key(64)).public().to_jwks()).unwrap();
    use base64ct::{Base64UrlUnpadded, Encoding};
    let x = Base64UrlUnpadded::decode_vec(jwks["keys"][0]["x"].as_str().unwrap()).unwrap();
    assert_eq!(
        public.add("one-more", &x.try_into().unwrap()),
        Err(KeyError::TooMany)
    );
}

#[test]
fn files_of_keys_have_256_kib_at_most() {
    let mut text = made().to_secret_json().to_string();
    text.push_str(&" ".repeat((256 << 10) - text.len()));
    assert!(Keys::parse(&text).is_ok());
    text.push(' ');
    assert_eq!(problems(&text)[0].0, "too_large");
}
