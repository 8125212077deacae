//! What comes in as JSON: members of small requests, and inputs of records with who may say what.

use crate::server::access::{Principal, Role};
use crate::server::app::random;
use crate::server::call::Call;
use crate::server::failure::Failure;
use crate::server::records::Step;
use leadstage::lifecycle::{Answer, Input, Record};
use leadstage::playbook::Millis;
use leadstage::problem::{Problem, Problems};
use leadstage::tree::{Content, Entry, Node};

/// The members of a small request.
pub struct Members<'n>(&'n Node);

/// The members of an object that may have only these.
pub fn members<'n>(node: &'n Node, names: &[&str]) -> Result<Members<'n>, Failure> {
    let Some(entries) = node.as_object() else {
        return Err(wrong("", "wrong_type", "expected an object"));
    };
    for entry in entries {
        if !names.contains(&&*entry.key) {
            let path = format!("/{}", entry.key);
            let message = format!("`{}` is not expected here", entry.key);
            return Err(wrong(&path, "unknown_field", &message));
        }
    }
    Ok(Members(node))
}

pub fn wrong(path: &str, code: &'static str, message: &str) -> Failure {
    Failure::bad_input(&Problems::from(Problem::new(code, path, message)))
}

impl<'n> Members<'n> {
    pub fn get(&self, name: &str) -> Option<&'n Node> {
        let found = self.0.get(name)?;
        (found.content != Content::Null).then_some(found)
    }

    pub fn text(&self, name: &str) -> Result<Option<&'n str>, Failure> {
        let Some(node) = self.get(name) else {
            return Ok(None);
        };
        let text = node.as_text().map(Some);
        text.ok_or_else(|| wrong(&format!("/{name}"), "wrong_type", "expected a text"))
    }

    pub fn boolean(&self, name: &str) -> Result<bool, Failure> {
        match self.get(name).map(|node| &node.content) {
            None => Ok(false),
            Some(Content::Boolean(value)) => Ok(*value),
            Some(_) => Err(wrong(
                &format!("/{name}"),
                "wrong_type",
                "expected true or false",
            )),
        }
    }

    pub fn instant(&self, name: &str) -> Result<Option<Millis>, Failure> {
        let Some(node) = self.get(name) else {
            return Ok(None);
        };
        let text = match &node.content {
            Content::Number(text) | Content::Text(text) => text,
            _ => "",
        };
        instant(text).map(Some).ok_or_else(|| {
            wrong(
                &format!("/{name}"),
                "bad_value",
                "expected an instant: milliseconds since 1970, or `2026-11-22T09:30:00Z`",
            )
        })
    }
}

/// An instant as people write it.
pub fn instant(text: &str) -> Option<Millis> {
    leadstage::columns::read_instant(text)
}

/// Somebody's input for a record, and when it is judged.
///
/// With salt, so that what is erased later can't be guessed from its hash.
pub fn input(
    call: &Call,
    node: &Node,
    salt: &str,
    record: &Record,
) -> Result<(Input, Millis), Failure> {
    let who = call.who.as_ref();
    let who = who.ok_or_else(|| Failure::new(401, "unauthenticated", "a key is needed"))?;
    let mut node = node.clone();
    let Content::Object(entries) = &mut node.content else {
        return Err(wrong("", "wrong_type", "expected an object"));
    };
    signed(who, entries)?;
    if let Some(entry) = entries.iter_mut().find(|entry| &*entry.key == "facts") {
        facts(who, &mut entry.value)?;
    }
    if !entries.iter().any(|entry| &*entry.key == "salt") {
        put(entries, "salt", Node::text(salt));
    }
    let input = Input::from_tree(record.lifecycle(), &node);
    let input = input.map_err(|problems| Failure::bad_input(&problems))?;
    let latest = call.now.max(record.as_of().unwrap_or(call.now));
    match input.as_of() {
        None => Ok((input, latest)),
        Some(at) if at > call.now => Err(wrong(
            "/as_of",
            "out_of_range",
            "`as_of` is in the future; leave it out for now",
        )),
        Some(_) if who.role != Role::Source => {
            let detail = "only a source may say when something was; leave `as_of` out";
            Err(Failure::new(403, "forbidden", detail))
        }
        Some(at) => Ok((input, at)),
    }
}

