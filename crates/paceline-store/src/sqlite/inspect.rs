//! Inspection: a full check of a data file that no server has open. Owns what is worth telling a
//! person; changes nothing.

use std::path::Path;

use paceline_core::task::Status;
use rusqlite::{Connection, OpenFlags};

use super::code::Coded;
use super::fault::{Severity, severity, store_error};
use super::{open, sql};
use crate::StoreError;

/// What a full check found. Everything is well when `is_sound`.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Inspection {
    pub schema_version: u32,
    pub sqlite_version: String,
    pub bytes: u64,
    /// Bytes inside the file that deleted rows have left.
    pub free_bytes: u64,
    /// What `PRAGMA integrity_check` says, unless it says "ok".
    pub damage: Vec<String>,
    /// Counters that differ from what they count, as sentences.
    pub miscounts: Vec<String>,
    /// Statements that would read a whole table and are not known to, with their plans.
    pub scans: Vec<String>,
}

impl Inspection {
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.damage.is_empty() && self.miscounts.is_empty() && self.scans.is_empty()
    }
}

/// Checks a database file. Blocks, and reads all of it.
///
/// # Errors
/// `Newer`, `Corrupt` or `Failed` when it cannot even be opened.
pub fn inspect(path: impl AsRef<Path>) -> Result<Inspection, StoreError> {
    let path = path.as_ref();
    let name = path.display().to_string();
    let failed = |error: rusqlite::Error| store_error(&error, &name);
    if !path.is_file() {
        return Err(StoreError::Failed(format!("no file `{name}`")));
    }
    open::check_header(path)?;
    // Not read-only: a log that a crash has left behind must be readable too.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
    let db = Connection::open_with_flags(path, flags).map_err(failed)?;
    open::check_version(&db, &name)?;
    examine(&db, path).map_err(failed)
}

fn examine(db: &Connection, path: &Path) -> rusqlite::Result<Inspection> {
    let pragma = |name: &str| db.pragma_query_value(None, name, |row| row.get::<_, u64>(0));
    let sqlite_version = db.query_row("SELECT sqlite_version()", [], |row| row.get(0))?;
    let damage = damage(db)?;
    let schema_version = open::version(db)?;
    // What an older version left lacks tables that counters and statements are about; a server
    // brings it up to date first.
    let readable = damage.is_empty() && schema_version == open::SCHEMA_VERSION;
    Ok(Inspection {
        schema_version,
        sqlite_version,
        bytes: std::fs::metadata(path).map_or(0, |file| file.len()),
        free_bytes: pragma("freelist_count")? * pragma("page_size")?,
        damage,
        miscounts: if readable { miscounts(db)? } else { Vec::new() },
        scans: if readable { scans(db)? } else { Vec::new() },
    })
}

fn damage(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = db.prepare("PRAGMA integrity_check(100)")?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut damage = Vec::new();
    for line in lines {
        match line {
            Ok(line) if line == "ok" => {}
            Ok(line) => damage.push(line),
            // The check itself gives up where the damage is too great to walk on.
            Err(error) if severity(&error) == Severity::Corrupt => damage.push(error.to_string()),
            Err(error) => return Err(error),
        }
    }
    Ok(damage)
}

/// Each counter, and the count that it must equal.
const RECOUNTS: [(&str, &str); 9] = [
    ("agents", "SELECT count(*) FROM agents"),
    ("assessments", "SELECT count(*) FROM assessments"),
    ("idempotency_keys", "SELECT count(*) FROM idempotency"),
    ("memory", "SELECT count(*) FROM memory"),
    ("messages", "SELECT count(*) FROM messages"),
    ("prerequisites", "SELECT count(*) FROM prerequisites"),
    ("task_events", "SELECT count(*) FROM task_events"),
    ("task_notes", "SELECT count(*) FROM task_notes"),
    ("tool_calls", "SELECT count(*) FROM tool_calls"),
];

pub(crate) fn miscounts(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut found = Vec::new();
    for (table, count) in RECOUNTS {
        let counted: i64 = db.query_row(count, [], |row| row.get(0))?;
        let kept = "SELECT coalesce(sum(rows), 0) FROM row_counts WHERE name = ?1";
        let kept: i64 = db.query_row(kept, [table], |row| row.get(0))?;
        note(&mut found, &format!("rows of {table}"), kept, counted);
    }
    for status in Status::ALL {
        status_counts(db, status, &mut found)?;
    }
    let agents = "SELECT c.health, c.agents, (SELECT count(*) FROM agents a \
        WHERE a.health = c.health AND a.gone_at IS NULL) FROM agent_counts c";
    for_each(db, agents, |health, kept, counted| {
        note(
            &mut found,
            &format!("agents of health {health}"),
            kept,
            counted,
        );
    })?;
    let namespaces = "SELECT n.namespace, n.entries, (SELECT count(*) FROM memory m \
        WHERE m.namespace = n.namespace AND m.value IS NOT NULL) FROM memory_namespaces n";
    let mut statement = db.prepare(namespaces)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let what = format!("entries of namespace `{}`", row.get::<_, String>(0)?);
        note(&mut found, &what, row.get(1)?, row.get(2)?);
    }
    let depths = "SELECT d.number, d.tasks, count(t.seq) FROM task_counts d LEFT JOIN tasks t \
        ON t.dependency_depth = d.number AND t.status < 3 WHERE d.kind = 1 GROUP BY d.number";
    for_each(db, depths, |depth, kept, counted| {
        note(
            &mut found,
            &format!("waiting tasks of depth {depth}"),
            kept,
            counted,
        );
    })?;
    edges(db, &mut found)?;
    Ok(found)
}

