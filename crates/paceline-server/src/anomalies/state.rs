//! What detectors have learnt, on disk. Owns the file `anomalies.zst` (`docs/format/anomalies.md`);
//! refuses a file that is cut, damaged or newer: what can be learnt again is not worth a server that
//! does not start.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use paceline_metrics::{Label, Labels};
use serde::{Deserialize, Serialize};

use super::custom::Metric;
use super::limits::{STATE_BYTES_MAX, STATE_LINE_BYTES_MAX};
use super::peers::PeerType;
use super::watched::Watched;

pub const FILE: &str = "anomalies.zst";
const MAGIC: &[u8; 7] = b"PLANOMS";
const VERSION: u8 = 1;
/// Magic, version, checksum, length.
const HEAD_BYTES: usize = 20;
/// Detectors are numbers: more effort makes the file a few percent smaller.
const LEVEL: i32 = 1;

/// One line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// The first.
    Saved {
        at_ms: i64,
    },
    Own {
        key: String,
        of: Box<Watched>,
    },
    Metric {
        labels: BTreeMap<String, String>,
        step_ms: i64,
        is_rate: bool,
        seen_ms: i64,
        of: Box<Watched>,
    },
    Peers {
        agent_type: String,
        of: Box<PeerType>,
    },
}

#[derive(Debug, thiserror::Error)]
pub enum StateError {
    #[error("`{path}`: {problem}", path = path.display())]
    Io { path: PathBuf, problem: io::Error },
    #[error("`{path}` is of version {version}, which is newer than this program", path = path.display())]
    Newer { path: PathBuf, version: u8 },
    #[error("`{path}` is damaged: {problem}", path = path.display())]
    Damaged {
        path: PathBuf,
        problem: &'static str,
    },
}

impl Line {
    pub fn metric(metric: &Metric) -> Self {
        let labels = metric.labels.iter();
        Self::Metric {
            labels: labels
                .map(|label| (label.name.to_string(), label.value.to_string()))
                .collect(),
            step_ms: metric.step_ms,
            is_rate: metric.is_rate,
            seen_ms: metric.seen_ms,
            of: Box::new(metric.watched.clone()),
        }
    }
}

pub fn labels(pairs: BTreeMap<String, String>) -> Labels {
    Labels::new(pairs.into_iter().map(|(name, value)| Label {
        name: name.into(),
        value: value.into(),
    }))
}

/// Writes to a name of its own first, so that a crash leaves the old file.
pub struct Writer {
    place: PathBuf,
    unfinished: PathBuf,
    lines: zstd::Encoder<'static, Summed>,
}

/// What goes through is summed and counted.
struct Summed {
    file: BufWriter<File>,
    checksum: u32,
    length: u64,
}

impl Write for Summed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.checksum = crc32c::crc32c_append(self.checksum, &bytes[..written]);
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Writer {
    /// # Errors
    /// When the directory takes no file.
    pub fn begin(data: &Path) -> io::Result<Self> {
        let place = data.join(FILE);
        let unfinished = data.join(format!("{FILE}.new"));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = BufWriter::new(options.open(&unfinished)?);
        file.write_all(&[0; HEAD_BYTES])?;
        let summed = Summed {
            file,
            checksum: 0,
            length: 0,
        };
        Ok(Self {
            place,
            unfinished,
            lines: zstd::Encoder::new(summed, LEVEL)?,
        })
    }

    /// # Errors
    /// When the disk takes no more.
    pub fn add(&mut self, line: &Line) -> io::Result<()> {
        serde_json::to_writer(&mut self.lines, line)?;
        self.lines.write_all(b"\n")
    }

    /// The file is in its place and on disk when this returns.
    ///
    /// # Errors
    /// When the disk takes no more.
    pub fn finish(self) -> io::Result<()> {
        let summed = self.lines.finish()?;
        let mut file = summed
            .file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&head(summed.checksum, summed.length))?;
        file.sync_all()?;
        std::fs::rename(&self.unfinished, &self.place)?;
        sync_folder(&self.place)
    }
}

fn head(checksum: u32, length: u64) -> Vec<u8> {
    let mut head = MAGIC.to_vec();
    head.push(VERSION);
    head.extend(checksum.to_le_bytes());
    head.extend(length.to_le_bytes());
    head
}

#[cfg(unix)]
fn sync_folder(place: &Path) -> io::Result<()> {
    match place.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(not(unix))]
fn sync_folder(_place: &Path) -> io::Result<()> {
    Ok(())
}

