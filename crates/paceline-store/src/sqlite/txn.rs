//! What a command works with: the write connection, the moment, and the counters that it moves.
//! Owns the counters' arithmetic between two commits; refuses to begin or end transactions.

use std::collections::{BTreeMap, HashMap};

use paceline_core::priority::Weights;
use paceline_core::task::Status;
use paceline_core::{AgentId, Now};
use rusqlite::{Connection, Params, Row};

use super::code::{Code, Coded};
use super::fault::Outcome;
use super::sql;
use crate::Change;

/// One command's view of the store, for as long as it runs.
pub(crate) struct Txn<'a> {
    pub(crate) db: &'a Connection,
    pub(crate) now: Now,
    pub(crate) weights: &'a Weights,
    pub(crate) ledger: &'a mut Ledger,
}

/// Numbers that the writer keeps between commits. A copy is kept where a command or a group may
/// have to be undone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) newest_seq: i64,
    pub(crate) newest_position: i64,
    pub(crate) newest_event: i64,
    /// Tasks by status, pending changes not counted.
    pub(crate) counts: [i64; 7],
    /// What the group has changed, while somebody watches.
    pub(crate) changes: Option<Vec<Change>>,
    /// Changes that wait for the end of the group: counters are rows that every command would
    /// rewrite, so a group adds them up and writes each once.
    pub(crate) pending: Pending,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Pending {
    statuses: [(i64, i64); 7],
    depths: BTreeMap<u32, i64>,
    rows: BTreeMap<&'static str, i64>,
    figures: HashMap<AgentId, Figures>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Figures {
    pub(crate) claimed: i64,
    pub(crate) completed: i64,
    pub(crate) failed: i64,
    pub(crate) released: i64,
    pub(crate) duration_ms: i64,
    pub(crate) quality_count: i64,
    pub(crate) quality_sum: f64,
}

impl Txn<'_> {
    pub(crate) fn execute(&self, text: &'static str, params: impl Params) -> Outcome<usize> {
        Ok(self.db.prepare_cached(text)?.execute(params)?)
    }

    pub(crate) fn one<T>(
        &self,
        text: &'static str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Outcome<Option<T>> {
        one(self.db, text, params, read)
    }

    pub(crate) fn many<T>(
        &self,
        text: &'static str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Outcome<Vec<T>> {
        many(self.db, text, params, read)
    }

    /// Notes a change for those who watch; nobody does, and it is not even put together.
    pub(crate) fn show(&mut self, change: impl FnOnce() -> Change) {
        if let Some(changes) = &mut self.ledger.changes {
            changes.push(change());
        }
    }

    pub(crate) fn is_watched(&self) -> bool {
        self.ledger.changes.is_some()
    }

    pub(crate) fn count_status(&mut self, status: Status, tasks: i64, micropoints: i64) {
        let slot = usize::try_from(status.code()).unwrap_or_default();
        if let Some((count, sum)) = self.ledger.pending.statuses.get_mut(slot) {
            *count += tasks;
            *sum += micropoints;
        }
    }

    pub(crate) fn count_depth(&mut self, depth: u32, tasks: i64) {
        *self.ledger.pending.depths.entry(depth).or_default() += tasks;
    }

    pub(crate) fn count_rows(&mut self, table: &'static str, rows: i64) {
        *self.ledger.pending.rows.entry(table).or_default() += rows;
    }

    pub(crate) fn figures(&mut self, agent: &AgentId) -> &mut Figures {
        if !self.ledger.pending.figures.contains_key(agent) {
            let fresh = Figures::default();
            self.ledger.pending.figures.insert(agent.clone(), fresh);
        }
        self.ledger
            .pending
            .figures
            .entry(agent.clone())
            .or_default()
    }
}

impl Ledger {
    pub(crate) fn load(db: &Connection) -> Outcome<Self> {
        let newest = |text| db.query_row(text, [], |row| row.get(0));
        Ok(Self {
            newest_seq: newest(sql::task::NEWEST_SEQ)?,
            newest_position: newest(sql::message::NEWEST_POSITION)?,
            newest_event: newest(sql::task::NEWEST_EVENT)?,
            counts: counts(db)?,
            changes: None,
            pending: Pending::default(),
        })
    }

    /// Writes the counters that the group moved, once each.
    pub(crate) fn flush(&mut self, db: &Connection) -> Outcome<()> {
        let pending = std::mem::take(&mut self.pending);
        for (status, (tasks, micropoints)) in (0_i64..).zip(pending.statuses) {
            if (tasks, micropoints) != (0, 0) {
                self.counts[status as usize] += tasks;
                db.prepare_cached(sql::task::ADD_COUNTS)?
                    .execute((status, tasks, micropoints))?;
            }
        }
        for (depth, tasks) in pending.depths.into_iter().filter(|(_, tasks)| *tasks != 0) {
            db.prepare_cached(sql::task::ADD_DEPTH)?
                .execute((depth, tasks))?;
            if tasks < 0 {
                db.prepare_cached(sql::task::DROP_DEPTH)?.execute([depth])?;
            }
        }
        for (table, rows) in pending.rows.into_iter().filter(|(_, rows)| *rows != 0) {
            db.prepare_cached(sql::record::ADD_ROWS)?
                .execute((table, rows))?;
        }
        for (agent, figures) in pending.figures {
            self.add_figures(db, agent, figures)?;
        }
        Ok(())
    }

    fn add_figures(&mut self, db: &Connection, agent: AgentId, figures: Figures) -> Outcome<()> {
        let row = (
            agent.as_str(),
            figures.claimed,
            figures.completed,
            figures.failed,
            figures.released,
            figures.duration_ms,
            figures.quality_count,
            figures.quality_sum,
        );
        let Some(changes) = &mut self.changes else {
            db.prepare_cached(sql::task::ADD_FIGURES)?.execute(row)?;
            return Ok(());
        };
        let mut statement = db.prepare_cached(sql::task::ADD_FIGURES_AND_TELL)?;
        let (completed, failed) = statement.query_row(row, |row| Ok((row.get(0)?, row.get(1)?)))?;
        changes.push(Change::Figures {
            agent_id: agent,
            completed,
            failed,
        });
        Ok(())
    }
}

fn counts(db: &Connection) -> Outcome<[i64; 7]> {
    let mut counts = [0; 7];
    let read = |row: &Row<'_>| Ok((row.get::<_, Code<Status>>(0)?.0, row.get(1)?));
    for (status, tasks) in many(db, sql::task::COUNTS, [], read)? {
        counts[status as usize] = tasks;
    }
    Ok(counts)
}

pub(crate) fn one<T>(
    db: &Connection,
    text: &'static str,
    params: impl Params,
    read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
) -> Outcome<Option<T>> {
    let mut statement = db.prepare_cached(text)?;
    let mut rows = statement.query(params)?;
    let found = rows.next()?.map(read).transpose()?;
    Ok(found)
}

pub(crate) fn many<T>(
    db: &Connection,
    text: &'static str,
    params: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Outcome<Vec<T>> {
    let mut statement = db.prepare_cached(text)?;
    let rows = statement.query_map(params, read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// SQLite's integers are signed; no count of ours comes near the difference.
pub(crate) fn int(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
