//! `perf-metrics.jsonl` of another system. Owns the translation of operation names, and appending
//! each row once to the imported record; refuses rows without a duration or a time.
//!
//! A row is known by its whole line and by how many equal ones stood before it, so a file that is
//! imported again, or that has grown, brings only what is new.

use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::ImportError;
use super::feed::{Feed, digest};
use super::sources::Source;
use crate::record_format::{BadLines, PERF_METRICS_IMPORTED, PerfRecord, read_lines};

/// Their name, ours.
const RENAMED: [(&str, &str); 4] = [
    ("task_create", "task_enqueue"),
    ("agent_send", "message_send"),
    ("agent_messages", "message_read"),
    ("leader_election", "leader_campaign"),
];
const WRITE_BYTES: usize = 1 << 20;

pub(super) fn read(
    source: &Source,
    data_dir: &Path,
    feed: &mut Feed<'_>,
) -> Result<(), ImportError> {
    let path = data_dir.join(format!("{PERF_METRICS_IMPORTED}.jsonl"));
    let failed = |cause: io::Error| ImportError::Unwritable {
        path: path.display().to_string(),
        cause: cause.to_string(),
    };
    let mut appender = Appender::open(&path).map_err(failed)?;
    let mut counts = Counts::default();
    feed.lines(source, |feed, _, line| {
        let mut record = PerfRecord::parse(line)?;
        counts.see(&record);
        if let Some((_, ours)) = RENAMED
            .iter()
            .find(|(theirs, _)| *theirs == record.operation_type)
        {
            *counts.renamed.entry(ours).or_default() += 1;
            record.operation_type = (*ours).into();
        }
        if appender.add(&record) {
            feed.account.added += 1;
        } else {
            feed.account.present += 1;
        }
        Ok(())
    });
    appender.finish().map_err(failed)?;
    counts.tell(feed);
    Ok(())
}

#[derive(Default)]
struct Counts {
    renamed: BTreeMap<&'static str, u64>,
    unordered: u64,
    last: Option<paceline_core::Timestamp>,
}

impl Counts {
    fn see(&mut self, record: &PerfRecord<'_>) {
        self.unordered += u64::from(self.last.is_some_and(|last| record.timestamp < last));
        self.last = Some(record.timestamp);
    }

    fn tell(self, feed: &mut Feed<'_>) {
        for (theirs, ours) in RENAMED {
            let count = self.renamed.get(ours).copied().unwrap_or(0);
            feed.note_count(count, &format!("rows of `{theirs}` are `{ours}` here"));
        }
        feed.note_count(self.unordered, "rows are earlier than the row before them");
    }
}

/// The imported record, open at its end.
struct Appender {
    file: File,
    /// How many equal lines are there already and have not been met in this import.
    unmet: HashMap<u128, u32>,
    buffer: Vec<u8>,
    error: Option<io::Error>,
}

impl Appender {
    fn open(path: &PathBuf) -> io::Result<Self> {
        let options = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .clone();
        let mut file = options.open(path)?;
        let mut unmet: HashMap<u128, u32> = HashMap::new();
        read_lines(path, &mut BadLines::default(), |_, line| {
            *unmet.entry(digest(line)).or_default() += 1;
            Ok(())
        })?;
        let mut buffer = Vec::new();
        if ends_torn(&mut file)? {
            buffer.push(b'\n');
        }
        Ok(Self {
            file,
            unmet,
            buffer,
            error: None,
        })
    }

    /// Whether the record was new.
    fn add(&mut self, record: &PerfRecord<'_>) -> bool {
        let start = self.buffer.len();
        record.write_line(&mut self.buffer);
        let line = self.buffer[start..].trim_ascii();
        if let Some(unmet) = self
            .unmet
            .get_mut(&digest(line))
            .filter(|unmet| 0 < **unmet)
        {
            *unmet -= 1;
            self.buffer.truncate(start);
            return false;
        }
        if WRITE_BYTES <= self.buffer.len() {
            self.write();
        }
        true
    }

    fn write(&mut self) {
        if self.error.is_none() {
            self.error = self.file.write_all(&self.buffer).err();
        }
        self.buffer.clear();
    }

    fn finish(mut self) -> io::Result<()> {
        self.write();
        match self.error {
            Some(error) => Err(error),
            None => self.file.sync_all(),
        }
    }
}

/// An import that was cut off left half a line, which the next must not be glued to.
fn ends_torn(file: &mut File) -> io::Result<bool> {
    let mut last = [b'\n'];
    if 0 < file.seek(SeekFrom::End(0))? {
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
    }
    Ok(last != [b'\n'])
}
