//! Kept results. Owns their folder in the data directory, their names, and how a word on the command
//! line becomes one of them; refuses to write over a result or to leave half of one.

mod model;

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

#[cfg(test)]
pub use model::parse;
pub use model::read;

use crate::report::Report;

const FOLDER: &str = "bench";
/// Of a suite's name that goes into the name of its file.
const SUITE_LENGTH_MAX: usize = 40;
/// Results of the same second; more than one is rare, a hundred is a mistake.
const SAME_SECOND_MAX: u32 = 100;
/// How many names an error lists.
const NAMES_MAX: usize = 5;

/// The folder with all kept results.
#[derive(Clone, Debug)]
pub struct Shelf {
    folder: PathBuf,
}

impl Shelf {
    /// In this data directory.
    pub fn of(data: &Path) -> Self {
        Self {
            folder: data.join(FOLDER),
        }
    }

    /// Keeps a result under its time and suite; answers where.
    pub fn keep(&self, report: &Report) -> Result<PathBuf> {
        let text = serde_json::to_string_pretty(report)? + "\n";
        let shown = self.folder.display();
        make_private(&self.folder).with_context(|| format!("cannot make the folder `{shown}`"))?;
        let name = name_of(report);
        for number in 1..=SAME_SECOND_MAX {
            let path = match number {
                1 => self.folder.join(format!("{name}.json")),
                number => self.folder.join(format!("{name}-{number}.json")),
            };
            if !path.exists() {
                write_whole(&path, &text)
                    .with_context(|| format!("cannot keep the result in `{}`", path.display()))?;
                return Ok(path);
            }
        }
        bail!("`{shown}` holds {SAME_SECOND_MAX} results of the same second")
    }

    /// Everything kept, oldest first.
    pub fn names(&self) -> Result<Vec<String>> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => {
                let shown = self.folder.display();
                return Err(error).with_context(|| format!("cannot list `{shown}`"));
            }
        };
        let names = entries.map_while(Result::ok).filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let stem = name.strip_suffix(".json")?;
            (!stem.starts_with('.')).then(|| stem.to_owned())
        });
        let mut names: Vec<_> = names.collect();
        names.sort_unstable();
        Ok(names)
    }

    pub fn path_of(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.json"))
    }

    /// The result that a word means: a file, `last`, `previous`, or the beginning of a kept name.
    pub fn find(&self, word: &str) -> Result<PathBuf> {
        if Path::new(word).is_file() {
            return Ok(PathBuf::from(word));
        }
        let names = self.names()?;
        let from_the_end = match word {
            "last" => Some(1),
            "previous" => Some(2),
            _ => None,
        };
        if let Some(place) = from_the_end {
            let found = names.len().checked_sub(place).map(|at| &names[at]);
            return match found {
                Some(name) => Ok(self.path_of(name)),
                None => bail!("there is no `{word}` result: {}", self.holdings(&names)),
            };
        }
        let stem = word.strip_suffix(".json").unwrap_or(word);
        if names.iter().any(|name| name == stem) {
            return Ok(self.path_of(stem));
        }
        let found: Vec<_> = names.iter().filter(|name| name.starts_with(stem)).collect();
        match found[..] {
            [name] => Ok(self.path_of(name)),
            [] => bail!(
                "`{word}` is neither a file nor a kept result: {}",
                self.holdings(&names)
            ),
            _ => bail!(
                "`{word}` is the beginning of {} kept results: {}",
                found.len(),
                listed(found.iter().map(|name| name.as_str()))
            ),
        }
    }

    fn holdings(&self, names: &[String]) -> String {
        let shown = self.folder.display();
        match names.len() {
            0 => format!("nothing is kept in `{shown}`"),
            _ => format!(
                "`{shown}` holds {}",
                listed(names.iter().rev().map(String::as_str))
            ),
        }
    }
}

/// The first few of many.
fn listed<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let count = names.len();
    let mut shown: Vec<_> = names.take(NAMES_MAX).collect();
    let more = format!("{} more", count - shown.len());
    if shown.len() < count {
        shown.push(&more);
    }
    shown.join(", ")
}

/// `2026-11-26T05-40-12Z-tasks`: sorts by time, and is a file's name on every system.
fn name_of(report: &Report) -> String {
    let time = report.measured_at.replace(':', "-");
    let word = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let suite: String = report
        .suite
        .chars()
        .map(word)
        .take(SUITE_LENGTH_MAX)
        .collect();
    format!("{time}-{suite}")
}

/// Whoever reads the folder sees the whole result or none, also after a full disk.
fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new()
        .prefix(".result-")
        .tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    // Where a folder cannot be synced, the name is on disk a little later.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

fn make_private(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests;
