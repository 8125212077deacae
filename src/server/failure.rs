//! Why a request is not answered as it was meant: problem details (RFC 9457).

use super::reply::Reply;
use leadstage::json::Writer;
use leadstage::problem::Problems;
use std::fmt::Display;

/// A problem detail. Its `type` is `urn:leadstage:problem:` and the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub status: u16,
    pub code: &'static str,
    detail: String,
    /// A further member, its value in JSON.
    more: Option<(&'static str, String)>,
    headers: Vec<(&'static str, String)>,
}

impl Failure {
    pub fn new(status: u16, code: &'static str, detail: impl Display) -> Self {
        Self {
            status,
            code,
            detail: detail.to_string(),
            more: None,
            headers: Vec::new(),
        }
    }

    /// The same with a further member.
    pub fn with(mut self, member: &'static str, json: String) -> Self {
        self.more = Some((member, json));
        self
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The store can't be asked now.
    pub fn away() -> Self {
        let detail = "the store can't be reached now: what was asked may or may not have been done; ask again with the same `Idempotency-Key`";
        Self::new(503, "unavailable", detail).header("retry-after", "1")
    }

    pub fn not_found(what: &str) -> Self {
        Self::new(404, "not_found", format!("there is no such {what}"))
    }

    /// What was sent is not what it should be.
    pub fn bad_input(problems: &Problems) -> Self {
        let mut json = String::new();
        let mut w = Writer::new(&mut json);
        w.open('[');
        for problem in problems.iter() {
            problem.write(w.item());
        }
        w.close(']');
        let (only, count) = (problems.iter().next(), problems.len());
        let detail = match only {
            Some(problem) if count == 1 => problem.message.clone(),
            _ => format!("{count} things are wrong with what was sent"),
        };
        Self::new(400, "bad_input", detail).with("problems", json)
    }

    pub fn reply(&self) -> Reply {
        let mut body = String::new();
        let mut w = Writer::new(&mut body);
        w.open('{');
        w.key("type")
            .text(&format!("urn:leadstage:problem:{}", self.code));
        w.key("title").text(&self.code.replace('_', " "));
        w.key("status").integer(i64::from(self.status));
        w.key("detail").text(&self.detail);
        w.key("code").text(self.code);
        if let Some((member, json)) = &self.more {
            w.key(member).raw(json);
        }
        w.close('}');
        let mut reply = Reply::json(self.status, body);
        reply.kind = "application/problem+json";
        reply.headers.clone_from(&self.headers);
        reply
    }
}

impl From<super::store::Away> for Failure {
    fn from(_: super::store::Away) -> Self {
        Self::away()
    }
}
