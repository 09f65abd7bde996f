//! Taking over an existing fleet's files. Owns which files are known, in which order they are read,
//! and the account of what came of each row; refuses to let one bad row, or one bad file, stop the
//! others. A record's own id decides whether it is already here, so importing twice adds nothing.

mod account;
mod documents;
mod elections;
mod feed;
mod fields;
mod figures;
mod health;
mod messages;
mod perf;
mod quality;
mod registry;
mod sessions;
mod sources;
mod tasks;
#[cfg(test)]
mod tests;
mod tools;

use std::path::{Path, PathBuf};

use paceline_core::Now;
use paceline_store::{Context, Store, StoreError};
use tokio::sync::mpsc;

pub use account::{Account, FileAccount, Total};
use feed::{Event, Feed, Known};
use sources::Source;

/// Batches that may wait for the store; more would only hold memory.
const BATCHES_WAITING_MAX: usize = 4;

/// Whoever draws a bar.
pub trait Progress: Sync {
    /// Called once, before anything is read.
    fn total(&self, bytes: u64);
    fn advance(&self, bytes: u64);
}

/// For callers that show nothing.
impl Progress for () {
    fn total(&self, _bytes: u64) {}
    fn advance(&self, _bytes: u64) {}
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("`{path}` cannot be read: {cause}")]
    Unreadable { path: String, cause: String },
    #[error("`{path}` holds no file that import knows ({})", sources::NAMES.join(", "))]
    NothingKnown { path: String },
    #[error("`{path}` cannot be written: {cause}")]
    Unwritable { path: String, cause: String },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("import stopped unexpectedly: {0}")]
    Stopped(String),
}

/// Imports a fleet's folder, or one file of it, into the store and the data directory.
///
/// # Errors
/// When the path cannot be read at all, holds nothing known, or what was read cannot be stored.
/// What went wrong inside the files is in the account instead.
pub async fn import_path(
    store: &dyn Store,
    data_dir: &Path,
    path: &Path,
    clock: Now,
    progress: &dyn Progress,
) -> Result<Account, ImportError> {
    let (sources, ignored) = sources::discover(path)?;
    progress.total(sources.iter().map(|source| source.bytes).sum());
    let (sender, receiver) = mpsc::channel(BATCHES_WAITING_MAX);
    let data_dir: PathBuf = data_dir.to_owned();
    // Files are read on a thread of their own: reading blocks, and the store's answers are awaited.
    let reader = tokio::task::spawn_blocking(move || {
        read_all(&sources, &data_dir, clock, &mut |event| {
            sender.blocking_send(event).is_ok()
        })
    });
    let files = store_all(store, clock, progress, receiver).await;
    let read = reader
        .await
        .map_err(|error| ImportError::Stopped(error.to_string()))?;
    let files = files?;
    read?;
    Ok(Account::new(files, ignored))
}

fn read_all(
    sources: &[Source],
    data_dir: &Path,
    now: Now,
    emit: &mut dyn FnMut(Event) -> bool,
) -> Result<(), ImportError> {
    let mut known = Known::of(sources);
    for source in sources {
        let mut feed = Feed::new(source, now, &mut known, emit);
        source.format.read(source, data_dir, &mut feed)?;
        if !feed.finish() {
            break;
        }
    }
    Ok(())
}

async fn store_all(
    store: &dyn Store,
    now: Now,
    progress: &dyn Progress,
    mut receiver: mpsc::Receiver<Event>,
) -> Result<Vec<FileAccount>, ImportError> {
    let mut files = Vec::new();
    let (mut added, mut present) = (0, 0);
    while let Some(event) = receiver.recv().await {
        match event {
            Event::Batch(batch) => {
                let done = store.import(Context::at(now), batch).await;
                let outcome = done.map_err(|failure| failure.error)?.value;
                added += outcome.added;
                present += outcome.present;
            }
            Event::Advanced(bytes) => progress.advance(bytes),
            Event::Finished(mut account) => {
                account.added += std::mem::take(&mut added);
                account.present += std::mem::take(&mut present);
                files.push(*account);
            }
        }
    }
    Ok(files)
}
