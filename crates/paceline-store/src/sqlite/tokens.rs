//! Operators' tokens of a file that a server may have open. Owns a connection of its own, which
//! SQLite keeps apart from the server's; refuses everything that counts rows or holds leases,
//! because those belong to the one writer.

use std::path::Path;
use std::time::Duration;

use paceline_core::Now;
use paceline_core::priority::Weights;
use rusqlite::{Connection, OpenFlags};

use super::fault::{Fault, Outcome, store_error};
use super::open;
use super::token;
use super::txn::{Ledger, Txn};
use crate::{NewToken, StoreError, TokenInfo};

/// A group of the server's writes is over long before.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

pub struct Tokens {
    db: Connection,
    path: String,
}

impl Tokens {
    /// Opens a file that a store has made. Blocks.
    ///
    /// # Errors
    /// `Newer`, `Corrupt`, or `Failed` when it is not there or a server has yet to migrate it.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let file = path.as_ref();
        let path = file.display().to_string();
        let failed = |error: rusqlite::Error| store_error(&error, &path);
        open::check_header(file)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(file, flags).map_err(failed)?;
        db.busy_timeout(BUSY_TIMEOUT).map_err(failed)?;
        open::check_version(&db, &path)?;
        let found = open::version(&db).map_err(failed)?;
        if found != open::SCHEMA_VERSION {
            let detail = format!("`{path}` has schema {found}: a server has to migrate it first");
            return Err(StoreError::Failed(detail));
        }
        db.pragma_update(None, "synchronous", "FULL")
            .map_err(failed)?;
        // Folding the log is the server's.
        db.pragma_update(None, "wal_autocheckpoint", 0)
            .map_err(failed)?;
        Ok(Self { db, path })
    }

    /// # Errors
    /// When the id is taken or the file takes no writes.
    pub fn create(&self, now: Now, token: &NewToken) -> Result<TokenInfo, StoreError> {
        self.write(now, |txn| token::create(txn, token))
    }

    /// # Errors
    /// When the file cannot be read.
    pub fn list(&self) -> Result<Vec<TokenInfo>, StoreError> {
        token::all(&self.db).map_err(|fault| fault.into_store_error(&self.path))
    }

    /// # Errors
    /// When there is no such token or the file takes no writes.
    pub fn revoke(&self, now: Now, token_id: &str) -> Result<TokenInfo, StoreError> {
        self.write(now, |txn| token::revoke(txn, token_id))
    }

    fn write<T>(
        &self,
        now: Now,
        execute: impl FnOnce(&mut Txn<'_>) -> Outcome<T>,
    ) -> Result<T, StoreError> {
        let run = || {
            self.db.execute_batch("BEGIN IMMEDIATE")?;
            let mut ledger = Ledger::default();
            let weights = Weights::default();
            let mut txn = Txn {
                db: &self.db,
                now,
                weights: &weights,
                ledger: &mut ledger,
            };
            let outcome = execute(&mut txn);
            let end = if outcome.is_ok() {
                "COMMIT"
            } else {
                "ROLLBACK"
            };
            self.db.execute_batch(end)?;
            outcome
        };
        run().map_err(|fault: Fault| fault.into_store_error(&self.path))
    }
}
