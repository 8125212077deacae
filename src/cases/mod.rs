//! Cases as data: a playbook, evidence, an instant, and what must come out.
//!
//! The form of a file of cases is described in `docs/FORMAT.md`, section 10, and `docs/LIFECYCLE.md`, section 15.

mod compare;
mod file;
mod steps;

use crate::evaluate::{Extent, evaluate_json};
use crate::evidence::Evidence;
use crate::limits;
use crate::playbook::{Lifecycle, Millis, Playbook, document};
use crate::problem::{Problem, Problems};
use crate::tree::{Node, Tree, write_pretty};
use alloc::{borrow::Cow, format, string::String, sync::Arc, vec::Vec};

/// What became of one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What the case proves, in the words of the file.
    pub proves: String,
    /// Line of the file at which the case begins.
    pub line: u32,
    /// How what came out differs from what was expected; nothing where the case passed.
    pub differences: Vec<Difference>,
}

impl Outcome {
    /// Whether what came out is what was expected.
    pub fn passed(&self) -> bool {
        self.differences.is_empty()
    }
}

/// A place at which something else came out than was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// JSON Pointer into the decision, or into the list of problems.
    pub path: String,
    /// As JSON, or in words.
    pub expected: String,
    /// As JSON, or in words.
    pub found: String,
}

/// Why a file of cases can't be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// What is wrong with the file itself.
    File(Problems),
    /// What is wrong with the playbook of a case: its name as written where it is in a file of its
    /// own, and its text; both are empty where it stands in the file of the cases as an object.
    Playbook(Option<String>, String, Problems),
}

/// Runs the cases of a file.
///
/// `load` gives the text of a playbook that the file refers to by its path, or says why it can't.
///
/// # Errors
/// Where the file is no file of cases, or its playbook has problems though none are expected.
pub fn run(
    text: &str,
    load: impl Fn(&str) -> Result<String, String>,
) -> Result<Vec<Outcome>, Broken> {
    let tree = Tree::parse(text, limits::EVIDENCE_BYTES)
        .map_err(|problem| Broken::File(Problems::from(problem)))?;
    if !tree.problems.is_empty() {
        return Err(Broken::File(Problems::new(tree.problems)));
    }
    let cases = file::read(&tree.root).map_err(|found| Broken::File(Problems::new(found)))?;
    let mut playbooks = Playbooks::default();
    let mut outcomes = Vec::with_capacity(cases.len());
    for case in &cases {
        outcomes.push(Outcome {
            proves: String::from(case.proves),
            line: case.at.line,
            differences: case.run(&mut playbooks, &load)?,
        });
    }
    Ok(outcomes)
}

/// One case as it is written.
struct Case<'t> {
    proves: &'t str,
    at: crate::tree::Position,
    playbook: &'t Node,
    subject: Subject<'t>,
    wanted: Wanted<'t>,
}

/// What a case is about.
enum Subject<'t> {
    /// The playbook itself.
    Playbook,
    /// What comes out of evidence at an instant.
    Evidence(Option<&'t Node>, Option<Millis>),
    /// What becomes of a record, by its id, step by step.
    Record(Option<&'t str>, Vec<steps::Step<'t>>),
}

/// What must come out.
enum Wanted<'t> {
    Decision(&'t Node),
    Problems(Vec<WantedProblem<'t>>),
}

/// A problem that is expected; what isn't given is not compared.
struct WantedProblem<'t> {
    code: &'t str,
    path: &'t str,
    line: Option<u32>,
    column: Option<u32>,
    help_contains: Option<&'t str>,
}

