//! Why a command ends early, and with which exit code.

use anstyle::{AnsiColor, Style};
use std::io::{self, Write};
use std::process::ExitCode;

/// Why a command ends early.
pub enum Stop {
    /// Problems, which have been reported.
    Problems,
    /// The command was used wrongly.
    Usage(String),
    /// A file can't be read or written.
    Files(String),
    /// Something was refused, which has been told.
    Refused,
    /// Nobody reads the output any more.
    Closed,
}

impl Stop {
    /// Says why, and gives the exit code.
    pub fn exit(self) -> ExitCode {
        let (code, message) = match self {
            Self::Closed => return ExitCode::SUCCESS,
            Self::Problems => return ExitCode::from(1),
            Self::Refused => return ExitCode::from(4),
            Self::Usage(message) => (2, message),
            Self::Files(message) => (3, message),
        };
        let red = Style::new().bold().fg_color(Some(AnsiColor::Red.into()));
        // Where even this can't be written, the exit code says it.
        let _ = writeln!(anstream::stderr(), "{red}error{red:#}: {message}");
        ExitCode::from(code)
    }

    /// A file can't be read or written.
    pub fn file(verb: &str, path: &str, error: &io::Error) -> Self {
        Self::Files(format!("`{path}` can't be {verb}: {error}"))
    }
}

/// For writing to the standard output: a closed pipe is a quiet end.
impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Files(format!("the output can't be written: {error}")),
        }
    }
}
