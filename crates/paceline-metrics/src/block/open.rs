//! Finding the blocks at the start. Owns what is believed when the manifest and the files disagree,
//! and the report of what cannot be used; refuses the folder of a newer version as a whole.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::blocks::{BlockOptions, Blocks};
use super::cache::Cache;
use super::file::BlockFile;
use super::format::ReadError;
use super::manifest::{self, Found, Listed, Manifest};
use super::write::NEW;
use crate::{OpenError, Resolution};

const BLOCK: &str = "block";

/// A place that cannot be read; what is elsewhere is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    pub place: String,
    /// In the file, when it is known.
    pub offset: Option<u64>,
    pub problem: String,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.offset {
            Some(offset) => write!(f, "`{}`, byte {offset}: {}", self.place, self.problem),
            None => write!(f, "`{}`: {}", self.place, self.problem),
        }
    }
}

impl Blocks {
    /// Opens what the last run left, and deletes what it left unfinished.
    ///
    /// # Errors
    /// [`OpenError`] when the folder cannot be used at all or a newer version wrote it.
    pub fn open(options: BlockOptions) -> Result<(Self, Vec<Damage>), OpenError> {
        let dir = options.dir.clone();
        let mut damages = Vec::new();
        fs::create_dir_all(&dir).map_err(|source| io_error(&dir, source))?;
        let on_disk = block_names(&dir).map_err(|source| io_error(&dir, source))?;
        let cache = Arc::new(Cache::new(options.cache_bytes_max));
        let found = manifest::read(&dir).map_err(|source| io_error(&dir, source))?;
        let (mut manifest, files) = match found {
            Found::Whole(manifest) => {
                delete_unlisted(&dir, &on_disk, &manifest);
                let names: Vec<_> = manifest
                    .files
                    .iter()
                    .map(|file| file.name.clone())
                    .collect();
                let files = open_files(&dir, &names, &cache, &mut damages)?;
                report_lengths(&manifest, &files, &mut damages);
                (manifest, files)
            }
            Found::TooNew(version) => {
                return Err(OpenError::TooNew {
                    place: dir.join(manifest::NAME).display().to_string(),
                    version,
                });
            }
            Found::Nothing if on_disk.is_empty() => Default::default(),
            Found::Nothing => {
                damages.push(manifest_damage(&dir, "the manifest is missing"));
                recover(&dir, &on_disk, &cache, &mut damages)?
            }
            Found::Damaged(problem) => {
                damages.push(manifest_damage(&dir, &problem));
                recover(&dir, &on_disk, &cache, &mut damages)?
            }
        };
        let used = on_disk.iter().filter_map(|name| number_of(name)).max();
        manifest.next = manifest.next.max(used.unwrap_or(0) + 1);
        Ok((Self::of(options, cache, manifest, sorted(files)), damages))
    }
}

fn sorted(mut files: Vec<Arc<BlockFile>>) -> Vec<Arc<BlockFile>> {
    files.sort_by_key(|file| (file.footer.from_ms, file.number()));
    files
}

fn io_error(place: &Path, source: io::Error) -> OpenError {
    OpenError::Io {
        place: place.display().to_string(),
        source,
    }
}

fn manifest_damage(dir: &Path, problem: &str) -> Damage {
    Damage {
        place: dir.join(manifest::NAME).display().to_string(),
        offset: None,
        problem: format!("{problem}: the blocks are taken as they are found"),
    }
}

/// The names of the blocks there are; what a crash left half written is deleted.
fn block_names(dir: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        match path.extension().and_then(|extension| extension.to_str()) {
            Some(NEW) => fs::remove_file(&path)?,
            Some(BLOCK) => {
                let name = path
                    .file_name()
                    .map(|name| name.to_string_lossy().into_owned());
                names.extend(name.filter(|name| number_of(name).is_some()));
            }
            _ => {}
        }
    }
    names.sort();
    Ok(names)
}

pub(super) fn file_name(kind: Resolution, number: u64) -> String {
    let kind = match kind {
        Resolution::Raw => "raw",
        Resolution::FiveMinutes => "five-minutes",
        Resolution::OneHour => "one-hour",
    };
    format!("{kind}-{number:010}.{BLOCK}")
}

fn number_of(name: &str) -> Option<u64> {
    let (stem, _) = name.rsplit_once('.')?;
    stem.rsplit_once('-')?.1.parse().ok()
}

pub(super) fn open_file(path: &Path, cache: &Arc<Cache>) -> Result<BlockFile, ReadError> {
    let name = path.file_name().map(|name| name.to_string_lossy());
    let number = name.and_then(|name| number_of(&name));
    let number = number.ok_or_else(|| ReadError::damaged(0, "the file's name has no number"))?;
    BlockFile::open(path, number, Arc::clone(cache))
}

fn open_files(
    dir: &Path,
    names: &[String],
    cache: &Arc<Cache>,
    damages: &mut Vec<Damage>,
) -> Result<Vec<Arc<BlockFile>>, OpenError> {
    let mut files = Vec::new();
    for name in names {
        let path = dir.join(name);
        let place = path.display().to_string();
        match open_file(&path, cache) {
            Ok(file) => files.push(Arc::new(file)),
            Err(ReadError::TooNew(version)) => return Err(OpenError::TooNew { place, version }),
            Err(ReadError::Damaged { offset, problem }) => damages.push(Damage {
                place,
                offset: Some(offset),
                problem,
            }),
            Err(ReadError::Io(error)) => damages.push(Damage {
                place,
                offset: None,
                problem: error.to_string(),
            }),
        }
    }
    Ok(files)
}

fn report_lengths(manifest: &Manifest, files: &[Arc<BlockFile>], damages: &mut Vec<Damage>) {
    for file in files {
        let listed = manifest
            .files
            .iter()
            .find(|listed| listed.name == file.name);
        if let Some(listed) = listed.filter(|listed| listed.bytes != file.bytes) {
            damages.push(Damage {
                place: file.place.clone(),
                offset: Some(file.bytes.min(listed.bytes)),
                problem: format!("{} bytes were written", listed.bytes),
            });
        }
    }
}

fn delete_unlisted(dir: &Path, on_disk: &[String], manifest: &Manifest) {
    let listed: BTreeSet<&str> = manifest
        .files
        .iter()
        .map(|file| file.name.as_str())
        .collect();
    for name in on_disk
        .iter()
        .filter(|name| !listed.contains(name.as_str()))
    {
        // One that stays is no harm: nothing reads it.
        let _ = fs::remove_file(dir.join(name));
    }
}

/// Without a manifest every whole file counts that no other whole file replaces.
fn recover(
    dir: &Path,
    on_disk: &[String],
    cache: &Arc<Cache>,
    damages: &mut Vec<Damage>,
) -> Result<(Manifest, Vec<Arc<BlockFile>>), OpenError> {
    let mut files = open_files(dir, on_disk, cache, damages)?;
    let replaced: BTreeSet<String> = files
        .iter()
        .flat_map(|file| file.footer.replaces.iter().cloned())
        .collect();
    files.retain(|file| !replaced.contains(&file.name));
    let manifest = Manifest {
        next: 0,
        files: files
            .iter()
            .map(|file| Listed {
                name: file.name.clone(),
                bytes: file.bytes,
                to_ms: file.footer.to_ms,
            })
            .collect(),
    };
    Ok((manifest, files))
}
