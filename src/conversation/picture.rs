//! The question tree as a picture: for Graphviz, and as SVG.

use super::tree::Tree;
use alloc::{format, string::String, vec::Vec};

/// Pixels: from one column to the next, from one end to the next, and of a box.
const COLUMN: usize = 300;
const ROW: usize = 40;
const BOX: (usize, usize) = (190, 30);
const EDGE: usize = 20;

impl Tree {
    /// The tree in the language of Graphviz.
    pub fn to_dot(&self) -> String {
        let mut out = String::from(
            "digraph questions {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\"];\n",
        );
        let mut next = 0;
        self.dot(&mut out, &mut next);
        out.push_str("}\n");
        out
    }

    /// Writes a node and those after it; gives its number.
    fn dot(&self, out: &mut String, next: &mut usize) -> usize {
        let number = *next;
        *next += 1;
        match self {
            Self::Ask { text, branches, .. } => {
                out.push_str(&format!("  n{number} [label=\"{}\"];\n", quoted(text)));
                for branch in branches {
                    let to = branch.then.dot(out, next);
                    let label = quoted(&branch.label);
                    out.push_str(&format!("  n{number} -> n{to} [label=\"{label}\"];\n"));
                }
            }
            Self::End { .. } | Self::More => {
                let label = quoted(&self.ending());
                out.push_str(&format!(
                    "  n{number} [label=\"{label}\", style=rounded];\n"
                ));
            }
        }
        number
    }

    /// The tree as an SVG picture that needs nothing else.
    pub fn to_svg(&self) -> String {
        let mut marks = String::new();
        let mut rows = 0;
        let mut columns = 0;
        self.draw(&mut marks, 0, &mut rows, &mut columns);
        let width = 2 * EDGE + columns * COLUMN + BOX.0;
        let height = 2 * EDGE + rows.max(1) * ROW;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
             role=\"img\" font-family=\"sans-serif\" font-size=\"12\">\n<title>Questions</title>\n{marks}</svg>\n"
        )
    }

    /// Draws a node and those after it; gives the height of its middle.
    fn draw(&self, out: &mut String, depth: usize, rows: &mut usize, columns: &mut usize) -> usize {
        *columns = (*columns).max(depth);
        let left = EDGE + depth * COLUMN;
        match self {
            Self::Ask { text, branches, .. } => {
                let mut middles: Vec<usize> = Vec::new();
                for branch in branches {
                    let middle = branch.then.draw(out, depth + 1, rows, columns);
                    middles.push(middle);
                }
                let ends = middles.first().zip(middles.last());
                let middle = ends.map_or(EDGE, |(first, last)| usize::midpoint(*first, *last));
                let from = left + BOX.0;
                let to = left + COLUMN;
                for (branch, at) in branches.iter().zip(&middles) {
                    let half = usize::midpoint(from, to) - 40;
                    out.push_str(&format!(
                        "<path d=\"M{from} {middle}C{half} {middle} {half} {at} {to} {at}\" fill=\"none\" stroke=\"#888\"/>\n<text \
                         x=\"{x}\" y=\"{y}\" text-anchor=\"end\" fill=\"#444\">{label}</text>\n",
                        x = to - 4,
                        y = at - 4,
                        label = escaped(&short(&branch.label, 16)),
                    ));
                }
                boxed(out, left, middle, &short(text, 28), "#fff", 2);
                middle
            }
            Self::End { .. } | Self::More => {
                let middle = EDGE + *rows * ROW + ROW / 2;
                *rows += 1;
                boxed(out, left, middle, &short(&self.ending(), 28), "#e8f1ff", 12);
                middle
            }
        }
    }
}

fn boxed(out: &mut String, left: usize, middle: usize, text: &str, fill: &str, round: usize) {
    let (width, height) = BOX;
    out.push_str(&format!(
        "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" rx=\"{round}\" fill=\"{fill}\" stroke=\"#444\"/>\n<text \
         x=\"{x}\" y=\"{y}\">{text}</text>\n",
        top = middle.saturating_sub(height / 2),
        x = left + 8,
        y = middle + 4,
        text = escaped(text),
    ));
}

fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return String::from(text);
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.push('…');
    short
}

fn quoted(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            '\n' => out.push_str("\\n"),
            _ => out.push(letter),
        }
    }
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            letter if letter < ' ' => out.push(' '),
            _ => out.push(letter),
        }
    }
    out
}
