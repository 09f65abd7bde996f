//! The record's part of a report. Owns which files are read and their split among threads; refuses
//! to let the split show: it depends on the files alone, and parts are joined in their order, so the
//! same record gives the same report on any machine.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use paceline_analysis::report::OperationSample;
use paceline_analysis::{Period, ReportBuilder};
use paceline_core::Timestamp;

use crate::record_format::{
    BadLine, BadLines, LineError, PERF_METRICS, PERF_METRICS_IMPORTED, PerfRecord, read_lines,
    read_lines_from, record_files,
};

/// Threads, at most, and parts, as far as there is enough to read.
const PARTS: u64 = 4;
/// A part of less is not worth a thread.
const PART_BYTES_MIN: u64 = 1 << 20;
/// A packed byte is as much work as so many plain ones.
const PACKED_COST: u64 = 8;

/// What one thread reads, in order.
type Part = Vec<Piece>;

#[derive(Clone, Debug)]
struct Piece {
    file: PathBuf,
    imported: bool,
    /// From the beginning of a line to that of another; all of a packed file.
    bytes: Option<Range<u64>>,
}

/// What a piece gave.
struct Outcome {
    piece: Piece,
    used: u64,
    lines: u64,
    bad: BadLines,
    error: Option<io::Error>,
}

/// Everything that the record of a data directory says about a period.
///
/// # Errors
/// When the directory cannot be listed. A line or a file that cannot be used is told in the report.
pub(super) fn read(
    folder: &Path,
    period: &Period,
    begin: impl Fn() -> ReportBuilder + Sync,
) -> io::Result<ReportBuilder> {
    let parts = split(files(folder, period)?)?;
    let read = |part: Part| {
        let mut builder = begin();
        let outcomes: Vec<Outcome> = part
            .into_iter()
            .map(|piece| piece.read(&mut builder))
            .collect();
        (builder, outcomes)
    };
    let done: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = parts
            .into_iter()
            .map(|part| scope.spawn(move || read(part)))
            .collect();
        threads
            .into_iter()
            .map(std::thread::ScopedJoinHandle::join)
            .collect()
    });
    let mut builder = begin();
    let mut outcomes = Vec::new();
    for part in done {
        let (read, of_part) = part.map_err(|_| io::Error::other("a reading thread panicked"))?;
        builder.merge(read);
        outcomes.extend(of_part);
    }
    tell(outcomes, &mut builder);
    Ok(builder)
}

/// With whether they were imported.
fn files(folder: &Path, period: &Period) -> io::Result<Vec<(PathBuf, bool)>> {
    let (from, to) = (Timestamp(period.previous_from.0), Timestamp(period.to.0));
    let imported = record_files(folder, PERF_METRICS_IMPORTED, from, to)?;
    let own = record_files(folder, PERF_METRICS, from, to)?;
    let imported = imported.into_iter().map(|file| (file, true));
    Ok(imported
        .chain(own.into_iter().map(|file| (file, false)))
        .collect())
}

/// Into parts of about the same work.
fn split(files: Vec<(PathBuf, bool)>) -> io::Result<Vec<Part>> {
    let mut sized = Vec::with_capacity(files.len());
    for (file, imported) in files {
        let packed = file.extension().is_some_and(|extension| extension == "gz");
        // Put away or deleted since the directory was listed: the reading will tell.
        let bytes = std::fs::metadata(&file).map_or(0, |about| about.len());
        sized.push((file, imported, packed, bytes));
    }
    let cost = |packed: bool, bytes: u64| if packed { bytes * PACKED_COST } else { bytes };
    let all: u64 = sized.iter().map(|one| cost(one.2, one.3)).sum();
    let share = (all / PARTS).max(PART_BYTES_MIN);
    let mut parts = vec![Part::new()];
    let mut room = share;
    let mut put = |piece: Piece, cost: u64, parts: &mut Vec<Part>| {
        if room == 0 {
            parts.push(Part::new());
            room = share;
        }
        if let Some(last) = parts.last_mut() {
            last.push(piece);
        }
        room = room.saturating_sub(cost);
        room
    };
    for (file, imported, packed, bytes) in sized {
        let piece = |bytes| Piece {
            file: file.clone(),
            imported,
            bytes,
        };
        if packed || bytes == 0 {
            put(piece(None), cost(packed, bytes), &mut parts);
            continue;
        }
        let mut from = 0;
        while from < bytes {
            let to = line_after(&file, from + share, bytes)?;
            put(piece(Some(from..to)), to - from, &mut parts);
            from = to;
        }
    }
    Ok(parts)
}

/// Where the first line at or behind `at` begins, or the end.
fn line_after(file: &Path, at: u64, end: u64) -> io::Result<u64> {
    if end <= at {
        return Ok(end);
    }
    let mut open = File::open(file)?;
    open.seek(SeekFrom::Start(at))?;
    let mut rest = Vec::new();
    let passed = BufReader::new(open)
        .take(end - at)
        .read_until(b'\n', &mut rest)?;
    Ok(at + passed as u64)
}

impl Piece {
    fn read(self, builder: &mut ReportBuilder) -> Outcome {
        let mut outcome = Outcome {
            used: 0,
            lines: 0,
            bad: BadLines::default(),
            error: None,
            piece: self,
        };
        let (mut lines, mut bad) = (0, BadLines::default());
        let use_line = |number: u64, line: &[u8]| -> Result<(), LineError> {
            lines = number;
            add(builder, &PerfRecord::parse(line)?);
            Ok(())
        };
        match outcome.piece.lines(&mut bad, use_line) {
            Ok(used) => outcome.used = used,
            Err(error) => outcome.error = Some(error),
        }
        (outcome.lines, outcome.bad) = (lines, bad);
        outcome
    }

