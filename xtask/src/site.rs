//! The web site, made of the pages, the npm package and a compiled playbook.

use crate::{package, shell};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The playbook that the site runs on.
pub const PLAYBOOK: &str = "playbooks/acme-b2b/playbook.yaml";

/// Where the site is made.
pub fn folder() -> PathBuf {
    shell::dist().join("site")
}

/// Builds the site into `dist/site`; package and command line are there already.
/// `service` is where a leadstage server will answer, as the pages see it.
pub fn build(leadstage: &Path, service: Option<&str>) -> Result<()> {
    let folder = folder();
    shell::empty(&folder)?;
    shell::copy(&shell::root().join("www"), &folder)?;
    if let Some(service) = service {
        name(service, &folder)?;
    }
    shell::copy(&package::folder(), &folder.join("leadstage"))?;
    // The page gets the playbook in two forms: the compiled one to decide, and the words to show.
    for (format, name) in [("binary", "acme.leadstage"), ("json", "questions.json")] {
        shell::run_quietly(
            Command::new(leadstage)
                .current_dir(shell::root())
                .args(["compile", PLAYBOOK, "--format", format, "-o"])
                .arg(folder.join(name)),
        )?;
    }
    let files = count(&folder)?;
    println!("{files} files in {}", folder.display());
    Ok(())
}

/// Writes into the pages where a leadstage server answers.
fn name(service: &str, folder: &Path) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let page = entry?.path();
        if page.extension().is_some_and(|kind| kind == "html") {
            let text = std::fs::read_to_string(&page)?;
            let told = format!("<head>\n  <meta name=\"leadstage-server\" content=\"{service}\">");
            std::fs::write(&page, text.replacen("<head>", &told, 1))?;
        }
    }
    Ok(())
}

fn count(folder: &Path) -> Result<usize> {
    let mut files = 0;
    for entry in
        std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?
    {
        let entry = entry?;
        files += if entry.file_type()?.is_dir() {
            count(&entry.path())?
        } else {
            1
        };
    }
    Ok(files)
}
