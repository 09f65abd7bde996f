//! Rule files on disk. Owns which files are meant by a path, and telling whether anything in them changed;
//! refuses files that are too large to be rules.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{FILE_BYTES_MAX, FILES_MAX, FileError, RULES_MAX, RuleFile, read};

/// In folders; a file that is named may have any ending.
const ENDINGS: [&str; 3] = ["yml", "yaml", "rules"];

/// The texts of all rule files at one moment.
#[derive(Clone, Debug)]
pub struct Found {
    texts: Vec<(PathBuf, String)>,
    errors: Vec<FileError>,
    fingerprint: [u8; 32],
}

impl Found {
    /// Reads, and does not understand yet.
    #[must_use]
    pub fn gather(paths: &[PathBuf]) -> Self {
        let (mut texts, mut errors) = (Vec::new(), Vec::new());
        let mut hash = Sha256::new();
        for path in all_files(paths, &mut errors) {
            match text(&path) {
                Ok(Some(text)) => {
                    hash.update(path.as_os_str().as_encoded_bytes());
                    hash.update([0]);
                    hash.update(text.len().to_le_bytes());
                    hash.update(&text);
                    texts.push((path, text));
                }
                Ok(None) => {}
                Err(message) => errors.push(whole(&path, message)),
            }
        }
        for error in &errors {
            hash.update(error.to_string());
        }
        Self {
            texts,
            errors,
            fingerprint: hash.finalize().into(),
        }
    }

    /// The same as long as nothing has changed in any file.
    #[must_use]
    pub const fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }

    /// The files without a mistake, sorted by path, and all mistakes of the others.
    #[must_use]
    pub fn read(self) -> (Vec<RuleFile>, Vec<FileError>) {
        let (mut files, mut errors) = (Vec::new(), self.errors);
        let mut rules = 0;
        for (path, text) in self.texts {
            match read::file(&path, &text) {
                Ok(file) => {
                    let its_rules: usize = file.groups.iter().map(|group| group.rules.len()).sum();
                    if RULES_MAX < rules + its_rules {
                        let message = format!("more than {RULES_MAX} rules in all files together");
                        errors.push(whole(&path, message));
                        continue;
                    }
                    rules += its_rules;
                    files.push(file);
                }
                Err(its_errors) => errors.extend(its_errors),
            }
        }
        (files, errors)
    }
}

/// Sorted, each once.
fn all_files(paths: &[PathBuf], errors: &mut Vec<FileError>) -> BTreeSet<PathBuf> {
    let mut files = BTreeSet::new();
    for path in paths {
        match path.is_dir() {
            true => match folder(path) {
                Ok(its_files) => files.extend(its_files),
                Err(error) => errors.push(whole(path, format!("cannot be listed: {error}"))),
            },
            false => {
                files.insert(path.clone());
            }
        }
    }
    while FILES_MAX < files.len() {
        if let Some(last) = files.pop_last() {
            let message = format!("not read: there are more than {FILES_MAX} rule files");
            errors.push(whole(&last, message));
        }
    }
    files
}

/// Its own files and not those of folders in it: a mounted configuration keeps its former versions there.
fn folder(path: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path)? {
        let file = entry?.path();
        let ending = file.extension().and_then(|ending| ending.to_str());
        let is_hidden = file
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if ending.is_some_and(|ending| ENDINGS.contains(&ending)) && !is_hidden && file.is_file() {
            files.push(file);
        }
    }
    Ok(files)
}

/// None when it is not there (any more).
fn text(path: &Path) -> Result<Option<String>, String> {
    let cannot = |error: io::Error| format!("cannot be read: {error}");
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(cannot(error)),
    };
    if !file.metadata().map_err(cannot)?.is_file() {
        return Err("is neither a file nor a folder".to_owned());
    }
    let mut bytes = Vec::new();
    let read = file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes);
    if FILE_BYTES_MAX < read.map_err(cannot)? as u64 {
        return Err(format!("is larger than {} MiB", FILE_BYTES_MAX >> 20));
    }
    let text = String::from_utf8(bytes);
    text.map(Some).map_err(|_| "is not UTF-8".to_owned())
}

fn whole(path: &Path, message: String) -> FileError {
    FileError {
        path: path.to_owned(),
        line: 1,
        message,
    }
}