/// Every line; none where there is no file.
///
/// # Errors
/// When the file cannot be used; nothing of it is then.
pub fn read(data: &Path) -> Result<Vec<Line>, StateError> {
    let path = data.join(FILE);
    let trouble = |problem| StateError::Io {
        path: path.clone(),
        problem,
    };
    let damaged = |problem| StateError::Damaged {
        path: path.clone(),
        problem,
    };
    let mut file = match File::open(&path) {
        Ok(file) => file,
        Err(problem) if problem.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(problem) => return Err(trouble(problem)),
    };
    let mut found = [0; HEAD_BYTES];
    file.read_exact(&mut found)
        .map_err(|_| damaged("it is too short"))?;
    if !found.starts_with(MAGIC) {
        return Err(damaged("it is none of ours"));
    }
    let version = found[MAGIC.len()];
    if VERSION < version {
        return Err(StateError::Newer { path, version });
    }
    let (checksum, length) = sum(&mut file).map_err(trouble)?;
    if found[..] != head(checksum, length)[..] {
        return Err(damaged("its checksum is wrong"));
    }
    file.seek(SeekFrom::Start(HEAD_BYTES as u64))
        .map_err(trouble)?;
    lines(file).map_err(|_| damaged("it holds what this version does not know"))
}

fn sum(file: &mut File) -> io::Result<(u32, u64)> {
    let (mut checksum, mut length) = (0, 0);
    let mut buffer = vec![0; 1 << 16];
    loop {
        let count = file.read(&mut buffer)?;
        if count == 0 {
            return Ok((checksum, length));
        }
        checksum = crc32c::crc32c_append(checksum, &buffer[..count]);
        length += count as u64;
    }
}

fn lines(file: File) -> io::Result<Vec<Line>> {
    let unpacked = zstd::Decoder::new(file)?.take(STATE_BYTES_MAX);
    let mut unpacked = BufReader::new(unpacked);
    let mut lines = Vec::new();
    let mut text = Vec::new();
    loop {
        text.clear();
        let mut one = unpacked.by_ref().take(STATE_LINE_BYTES_MAX);
        if one.read_until(b'\n', &mut text)? == 0 {
            return Ok(lines);
        }
        lines.push(serde_json::from_slice(&text)?);
    }
}

#[cfg(test)]
mod tests {
    use paceline_analysis::anomaly::Options;

    use super::*;

    fn write(data: &Path) {
        let mut writer = Writer::begin(data).unwrap();
        writer.add(&Line::Saved { at_ms: 7 }).unwrap();
        let mut watched = Watched::new(Options::every(1_000), 0);
        let mut book = super::super::book::Book::default();
        for at in 0..500_i64 {
            let value = Some((at * 7_919 % 13) as f64 * 0.1);
            watched.observe(at * 1_000, value, || unreachable!(), &mut book);
        }
        let own = Line::Own {
            key: "x".to_owned(),
            of: Box::new(watched),
        };
        writer.add(&own).unwrap();
        writer.finish().unwrap();
    }

    #[test]
    fn what_is_written_is_read() {
        let data = tempfile::tempdir().unwrap();
        assert!(read(data.path()).unwrap().is_empty());
        write(data.path());
        write(data.path());
        let lines = read(data.path()).unwrap();
        assert!(matches!(lines[0], Line::Saved { at_ms: 7 }));
        let Line::Own { key, of } = &lines[1] else {
            panic!("{lines:?}");
        };
        assert_eq!((key.as_str(), of.observed_ms), ("x", 499_000));
        let files = std::fs::read_dir(data.path()).unwrap().count();
        assert_eq!(files, 1, "the unfinished file is gone");
    }

    #[test]
    fn a_file_that_is_cut_flipped_newer_or_foreign_is_refused() {
        let data = tempfile::tempdir().unwrap();
        write(data.path());
        let path = data.path().join(FILE);
        let good = std::fs::read(&path).unwrap();
        let check = |bytes: &[u8], expected: &str| {
            std::fs::write(&path, bytes).unwrap();
            let error = read(data.path()).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        };
        check(&good[..10], "too short");
        check(&good[..good.len() - 1], "checksum");
        let mut flipped = good.clone();
        flipped[good.len() / 2] ^= 1;
        check(&flipped, "checksum");
        let mut newer = good.clone();
        newer[MAGIC.len()] = VERSION + 1;
        check(&newer, "newer");
        check(b"something else that is long enough", "none of ours");
        std::fs::write(&path, &good).unwrap();
        assert_eq!(read(data.path()).unwrap().len(), 2);
    }
}
