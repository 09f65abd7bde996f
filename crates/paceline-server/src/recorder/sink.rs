//! The record's files: `perf-metrics.jsonl` and `tool-timing.jsonl`. Owns one thread that writes
//! what the recorder sampled, once a second, and turns the files over: at the first write of a new
//! UTC day the old file becomes `<name>-<day>.jsonl.gz`, and days older than [`KEPT_DAYS`] go.
//! Refuses to hold up an operation: a slow or full disk costs record lines, counted and logged, and
//! nothing else.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use paceline_core::{Clock, Timestamp};

use super::{Closed, Outcome, Recorder};
use crate::record_format::{PERF_METRICS, PerfRecord, StagesMs, TOOL_TIMING};

pub const KEPT_DAYS: i64 = 90;
/// The recorder's interval: its line limit is a rate because this is a second.
const INTERVAL: Duration = Duration::from_secs(1);
const DAY_MS: i64 = 86_400_000;

/// The running sink; stopping it writes what is left.
pub struct Sink {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Sink {
    /// # Errors
    /// When the thread cannot be started.
    pub fn start(
        directory: PathBuf,
        recorder: Arc<Recorder>,
        clock: Arc<dyn Clock>,
    ) -> io::Result<Self> {
        let (stop, stopped) = channel();
        let thread = std::thread::Builder::new()
            .name("record".to_owned())
            .spawn(move || run(&directory, &recorder, clock.as_ref(), &stopped))?;
        Ok(Self { stop, thread })
    }

    /// Writes what is left and waits for it.
    pub fn stop(self) {
        // A sink that has ended already has nothing left to write.
        let _ = self.stop.send(());
        if self.thread.join().is_err() {
            tracing::error!("the record's thread had panicked");
        }
    }
}

fn run(directory: &Path, recorder: &Recorder, clock: &dyn Clock, stopped: &Receiver<()>) {
    let mut writer = RecordWriter::new(directory);
    loop {
        let last = !matches!(
            stopped.recv_timeout(INTERVAL),
            Err(RecvTimeoutError::Timeout)
        );
        writer.write(recorder, clock.now().wall);
        if last {
            return;
        }
    }
}

/// Both files, and the text on its way to them.
#[derive(Debug)]
pub struct RecordWriter {
    directory: PathBuf,
    text: Vec<u8>,
    failing: bool,
}

impl RecordWriter {
    #[must_use]
    pub fn new(directory: &Path) -> Self {
        Self {
            directory: directory.to_owned(),
            text: Vec::new(),
            failing: false,
        }
    }

    /// Takes the recorder's interval and appends it.
    pub fn write(&mut self, recorder: &Recorder, now: Timestamp) {
        self.text.clear();
        for book in &recorder.books {
            let (lines, weight) = book.lines.lock().take();
            lines
                .iter()
                .for_each(|line| write_line(line, weight, &mut self.text));
        }
        self.append(PERF_METRICS, now);
        self.text.clear();
        let calls = std::mem::take(&mut *recorder.tool_timings.lock());
        calls
            .iter()
            .for_each(|call| call.write_line(&mut self.text));
        self.append(TOOL_TIMING, now);
    }

    /// One failing spell is one line in the log.
    fn append(&mut self, name: &str, now: Timestamp) {
        if self.text.is_empty() {
            return;
        }
        match append(&self.directory, name, &self.text, now) {
            Ok(()) => self.failing = false,
            Err(error) if !self.failing => {
                tracing::warn!(file = name, %error, "record lines are being lost");
                self.failing = true;
            }
            Err(_) => {}
        }
    }
}

fn write_line(line: &Closed, weight: f64, out: &mut Vec<u8>) {
    let context = line.subject.as_ref().map(|subject| {
        serde_json::json!({ "surface": line.surface, "subject": subject }).to_string()
    });
    let context = context.unwrap_or_else(|| format!("{{\"surface\":\"{}\"}}", line.surface));
    PerfRecord {
        timestamp: line.at,
        operation_type: line.operation.as_str().into(),
        duration_ms: milliseconds(line.duration_ns),
        success: line.outcome == Outcome::Ok,
        session_id: line.session_id.as_deref().map(Into::into),
        error: line.error.map(Into::into),
        context: Some(context.into()),
        agent_id: line.agent_id.as_deref().map(Into::into),
        stages_ms: Some(StagesMs {
            queue: milliseconds(line.stages.queue_ns),
            execute: milliseconds(line.stages.execute_ns),
            commit: milliseconds(line.stages.commit_ns),
        }),
        weight,
    }
    .write_line(out);
}

#[expect(clippy::cast_precision_loss, reason = "exact to 104 days")]
fn milliseconds(ns: u64) -> f64 {
    ns as f64 / 1e6
}

fn append(directory: &Path, name: &str, text: &[u8], now: Timestamp) -> io::Result<()> {
    let path = directory.join(format!("{name}.jsonl"));
    turn_over(directory, &path, now)?;
    let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
    let before = file.metadata()?.len();
    file.write_all(text).inspect_err(|_| {
        // Half a line would spoil the next; the size before this write ended with a newline.
        let _ = file.set_len(before);
    })
}

/// Puts yesterday's file away. The day is that of the file's last write, so a server that slept
/// over midnight still files what it wrote under the right day.
fn turn_over(directory: &Path, path: &Path, now: Timestamp) -> io::Result<()> {
    let Ok(metadata) = path.metadata() else {
        return Ok(());
    };
    let written = metadata.modified()?.duration_since(std::time::UNIX_EPOCH);
    let written_ms = written.map_or(0, |at| i64::try_from(at.as_millis()).unwrap_or(i64::MAX));
    if now.0.div_euclid(DAY_MS) <= written_ms.div_euclid(DAY_MS) {
        return Ok(());
    }
    let (Some(stem), Some(extension)) = (path.file_stem(), path.extension()) else {
        return Ok(());
    };
    let (stem, extension) = (stem.to_string_lossy(), extension.to_string_lossy());
    let day = day_of(Timestamp(written_ms));
    let closed = unused(directory, &format!("{stem}-{day}"), &extension);
    std::fs::rename(path, &closed)?;
    compress(&closed)?;
    forget_old(directory, &stem, now)
}

/// A day whose file exists already (a clock that went back) gets a further one, never an overwrite.
fn unused(directory: &Path, stem: &str, extension: &str) -> PathBuf {
    let taken = |path: &Path| path.exists() || with_gz(path).exists();
    let mut path = directory.join(format!("{stem}.{extension}"));
    let mut further = 1;
    while taken(&path) {
        further += 1;
        path = directory.join(format!("{stem}.{further}.{extension}"));
    }
    path
}

fn with_gz(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".gz");
    PathBuf::from(name)
}

