//! Tests, ranges and names as parts of sentences.

use super::moment;
use leadstage::tree::{Content, Node};

/// A test in words, to stand after what is tested.
pub fn test(node: &Node) -> String {
    let Some(entries) = node.as_object() else {
        return match &node.content {
            Content::Text(text) if text.contains('*') => format!("like {text}"),
            Content::List(_) => format!("is {}", names(node, str::to_owned)),
            _ => format!("is {}", plain(node).unwrap_or_default()),
        };
    };
    let is_range = |key: &str| matches!(key, "from" | "to" | "above" | "below");
    let mut words = Vec::new();
    if entries.iter().any(|entry| is_range(&entry.key)) {
        words.push(range_of(node, plain));
    }
    for entry in entries.iter().filter(|entry| !is_range(&entry.key)) {
        let value = &entry.value;
        let list = || names(value, str::to_owned);
        words.push(match &*entry.key {
            "known" if matches!(value.content, Content::Boolean(false)) => {
                String::from("is not known")
            }
            "known" => String::from("is known"),
            "equals" => format!("is {}", list()),
            "contains" => format!("contains {}", list()),
            "starts_with" => format!("starts with {}", list()),
            "glob" => format!("like {}", list()),
            "has_any" => format!("has {}", list()),
            "has_all" => format!("has {}", list().replace(" or ", " and ")),
            "has_none" => format!("has none of {}", list()),
            "within" => format!("lies in the last {}", spell(value).unwrap_or_default()),
            "ahead" => format!("lies in the next {}", spell(value).unwrap_or_default()),
            other => format!("{other} {}", list()),
        });
    }
    words.join(" and ")
}

/// A range in words: `of 20 or more`, `from 20 to below 50`.
pub fn range_of(node: &Node, write: fn(&Node) -> Option<String>) -> String {
    let end = |key: &str| node.get(key).and_then(write);
    let low = end("from")
        .map(|text| (text, ""))
        .or_else(|| end("above").map(|text| (text, "above ")));
    let high = end("to")
        .map(|text| (text, ""))
        .or_else(|| end("below").map(|text| (text, "below ")));
    match (low, high) {
        (Some((low, "")), None) => format!("of {low} or more"),
        (Some((low, _)), None) => format!("above {low}"),
        (None, Some((high, ""))) => format!("of {high} or less"),
        (None, Some((high, _))) => format!("below {high}"),
        (Some((low, "")), Some((high, ""))) if low == high => format!("of {low}"),
        (Some((low, above)), Some((high, below))) => format!("from {above}{low} to {below}{high}"),
        (None, None) => String::new(),
    }
}

/// How often, in words.
pub fn times(count: &Node) -> String {
    let end = |key: &str| count.get(key).and_then(plain);
    match (end("from"), end("to")) {
        (Some(from), Some(to)) if from == to => format!("{from} times"),
        (Some(from), Some(to)) => format!("{from} to {to} times"),
        (Some(from), None) => format!("{from} times or more"),
        (None, Some(to)) if to == "0" => String::from("not once"),
        (None, Some(to)) => format!("{to} times at most"),
        (None, None) => String::new(),
    }
}

/// One or more names, joined by `or`.
pub fn names(node: &Node, write: impl Fn(&str) -> String) -> String {
    let one = |node: &Node| plain(node).map(|text| write(&text));
    match node.as_list() {
        None => one(node).unwrap_or_default(),
        Some(items) => {
            let mut words: Vec<String> = items.iter().filter_map(one).collect();
            let last = words.pop().unwrap_or_default();
            if words.is_empty() {
                last
            } else {
                format!("{} or {last}", words.join(", "))
            }
        }
    }
}

/// A scalar as people write it.
pub fn plain(node: &Node) -> Option<String> {
    match &node.content {
        Content::Boolean(true) => Some(String::from("yes")),
        Content::Boolean(false) => Some(String::from("no")),
        Content::Number(text) => {
            Some(leadstage::tree::canonical_number(text).unwrap_or_else(|| text.to_string()))
        }
        Content::Text(text) => Some(text.to_string()),
        Content::Null | Content::List(_) | Content::Object(_) => None,
    }
}

/// A duration in words.
pub fn spell(node: &Node) -> Option<String> {
    node.as_text().map(moment::duration)
}

/// The same with a capital letter at the front.
pub fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
