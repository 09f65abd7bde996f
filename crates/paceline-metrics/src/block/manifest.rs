//! The list of files that count. Owns its bytes and its replacement in one step; refuses a list whose
//! checksum does not hold.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::write::{NEW, sync_folder_of};

pub(super) const NAME: &str = "manifest";
const TITLE: &str = "paceline-blocks ";
const VERSION: u32 = 1;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Manifest {
    /// The number of the next file.
    pub next: u64,
    pub files: Vec<Listed>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Listed {
    pub name: String,
    pub bytes: u64,
    /// For the retention of a file that cannot be read any more.
    pub to_ms: i64,
}

pub(super) enum Found {
    Nothing,
    Whole(Manifest),
    TooNew(u32),
    Damaged(String),
}

pub(super) fn read(folder: &Path) -> io::Result<Found> {
    match fs::read(folder.join(NAME)) {
        Ok(bytes) => Ok(parse(&bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Found::Nothing),
        Err(error) => Err(error),
    }
}

fn parse(bytes: &[u8]) -> Found {
    let damaged = |problem: &str| Found::Damaged(problem.to_owned());
    let Some(line_end) = bytes.iter().position(|byte| *byte == b'\n') else {
        return damaged("byte 0: there is no first line");
    };
    let (title, body) = (&bytes[..line_end], &bytes[line_end + 1..]);
    let Some((version, crc)) = parse_title(title) else {
        return damaged("byte 0: the first line cannot be read");
    };
    // The version counts only when the checksum shows that it is no accident.
    if format!("{:08x}", checksum(version, body)) != crc {
        return damaged("the checksum is wrong");
    }
    if version != VERSION {
        return Found::TooNew(version);
    }
    match serde_json::from_slice(body) {
        Ok(manifest) => Found::Whole(manifest),
        Err(error) => Found::Damaged(error.to_string()),
    }
}

fn parse_title(title: &[u8]) -> Option<(u32, &str)> {
    let (version, crc) = std::str::from_utf8(title)
        .ok()?
        .strip_prefix(TITLE)?
        .split_once(' ')?;
    Some((version.parse().ok()?, crc))
}

fn checksum(version: u32, body: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&version.to_le_bytes()), body)
}

pub(super) fn replace(folder: &Path, manifest: &Manifest) -> io::Result<()> {
    let mut body = serde_json::to_vec(manifest)?;
    body.push(b'\n');
    let crc = checksum(VERSION, &body);
    let path = folder.join(NAME);
    let new_path = path.with_extension(NEW);
    let mut file = File::create(&new_path)?;
    file.write_all(format!("{TITLE}{VERSION} {crc:08x}\n").as_bytes())?;
    file.write_all(&body)?;
    file.sync_all()?;
    fs::rename(&new_path, &path)?;
    sync_folder_of(&path)
}
