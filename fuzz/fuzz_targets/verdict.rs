#![no_main]

use leadstage::verify::{Expected, Keys, PublicKeys, SigningKey, SigningKeys};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static KEYS: LazyLock<PublicKeys> = LazyLock::new(|| SigningKeys::new(SigningKey::new(&[8; 32])).public());

fuzz_target!(|data: &[u8]| {
    let Ok(text) = core::str::from_utf8(data) else { return };
    let expected = Expected {
        issuer: "a",
        audience: None,
        now: 0,
        skew_ms: 0,
    };
    // Nobody who lacks the key can sign.
    assert!(KEYS.verify(text, &expected).is_err());
    if let Ok(keys) = PublicKeys::parse(text) {
        assert_eq!(PublicKeys::parse(&keys.to_jwks()), Ok(keys));
    }
    if let Ok(keys) = Keys::parse(text) {
        let again = Keys::parse(&keys.to_secret_json()).unwrap();
        assert_eq!(*again.to_secret_json(), *keys.to_secret_json());
    }
});