    fn lines(
        &self,
        bad: &mut BadLines,
        use_line: impl FnMut(u64, &[u8]) -> Result<(), LineError>,
    ) -> io::Result<u64> {
        let Some(bytes) = &self.bytes else {
            return read_lines(&self.file, bad, use_line);
        };
        let mut open = File::open(&self.file)?;
        open.seek(SeekFrom::Start(bytes.start))?;
        let reader = BufReader::with_capacity(1 << 16, open.take(bytes.end - bytes.start));
        Ok(read_lines_from(reader, &name(&self.file), bad, use_line))
    }
}

fn add(builder: &mut ReportBuilder, record: &PerfRecord<'_>) {
    builder.operation(&OperationSample {
        at_ms: record.timestamp.0,
        operation: &record.operation_type,
        duration_ms: record.duration_ms,
        success: record.success,
        weight: record.weight,
        error: record.error.as_deref(),
        session_id: record.session_id.as_deref(),
        agent_id: record.agent_id.as_deref(),
        context: record.context.as_deref(),
        stages_ms: record
            .stages_ms
            .map(|stages| [stages.queue, stages.execute, stages.commit]),
    });
}

/// What could not be used, and what was measured by others.
fn tell(outcomes: Vec<Outcome>, builder: &mut ReportBuilder) {
    let imported = outcomes.iter().filter(|one| one.piece.imported);
    let imported: u64 = imported.map(|one| one.used).sum();
    if 0 < imported {
        builder.gap(format!(
            "{imported} records were imported from another system's files and measured by it."
        ));
    }
    for one in &outcomes {
        if let Some(error) = &one.error {
            let file = name(&one.piece.file);
            builder.gap(format!("`{file}` could not be opened: {error}."));
        }
    }
    let bad = numbered(outcomes);
    if let Some(BadLine { file, line, reason }) = bad.examples.first() {
        builder.gap(format!(
            "{} lines of the record could not be used; the first is line {line} of `{file}`: \
             {reason}.",
            bad.total
        ));
    }
}

/// All bad lines, numbered within their file and not within the piece.
fn numbered(outcomes: Vec<Outcome>) -> BadLines {
    let mut all = BadLines::default();
    let mut before = (PathBuf::new(), 0);
    for mut one in outcomes {
        if before.0 != one.piece.file {
            before = (one.piece.file.clone(), 0);
        }
        for example in one
            .bad
            .examples
            .iter_mut()
            .filter(|example| 0 < example.line)
        {
            example.line += before.1;
        }
        let last = one
            .bad
            .examples
            .last()
            .map_or(0, |example| example.line - before.1.min(example.line));
        before.1 += one.lines.max(last);
        all.merge(one.bad);
    }
    all
}

fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: usize = 40_000;

    fn line(number: usize) -> String {
        let at = 1_791_000_000_000 + number as i64 * 1_000;
        let time = paceline_api::Timestamp::from_millis(at);
        let head = format!(
            "{{\"timestamp\":\"{time}\",\"operation_type\":\"op_{}\"",
            number % 7
        );
        format!(
            "{head},\"duration_ms\":{}.25,\"success\":{}}}\n",
            number % 90,
            !number.is_multiple_of(50)
        )
    }

    /// The same lines in one file or many give the same report, byte for byte.
    #[test]
    fn how_a_record_is_split_does_not_show() {
        let period = Period::month("2026-10").unwrap();
        let text = |lines: Range<usize>| lines.map(line).collect::<String>();
        let report = |files: &[(&str, String)]| {
            let folder = tempfile::tempdir().unwrap();
            for (name, text) in files {
                std::fs::write(folder.path().join(name), text).unwrap();
            }
            serde_json::to_string(
                &read(folder.path(), &period, || {
                    ReportBuilder::new(period.clone())
                })
                .unwrap()
                .finish(),
            )
            .unwrap()
        };
        let whole = report(&[("perf-metrics.jsonl", text(0..LINES))]);
        let halves = report(&[
            ("perf-metrics-2026-10-05.jsonl", text(0..15_000)),
            ("perf-metrics.jsonl", text(15_000..LINES)),
        ]);
        assert!(whole.contains("\"operation\":\"op_6\""));
        assert_eq!(whole, halves);
    }

    #[test]
    fn a_bad_line_behind_a_split_keeps_its_number() {
        let folder = tempfile::tempdir().unwrap();
        let mut text: String = (0..LINES).map(line).collect();
        text.push_str("{\"torn\":");
        assert!(2 * PART_BYTES_MIN < text.len() as u64);
        std::fs::write(folder.path().join("perf-metrics.jsonl"), text).unwrap();
        let period = Period::month("2026-10").unwrap();
        let report = read(folder.path(), &period, || {
            ReportBuilder::new(period.clone())
        })
        .unwrap()
        .finish();
        let expected = format!("the first is line {} of `perf-metrics.jsonl`", LINES + 1);
        assert!(
            report.gaps.iter().any(|gap| gap.contains(&expected)),
            "{:?}",
            report.gaps
        );
        assert_eq!(report.reliability.operations, LINES as u64);
    }
}
