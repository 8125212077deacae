//! Reads YAML 1.2 (core schema) from the events of a parser.

use super::{Content, Entry, Node, Position, push_key};
use crate::{limits, problem::Problem};
use alloc::{borrow::Cow, boxed::Box, collections::BTreeMap, format, string::String, vec::Vec};
use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};

/// What an empty node weighs when aliases are written out.
const NODE_WEIGHT: usize = 32;

pub(super) fn parse(text: &str, limit: usize) -> Result<Node, Problem> {
    let mut builder = Builder {
        open: Vec::new(),
        root: None,
        anchors: BTreeMap::new(),
        weight_left: limit,
        limit,
    };
    let mut documents = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let marker = error.marker();
            let at = Position {
                line: marker.line() as u32,
                column: marker.col() as u32 + 1,
            };
            syntax(at, format!("not YAML: {}", error.info()))
        })?;
        let at = position(span);
        match event {
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    return Err(syntax(
                        at,
                        "a second document begins here; only one is allowed",
                    ));
                }
            }
            Event::Scalar(text, style, anchor, tag) => {
                refuse_tag(tag, at)?;
                builder.scalar(&text, style, anchor, at)?;
            }
            Event::SequenceStart(anchor, tag) => {
                refuse_tag(tag, at)?;
                builder.open(Content::List(Vec::new()), anchor, at)?;
            }
            Event::MappingStart(anchor, tag) => {
                refuse_tag(tag, at)?;
                builder.open(Content::Object(Vec::new()), anchor, at)?;
            }
            Event::SequenceEnd | Event::MappingEnd => builder.close()?,
            Event::Alias(anchor) => builder.alias(anchor, at)?,
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
    }
    Ok(builder.root.unwrap_or(Node {
        content: Content::Null,
        at: Position { line: 1, column: 1 },
    }))
}

fn position(span: Span) -> Position {
    Position {
        line: span.start.line() as u32,
        column: span.start.col() as u32 + 1,
    }
}

fn syntax(at: Position, message: impl Into<String>) -> Problem {
    Problem::new("syntax", "", message).at(at.line, at.column)
}

fn refuse_tag(tag: Option<Cow<'_, Tag>>, at: Position) -> Result<(), Problem> {
    match tag {
        None => Ok(()),
        Some(_) => Err(syntax(at, "tags (`!`) are not supported")
            .help("leave the tag out; put texts into quotes")),
    }
}

/// A list or an object that has not ended yet.
struct Open {
    node: Node,
    anchor: usize,
    /// A key that waits for its value.
    key: Option<(Box<str>, Position)>,
}

/// What an alias stands for.
struct Anchored {
    node: Node,
    weight: usize,
    depth: usize,
}

struct Builder {
    open: Vec<Open>,
    root: Option<Node>,
    anchors: BTreeMap<usize, Anchored>,
    weight_left: usize,
    limit: usize,
}

impl Builder {
    fn open(&mut self, content: Content, anchor: usize, at: Position) -> Result<(), Problem> {
        self.check_depth(1, at)?;
        if let Some(Open {
            node:
                Node {
                    content: Content::Object(_),
                    ..
                },
            key: None,
            ..
        }) = self.open.last()
        {
            return Err(syntax(at, "a key must be a text, not a list or an object"));
        }
        self.open.push(Open {
            node: Node { content, at },
            anchor,
            key: None,
        });
        Ok(())
    }

    fn check_depth(&self, deeper: usize, at: Position) -> Result<(), Problem> {
        if self.open.len() + deeper <= limits::DOCUMENT_DEPTH {
            return Ok(());
        }
        let most = limits::DOCUMENT_DEPTH;
        let message = format!("more than {most} lists and objects lie in each other");
        Err(Problem::new("too_deep", self.path(), message).at(at.line, at.column))
    }

    /// The JSON Pointer of what is being read.
    fn path(&self) -> String {
        let mut path = String::new();
        for open in &self.open {
            match (&open.node.content, &open.key) {
                (Content::List(items), _) => path.push_str(&format!("/{}", items.len())),
                (_, Some((key, _))) => push_key(&mut path, key),
                _ => {}
            }
        }
        path
    }

