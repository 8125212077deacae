//! Who asks, and what they may: keys, which are kept as hashes, and tokens of an identity provider.

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use leadstage::json::read_hex;
use leadstage::problem::{Problem, Problems};
use leadstage::tree::{Node, Tree};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use subtle::ConstantTimeEq;

/// Bytes of a file of access, at most.
pub const ACCESS_BYTES: usize = 1 << 20;

/// What somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Looks at records and decisions.
    Reader,
    /// Brings what other systems know: the CRM, enrichment, logs.
    Source,
    /// A person who works with records.
    Member,
    /// Sees to what people may ask about their data.
    Privacy,
    /// Watches the service.
    Monitor,
    /// Runs it: playbooks and the outbox.
    Admin,
}

/// What an endpoint asks of whoever calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Nothing: browsers call it.
    Open,
    Read,
    /// Make records.
    Create,
    /// Tell records something, or move them.
    Advance,
    /// Export and erase.
    Personal,
    Watch,
    Operate,
}

impl Role {
    pub const ALL: [Self; 6] = [
        Self::Reader,
        Self::Source,
        Self::Member,
        Self::Privacy,
        Self::Monitor,
        Self::Admin,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Source => "source",
            Self::Member => "member",
            Self::Privacy => "privacy",
            Self::Monitor => "monitor",
            Self::Admin => "admin",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    pub fn may(self, right: Right) -> bool {
        match right {
            Right::Open => true,
            Right::Read => self != Self::Monitor,
            Right::Create | Right::Advance => matches!(self, Self::Source | Self::Member),
            Right::Personal => self == Self::Privacy,
            Right::Watch => matches!(self, Self::Monitor | Self::Admin),
            Right::Operate => self == Self::Admin,
        }
    }
}

/// Somebody who is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    pub id: String,
    pub role: Role,
    /// The playbook's roles that they act as.
    pub acts_as: BTreeSet<String>,
    /// The sources in whose name they may say facts; the first is meant where none is said.
    pub sources: Vec<String>,
}

/// Everybody who is known.
#[derive(Default)]
pub struct Access {
    keys: BTreeMap<String, ([u8; 32], Principal)>,
    tokens: Option<Tokens>,
}

/// Tokens of an identity provider.
pub struct Tokens {
    keys: JwkSet,
    issuer: String,
    audience: String,
}

/// Why somebody is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stranger;

/// A new key: its text, which is shown once, and the hash that is kept.
pub fn make_key(id: &str, secret: &[u8; 32]) -> (String, String) {
    let mut text = format!("lsk_{id}.");
    leadstage::json::push_hex(&mut text, secret);
    let mut hash = String::new();
    leadstage::json::push_hex(&mut hash, &Sha256::digest(text.as_bytes()));
    (text, hash)
}

impl Access {
    /// Reads a file of access: `{ "keys": [ { "id", "sha256", "role", "acts_as", "sources" } ] }`.
    pub fn parse(text: &str) -> Result<Self, Problems> {
        let tree = Tree::parse(text, ACCESS_BYTES)?;
        let mut problems = tree.problems;
        let mut keys = BTreeMap::new();
        match tree.root.get("keys").and_then(Node::as_list) {
            None => problems.push(Problem::new(
                "wrong_type",
                "",
                "expected an object with a list `keys`",
            )),
            Some(list) => {
                for (place, node) in list.iter().enumerate() {
                    match key(node) {
                        Ok((hash, principal)) => {
                            if keys
                                .insert(principal.id.clone(), (hash, principal))
                                .is_some()
                            {
                                let path = format!("/keys/{place}/id");
                                let message = "there is another key with this id";
                                problems.push(Problem::new("duplicate_name", path, message));
                            }
                        }
                        Err(mut problem) => {
                            problem.path = format!("/keys/{place}{}", problem.path);
                            problems.push(problem);
                        }
                    }
                }
            }
        }
        match problems.is_empty() {
            true => Ok(Self { keys, tokens: None }),
            false => Err(Problems::new(problems)),
        }
    }

    /// The same, and tokens too.
    pub fn and_tokens(mut self, tokens: Tokens) -> Self {
        self.tokens = Some(tokens);
        self
    }

