//! `paceline import`. Owns the progress bar and how the account is shown; refuses to hide a row that
//! was dropped.

use std::path::PathBuf;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use paceline_server::import::{Account, FileAccount, ImportError, Progress, import_path};

use crate::failure::Failure;
use crate::local::Local;
use crate::terminal::{Format, Part, Present, Table, View, print};

/// Take over an existing fleet's files; what is already here stays as it is
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline import ~/old-fleet/memory
  paceline import tool-timing.jsonl --data ./fleet --format json

Nothing aborts an import: a row that cannot be used is counted and shown with its file, line and
reason. Importing twice changes nothing. Stop a server that runs on the same directory first.")]
pub struct Import {
    /// A file, or a folder of files
    #[arg(value_name = "PATH")]
    path: PathBuf,
    #[command(flatten)]
    local: Local,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl Import {
    pub async fn run(self) -> Result<(), Failure> {
        if !self.path.exists() {
            let shown = self.path.display();
            return Err(Failure::new(format!("`{shown}` does not exist"))
                .hint("name a file, or a folder of files, of an existing fleet"));
        }
        let (opened, config) = self.local.open_or_create()?;
        let bar = Bar::new();
        let now = opened.clock.now();
        let imported = import_path(&*opened.store, &config.data, &self.path, now, &bar).await;
        bar.0.finish_and_clear();
        opened.close().await;
        print(&imported?, self.format)
    }
}

/// Hidden by itself where the error stream is no terminal.
struct Bar(ProgressBar);

impl Bar {
    fn new() -> Self {
        let template = "{bar:32} {bytes}/{total_bytes} {elapsed_precise}";
        let style =
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        Self(ProgressBar::new(0).with_style(style))
    }
}

impl Progress for Bar {
    fn total(&self, bytes: u64) {
        self.0.set_length(bytes);
    }

    fn advance(&self, bytes: u64) {
        self.0.inc(bytes);
    }
}

impl Present for Account {
    fn view(&self) -> View {
        let head = &[
            "file",
            "what",
            "#rows",
            "#added",
            "#here before",
            "#repeated",
            "#not stored",
            "#dropped",
        ];
        let rows = self.files.iter().map(row).collect();
        let mut view = View::list(head, rows, "no files were read");
        let dropped: Vec<_> = self.files.iter().flat_map(dropped_rows).collect();
        if !dropped.is_empty() {
            let shown = dropped.len() as u64;
            view = view.and(Part::Table(Table::new(
                &["dropped in", "#line", "why"],
                dropped,
            )));
            if shown < self.dropped() {
                view = view.and_say(format!(
                    "The first {shown} of {} dropped rows.",
                    self.dropped()
                ));
            }
        }
        let notes: Vec<_> = self.files.iter().flat_map(notes).collect();
        if !notes.is_empty() {
            view = view.and(Part::Table(Table::new(&["noticed in", "what"], notes)));
        }
        let ignored = (!self.ignored.is_empty())
            .then(|| format!("Not known and not opened: {}.", self.ignored.join(", ")));
        let summary = self.summary().join(", ") + ".";
        ignored
            .into_iter()
            .chain([summary])
            .fold(view, View::and_say)
    }
}

fn row(file: &FileAccount) -> Vec<String> {
    vec![
        file.file.clone(),
        file.what.to_owned(),
        file.rows_read.to_string(),
        file.added.to_string(),
        file.present.to_string(),
        file.repeated.to_string(),
        file.not_stored.to_string(),
        file.dropped.total.to_string(),
    ]
}

fn notes(file: &FileAccount) -> impl Iterator<Item = Vec<String>> {
    file.notes
        .iter()
        .map(|note| vec![file.file.clone(), note.clone()])
}

fn dropped_rows(file: &FileAccount) -> impl Iterator<Item = Vec<String>> {
    file.dropped
        .examples
        .iter()
        .map(|bad| vec![bad.file.clone(), bad.line.to_string(), bad.reason.clone()])
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        let failure = Self::new(error.to_string());
        match error {
            ImportError::NothingKnown { .. } => {
                failure.hint("name the folder that holds the files")
            }
            ImportError::Unreadable { .. } => failure.hint("check its permissions"),
            ImportError::Unwritable { .. } | ImportError::Store(_) => {
                failure.hint("`paceline doctor` checks the data directory; importing again is safe")
            }
            ImportError::Stopped(_) => failure.hint("importing again is safe"),
        }
    }
}
