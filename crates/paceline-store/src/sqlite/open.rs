//! Opening: the lock on the directory, the cheap checks of the file, migrations, and what a restart
//! means for leases, terms and silence. Refuses files that are damaged, foreign or newer.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Read;
use std::path::{Path, PathBuf};

use paceline_core::agent::Health;
use paceline_core::{Now, limits};
use rusqlite::{Connection, OpenFlags};

use super::code::Coded;
use super::fault::{Outcome, store_error};
use super::sql;
use super::txn::many;
use crate::StoreError;

/// "PACE", so that `file` and a careless `sqlite3` user can tell whose file this is.
const APPLICATION_ID: i32 = 0x5041_4345;
const HEADER: &[u8; 16] = b"SQLite format 3\0";

/// The schema, one script a version; an element never changes once it was released.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_coordination.sql"),
    include_str!("migrations/0002_agents_by_health.sql"),
    include_str!("migrations/0003_agent_work.sql"),
    include_str!("migrations/0004_for_onlookers.sql"),
    include_str!("migrations/0005_alerts.sql"),
];

/// Kilobytes of page cache, as the negative numbers that SQLite takes them in. More costs time: a
/// commit after a page split walks the whole cache.
const WRITER_CACHE_KB: i64 = -32 * 1024;
/// Readers do not map the file: a disk that fails under a mapping ends the process instead of the
/// read.
const READER_CACHE_KB: i64 = -16 * 1024;
const STATEMENTS_KEPT: usize = 256;

pub(crate) const SCHEMA_VERSION: u32 = MIGRATIONS.len() as u32;

/// Held for as long as the store is open: two servers on one directory would each grant leases.
pub(crate) struct DirectoryLock {
    _file: File,
}

pub(crate) fn lock(database: &Path) -> Result<DirectoryLock, StoreError> {
    let path = sibling(database, ".lock");
    let io = |error: std::io::Error| {
        StoreError::Failed(format!("cannot open `{}`: {error}", path.display()))
    };
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(DirectoryLock { _file: file }),
        Err(TryLockError::WouldBlock) => Err(StoreError::Failed(format!(
            "`{}` is in use by another server",
            database.display()
        ))),
        Err(TryLockError::Error(error)) => Err(io(error)),
    }
}

fn sibling(database: &Path, suffix: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// The write connection, migrated and brought into the present.
pub(crate) fn writer(
    database: &Path,
    now: Now,
    bytes_max: Option<u64>,
) -> Result<Connection, StoreError> {
    check_header(database)?;
    let path = database.display().to_string();
    let failed = |error: rusqlite::Error| store_error(&error, &path);
    let mut db = Connection::open(database).map_err(failed)?;
    check_version(&db, &path)?;
    configure_writer(&db, bytes_max).map_err(failed)?;
    migrate(&mut db).map_err(failed)?;
    check_tables(&db, &path)?;
    resume(&db, now).map_err(|fault| fault.into_store_error(&path))?;
    Ok(db)
}

pub(crate) fn reader(database: &Path) -> Result<Connection, StoreError> {
    let path = database.display().to_string();
    let failed = |error: rusqlite::Error| store_error(&error, &path);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(database, flags).map_err(failed)?;
    let configure = || {
        db.pragma_update(None, "cache_size", READER_CACHE_KB)?;
        db.pragma_update(None, "temp_store", "MEMORY")?;
        db.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        Ok(())
    };
    configure().map_err(failed)?;
    Ok(db)
}

/// A connection that only moves pages from the log into the file.
pub(crate) fn checkpointer(database: &Path) -> Result<Connection, StoreError> {
    let path = database.display().to_string();
    let open = || {
        let db = Connection::open(database)?;
        db.pragma_update(None, "synchronous", "FULL")?;
        db.pragma_update(None, "wal_autocheckpoint", 0)?;
        Ok(db)
    };
    open().map_err(|error| store_error(&error, &path))
}

fn configure_writer(db: &Connection, bytes_max: Option<u64>) -> rusqlite::Result<()> {
    db.busy_timeout(std::time::Duration::from_secs(5))?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "cache_size", WRITER_CACHE_KB)?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    db.pragma_update(None, "wal_autocheckpoint", 0)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    if let Some(bytes_max) = bytes_max {
        let page_size = db.pragma_query_value(None, "page_size", |row| row.get::<_, u64>(0))?;
        db.pragma_update(None, "max_page_count", bytes_max / page_size.max(1))?;
    }
    Ok(())
}

