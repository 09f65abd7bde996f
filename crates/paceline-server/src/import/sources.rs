//! Which files an import reads. Owns the list of formats, by name, in the order that lets a later
//! file use what an earlier one said; refuses to open them.

use std::path::{Path, PathBuf};

use super::feed::Feed;
use super::{
    ImportError, elections, figures, health, messages, perf, quality, registry, sessions, tasks,
    tools,
};

#[derive(Clone, Debug)]
pub(super) struct Source {
    pub path: PathBuf,
    /// Relative to the folder.
    pub name: String,
    pub bytes: u64,
    pub format: Format,
}

/// In the order of reading: agents before what speaks of them, tasks before their assessments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Format {
    Registry,
    Figures,
    Health,
    Tasks,
    Quality,
    Messages,
    ElectionState,
    CoordinationLog,
    Sessions,
    Tools,
    Perf,
}

/// What the message of a fruitless import lists.
pub(super) const NAMES: [&str; 12] = [
    "agent-registry.json",
    "agent-performance-metrics.json",
    "agent-health-metrics.json",
    "tasks.json",
    "quality-assessments.json",
    "message-bus.jsonl",
    "message-archives/messages-*.jsonl",
    "orchestrator-state.json",
    "coordination.log",
    "sessions.jsonl",
    "tool-timing.jsonl",
    "perf-metrics.jsonl",
];

const ARCHIVES: &str = "message-archives";

impl Format {
    fn of(name: &str) -> Option<Self> {
        let plain = name.strip_suffix(".gz").unwrap_or(name);
        let stem = |stem: &str| plain.starts_with(stem) && plain.ends_with(".jsonl");
        Some(match plain {
            "agent-registry.json" => Self::Registry,
            "agent-performance-metrics.json" => Self::Figures,
            "agent-health-metrics.json" => Self::Health,
            "tasks.json" => Self::Tasks,
            "quality-assessments.json" => Self::Quality,
            "orchestrator-state.json" => Self::ElectionState,
            "coordination.log" => Self::CoordinationLog,
            "sessions.jsonl" => Self::Sessions,
            _ if stem("message-bus") || stem("messages-") => Self::Messages,
            _ if stem("tool-timing") => Self::Tools,
            _ if stem("perf-metrics") => Self::Perf,
            _ => return None,
        })
    }

    pub fn what(self) -> &'static str {
        match self {
            Self::Registry => "agents",
            Self::Figures => "agents' reported figures",
            Self::Health => "health alerts",
            Self::Tasks => "tasks",
            Self::Quality => "quality assessments",
            Self::Messages => "messages",
            Self::ElectionState => "election states",
            Self::CoordinationLog => "elections won",
            Self::Sessions => "sessions",
            Self::Tools => "tool calls",
            Self::Perf => "operations",
        }
    }

    pub fn read(
        self,
        source: &Source,
        data_dir: &Path,
        feed: &mut Feed<'_>,
    ) -> Result<(), ImportError> {
        match self {
            Self::Registry => registry::read(source, feed),
            Self::Figures => figures::read(source, feed),
            Self::Health => health::read(source, feed),
            Self::Tasks => tasks::read(source, feed),
            Self::Quality => quality::read(source, feed),
            Self::Messages => messages::read(source, feed),
            Self::ElectionState => elections::read_state(source, feed),
            Self::CoordinationLog => elections::read_log(source, feed),
            Self::Sessions => sessions::read(source, feed),
            Self::Tools => tools::read(source, feed),
            Self::Perf => return perf::read(source, data_dir, feed),
        }
        Ok(())
    }
}

/// The files to read, in order, and the names of those left alone.
pub(super) fn discover(path: &Path) -> Result<(Vec<Source>, Vec<String>), ImportError> {
    let (mut sources, mut ignored) = (Vec::new(), Vec::new());
    if unreadable(path, std::fs::metadata(path))?.is_dir() {
        list(path, "", &mut sources, &mut ignored)?;
        let archives = path.join(ARCHIVES);
        if archives.is_dir() {
            list(&archives, "message-archives/", &mut sources, &mut ignored)?;
        }
    } else {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        sources.extend(source(path.to_owned(), name, "")?);
    }
    if sources.is_empty() {
        return Err(ImportError::NothingKnown {
            path: path.display().to_string(),
        });
    }
    // Archives sort before the bus that goes on from them; of equal messages the oldest copy stays.
    sources.sort_by(|a, b| (a.format, &a.name).cmp(&(b.format, &b.name)));
    ignored.sort();
    Ok((sources, ignored))
}

fn list(
    folder: &Path,
    prefix: &str,
    sources: &mut Vec<Source>,
    ignored: &mut Vec<String>,
) -> Result<(), ImportError> {
    for entry in unreadable(folder, std::fs::read_dir(folder))? {
        let path = unreadable(folder, entry)?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if path.is_dir() {
            continue;
        }
        match source(path, name.clone(), prefix)? {
            Some(source) => sources.push(source),
            None => ignored.push(format!("{prefix}{name}")),
        }
    }
    Ok(())
}

fn source(path: PathBuf, name: String, prefix: &str) -> Result<Option<Source>, ImportError> {
    let Some(format) = Format::of(&name) else {
        return Ok(None);
    };
    let bytes = unreadable(&path, std::fs::metadata(&path))?.len();
    Ok(Some(Source {
        path,
        name: format!("{prefix}{name}"),
        bytes,
        format,
    }))
}

fn unreadable<T>(path: &Path, result: std::io::Result<T>) -> Result<T, ImportError> {
    result.map_err(|cause| ImportError::Unreadable {
        path: path.display().to_string(),
        cause: cause.to_string(),
    })
}
