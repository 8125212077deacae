use super::*;
use leadstage::evidence::Evidence;
use leadstage::verify::{Expected, Invalid, PublicKeys, SigningKey, SigningKeys, Terms};

const TERMS: Terms = Terms {
    issuer: "https://leads.example",
    subject: Some("lead-1"),
    audience: Some("booking"),
    now: NOW + 2 * MINUTE,
    valid_ms: 10 * MINUTE,
};

const EXPECTED: Expected = Expected {
    issuer: "https://leads.example",
    audience: Some("booking"),
    now: NOW + 3 * MINUTE,
    skew_ms: 0,
};

fn signing() -> SigningKeys {
    SigningKeys::new(SigningKey::new(&[8; 32]))
}

fn token() -> String {
    check(&verifier(), &honest(1))
        .unwrap()
        .sign(None, &TERMS, &signing())
}

#[test]
fn the_vector_of_rfc_8037() {
    // Appendix A: the key, its thumbprint, and the signature over its example.
    let secret = [
        0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c,
        0xc4, 0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae,
        0x7f, 0x60,
    ];
    let key = SigningKey::new(&secret);
    assert_eq!(key.id(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    let jwks = SigningKeys::new(key.clone()).public().to_jwks();
    assert!(
        jwks.contains("\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\""),
        "{jwks}"
    );
    let signature = key.sign(b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc");
    let hex: String = signature.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        hex,
        "860c98d2297f3060a33f42739672d61b53cf3adefed3d3c672f320dc021b411e9d59b8628dc351e248b88b29468e0e41855b0fb7d83bb15be902bfccb8cd0a02"
    );
}

#[test]
fn claims_are_those_that_are_written_down() {
    let claims = signing().public().verify(&token(), &EXPECTED).unwrap();
    let value: serde_json::Value = serde_json::from_str(&claims).unwrap();
    let seal = check(&verifier(), &honest(1)).unwrap().seal().to_owned();
    let expected = serde_json::json!({
        "iss": "https://leads.example", "sub": "lead-1", "aud": "booking",
        "iat": NOW / 1000 + 120, "exp": NOW / 1000 + 720, "jti": "AAAAAAAAAAAAAAAAAAAAAQ",
        "playbook": { "name": "shop", "version": 7, "digest": book().digest() },
        "receipt": seal, "as_of": NOW + 1, "own_evidence": false, "changed": false,
        "route": { "then": "book_meeting", "settled": true }, "stage": { "from": "lead", "to": "mql" }, "grade": null,
        "gates": { "mql": true }, "scores": { "fit": 20, "intent": 10 },
    });
    assert_eq!(value, expected);
}

#[test]
fn the_final_decision_is_signed() {
    let verified = check(&verifier(), &honest(1)).unwrap();
    let own = r#"{"facts":[{"attribute":"account.industry","value":"retail","source":"crm"}]}"#;
    let outcome = verified.with(&Evidence::parse(&book(), own).unwrap());
    let terms = Terms {
        subject: None,
        audience: None,
        ..TERMS
    };
    let value: serde_json::Value =
        serde_json::from_str(&verified.claims(Some(&outcome), &terms)).unwrap();
    assert_eq!(value["route"]["then"], "nurture");
    assert_eq!(value["gates"]["mql"], false);
    assert_eq!(
        (&value["own_evidence"], &value["changed"]),
        (&true.into(), &true.into())
    );
    assert_eq!((value.get("sub"), value.get("aud")), (None, None));
}

#[test]
fn no_altered_letter_is_taken() {
    let (token, keys) = (token(), signing().public());
    assert!(keys.verify(&token, &EXPECTED).is_ok());
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    for place in 0..token.len() {
        for letter in [letters.as_bytes()[place % 65], b'A', b'=', b'.'] {
            let mut other = token.clone().into_bytes();
            other[place] = letter;
            let other = String::from_utf8(other).unwrap();
            if other != token {
                let found = keys.verify(&other, &EXPECTED);
                assert!(found.is_err(), "{place} as {}", char::from(letter));
            }
        }
        assert!(keys.verify(&token[..place], &EXPECTED).is_err());
    }
    assert_eq!(
        keys.verify(&format!("{token}A"), &EXPECTED),
        Err(Invalid::Malformed)
    );
    assert_eq!(
        keys.verify(&"a".repeat((64 << 10) + 1), &EXPECTED),
        Err(Invalid::TooLarge)
    );
}

#[test]
fn each_expectation_is_held_against_it() {
    let keys = signing().public();
    let at = |expected: Expected| keys.verify(&token(), &expected).err();
    let second = 1_000;
    assert_eq!(at(EXPECTED), None);
    assert_eq!(
        at(Expected {
            issuer: "other",
            ..EXPECTED
        }),
        Some(Invalid::WrongIssuer)
    );
    assert_eq!(
        at(Expected {
            audience: Some("other"),
            ..EXPECTED
        }),
        Some(Invalid::WrongAudience)
    );
    assert_eq!(
        at(Expected {
            audience: None,
            ..EXPECTED
        }),
        None
    );
    assert_eq!(
        at(Expected {
            now: NOW + 2 * MINUTE - 1,
            ..EXPECTED
        }),
        Some(Invalid::NotYetValid)
    );
    assert_eq!(
        at(Expected {
            now: NOW + 2 * MINUTE - second,
            skew_ms: second,
            ..EXPECTED
        }),
        None
    );
    assert_eq!(
        at(Expected {
            now: NOW + 12 * MINUTE - 1,
            ..EXPECTED
        }),
        None
    );
    assert_eq!(
        at(Expected {
            now: NOW + 12 * MINUTE,
            ..EXPECTED
        }),
        Some(Invalid::Expired)
    );
    assert_eq!(
        at(Expected {
            now: NOW + 12 * MINUTE,
            skew_ms: 1,
            ..EXPECTED
        }),
        None
    );
    let other = SigningKeys::new(SigningKey::new(&[9; 32])).public();
    assert_eq!(other.verify(&token(), &EXPECTED), Err(Invalid::UnknownKey));
    let id = signing().current().id().to_owned();
    let named = SigningKeys::new(SigningKey::new(&[9; 32]).named(&id).unwrap()).public();
    assert_eq!(named.verify(&token(), &EXPECTED), Err(Invalid::Forged));
    assert_eq!(
        PublicKeys::default().verify(&token(), &EXPECTED),
        Err(Invalid::UnknownKey)
    );
}

#[test]
fn rotated_keys_still_verify() {
    let old = token();
    let rotated = SigningKeys::new(SigningKey::new(&[9; 32]))
        .and(signing().current().clone())
        .unwrap();
    assert!(rotated.public().verify(&old, &EXPECTED).is_ok());
    let new = check(&verifier(), &honest(1))
        .unwrap()
        .sign(None, &TERMS, &rotated);
    assert!(rotated.public().verify(&new, &EXPECTED).is_ok());
    assert_eq!(
        signing().public().verify(&new, &EXPECTED),
        Err(Invalid::UnknownKey)
    );
}

#[test]
fn other_kinds_of_tokens_are_none() {
    let key = signing();
    let keys = key.public();
    let letters = |text: &str| {
        use base64ct::{Base64UrlUnpadded, Encoding};
        Base64UrlUnpadded::encode_string(text.as_bytes())
    };
    let made = |head: &str, claims: &str| {
        use base64ct::{Base64UrlUnpadded, Encoding};
        let text = format!("{}.{}", letters(head), letters(claims));
        let signature = key.current().sign(text.as_bytes());
        format!("{text}.{}", Base64UrlUnpadded::encode_string(&signature))
    };
    let id = key.current().id();
    let head = |alg: &str, typ: &str| format!(r#"{{"alg":"{alg}","kid":"{id}","typ":"{typ}"}}"#);
    let claims = format!(
        r#"{{"iss":"https://leads.example","aud":"booking","iat":{0},"exp":{0}9}}"#,
        NOW / 1000
    );
    let typ = "leadstage-verdict+jwt";
    let verify = |head: &str, claims: &str| keys.verify(&made(head, claims), &EXPECTED).err();
    assert_eq!(verify(&head("EdDSA", typ), &claims), None);
    for alg in ["none", "HS256", "ES256", "eddsa", ""] {
        assert_eq!(
            verify(&head(alg, typ), &claims),
            Some(Invalid::WrongKind),
            "{alg}"
        );
    }
    assert_eq!(
        verify(&head("EdDSA", "JWT"), &claims),
        Some(Invalid::WrongKind)
    );
    let critical = head("EdDSA", typ).replace('}', r#","crit":["exp"]}"#);
    assert_eq!(verify(&critical, &claims), Some(Invalid::WrongKind));
    assert_eq!(verify("[]", &claims), Some(Invalid::Malformed));
    assert_eq!(verify(&head("EdDSA", typ), "1"), Some(Invalid::Malformed));
    assert_eq!(
        verify(
            &head("EdDSA", typ),
            &claims.replace("\"exp\"", "\"further\"")
        ),
        Some(Invalid::Malformed)
    );
    assert_eq!(
        verify(
            &head("EdDSA", typ),
            &claims.replace("\"exp\":", "\"exp\":1,\"exp\":")
        ),
        Some(Invalid::Malformed)
    );
}
