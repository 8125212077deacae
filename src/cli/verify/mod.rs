//! The commands about what browsers claim: keys, challenges, receipts and verdicts.

#[cfg(feature = "serve")]
mod access;
mod challenge;
mod keys;
mod receipts;

use super::report;
use super::source;
use super::stop::Stop;
use leadstage::limits;
use leadstage::problem::Problems;
use leadstage::time::parse_duration;
use leadstage::verify::{Keys, Playbooks};

/// The commands about what browsers claim.
#[derive(clap::Subcommand)]
pub enum Command {
    Keys(keys::Args),
    Challenge(challenge::Args),
    Verify(Box<receipts::Args>),
}

pub fn run(command: &Command) -> Result<(), Stop> {
    match command {
        Command::Keys(args) => keys::run(args),
        Command::Challenge(args) => challenge::run(args),
        Command::Verify(args) => receipts::run(args),
    }
}

/// Reads a file of keys.
pub fn read_keys(path: &str) -> Result<Keys, Stop> {
    let bytes = source::read(path, limits::KEYS_BYTES)?;
    // The text is not shown with the problems: it holds secrets.
    let refuse = |problems: Problems| {
        let reported = report::problems(path, "", problems.iter());
        reported.err().unwrap_or(Stop::Problems)
    };
    let text = source::text(bytes).map_err(|problem| refuse(Problems::from(problem)))?;
    let keys = Keys::parse(&text).map_err(refuse);
    drop(zeroize::Zeroizing::new(text));
    keys
}

/// Adds a playbook from a file.
fn add(playbooks: &mut Playbooks, path: &str) -> Result<[u8; 32], Stop> {
    let playbook = source::playbook(path)?.playbook;
    let digest = *playbook.digest_bytes();
    if !playbooks.add(playbook) {
        let message = format!("more than {} playbooks were given", limits::PLAYBOOKS);
        return Err(Stop::Usage(message));
    }
    Ok(digest)
}

/// Random bytes of the operating system.
fn random<const N: usize>() -> Result<zeroize::Zeroizing<[u8; N]>, Stop> {
    let mut bytes = zeroize::Zeroizing::new([0; N]);
    getrandom::fill(&mut *bytes)
        .map_err(|error| Stop::Files(format!("the system gives no random bytes: {error}")))?;
    Ok(bytes)
}

/// Reads the value of an option that is a duration.
pub fn duration(text: &str) -> Result<i64, String> {
    parse_duration(text).ok_or_else(|| String::from("write a duration: 90s, 10m, 30d"))
}
