//! The web site, made of the pages, the npm package and a compiled playbook.

use crate::{npm, package, shell};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The playbook that the site runs on.
pub const PLAYBOOK: &str = "playbooks/acme-b2b/playbook.yaml";

/// What the studio offers to start from.
const STARTS: [&str; 6] = [
    "acme-b2b",
    "revenue-chain",
    "smart-handoff",
    "six-stage",
    "nine-stage",
    "product-led",
];

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
    tool("pages.js", &folder)?;
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
    let playbooks = folder.join("playbooks");
    shell::empty(&playbooks)?;
    for name in STARTS {
        let document = shell::root().join(format!("playbooks/{name}/playbook.yaml"));
        std::fs::copy(&document, playbooks.join(format!("{name}.yaml")))
            .with_context(|| format!("cannot copy {}", document.display()))?;
    }
    npm::install(&package::tools())?;
    tool("studio.js", &folder)?;
    // Last, since it looks at every file.
    tool("offline.js", &folder)?;
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

/// Runs one of the tools that make the site.
fn tool(name: &str, folder: &Path) -> Result<()> {
    let tool = package::tools().join(name);
    shell::run(shell::program("node").arg(tool).arg(folder))
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
