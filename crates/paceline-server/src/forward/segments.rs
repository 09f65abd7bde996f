//! The files of a queue. Owns their names, what of them can be used after a restart, and the place
//! of the reader; refuses to know who writes or reads.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::frame::{Head, MAGIC};

const SUFFIX: &str = ".seg";
const CURSOR_FILE: &str = "cursor";

/// One file: frames after the magic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    pub id: u64,
    /// Whole frames, the magic included.
    pub bytes: u64,
    /// Those that were not sent.
    pub samples: u64,
}

/// How far the reader is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    pub segment: u64,
    pub offset: u64,
}

pub fn path(folder: &Path, id: u64) -> PathBuf {
    folder.join(format!("{id:020}{SUFFIX}"))
}

/// Whatever is there, oldest first. What follows a torn or damaged head is not counted.
///
/// # Errors
/// When the folder or a file cannot be read.
pub fn list(folder: &Path, cursor: Cursor) -> io::Result<VecDeque<Segment>> {
    let mut ids = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let id = name.to_str().and_then(|name| name.strip_suffix(SUFFIX));
        ids.extend(id.and_then(|id| id.parse::<u64>().ok()));
    }
    ids.sort_unstable();
    ids.into_iter()
        .map(|id| {
            let from = if id == cursor.segment {
                cursor.offset
            } else {
                0
            };
            scan(folder, id, from)
        })
        .collect()
}

fn scan(folder: &Path, id: u64, unsent_from: u64) -> io::Result<Segment> {
    let file = File::open(path(folder, id))?;
    let length = file.metadata()?.len();
    let mut reader = BufReader::new(file);
    let mut segment = Segment {
        id,
        bytes: 0,
        samples: 0,
    };
    let mut magic = [0; MAGIC.len()];
    match reader.read_exact(&mut magic) {
        Ok(()) if magic == *MAGIC => segment.bytes = MAGIC.len() as u64,
        Ok(()) => return Ok(segment),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(segment),
        Err(error) => return Err(error),
    }
    // Heads alone: the checksum is looked at when a frame is sent.
    while let Ok(head) = Head::read(&mut reader) {
        let end = segment.bytes + head.frame_bytes();
        if length < end {
            break;
        }
        if unsent_from <= segment.bytes {
            segment.samples += u64::from(head.samples);
        }
        reader.seek(SeekFrom::Start(end))?;
        segment.bytes = end;
    }
    Ok(segment)
}

/// The file that remembers [`Cursor`]. One small write in place a request: when it is torn, the
/// checksum says so and everything that is still there is sent again, which receivers take as the
/// same.
pub struct CursorFile(File);

impl CursorFile {
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(folder: &Path) -> io::Result<(Self, Cursor)> {
        let mut options = fs::OpenOptions::new();
        let mut file = options
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(folder.join(CURSOR_FILE))?;
        let mut bytes = Vec::new();
        (&mut file).take(64).read_to_end(&mut bytes)?;
        Ok((Self(file), Cursor::decode(&bytes).unwrap_or_default()))
    }

    /// # Errors
    /// The disk's.
    pub fn save(&mut self, cursor: Cursor) -> io::Result<()> {
        self.0.seek(SeekFrom::Start(0))?;
        io::Write::write_all(&mut self.0, &cursor.encode())
    }
}

impl Cursor {
    fn encode(self) -> [u8; 20] {
        let mut bytes = [0; 20];
        bytes[..8].copy_from_slice(&self.segment.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.offset.to_le_bytes());
        let checksum = crc32c::crc32c(&bytes[..16]);
        bytes[16..].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (numbers, checksum) = bytes.split_at_checked(16)?;
        if crc32c::crc32c(numbers).to_le_bytes() != checksum {
            return None;
        }
        let (segment, offset) = numbers.split_first_chunk::<8>()?;
        Some(Self {
            segment: u64::from_le_bytes(*segment),
            offset: u64::from_le_bytes(offset.try_into().ok()?),
        })
    }
}
