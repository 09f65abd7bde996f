//! Lines of a JSONL file, plain or gzip. Owns patience: torn ends, blank lines, over-long lines and
//! damaged archives are accounted for and passed over. Refuses to hold more than one line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use serde::Serialize;

/// No line of a record is this long; what is longer is damage, and must not fill memory.
const LINE_BYTES_MAX: usize = 4 << 20;
/// How many bad lines are kept as examples; the rest are only counted.
const EXAMPLES_MAX: usize = 20;
const REASON_CHARS_MAX: usize = 200;

/// Why a line cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct LineError(pub String);

impl From<serde_json::Error> for LineError {
    fn from(error: serde_json::Error) -> Self {
        let text = error.to_string();
        // A record is one line: the "line 1" of the parser would contradict the file's own number.
        Self(text.replace(" at line 1 column ", " at column "))
    }
}

impl From<&str> for LineError {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BadLine {
    pub file: String,
    /// From 1; 0 when the file as a whole is meant.
    pub line: u64,
    pub reason: String,
}

/// How many lines could not be used, with the first of them as examples.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BadLines {
    pub total: u64,
    pub examples: Vec<BadLine>,
}

impl BadLines {
    pub fn push(&mut self, file: &str, line: u64, reason: &str) {
        self.total += 1;
        if self.examples.len() < EXAMPLES_MAX {
            let reason = reason.chars().take(REASON_CHARS_MAX).collect();
            self.examples.push(BadLine {
                file: file.to_owned(),
                line,
                reason,
            });
        }
    }

    pub fn merge(&mut self, other: Self) {
        self.total += other.total;
        let room = EXAMPLES_MAX - self.examples.len().min(EXAMPLES_MAX);
        self.examples.extend(other.examples.into_iter().take(room));
    }
}

/// Reads a file line by line; answers how many lines held something.
///
/// # Errors
/// When the file cannot be opened. Whatever goes wrong later is a bad line.
pub fn read_lines(
    path: &Path,
    bad: &mut BadLines,
    use_line: impl FnMut(u64, &[u8]) -> Result<(), LineError>,
) -> io::Result<u64> {
    let name = file_name(path);
    let file = File::open(path)?;
    if path.extension().is_some_and(|extension| extension == "gz") {
        let reader = BufReader::with_capacity(1 << 16, MultiGzDecoder::new(file));
        Ok(read_lines_from(reader, &name, bad, use_line))
    } else {
        Ok(read_lines_from(
            BufReader::with_capacity(1 << 16, file),
            &name,
            bad,
            use_line,
        ))
    }
}

/// Like [`read_lines`], from anything that reads.
pub fn read_lines_from(
    mut reader: impl BufRead,
    name: &str,
    bad: &mut BadLines,
    mut use_line: impl FnMut(u64, &[u8]) -> Result<(), LineError>,
) -> u64 {
    let mut line = Vec::new();
    let (mut number, mut used) = (0, 0);
    loop {
        number += 1;
        match next_line(&mut reader, &mut line) {
            Ok(Next::End) => return used,
            Ok(Next::TooLong) => {
                used += 1;
                bad.push(name, number, &format!("longer than {LINE_BYTES_MAX} bytes"));
            }
            Ok(Next::Line { ended }) => {
                let text = content(&line, number);
                if text.is_empty() {
                    continue;
                }
                used += 1;
                if let Err(error) = use_line(number, text) {
                    let torn = if ended {
                        ""
                    } else {
                        " (last line, no newline: torn)"
                    };
                    bad.push(name, number, &format!("{error}{torn}"));
                }
            }
            Err(error) => {
                bad.push(
                    name,
                    number,
                    &format!("cannot be read any further: {error}"),
                );
                return used;
            }
        }
    }
}

/// Without line ending, surrounding blanks and, on the first line, byte order mark.
fn content(line: &[u8], number: u64) -> &[u8] {
    let line = line.trim_ascii();
    if number == 1 {
        line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
    } else {
        line
    }
}

enum Next {
    Line { ended: bool },
    TooLong,
    End,
}

fn next_line(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Next> {
    line.clear();
    let limit = LINE_BYTES_MAX as u64 + 1;
    let read = reader.by_ref().take(limit).read_until(b'\n', line)?;
    if read == 0 {
        return Ok(Next::End);
    }
    let ended = line.last() == Some(&b'\n');
    if ended || line.len() <= LINE_BYTES_MAX {
        return Ok(Next::Line { ended });
    }
    skip_line(reader)?;
    Ok(Next::TooLong)
}

fn skip_line(reader: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = reader.fill_buf()?;
        let length = buffer.len();
        match buffer.iter().position(|byte| *byte == b'\n') {
            _ if length == 0 => return Ok(()),
            Some(end) => {
                reader.consume(end + 1);
                return Ok(());
            }
            None => reader.consume(length),
        }
    }
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn numbers(input: &[u8]) -> (Vec<i64>, BadLines, u64) {
        let (mut seen, mut bad) = (Vec::new(), BadLines::default());
        let used = read_lines_from(input, "some.jsonl", &mut bad, |_, line| {
            seen.push(serde_json::from_slice(line)?);
            Ok(())
        });
        (seen, bad, used)
    }

    #[test]
    fn a_missing_final_newline_loses_nothing() {
        assert_eq!(numbers(b"1\n\n  \r\n2\r\n3").0, [1, 2, 3]);
        assert_eq!(numbers(b"\xef\xbb\xbf1\n").0, [1]);
        assert_eq!(numbers(b"").2, 0);
    }

    #[test]
    fn a_bad_line_is_told_by_file_line_and_reason() {
        let (seen, bad, used) = numbers(b"1\n{\n3\n4.");
        assert_eq!((seen, bad.total, used), (vec![1, 3], 2, 4));
        assert_eq!(
            (bad.examples[0].file.as_str(), bad.examples[0].line),
            ("some.jsonl", 2)
        );
        assert!(bad.examples[0].reason.contains("at column"), "{bad:?}");
        assert!(bad.examples[1].reason.contains("torn"), "{bad:?}");
    }

    #[test]
    fn an_over_long_line_is_passed_over_without_being_held() {
        let mut input = vec![b'x'; LINE_BYTES_MAX + 10];
        input.extend_from_slice(b"\n7\n");
        let (seen, bad, _) = numbers(&input);
        assert_eq!((seen, bad.total), (vec![7], 1));
    }

    #[test]
    fn examples_are_bounded_and_totals_are_not() {
        let (_, bad, _) = numbers("x\n".repeat(100).as_bytes());
        assert_eq!((bad.total, bad.examples.len()), (100, EXAMPLES_MAX));
    }

    #[test]
    fn a_damaged_archive_gives_what_can_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("some.jsonl.gz");
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        let lines: String = (0..50_000)
            .map(|number| format!("{}\n", number * 7_919))
            .collect();
        encoder.write_all(lines.as_bytes()).unwrap();
        let packed = encoder.finish().unwrap();
        for (length, damaged) in [(packed.len(), 0), (packed.len() / 2, 1)] {
            std::fs::write(&path, &packed[..length]).unwrap();
            let (mut seen, mut bad) = (0, BadLines::default());
            let count = |_: u64, _: &[u8]| {
                seen += 1;
                Ok(())
            };
            read_lines(&path, &mut bad, count).unwrap();
            assert!(100 < seen, "{seen}");
            assert_eq!(bad.total, damaged, "{bad:?}");
        }
    }
}
