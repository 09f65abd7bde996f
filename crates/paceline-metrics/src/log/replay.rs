//! The log after a restart. Owns reading every segment, cutting the torn tail of the last one and
//! passing over damage, which is told with its place; refuses to cut what was once synced.
//!
//! A frame that cannot be read is torn when it is in the last segment and no later frame says that
//! it was synced: then nobody was told that it is kept. Else it is damage: the frames around it are
//! used, and [`Recovery`] names file and offset.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::body::{Body, read_body};
use super::frame::{Frame, next_frame};
use super::segment_file::{ClosedSegment, ReadHeader, SegmentHeader, list};
use super::writer::LogWriter;
use crate::OpenError;

/// What the last run left, and in which state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovery {
    pub rows: u64,
    pub samples: u64,
    /// Samples whose series was named in a damaged place.
    pub unknown: u64,
    /// What was damaged, with file and offset. What is around it is served.
    pub damage: Vec<String>,
    /// An unfinished write at the end that was cut: its push was never answered.
    pub torn: Option<String>,
}

/// Reads the log in `dir` from this segment on (what is before it is deleted) and hands its bodies over, in order; each segment begins with `None`.
/// Bodies answer the time of their newest sample.
pub(crate) fn replay(
    dir: &Path,
    from: u64,
    mut use_body: impl FnMut(Option<Body>, &mut Recovery) -> i64,
) -> Result<(LogWriter, Recovery), OpenError> {
    let io = |source| OpenError::Io {
        place: dir.display().to_string(),
        source,
    };
    fs::create_dir_all(dir).map_err(io)?;
    let mut segments = list(dir).map_err(io)?;
    for (_, old) in segments.extract_if(.., |(number, _)| *number < from) {
        // One that stays is no harm: it is passed over again.
        let _ = fs::remove_file(old);
    }
    let ends = read_ends(&segments)?;
    let mut recovery = Recovery::default();
    let mut closed = Vec::new();
    for (at, (number, path)) in segments.iter().enumerate() {
        let mut bytes = fs::read(path).map_err(io)?;
        let last = at + 1 == segments.len();
        if let Some(end) = ends.get(at + 1).copied().flatten() {
            if end > bytes.len() as u64 {
                let (path, has) = (path.display(), bytes.len());
                let cut =
                    format!("`{path}` at byte {has}: {end} bytes were written, the rest is gone");
                recovery.damage.push(cut);
            }
            bytes.truncate(end as usize);
        }
        if at > 0 && segments[at - 1].0 + 1 != *number {
            let missing = format!("`{}`: segments before it are missing", path.display());
            recovery.damage.push(missing);
        }
        use_body(None, &mut recovery);
        let mut segment = Replayed {
            path,
            last,
            newest_ms: i64::MIN,
        };
        let end = segment.read(&bytes, &mut recovery, &mut use_body);
        if end < bytes.len() {
            cut(path, end).map_err(io)?;
        }
        closed.push(ClosedSegment {
            number: *number,
            path: path.clone(),
            bytes: end as u64,
            newest_ms: segment.newest_ms,
        });
    }
    let next = segments
        .last()
        .map_or(from.max(1), |(number, _)| number + 1);
    Ok((LogWriter::new(dir, next, closed), recovery))
}

/// For each segment where the one before it ends, if its header can be read and they follow.
fn read_ends(segments: &[(u64, PathBuf)]) -> Result<Vec<Option<u64>>, OpenError> {
    let mut ends = Vec::new();
    let mut before = None;
    for (number, path) in segments {
        let place = || path.display().to_string();
        let start = read_start(path).map_err(|source| OpenError::Io {
            place: place(),
            source,
        })?;
        ends.push(match SegmentHeader::read(&start) {
            ReadHeader::Newer(version) => {
                return Err(OpenError::TooNew {
                    place: place(),
                    version,
                });
            }
            ReadHeader::Header(header)
                if header.number == *number && before == number.checked_sub(1) =>
            {
                Some(header.previous_end)
            }
            _ => None,
        });
        before = Some(*number);
    }
    Ok(ends)
}

fn read_start(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut start = Vec::with_capacity(SegmentHeader::BYTES);
    File::open(path)?
        .take(SegmentHeader::BYTES as u64)
        .read_to_end(&mut start)?;
    Ok(start)
}

fn cut(path: &Path, end: usize) -> std::io::Result<()> {
    let file = File::options().write(true).open(path)?;
    file.set_len(end as u64)?;
    file.sync_all()
}

struct Replayed<'p> {
    path: &'p Path,
    last: bool,
    newest_ms: i64,
}

impl Replayed<'_> {
    /// Answers where the readable part ends.
    fn read(
        &mut self,
        bytes: &[u8],
        recovery: &mut Recovery,
        use_body: &mut impl FnMut(Option<Body>, &mut Recovery) -> i64,
    ) -> usize {
        let mut offset = SegmentHeader::BYTES;
        if bytes.is_empty() {
            return 0;
        }
        if !matches!(SegmentHeader::read(bytes), ReadHeader::Header(_)) {
            if self.last && next_frame(bytes, 0).is_none() {
                recovery.torn = Some(self.told(0, "the file's head is unfinished"));
                return 0;
            }
            recovery
                .damage
                .push(self.told(0, "the file's head is damaged"));
            offset = offset.min(bytes.len());
        }
        while offset < bytes.len() {
            let Some(frame) = next_frame(bytes, offset) else {
                return self.bad_end(bytes, offset, recovery);
            };
            if frame.offset > offset && !self.passed_over(bytes, offset, &frame, recovery) {
                return offset;
            }
            match read_body(frame.body) {
                Ok(body) => self.newest_ms = self.newest_ms.max(use_body(Some(body), recovery)),
                Err(error) => recovery
                    .damage
                    .push(self.told(frame.offset, &error.to_string())),
            }
            offset = frame.end();
        }
        offset
    }

    /// Nothing readable follows.
    fn bad_end(&self, bytes: &[u8], offset: usize, recovery: &mut Recovery) -> usize {
        let rest = bytes.len() - offset;
        if self.last {
            let what = format!("an unfinished write of {rest} bytes was cut");
            recovery.torn = Some(self.told(offset, &what));
            return offset;
        }
        let what = format!("{rest} bytes cannot be read");
        recovery.damage.push(self.told(offset, &what));
        bytes.len()
    }

    /// Is the unreadable part before this frame damage? If not, it is the torn end.
    fn passed_over(
        &self,
        bytes: &[u8],
        offset: usize,
        frame: &Frame<'_>,
        recovery: &mut Recovery,
    ) -> bool {
        let synced = std::iter::successors(Some(frame.synced), {
            let mut at = frame.end();
            move |_| {
                let next = next_frame(bytes, at)?;
                at = next.end();
                Some(next.synced)
            }
        });
        let was_synced = synced.into_iter().any(|synced| synced > offset as u64);
        let lost = frame.offset - offset;
        if self.last && !was_synced {
            let what = format!(
                "an unfinished write of {} bytes was cut",
                bytes.len() - offset
            );
            recovery.torn = Some(self.told(offset, &what));
            return false;
        }
        let what = format!("{lost} bytes cannot be read; what follows them is used");
        recovery.damage.push(self.told(offset, &what));
        true
    }

    fn told(&self, offset: usize, what: &str) -> String {
        format!("`{}` at byte {offset}: {what}", self.path.display())
    }
}
