//! Around: a task with everything that it waits for and that waits for it. Owns the walk in both
//! directions, each task once, the nearest first; refuses neighbours of neighbours that are neither.

use std::collections::{HashMap, VecDeque};

use paceline_core::task::Status;
use paceline_core::{AgentId, TaskId, Timestamp, limits};
use rusqlite::{Connection, Row};

use super::row::by_id;
use crate::sqlite::code::Code;
use crate::sqlite::fault::{Fault, Outcome};
use crate::sqlite::sql;
use crate::sqlite::txn::{many, one};
use crate::{TaskGraph, TaskNode};

pub(crate) fn run(db: &Connection, task: &TaskId, limit: u32) -> Outcome<TaskGraph> {
    let limit = limit.clamp(1, limits::GRAPH_TASKS_MAX) as usize;
    let found = Found::search(db, by_id(db, task)?.seq, limit)?;
    let mut nodes = found
        .seqs
        .iter()
        .map(|seq| node(db, *seq))
        .collect::<Outcome<Vec<_>>>()?;
    let ids: Vec<TaskId> = nodes.iter().map(|node| node.task_id.clone()).collect();
    for (node, seq) in nodes.iter_mut().zip(&found.seqs) {
        let prerequisites: Vec<i64> =
            many(db, sql::task::PREREQUISITE_SEQS, [seq], |row| row.get(0))?;
        let within = prerequisites.iter().filter_map(|seq| found.places.get(seq));
        node.prerequisites = within.filter_map(|at| ids.get(*at).cloned()).collect();
    }
    Ok(TaskGraph {
        nodes,
        is_cut: found.is_cut,
    })
}

#[derive(Default)]
struct Found {
    /// By distance.
    seqs: Vec<i64>,
    places: HashMap<i64, usize>,
    is_cut: bool,
}

impl Found {
    fn search(db: &Connection, start: i64, limit: usize) -> Outcome<Self> {
        let mut found = Self::default();
        found.add(start);
        let both = [sql::task::PREREQUISITE_SEQS, sql::task::DEPENDENT_SEQS];
        let mut ahead: VecDeque<(i64, &'static str)> =
            both.into_iter().map(|text| (start, text)).collect();
        while let Some((seq, text)) = ahead.pop_front() {
            let mut statement = db.prepare_cached(text)?;
            let mut rows = statement.query([seq])?;
            while let Some(row) = rows.next()? {
                let next: i64 = row.get(0)?;
                if found.places.contains_key(&next) {
                    continue;
                }
                if found.seqs.len() == limit {
                    found.is_cut = true;
                    return Ok(found);
                }
                found.add(next);
                ahead.push_back((next, text));
            }
        }
        Ok(found)
    }

    fn add(&mut self, seq: i64) {
        self.places.insert(seq, self.seqs.len());
        self.seqs.push(seq);
    }
}

fn node(db: &Connection, seq: i64) -> Outcome<TaskNode> {
    let found = one(db, sql::task::NODE, [seq], read)?;
    found.ok_or_else(|| Fault::Nonsense(format!("no task with number {seq}")))
}

fn read(row: &Row<'_>) -> rusqlite::Result<TaskNode> {
    Ok(TaskNode {
        task_id: TaskId::trusted(row.get::<_, String>(0)?),
        status: row.get::<_, Code<Status>>(1)?.0,
        agent_type: row.get(2)?,
        assigned_to: row.get::<_, Option<String>>(3)?.map(AgentId::trusted),
        submitted_at: Timestamp(row.get(4)?),
        started_at: row.get::<_, Option<i64>>(5)?.map(Timestamp),
        finished_at: row.get::<_, Option<i64>>(6)?.map(Timestamp),
        summary: row.get(7)?,
        prerequisites: Vec::new(),
    })
}
