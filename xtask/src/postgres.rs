//! A PostgreSQL server for the tests: its own folder, its own port, gone at the end.

use crate::{debian, shell};
use anyhow::{Context, Result, bail};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A server that runs.
pub struct Postgres {
    server: Child,
    folder: PathBuf,
    port: u16,
}

impl Postgres {
    /// Starts one, after installing it where that is allowed.
    ///
    /// On a machine of CI it is an error if there is none; elsewhere it is said that this was not tested.
    pub fn start() -> Result<Option<Self>> {
        if programs().is_none() {
            debian::install(&["postgresql"])?;
        }
        let Some(programs) = programs() else {
            if debian::in_ci() {
                bail!("PostgreSQL is needed here and could not be found or installed");
            }
            println!("NOT TESTED with PostgreSQL: it is not installed (postgresql)");
            return Ok(None);
        };
        let folder =
            std::env::temp_dir().join(format!("leadstage-postgres-{}", std::process::id()));
        shell::empty(&folder)?;
        // It refuses to be run by the administrator.
        let user = debian::is_root().then_some("postgres");
        if let Some(user) = user {
            shell::run(shell::program("chown").arg(user).arg(&folder))?;
        }
        let data = folder.join("data");
        shell::run_quietly(
            as_user(user, &programs.join("initdb"))
                .args([
                    "--auth=trust",
                    "--username=leadstage",
                    "--encoding=UTF8",
                    "--no-sync",
                    "-D",
                ])
                .arg(&data),
        )?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let server = as_user(user, &programs.join("postgres"))
            .arg("-D")
            .arg(&data)
            .args([
                "-p",
                &port.to_string(),
                "-h",
                "127.0.0.1",
                "-c",
                "max_connections=400",
            ])
            .arg("-k")
            .arg(&folder)
            .current_dir(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("PostgreSQL does not start")?;
        let made = Self {
            server,
            folder,
            port,
        };
        made.wait()?;
        Ok(Some(made))
    }

    /// Its address, without a database.
    pub fn url(&self) -> String {
        format!("postgres://leadstage@127.0.0.1:{}", self.port)
    }

    fn wait(&self) -> Result<()> {
        let begun = Instant::now();
        let url = format!("{}/postgres", self.url());
        while shell::read(
            shell::program("psql")
                .args([&url, "-qAtc", "SELECT 1"])
                .stderr(Stdio::null()),
        )
        .is_err()
        {
            if begun.elapsed() > Duration::from_secs(30) {
                bail!("PostgreSQL was started and can't be reached");
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // Fast shutdown, which takes its children along.
        let id = self.server.id().to_string();
        let _ = Command::new("kill").args(["-INT", &id]).status();
        let _ = self.server.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// The folder with its programs: of several versions the newest.
fn programs() -> Option<PathBuf> {
    let mut folders: Vec<(u32, PathBuf)> = Vec::new();
    for entry in std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
    {
        let version = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok());
        folders.push((version.unwrap_or(0), entry.path().join("bin")));
    }
    folders.extend(shell::find("postgres").and_then(|it| Some((0, it.parent()?.to_owned()))));
    folders.sort();
    folders
        .into_iter()
        .rev()
        .map(|(_, folder)| folder)
        .find(|folder| folder.join("postgres").exists() && folder.join("initdb").exists())
}

fn as_user(user: Option<&str>, program: &Path) -> Command {
    match user {
        None => Command::new(program),
        Some(user) => {
            let mut command = shell::program("setpriv");
            command
                .args(["--reuid", user, "--regid", user, "--clear-groups", "--"])
                .arg(program);
            command
        }
    }
}