/// Written beside, synced, renamed: a crash leaves the plain file or the whole compressed one.
fn compress(path: &Path) -> io::Result<()> {
    let target = with_gz(path);
    let unfinished = target.with_extension("gz.tmp");
    let file = File::create(&unfinished)?;
    let mut encoder = flate2::write::GzEncoder::new(file, flate2::Compression::default());
    io::copy(&mut File::open(path)?, &mut encoder)?;
    encoder.finish()?.sync_all()?;
    std::fs::rename(&unfinished, &target)?;
    std::fs::remove_file(path)
}

fn forget_old(directory: &Path, stem: &str, now: Timestamp) -> io::Result<()> {
    let oldest = day_of(Timestamp(now.0 - KEPT_DAYS * DAY_MS));
    let prefix = format!("{stem}-");
    for entry in std::fs::read_dir(directory)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let day = name.strip_prefix(&prefix).and_then(|rest| rest.get(..10));
        // Days are written year first, so their text sorts as they do.
        if day.is_some_and(|day| is_day(day) && day < oldest.as_str()) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

fn is_day(text: &str) -> bool {
    text.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    })
}

fn day_of(at: Timestamp) -> String {
    let mut text = paceline_api::Timestamp(at.0).to_string();
    text.truncate(10);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record_format::{BadLines, read_perf};
    use paceline_api::Operation;

    fn recorder() -> Recorder {
        Recorder::new(Arc::new(crate::clock::SystemClock::start()))
    }

    fn finish(recorder: &Recorder, times: usize) {
        for _ in 0..times {
            recorder
                .begin(Operation::TaskClaim, "http")
                .close(Outcome::Ok, None);
        }
    }

    fn weights(directory: &Path) -> Vec<f64> {
        let mut weights = Vec::new();
        let path = directory.join(format!("{PERF_METRICS}.jsonl"));
        read_perf(&path, &mut BadLines::default(), |line| {
            weights.push(line.weight)
        })
        .unwrap();
        weights
    }

    #[test]
    fn every_operation_of_a_quiet_second_has_a_line() {
        let directory = tempfile::tempdir().unwrap();
        let recorder = recorder();
        finish(&recorder, 3);
        RecordWriter::new(directory.path()).write(&recorder, recorder.clock.now().wall);
        assert_eq!(weights(directory.path()), [1.0; 3]);
    }

    #[test]
    fn the_weights_of_a_busy_second_add_up_to_its_operations() {
        let directory = tempfile::tempdir().unwrap();
        let recorder = recorder();
        finish(&recorder, 2_500);
        RecordWriter::new(directory.path()).write(&recorder, recorder.clock.now().wall);
        let weights = weights(directory.path());
        assert_eq!(weights.len(), 1_000);
        assert!((weights.iter().sum::<f64>() - 2_500.0).abs() < 1e-6);
    }

    #[test]
    fn a_new_day_puts_the_old_file_away_compressed_and_forgets_the_91st() {
        let directory = tempfile::tempdir().unwrap();
        let old = directory.path().join("perf-metrics-2020-01-01.jsonl.gz");
        let foreign = directory.path().join("perf-metrics-imported.jsonl");
        std::fs::write(&old, b"").unwrap();
        std::fs::write(&foreign, b"").unwrap();
        let recorder = recorder();
        finish(&recorder, 1);
        let mut writer = RecordWriter::new(directory.path());
        let today = recorder.clock.now().wall;
        writer.write(&recorder, today);
        finish(&recorder, 1);
        writer.write(&recorder, today + DAY_MS);
        let closed = directory
            .path()
            .join(format!("perf-metrics-{}.jsonl.gz", day_of(today)));
        assert!(closed.exists() && !old.exists() && foreign.exists());
        assert_eq!(weights(directory.path()), [1.0]);
    }
}
