//! Trees as JSON text.

use super::{Content, Entry, Node};
use crate::decimal::{self, NUMBER_PLACES};
use crate::json::Writer;
use crate::sort::Arrange;
use alloc::{string::String, vec::Vec};

/// Writes a tree after RFC 8785: keys sorted, no spaces. Numbers as they are kept, with six decimals at most.
pub fn write_compact(out: &mut String, node: &Node) {
    match &node.content {
        Content::List(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write_compact(out, item);
            }
            out.push(']');
        }
        Content::Object(entries) => {
            let mut sorted: Vec<&Entry> = entries.iter().collect();
            sorted.arrange_by(|a, b| a.key.encode_utf16().cmp(b.key.encode_utf16()));
            out.push('{');
            for (place, entry) in sorted.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                Writer::new(out).text(&entry.key);
                out.push(':');
                write_compact(out, &entry.value);
            }
            out.push('}');
        }
        _ => write_scalar(out, node),
    }
}

/// Writes a tree for people: two spaces a level, keys in the order of the tree.
pub fn write_pretty(out: &mut String, node: &Node) {
    write_indented(out, node, 0);
}

fn write_indented(out: &mut String, node: &Node, depth: usize) {
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        (0..depth).for_each(|_| out.push_str("  "));
    };
    match &node.content {
        Content::List(items) if !items.is_empty() => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                out.push_str(if place > 0 { "," } else { "" });
                line(out, depth + 1);
                write_indented(out, item, depth + 1);
            }
            line(out, depth);
            out.push(']');
        }
        Content::Object(entries) if !entries.is_empty() => {
            out.push('{');
            for (place, entry) in entries.iter().enumerate() {
                out.push_str(if place > 0 { "," } else { "" });
                line(out, depth + 1);
                Writer::new(out).text(&entry.key);
                out.push_str(": ");
                write_indented(out, &entry.value, depth + 1);
            }
            line(out, depth);
            out.push('}');
        }
        Content::List(_) => out.push_str("[]"),
        Content::Object(_) => out.push_str("{}"),
        _ => write_scalar(out, node),
    }
}

fn write_scalar(out: &mut String, node: &Node) {
    match &node.content {
        Content::Boolean(true) => out.push_str("true"),
        Content::Boolean(false) => out.push_str("false"),
        Content::Number(text) => match canonical_number(text) {
            Some(text) => out.push_str(&text),
            None => out.push_str(text),
        },
        Content::Text(text) => Writer::new(out).text(text),
        _ => out.push_str("null"),
    }
}

/// A number as it is kept: rounded to six decimals, without trailing zeros. `None` beyond 63 bits of millionths.
pub fn canonical_number(text: &str) -> Option<String> {
    let value = decimal::parse(text, NUMBER_PLACES).ok()?;
    let mut out = String::new();
    decimal::write(&mut out, value.units, NUMBER_PLACES);
    Some(out)
}