    /// Who shows this.
    pub fn who(&self, bearer: &str) -> Result<Principal, Stranger> {
        match bearer.strip_prefix("lsk_") {
            Some(rest) => {
                let (id, _) = rest.split_once('.').ok_or(Stranger)?;
                let hash = Sha256::digest(bearer.as_bytes());
                let (kept, principal) = self.keys.get(id).ok_or(Stranger)?;
                match bool::from(hash.as_slice().ct_eq(kept)) {
                    true => Ok(principal.clone()),
                    false => Err(Stranger),
                }
            }
            None => self.tokens.as_ref().ok_or(Stranger)?.who(bearer),
        }
    }
}

fn key(node: &Node) -> Result<([u8; 32], Principal), Problem> {
    let text = |member: &str| {
        let found = node.get(member).and_then(Node::as_text);
        let message = format!("`{member}` is missing or no text");
        found.ok_or_else(|| Problem::new("missing_field", "", message))
    };
    let (id, hash) = (text("id")?, text("sha256")?);
    let fits = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    if id.is_empty() || id.len() > 64 || !id.chars().all(fits) {
        let message = "an id is 1 to 64 letters, digits, `-` and `_`";
        return Err(Problem::new("bad_name", "/id", message));
    }
    let hash = read_hex(hash).ok_or_else(|| {
        let message = "expected 64 hexadecimal digits, the SHA-256 of a key";
        Problem::new("bad_value", "/sha256", message).help("make keys with `leadstage keys access`")
    })?;
    let role = text("role")?;
    let role = Role::from_word(role).ok_or_else(|| {
        let words = Role::ALL.map(Role::word).join("`, `");
        Problem::new("unknown_name", "/role", format!("`{role}` is no role"))
            .help(format!("write one of `{words}`"))
    })?;
    let principal = Principal {
        id: id.to_owned(),
        role,
        acts_as: names(node, "acts_as")?.into_iter().collect(),
        sources: names(node, "sources")?,
    };
    Ok((hash, principal))
}

fn names(node: &Node, member: &str) -> Result<Vec<String>, Problem> {
    let wrong = || {
        Problem::new(
            "wrong_type",
            format!("/{member}"),
            "expected a list of names",
        )
    };
    let Some(list) = node.get(member) else {
        return Ok(Vec::new());
    };
    let list = list.as_list().ok_or_else(wrong)?;
    let name = |node: &Node| node.as_text().map(str::to_owned).ok_or_else(wrong);
    list.iter().map(name).collect()
}

impl Tokens {
    /// Tokens of an issuer, for an audience, signed with one of its published keys (a JWK Set).
    pub fn new(jwks: &str, issuer: &str, audience: &str) -> Result<Self, String> {
        let keys = serde_json::from_str(jwks).map_err(|error| format!("no JWK Set: {error}"))?;
        Ok(Self {
            keys,
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
        })
    }

    /// Who a token is about: its `sub`, and what its claim `leadstage` says they may.
    fn who(&self, token: &str) -> Result<Principal, Stranger> {
        let head = decode_header(token).map_err(|_| Stranger)?;
        // Never what anybody who has the public key can sign with.
        let taken = [Algorithm::EdDSA, Algorithm::ES256, Algorithm::RS256];
        if !taken.contains(&head.alg) {
            return Err(Stranger);
        }
        let id = head.kid.ok_or(Stranger)?;
        let key = self.keys.find(&id).ok_or(Stranger)?;
        let key = DecodingKey::from_jwk(key).map_err(|_| Stranger)?;
        let mut validation = Validation::new(head.alg);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.leeway = 60;
        let token = decode::<serde_json::Value>(token, &key, &validation);
        let claims = token.map_err(|_| Stranger)?.claims;
        let says = claims.get("leadstage").ok_or(Stranger)?;
        let text =
            |value: Option<&serde_json::Value>| value.and_then(|it| it.as_str()).map(str::to_owned);
        let list = |name: &str| {
            let items = says.get(name).and_then(|it| it.as_array());
            items.into_iter().flatten().filter_map(|it| text(Some(it)))
        };
        Ok(Principal {
            id: text(claims.get("sub")).ok_or(Stranger)?,
            role: text(says.get("role"))
                .and_then(|word| Role::from_word(&word))
                .ok_or(Stranger)?,
            acts_as: list("acts_as").collect(),
            sources: list("sources").collect(),
        })
    }
}
