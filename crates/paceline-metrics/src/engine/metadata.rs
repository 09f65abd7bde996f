//! What is known of metric names, kept. Owns the file `metadata.log`, a frame a definition, the
//! last of a name wins; refuses to write a definition that changes nothing.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use parking_lot::{Mutex, RwLock};

use crate::log::{next_frame, put_frame};
use crate::{AppendError, Metadata};

/// More names than this are not described, and texts are cut at [`TEXT_BYTES_MAX`].
const NAMES_MAX: usize = 200_000;
const TEXT_BYTES_MAX: usize = 4_096;
/// The file is written anew at open when it holds this many times what it needs to.
const WASTE_MAX: usize = 2;

pub(super) struct Definitions {
    known: RwLock<BTreeMap<String, Metadata>>,
    file: Mutex<Store>,
}

struct Store {
    path: PathBuf,
    file: File,
    synced: u64,
}

impl Definitions {
    /// A damaged definition is passed over and told.
    pub(super) fn open(dir: &Path, damage: &mut Vec<String>) -> io::Result<Self> {
        let path = dir.join("metadata.log");
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        let (known, frames, end) = read(&bytes, &path, damage);
        if frames > WASTE_MAX * known.len() || end < bytes.len() {
            rewrite(dir, &path, &known)?;
        }
        let file = File::options().create(true).append(true).open(&path)?;
        let synced = file.metadata()?.len();
        Ok(Self {
            known: RwLock::new(known),
            file: Mutex::new(Store { path, file, synced }),
        })
    }

    pub(super) fn define(&self, name: &str, metadata: Metadata) -> Result<(), AppendError> {
        let metadata = Metadata {
            unit: cut(metadata.unit),
            description: cut(metadata.description),
            ..metadata
        };
        if self.known.read().get(name) == Some(&metadata) {
            return Ok(());
        }
        // Held until it is known, so that two definitions of one name end the same everywhere.
        let mut store = self.file.lock();
        let known = self.known.read();
        if known.len() >= NAMES_MAX && !known.contains_key(name) || name.len() > TEXT_BYTES_MAX {
            return Err(AppendError::Busy);
        }
        drop(known);
        store
            .append(name, &metadata)
            .map_err(|error| AppendError::Disk(error.to_string()))?;
        self.known.write().insert(name.to_owned(), metadata);
        Ok(())
    }

    pub(super) fn all(&self) -> Vec<(String, Metadata)> {
        let known = self.known.read();
        known.iter().map(|(n, m)| (n.clone(), m.clone())).collect()
    }
}

impl Store {
    fn append(&mut self, name: &str, metadata: &Metadata) -> io::Result<()> {
        let mut frame = Vec::new();
        put_definition(&mut frame, self.synced, name, metadata)?;
        let written = self.file.write_all(&frame);
        if let Err(error) = written.and_then(|()| self.file.sync_data()) {
            // What is behind the synced part was not answered.
            let _ = self.file.set_len(self.synced);
            self.file = File::options().append(true).open(&self.path)?;
            return Err(error);
        }
        self.synced += frame.len() as u64;
        Ok(())
    }
}

fn put_definition(
    out: &mut Vec<u8>,
    synced: u64,
    name: &str,
    metadata: &Metadata,
) -> io::Result<()> {
    let body = serde_json::to_vec(&(name, metadata))?;
    put_frame(out, synced, |out| out.extend_from_slice(&body));
    Ok(())
}

fn read(
    bytes: &[u8],
    path: &Path,
    damage: &mut Vec<String>,
) -> (BTreeMap<String, Metadata>, usize, usize) {
    let (mut known, mut frames, mut offset) = (BTreeMap::new(), 0, 0);
    while let Some(frame) = next_frame(bytes, offset) {
        if frame.offset > offset {
            let lost = frame.offset - offset;
            damage.push(format!(
                "`{}` at byte {offset}: {lost} bytes cannot be read",
                path.display()
            ));
        }
        offset = frame.end();
        frames += 1;
        if let Ok((name, metadata)) = serde_json::from_slice(frame.body) {
            known.insert(name, metadata);
        }
    }
    (known, frames, offset)
}

fn rewrite(dir: &Path, path: &Path, known: &BTreeMap<String, Metadata>) -> io::Result<()> {
    let mut bytes = Vec::new();
    for (name, metadata) in known {
        put_definition(&mut bytes, 0, name, metadata)?;
    }
    let new = path.with_extension("log.new");
    let mut file = File::create(&new)?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    File::open(dir)?.sync_all()
}

fn cut(mut text: String) -> String {
    let end = text.floor_char_boundary(TEXT_BYTES_MAX);
    text.truncate(end);
    text
}