/// SQLite would say "file is not a database" without naming the place, and takes an empty or
/// missing file for a new one, which is right.
pub(crate) fn check_header(database: &Path) -> Result<(), StoreError> {
    let Ok(mut file) = File::open(database) else {
        return Ok(());
    };
    let corrupt = |detail: String| StoreError::Corrupt {
        path: database.display().to_string(),
        detail,
    };
    let length = file
        .metadata()
        .map_err(|error| corrupt(error.to_string()))?
        .len();
    if length == 0 {
        return Ok(());
    }
    let mut header = [0_u8; 100];
    file.read_exact(&mut header)
        .map_err(|error| corrupt(format!("its header cannot be read: {error}")))?;
    if &header[..16] != HEADER {
        return Err(corrupt(
            "it does not begin as a SQLite database does".to_owned(),
        ));
    }
    let pages = u64::from(u32::from_be_bytes([
        header[28], header[29], header[30], header[31],
    ]));
    let page_size = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        size => u64::from(size),
    };
    if length < page_size || length % page_size != 0 {
        let detail = format!("{length} bytes are no whole number of {page_size}-byte pages");
        return Err(corrupt(detail));
    }
    // The log may hold pages that the file does not have yet, but never the other way round.
    if length < pages * page_size && !sibling(database, "-wal").exists() {
        let detail = format!(
            "{pages} pages are announced, {} are there",
            length / page_size
        );
        return Err(corrupt(detail));
    }
    Ok(())
}

pub(crate) fn check_version(db: &Connection, path: &str) -> Result<(), StoreError> {
    let failed = |error: rusqlite::Error| store_error(&error, path);
    let found = version(db).map_err(failed)?;
    if SCHEMA_VERSION < found {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known: SCHEMA_VERSION,
        });
    }
    let owner: i32 = db
        .pragma_query_value(None, "application_id", |row| row.get(0))
        .map_err(failed)?;
    let tables: u32 = db
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(failed)?;
    let is_new = found == 0 && owner == 0 && tables == 0;
    if is_new || owner == APPLICATION_ID {
        return Ok(());
    }
    Err(StoreError::Corrupt {
        path: path.to_owned(),
        detail: "it is another program's database".to_owned(),
    })
}

pub(crate) fn version(db: &Connection) -> rusqlite::Result<u32> {
    db.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Each version in a transaction of its own, number included.
fn migrate(db: &mut Connection) -> rusqlite::Result<()> {
    let found = version(db)?;
    for (number, script) in (1_u32..).zip(MIGRATIONS) {
        if number <= found {
            continue;
        }
        let txn = db.transaction()?;
        txn.execute_batch(script)?;
        txn.pragma_update(None, "user_version", number)?;
        txn.pragma_update(None, "application_id", APPLICATION_ID)?;
        txn.commit()?;
    }
    Ok(())
}

/// Every statement must compile against the schema that is there.
fn check_tables(db: &Connection, path: &str) -> Result<(), StoreError> {
    for (name, text) in sql::all() {
        db.prepare(text)
            .map_err(|error| match store_error(&error, path) {
                StoreError::Failed(detail) => StoreError::Corrupt {
                    path: path.to_owned(),
                    detail: format!(
                        "its tables are not those of version {SCHEMA_VERSION} ({name}: {detail})"
                    ),
                },
                error => error,
            })?;
    }
    Ok(())
}

/// A restart took time that nobody could use: leases and terms get a grace, and nobody has been
/// silent. The steady clock of the run before means nothing now, so what is left is bounded by the
/// length that was asked for.
fn resume(db: &Connection, now: Now) -> Outcome<()> {
    db.execute_batch("BEGIN IMMEDIATE")?;
    let done = resume_all(db, now);
    db.execute_batch(if done.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    done
}

fn resume_all(db: &Connection, now: Now) -> Outcome<()> {
    let leases = many(db, sql::task::LEASES, [], |row| {
        Ok((
            row.get::<_, i64>(0)?,
            row.get::<_, i64>(1)?,
            row.get::<_, Option<i64>>(2)?,
        ))
    })?;
    for (seq, deadline, length) in leases {
        let fresh = resumed(deadline, length.unwrap_or(0), now);
        db.prepare_cached(sql::task::SET_LEASE)?
            .execute((seq, fresh))?;
    }
    let terms = many(db, sql::election::LED, [i64::MIN], |row| {
        Ok((
            row.get::<_, String>(0)?,
            row.get::<_, i64>(3)?,
            row.get::<_, i64>(4)?,
        ))
    })?;
    for (election, ends, ttl_ms) in terms {
        let fresh = resumed(ends, ttl_ms, now);
        db.prepare_cached(sql::election::SET_TERM_END)?
            .execute((election, fresh))?;
    }
    for health in [Health::Healthy, Health::Warning, Health::Stale] {
        let params = (health.code(), now.steady.0);
        db.prepare_cached(sql::agent::RETURN_AFTER_RESTART)?
            .execute(params)?;
    }
    Ok(())
}

fn resumed(deadline: i64, length_ms: i64, now: Now) -> i64 {
    let left = deadline.saturating_sub(now.steady.0);
    let length_ms = length_ms.max(limits::RESTART_GRACE_MS);
    now.steady.0 + left.clamp(limits::RESTART_GRACE_MS, length_ms)
}