/// Who says it: in the roles that they have, and under their own name.
fn signed(who: &Principal, entries: &mut Vec<Entry>) -> Result<(), Failure> {
    let has = |entries: &[Entry], name: &str| entries.iter().any(|entry| &*entry.key == name);
    let forbid = |detail: String| Err(Failure::new(403, "forbidden", detail));
    if has(entries, "erase") {
        return forbid(String::from(
            "records are erased at `…/erase`, by `privacy`",
        ));
    }
    for name in ["start", "merge"] {
        if has(entries, name) && who.role != Role::Source {
            return forbid(format!("only a source may say `{name}`"));
        }
    }
    if !["command", "status", "assign"]
        .iter()
        .any(|name| has(entries, name))
    {
        return Ok(());
    }
    match entries.iter().find(|entry| &*entry.key == "by") {
        Some(by) => acts(who, &by.value)?,
        None if who.acts_as.is_empty() => {
            return forbid(format!("`{}` acts in no role of the playbook", who.id));
        }
        None => {
            let roles = who.acts_as.iter().map(|role| Node::text(role.as_str()));
            put(entries, "by", Node::list(roles));
        }
    }
    match entries.iter().find(|entry| &*entry.key == "actor") {
        // A CRM tells of what its people do.
        Some(_) if who.role == Role::Source => Ok(()),
        Some(actor) if actor.value.as_text() == Some(&who.id) => Ok(()),
        Some(_) => forbid(String::from("`actor` is whoever's key it is; leave it out")),
        None => {
            put(entries, "actor", Node::text(who.id.as_str()));
            Ok(())
        }
    }
}

fn put(entries: &mut Vec<Entry>, key: &str, value: Node) {
    if let Content::Object(mut made) = Node::object([(key, value)]).content {
        entries.append(&mut made);
    }
}

/// Whether somebody acts in all the roles that are named.
fn acts(who: &Principal, by: &Node) -> Result<(), Failure> {
    let one = std::slice::from_ref(by);
    for role in by.as_list().unwrap_or(one) {
        // What is no text is reported where the input is read.
        if let Some(role) = role.as_text().filter(|role| !who.acts_as.contains(*role)) {
            let detail = format!("`{}` does not act as `{role}`", who.id);
            return Err(Failure::new(403, "forbidden", detail));
        }
    }
    Ok(())
}

/// Facts are said in the name of a source that is the asker's to say.
fn facts(who: &Principal, facts: &mut Node) -> Result<(), Failure> {
    if let Content::Object(map) = &mut facts.content {
        let listed = std::mem::take(map).into_iter().map(|entry| {
            let is_fact = |node: &Node| {
                ["value", "range", "any_of"]
                    .iter()
                    .any(|key| node.get(key).is_some())
            };
            let mut node = match entry.value {
                node if is_fact(&node) => node,
                node => Node::object([("value", node)]),
            };
            if let Content::Object(members) = &mut node.content {
                put(members, "attribute", Node::text(&*entry.key));
            }
            node
        });
        facts.content = Content::List(listed.collect());
    }
    let Content::List(list) = &mut facts.content else {
        return Ok(());
    };
    for fact in list {
        let Content::Object(members) = &mut fact.content else {
            continue;
        };
        match members.iter().find(|entry| &*entry.key == "source") {
            Some(source) => {
                let named = source.value.as_text();
                if let Some(name) = named.filter(|name| !who.sources.iter().any(|it| it == name)) {
                    let detail = format!("`{}` does not speak for the source `{name}`", who.id);
                    return Err(Failure::new(403, "forbidden", detail));
                }
            }
            None => match who.sources.first() {
                Some(source) => put(members, "source", Node::text(source.as_str())),
                None => {
                    let detail =
                        format!("`{}` speaks for no source, so it can say no facts", who.id);
                    return Err(Failure::new(403, "forbidden", detail));
                }
            },
        }
        if let Some(by) = members.iter().find(|entry| &*entry.key == "by") {
            acts(who, &by.value)?;
        }
    }
    Ok(())
}

/// The record refused an input.
fn refused(answer: &Answer) -> Failure {
    let codes: Vec<&str> = answer.refused().iter().map(|it| it.code()).collect();
    let detail = format!("the record refuses this: {}", codes.join(", "));
    Failure::new(409, "refused", detail).with("answer", answer.to_json())
}

/// The step of an input that the service makes by itself.
pub fn of_itself(call: &Call, record: &mut Record, input: &Node) -> Result<Step, Failure> {
    let input = Input::from_tree(record.lifecycle(), input);
    let input = input.map_err(|problems| Failure::bad_input(&problems))?;
    let at = call.now.max(record.as_of().unwrap_or(call.now));
    step(record, &input, at, 200)
}

/// Takes an input in, or says what is missing.
pub fn step(record: &mut Record, input: &Input, at: Millis, status: u16) -> Result<Step, Failure> {
    let answer = record.advance(input, at);
    match answer.refused().is_empty() {
        true => Ok(Step::of(&answer, status)),
        false => Err(refused(&answer)),
    }
}

/// Salt for an input.
pub fn salt() -> Result<String, Failure> {
    let mut salt = String::new();
    leadstage::json::push_hex(&mut salt, &random::<16>()?);
    Ok(salt)
}
