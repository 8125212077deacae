//! Lays out text for people: columns, wrapped lines, points at the right.

use anstyle::{AnsiColor, Color, Style};
use unicode_width::UnicodeWidthStr;

/// Where nothing is known of the terminal.
const USUAL: usize = 80;
const NARROWEST: usize = 40;
/// Longer lines are hard to read.
const WIDEST: usize = 100;

pub const BOLD: Style = Style::new().bold();
pub const DIM: Style = Style::new().dimmed();
/// For what is wrong, what is open, and what is missing.
pub const RED: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Red)));
pub const GREEN: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Green)));
pub const YELLOW: Style = Style::new().fg_color(Some(Color::Ansi(AnsiColor::Yellow)));

/// A text that grows line by line.
pub struct Page {
    out: String,
    width: usize,
}

impl Page {
    /// A page as wide as the terminal.
    pub fn new() -> Self {
        let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        let stated = || {
            std::env::var("COLUMNS")
                .ok()
                .and_then(|text| text.parse().ok())
        };
        let width = terminal.or_else(stated).unwrap_or(USUAL);
        Self {
            out: String::new(),
            width: width.clamp(NARROWEST, WIDEST),
        }
    }

    pub fn finish(self) -> String {
        self.out
    }

    /// An empty line.
    pub fn gap(&mut self) {
        self.out.push('\n');
    }

    /// A line in bold, and more after it.
    pub fn heading(&mut self, indent: usize, text: &str, more: &str) {
        self.spaces(indent);
        self.styled(BOLD, text);
        let mut at = indent + text.width();
        for word in more.split_whitespace() {
            if at + 1 + word.width() > self.width {
                self.out.push('\n');
                self.spaces(indent + 4);
                at = indent + 4 + word.width();
            } else {
                self.out.push(' ');
                at += 1 + word.width();
            }
            self.out.push_str(word);
        }
        self.out.push('\n');
    }

    /// A line that must be seen.
    pub fn warning(&mut self, indent: usize, text: &str) {
        self.spaces(indent);
        self.styled(RED, text);
        self.out.push('\n');
    }

    /// A label at the left and wrapped text at a column.
    pub fn entry(&mut self, indent: usize, label: &str, column: usize, text: &str) {
        self.labelled(DIM, indent, label, column, text);
    }

    /// The same with a label that stands out.
    pub fn labelled(
        &mut self,
        style: Style,
        indent: usize,
        label: &str,
        column: usize,
        text: &str,
    ) {
        self.spaces(indent);
        self.styled(style, label);
        let used = indent + label.width();
        let column = column.max(indent);
        let mut at = used;
        if !text.trim().is_empty() {
            let gap = column
                .saturating_sub(used)
                .max(usize::from(!label.is_empty()));
            self.spaces(gap);
            at += gap;
        }
        self.wrapped(column, at, text);
    }

    /// Text of less weight.
    pub fn note(&mut self, text: &str) {
        for line in fold_lines(text, self.width) {
            self.styled(DIM, &line);
            self.out.push('\n');
        }
    }

    /// Text at an indent.
    pub fn text(&mut self, indent: usize, text: &str) {
        self.entry(indent, "", indent, text);
    }

    fn wrapped(&mut self, column: usize, mut at: usize, text: &str) {
        let mut first = true;
        for word in text.split_whitespace() {
            if first {
                first = false;
            } else if at + 1 + word.width() > self.width {
                self.out.push('\n');
                self.spaces(column);
                at = column;
            } else {
                self.out.push(' ');
                at += 1;
            }
            self.out.push_str(word);
            at += word.width();
        }
        self.out.push('\n');
    }

    /// A label at the left and cells at a column, which are not wrapped; a long label stands in a line of its own.
    pub fn row(&mut self, indent: usize, label: &str, column: usize, cells: &str) {
        self.spaces(indent);
        self.styled(DIM, label);
        let mut used = indent + label.width();
        if used + 1 > column {
            self.out.push('\n');
            used = 0;
        }
        self.spaces(column.saturating_sub(used));
        self.out.push_str(cells.trim_end());
        self.out.push('\n');
    }

    /// Text at an indent and an amount at the right.
    pub fn amount(&mut self, indent: usize, text: &str, amount: &str, style: Style) {
        let right = self.width.min(72);
        let room = right.saturating_sub(indent + amount.width() + 2);
        let mut lines = fold_lines(text, room.max(8));
        let last = lines.pop().unwrap_or_default();
        for line in lines {
            self.spaces(indent);
            self.styled(style, &line);
            self.out.push('\n');
        }
        self.spaces(indent);
        self.styled(style, &last);
        self.spaces(right.saturating_sub(indent + last.width() + amount.width()));
        self.styled(style, amount);
        self.out.push('\n');
    }

    fn styled(&mut self, style: Style, text: &str) {
        if text.is_empty() {
            return;
        }
        self.out.push_str(&format!("{style}{text}{style:#}"));
    }

    fn spaces(&mut self, count: usize) {
        (0..count).for_each(|_| self.out.push(' '));
    }
}

fn fold_lines(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        if line.is_empty() {
            line.push_str(word);
        } else if line.width() + 1 + word.width() > room {
            lines.push(word.to_owned());
        } else {
            line.push(' ');
            line.push_str(word);
        }
    }
    lines
}
