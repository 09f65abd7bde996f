//! What can go wrong inside one command. Owns the distinction that the writer acts on: a rule said
//! no, the disk said no, or the data make no sense; refuses to decide what follows.

use paceline_core::Rejection;
use rusqlite::ErrorCode;

use crate::StoreError;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error(transparent)]
    Rejected(#[from] Rejection),
    #[error(transparent)]
    Sql(#[from] rusqlite::Error),
    #[error("stored data make no sense: {0}")]
    Nonsense(String),
    /// A bug of ours; the transaction is rolled back and everybody else goes on.
    #[error("the command panicked")]
    Panicked,
}

pub(crate) type Outcome<T> = Result<T, Fault>;

/// What a storage error means for everything that comes after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    /// Only this command is affected.
    Command,
    /// Nothing can be written for now; a later write may work again.
    Disk,
    /// What was written may be lost although it was reported as kept: nothing may be written
    /// until the file has been opened afresh.
    Sync,
    /// The file is not what it should be.
    Corrupt,
}

/// Extended codes of `SQLITE_IOERR_FSYNC` and `SQLITE_IOERR_DIR_FSYNC`.
const SYNC_FAILURES: [i32; 2] = [10 | (4 << 8), 10 | (5 << 8)];

/// Extended code of `SQLITE_CONSTRAINT_UNIQUE`.
const TAKEN: i32 = 19 | (8 << 8);

impl Fault {
    /// A row of that name is there already.
    pub(crate) fn is_taken(&self) -> bool {
        matches!(self, Self::Sql(error)
            if error.sqlite_error().is_some_and(|error| error.extended_code == TAKEN))
    }

    pub(crate) fn severity(&self) -> Severity {
        match self {
            Self::Sql(error) => severity(error),
            Self::Rejected(_) | Self::Nonsense(_) | Self::Panicked => Severity::Command,
        }
    }

    pub(crate) fn into_store_error(self, path: &str) -> StoreError {
        match self {
            Self::Rejected(rejection) => StoreError::Rejected(rejection),
            Self::Sql(error) => store_error(&error, path),
            Self::Nonsense(detail) => StoreError::Corrupt {
                path: path.to_owned(),
                detail,
            },
            Self::Panicked => StoreError::Failed(Self::Panicked.to_string()),
        }
    }
}

pub(crate) fn severity(error: &rusqlite::Error) -> Severity {
    let rusqlite::Error::SqliteFailure(failure, _) = error else {
        return Severity::Command;
    };
    if SYNC_FAILURES.contains(&failure.extended_code) {
        return Severity::Sync;
    }
    match failure.code {
        ErrorCode::DiskFull
        | ErrorCode::SystemIoFailure
        | ErrorCode::ReadOnly
        | ErrorCode::CannotOpen => Severity::Disk,
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Severity::Corrupt,
        _ => Severity::Command,
    }
}

pub(crate) fn store_error(error: &rusqlite::Error, path: &str) -> StoreError {
    match severity(error) {
        Severity::Disk => StoreError::ReadOnly {
            reason: format!("`{path}` cannot be written: {error}"),
        },
        Severity::Sync => StoreError::ReadOnly {
            reason: format!(
                "the disk failed to sync `{path}`, so what it holds is uncertain until a restart: {error}"
            ),
        },
        Severity::Corrupt => StoreError::Corrupt {
            path: path.to_owned(),
            detail: error.to_string(),
        },
        Severity::Command => StoreError::Failed(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failure(extended: i32) -> rusqlite::Error {
        rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(extended), None)
    }

    #[test]
    fn storage_errors_are_judged_by_what_they_endanger() {
        let check = |extended, expected| {
            assert_eq!(severity(&failure(extended)), expected, "code {extended}");
        };
        check(10 | (4 << 8), Severity::Sync);
        check(10 | (5 << 8), Severity::Sync);
        check(10 | (3 << 8), Severity::Disk);
        check(13, Severity::Disk);
        check(8, Severity::Disk);
        check(11, Severity::Corrupt);
        check(26, Severity::Corrupt);
        check(19 | (8 << 8), Severity::Command);
    }
}
