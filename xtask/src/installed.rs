//! What a folder was installed from. Owns the note that remembers the pinned lists; refuses to
//! install.

use std::path::Path;

use anyhow::{Context as _, Result};

use crate::shell;

const NOTE: &str = "installed";

/// Whether the folder was completed from exactly these lists.
pub fn is_fresh(home: &Path, lists: &[impl AsRef<Path>]) -> Result<bool> {
    std::fs::create_dir_all(home)?;
    let wanted = text_of(lists)?;
    Ok(std::fs::read_to_string(home.join(NOTE)).is_ok_and(|had| had == wanted))
}

/// Written last, so that an interrupted installation is repeated.
pub fn remember(home: &Path, lists: &[impl AsRef<Path>]) -> Result<()> {
    Ok(std::fs::write(home.join(NOTE), text_of(lists)?)?)
}

/// A path as it is known in the repository.
pub fn shown(path: &Path) -> String {
    let path = path.strip_prefix(shell::root()).unwrap_or(path);
    path.to_string_lossy().into_owned()
}

fn text_of(lists: &[impl AsRef<Path>]) -> Result<String> {
    let texts = lists.iter().map(AsRef::as_ref).map(|list| {
        std::fs::read_to_string(list).with_context(|| format!("read `{}`", shown(list)))
    });
    texts.collect()
}