fn status_counts(db: &Connection, status: Status, found: &mut Vec<String>) -> rusqlite::Result<()> {
    let pair = |text: &str| {
        db.query_row(text, [status.code()], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
        })
    };
    let kept =
        pair("SELECT tasks, priority_micropoints FROM task_counts WHERE kind = 0 AND number = ?1")?;
    let counted = pair(
        "SELECT count(*), coalesce(sum(CAST(round(calculated_priority * 1e6) AS INTEGER)), 0) \
         FROM tasks WHERE status = ?1",
    )?;
    note(
        found,
        &format!("tasks that are {status}"),
        kept.0,
        counted.0,
    );
    note(
        found,
        &format!("priority of tasks that are {status}"),
        kept.1,
        counted.1,
    );
    Ok(())
}

/// What each waiting task says of its prerequisites, and each unfinished one of its dependents.
fn edges(db: &Connection, found: &mut Vec<String>) -> rusqlite::Result<()> {
    let unmet = "SELECT t.seq, t.unmet_prerequisites, (SELECT count(*) FROM prerequisites p \
        JOIN tasks q ON q.seq = p.prerequisite WHERE p.seq = t.seq AND q.status <> 4) AS unmet \
        FROM tasks t WHERE t.status IN (0, 1, 2) AND t.unmet_prerequisites <> unmet LIMIT 100";
    for_each(db, unmet, |seq, kept, counted| {
        note(
            found,
            &format!("unmet prerequisites of task number {seq}"),
            kept,
            counted,
        );
    })?;
    let waiting = "SELECT q.seq, q.dependents_waiting, (SELECT count(*) FROM prerequisites p \
        JOIN tasks t ON t.seq = p.seq WHERE p.prerequisite = q.seq AND t.status IN (0, 1, 2)) \
        AS waiting FROM tasks q WHERE q.status IN (0, 1, 2, 3) \
        AND q.dependents_waiting <> waiting LIMIT 100";
    for_each(db, waiting, |seq, kept, counted| {
        note(
            found,
            &format!("dependents of task number {seq}"),
            kept,
            counted,
        );
    })
}

fn for_each(
    db: &Connection,
    text: &str,
    mut visit: impl FnMut(i64, i64, i64),
) -> rusqlite::Result<()> {
    let mut statement = db.prepare(text)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(row.get(0)?, row.get(1)?, row.get(2)?);
    }
    Ok(())
}

fn note(found: &mut Vec<String>, what: &str, kept: i64, counted: i64) {
    if kept != counted {
        found.push(format!(
            "{what}: the counter says {kept}, there are {counted}"
        ));
    }
}

/// Statements that read a whole table, each with the reason why it may.
const SCANS_WITH_REASON: [(&str, &str); 16] = [
    ("AGENTS_BY_HEALTH", "one row a health"),
    ("COUNTS", "one row a status"),
    ("FIGURES", "the ranking is of all agents"),
    (
        "MAX_DEPTH",
        "one row a depth, and `max` of the key takes the last",
    ),
    ("NEWEST", "the last row of the table, by its key"),
    ("NOISE", "a row a rule and day"),
    ("LEASES", "every running task, once at start"),
    (
        "NEXT_TYPED",
        "the first row of an index that holds ready tasks only",
    ),
    (
        "NEXT_UNTYPED",
        "the first row of an index that holds ready tasks only",
    ),
    (
        "WALK_RUNNING",
        "sorts the running tasks, which are as many as agents",
    ),
    ("WALK_RUNNING_OF", "sorts one agent's running tasks"),
    ("ROWS", "one row a table"),
    ("RUNNING_HOLDS", "sorts one agent's running tasks"),
    (
        "RUNNING_FIGURES",
        "sorts the running tasks, which are as many as agents",
    ),
    (
        "RUNNING_SINCE",
        "the running tasks, which are as many as agents",
    ),
    ("TOKENS", "people make few"),
];

pub(crate) fn scans(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut found = Vec::new();
    for (name, text) in sql::all() {
        let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {text}"))?;
        let unbound = statement.parameter_count();
        for index in 1..=unbound {
            statement.raw_bind_parameter(index, rusqlite::types::Null)?;
        }
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            let step: String = row.get(3)?;
            if reads_all(&step) && !SCANS_WITH_REASON.iter().any(|(known, _)| *known == name) {
                found.push(format!("{name}: {step}"));
            }
        }
    }
    Ok(found)
}

/// A virtual table answers a `MATCH` by its index, and a table function has no table.
fn reads_all(step: &str) -> bool {
    let bounded = step.contains("VIRTUAL TABLE INDEX") || step.contains("CONSTANT ROW");
    (step.starts_with("SCAN") && !bounded) || step.contains("TEMP B-TREE")
}