/// The playbook of the cases before, which most often is that of the next one too.
#[derive(Default)]
struct Playbooks<'t> {
    last: Option<(&'t Node, Playbook)>,
    last_lifecycle: Option<(&'t Node, Arc<Lifecycle>)>,
}

impl<'t> Playbooks<'t> {
    fn get(
        &mut self,
        node: &'t Node,
        load: &impl Fn(&str) -> Result<String, String>,
    ) -> Result<&Playbook, Broken> {
        let known = matches!(&self.last, Some((last, _)) if *last == node);
        if !known {
            self.last = None;
            let playbook = parse(node, load, Playbook::from_node, Playbook::parse)?;
            self.last = Some((node, playbook));
        }
        match &self.last {
            Some((_, playbook)) => Ok(playbook),
            None => Err(Broken::File(Problems::new(Vec::new()))),
        }
    }

    fn lifecycle(
        &mut self,
        node: &'t Node,
        load: &impl Fn(&str) -> Result<String, String>,
    ) -> Result<Arc<Lifecycle>, Broken> {
        match &self.last_lifecycle {
            Some((last, lifecycle)) if *last == node => Ok(lifecycle.clone()),
            _ => {
                let lifecycle = parse(node, load, Lifecycle::from_node, Lifecycle::parse)?;
                let lifecycle = Arc::new(lifecycle);
                self.last_lifecycle = Some((node, lifecycle.clone()));
                Ok(lifecycle)
            }
        }
    }
}

/// Whether a text names a file, rather than being the document.
fn is_path(text: &str) -> bool {
    !text.contains('\n') && !text.trim_start().starts_with('{')
}

/// Reads a playbook that is written as an object, as text, or as the path of its file.
fn parse<T>(
    node: &Node,
    load: &impl Fn(&str) -> Result<String, String>,
    from_node: fn(&Node, Vec<Problem>) -> Result<T, Problems>,
    from_text: fn(&str) -> Result<T, Problems>,
) -> Result<T, Broken> {
    let Some(text) = node.as_text() else {
        return from_node(node, Vec::new())
            .map_err(|found| Broken::Playbook(None, String::new(), found));
    };
    let name = is_path(text).then(|| String::from(text));
    let text = document_text(node, text, load)?;
    from_text(&text).map_err(|found| Broken::Playbook(name, text.into_owned(), found))
}

/// The text of a playbook, or that of the file that is named.
fn document_text<'t>(
    node: &Node,
    text: &'t str,
    load: &impl Fn(&str) -> Result<String, String>,
) -> Result<Cow<'t, str>, Broken> {
    if !is_path(text) {
        return Ok(Cow::Borrowed(text));
    }
    load(text).map(Cow::Owned).map_err(|why| {
        let message = format!("the playbook `{text}` can't be read: {why}");
        let problem = Problem::new("bad_value", "/playbook", message);
        Broken::File(Problems::from(problem.at(node.at.line, node.at.column)))
    })
}

/// A part of a document as a document of its own, keys in the order of writing.
fn json(node: &Node) -> String {
    let mut text = String::new();
    write_pretty(&mut text, node);
    text
}

impl<'t> Case<'t> {
    fn run(
        &self,
        playbooks: &mut Playbooks<'t>,
        load: &impl Fn(&str) -> Result<String, String>,
    ) -> Result<Vec<Difference>, Broken> {
        match (&self.subject, &self.wanted) {
            (Subject::Playbook, Wanted::Problems(wanted)) => {
                let found = match self.playbook.as_text() {
                    Some(text) => document::check(&document_text(self.playbook, text, load)?),
                    None => match Playbook::from_node(self.playbook, Vec::new()) {
                        Ok(_) => Vec::new(),
                        Err(found) => found.iter().cloned().collect(),
                    },
                };
                Ok(compare::problems(wanted, &found))
            }
            (Subject::Playbook, Wanted::Decision(_)) => Ok(Vec::new()),
            (Subject::Record(id, steps), _) => {
                let lifecycle = playbooks.lifecycle(self.playbook, load)?;
                let (_, differences) = steps::run(&lifecycle, *id, steps);
                Ok(differences)
            }
            (Subject::Evidence(evidence, as_of), wanted) => {
                let playbook = playbooks.get(self.playbook, load)?;
                let text = match evidence {
                    None => Cow::Borrowed("{}"),
                    Some(node) => match node.as_text() {
                        Some(text) => Cow::Borrowed(text),
                        None => Cow::Owned(json(node)),
                    },
                };
                Ok(decide(playbook, &text, *as_of, wanted))
            }
        }
    }
}

fn decide(
    playbook: &Playbook,
    evidence: &str,
    as_of: Option<Millis>,
    wanted: &Wanted<'_>,
) -> Vec<Difference> {
    let evidence = match Evidence::parse(playbook, evidence) {
        Ok(evidence) => evidence,
        Err(found) => {
            let found: Vec<Problem> = found.iter().cloned().collect();
            return match wanted {
                Wanted::Problems(wanted) => compare::problems(wanted, &found),
                Wanted::Decision(_) => compare::unexpected(&found),
            };
        }
    };
    match wanted {
        Wanted::Problems(wanted) => compare::problems(wanted, &[]),
        Wanted::Decision(wanted) => {
            let as_of = as_of.unwrap_or_default();
            let decision = evaluate_json(playbook, &evidence, as_of, Extent::Explained);
            match Tree::parse_json(&decision, usize::MAX) {
                Ok(found) => compare::parts(wanted, &found.root),
                Err(problem) => compare::unexpected(&[problem]),
            }
        }
    }
}
