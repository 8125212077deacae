//! A request as an endpoint sees it.

use super::access::Principal;
use super::failure::Failure;
use super::reply::Reply;
use super::store::{Asked, Earlier};
use leadstage::playbook::Millis;
use leadstage::problem::{Problem, Problems};
use leadstage::tree::Tree;
use sha2::{Digest, Sha256};

/// How long an answer is kept for a client that asks again.
const KEPT_MS: Millis = 24 * 3_600_000;

/// A request.
pub struct Call {
    /// Who asks, if they said.
    pub who: Option<Principal>,
    /// The values of the path's parts, in its order.
    pub path: Vec<String>,
    /// The query, decoded.
    pub query: Vec<(String, String)>,
    /// The resource that it is for, and the key under which it may be asked again.
    pub idempotency: Option<(String, String)>,
    pub body: Vec<u8>,
    /// By the machine's clock.
    pub now: Millis,
}

impl Call {
    /// What nobody asked for: the passing of time.
    pub fn of_itself(now: Millis) -> Self {
        Self {
            who: None,
            path: Vec::new(),
            query: Vec::new(),
            idempotency: None,
            body: Vec::new(),
            now,
        }
    }

    /// A part of the path.
    pub fn part(&self, place: usize) -> &str {
        self.path.get(place).map_or("", String::as_str)
    }

    /// A value of the query.
    pub fn asked(&self, name: &str) -> Option<&str> {
        let mut found = self.query.iter().filter(|(key, _)| key == name);
        found.next().map(|(_, value)| value.as_str())
    }

    /// Refuses queries with other names.
    pub fn only(&self, names: &[&str]) -> Result<(), Failure> {
        for (place, (name, _)) in self.query.iter().enumerate() {
            if !names.contains(&name.as_str()) {
                let detail = format!("the query may not say `{name}`");
                return Err(Failure::new(400, "bad_query", detail));
            }
            if self
                .query
                .iter()
                .take(place)
                .any(|(earlier, _)| earlier == name)
            {
                let detail = format!("the query says `{name}` twice");
                return Err(Failure::new(400, "bad_query", detail));
            }
        }
        Ok(())
    }

    /// The body as text.
    pub fn text(&self) -> Result<&str, Failure> {
        std::str::from_utf8(&self.body).map_err(|error| {
            let message = format!("byte {} is not UTF-8", error.valid_up_to());
            Failure::bad_input(&Problems::from(Problem::new("syntax", "", message)))
        })
    }

    /// The body as JSON.
    pub fn tree(&self) -> Result<Tree, Failure> {
        let refuse = |problem| Failure::bad_input(&Problems::from(problem));
        let tree = Tree::parse_json(self.text()?, usize::MAX).map_err(refuse)?;
        match tree.problems.is_empty() {
            true => Ok(tree),
            false => Err(Failure::bad_input(&Problems::new(tree.problems))),
        }
    }

    /// What is kept for a client that asks again.
    pub fn keep(&self, reply: &Reply, record: Option<&str>) -> Option<Asked> {
        let (scope, key) = self.idempotency.clone()?;
        Some(Asked {
            scope,
            key,
            digest: self.digest(),
            record: record.map(str::to_owned),
            status: reply.status,
            body: reply.body.clone(),
            expires_at: self.now.saturating_add(KEPT_MS),
        })
    }

    /// The answer that was given earlier to the same request.
    pub fn again(&self, earlier: Earlier) -> Result<Reply, Failure> {
        if earlier.digest != self.digest() {
            let detail = "this `Idempotency-Key` came with another body before; take a new key for another request";
            return Err(Failure::new(422, "idempotency_key_reused", detail));
        }
        let reply = Reply::json(earlier.status, earlier.body);
        Ok(reply.header("idempotent-replayed", "true"))
    }

    fn digest(&self) -> String {
        let mut digest = String::new();
        leadstage::json::push_hex(&mut digest, &Sha256::digest(&self.body));
        digest
    }
}
