//! How far long work has come, on the terminal.

use super::answer::some;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

/// A bar on the terminal, once the work takes long.
pub struct Progress {
    bar: Option<ProgressBar>,
    started: Instant,
    size: Option<u64>,
    nouns: [&'static str; 2],
}

const PATIENCE: Duration = Duration::from_secs(1);

impl Progress {
    pub fn new(size: Option<u64>) -> Self {
        Self {
            bar: None,
            started: Instant::now(),
            size,
            nouns: ["record", "records"],
        }
    }

    /// The same of other things, by the word for one and for several.
    pub fn of(size: Option<u64>, nouns: [&'static str; 2]) -> Self {
        Self {
            nouns,
            ..Self::new(size)
        }
    }

    pub fn show(&mut self, position: u64, records: usize) {
        if !io::stderr().is_terminal() || self.started.elapsed() < PATIENCE {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let (template, bar) = match self.size {
                Some(size) => (
                    "{bar:30} {percent:>3}%  {msg}  {eta} left",
                    ProgressBar::new(size),
                ),
                None => ("{spinner}  {msg}", ProgressBar::new_spinner()),
            };
            ProgressStyle::with_template(template)
                .map_or(bar.clone(), |style| bar.with_style(style))
        });
        bar.set_position(position);
        bar.set_message(some(records, self.nouns[0], self.nouns[1]));
    }

    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