    fn close(&mut self) -> Result<(), Problem> {
        match self.open.pop() {
            Some(open) => {
                self.keep(&open.node, open.anchor)?;
                self.add(open.node);
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        at: Position,
    ) -> Result<(), Problem> {
        let content = match style {
            ScalarStyle::Plain => plain(text),
            _ => Content::Text(Box::from(text)),
        };
        let node = Node { content, at };
        self.keep(&node, anchor)?;
        if !self.take_key(text, at) {
            self.add(node);
        }
        Ok(())
    }

    fn alias(&mut self, anchor: usize, at: Position) -> Result<(), Problem> {
        let Some(anchored) = self.anchors.get(&anchor) else {
            return Err(syntax(at, "an alias stands inside of what it refers to"));
        };
        let (depth, weight) = (anchored.depth, anchored.weight);
        let mut node = anchored.node.clone();
        self.check_depth(depth, at)?;
        self.spend(weight, at)?;
        node.at = at;
        let key = match &node.content {
            Content::Text(text) | Content::Number(text) => Some(text.clone()),
            Content::Boolean(true) => Some(Box::from("true")),
            Content::Boolean(false) => Some(Box::from("false")),
            Content::Null => Some(Box::from("null")),
            Content::List(_) | Content::Object(_) => None,
        };
        let taken = match key {
            Some(key) => self.take_key(&key, at),
            None if self.waits_for_key() => {
                return Err(syntax(at, "a key must be a text, not a list or an object"));
            }
            None => false,
        };
        if !taken {
            self.add(node);
        }
        Ok(())
    }

    fn waits_for_key(&self) -> bool {
        let last = self.open.last();
        last.is_some_and(|open| {
            open.key.is_none() && matches!(open.node.content, Content::Object(_))
        })
    }

    fn take_key(&mut self, text: &str, at: Position) -> bool {
        let waits = self.waits_for_key();
        if waits && let Some(open) = self.open.last_mut() {
            open.key = Some((Box::from(text), at));
        }
        waits
    }

    fn add(&mut self, node: Node) {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        match &mut open.node.content {
            Content::List(items) => items.push(node),
            Content::Object(entries) => {
                if let Some((key, at)) = open.key.take() {
                    entries.push(Entry {
                        key,
                        at,
                        value: node,
                    });
                }
            }
            _ => {}
        }
    }

    /// Remembers a node for its aliases.
    fn keep(&mut self, node: &Node, anchor: usize) -> Result<(), Problem> {
        if anchor == 0 {
            return Ok(());
        }
        let (weight, depth) = measure(node);
        self.spend(weight, node.at)?;
        let node = node.clone();
        self.anchors.insert(
            anchor,
            Anchored {
                node,
                weight,
                depth,
            },
        );
        Ok(())
    }

    fn spend(&mut self, weight: usize, at: Position) -> Result<(), Problem> {
        match self.weight_left.checked_sub(weight) {
            Some(left) => {
                self.weight_left = left;
                Ok(())
            }
            None => {
                let message = format!(
                    "the aliases written out are larger than {} bytes",
                    self.limit
                );
                Err(Problem::new("too_large", self.path(), message).at(at.line, at.column))
            }
        }
    }
}

/// Weight and depth.
fn measure(node: &Node) -> (usize, usize) {
    let mut weight = NODE_WEIGHT;
    let mut depth = 0;
    match &node.content {
        Content::List(items) => {
            depth = 1;
            for item in items {
                let inner = measure(item);
                weight += inner.0;
                depth = depth.max(inner.1 + 1);
            }
        }
        Content::Object(entries) => {
            depth = 1;
            for entry in entries {
                let inner = measure(&entry.value);
                weight += inner.0 + entry.key.len();
                depth = depth.max(inner.1 + 1);
            }
        }
        Content::Number(text) | Content::Text(text) => weight += text.len(),
        Content::Null | Content::Boolean(_) => {}
    }
    (weight, depth)
}

/// What a scalar without quotes is in the core schema.
fn plain(text: &str) -> Content {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Content::Null,
        "true" | "True" | "TRUE" => Content::Boolean(true),
        "false" | "False" | "FALSE" => Content::Boolean(false),
        _ => match number(text) {
            Some(number) => Content::Number(number.into_boxed_str()),
            None => Content::Text(Box::from(text)),
        },
    }
}

/// A number of the core schema as JSON writes it.
fn number(text: &str) -> Option<String> {
    if let ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF"
    | ".nan" | ".NaN" | ".NAN" = text
    {
        return Some(String::from(text));
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            let valid = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
            // Beyond 128 bits any number is out of every range.
            let value = || u128::from_str_radix(digits, radix).unwrap_or(u128::MAX);
            return valid.then(|| format!("{}", value()));
        }
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => rest.split_at_checked(at)?,
        None => (rest, ""),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let in_exponent = exponent.get(1..).unwrap_or_default();
    let in_exponent = in_exponent.strip_prefix(['+', '-']).unwrap_or(in_exponent);
    let valid = digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && (exponent.is_empty() || (!in_exponent.is_empty() && digits(in_exponent)));
    if !valid {
        return None;
    }
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        whole => whole,
    };
    let point = if fraction.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{fraction}{exponent}"))
}
