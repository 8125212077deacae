//! `leadstage keys`.

use super::{random, read_keys};
use crate::cli::record;
use crate::cli::source;
use crate::cli::stop::Stop;
use leadstage::verify::{ChallengeKey, Keys, SigningKey};
use std::fs::OpenOptions;
use std::io::{self, Write};

/// Make, rotate and publish the keys of challenges and verdicts.
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Make new keys, from the system's random bytes. Who has the file can make challenges and verdicts: keep it secret.
    New {
        /// Where to write them; it must not be there yet. `-` is the standard output.
        #[arg(value_name = "FILE")]
        file: String,
    },
    /// Put new keys in front; the former ones still verify what they made.
    Rotate {
        /// The file of keys, which is written anew.
        #[arg(value_name = "FILE")]
        file: String,
        /// How many of the former keys of each kind stay.
        #[arg(long, value_name = "N", default_value_t = 2)]
        keep: usize,
    },
    /// Make a key for somebody who asks the service, and print it: it is shown this once, and the file keeps its hash.
    #[cfg(feature = "serve")]
    Access(super::access::Args),
    /// Print the public keys of verdicts, to be published (a JWK Set).
    Public {
        /// The file of keys; `-` is the standard input.
        #[arg(value_name = "FILE")]
        file: String,
    },
}

pub fn run(args: &Args) -> Result<(), Stop> {
    match &args.command {
        Command::New { file } => {
            let (challenge, verdict) = fresh()?;
            create(file, &Keys::new(challenge, verdict))
        }
        Command::Rotate { file, keep } => {
            if source::is_stdin(file) {
                let message = "keys are rotated in a file: give its name";
                return Err(Stop::Usage(String::from(message)));
            }
            let (challenge, verdict) = fresh()?;
            let rotated = read_keys(file)?.rotated(challenge, verdict, *keep);
            let keys = rotated.map_err(|error| Stop::Usage(format!("`{file}`: {error}")))?;
            record::write_whole(file, &format_of(&keys))
        }
        #[cfg(feature = "serve")]
        Command::Access(args) => super::access::run(args),
        Command::Public { file } => {
            let jwks = read_keys(file)?.verdict.public().to_jwks();
            writeln!(io::stdout(), "{jwks}")?;
            Ok(())
        }
    }
}

fn fresh() -> Result<(ChallengeKey, SigningKey), Stop> {
    let (secret, seed) = (random::<32>()?, random::<32>()?);
    let verdict = SigningKey::new(&seed);
    // An id that tells keys apart and says nothing of the secret.
    let mut id = String::from("c-");
    leadstage::json::push_hex(&mut id, &*random::<6>()?);
    let challenge = ChallengeKey::new(&id, &*secret);
    let challenge = challenge.map_err(|error| Stop::Usage(format!("{error}")))?;
    Ok((challenge, verdict))
}

fn format_of(keys: &Keys) -> zeroize::Zeroizing<String> {
    let mut text = keys.to_secret_json();
    text.push('\n');
    text
}

/// Writes a file that only its owner can read.
fn create(path: &str, keys: &Keys) -> Result<(), Stop> {
    create_secret(path, &format_of(keys))
}

/// Writes a text to a file that is new and that only its owner can read.
pub fn create_secret(path: &str, text: &str) -> Result<(), Stop> {
    if source::is_stdin(path) {
        io::stdout().write_all(text.as_bytes())?;
        return Ok(());
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(path).and_then(|mut file| {
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
    });
    written.map_err(|error| Stop::file("written", path, &error))
}
