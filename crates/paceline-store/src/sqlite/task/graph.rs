//! Graph: who waits for whom among the tasks of a plan. Owns the way from thousands of names to
//! their edges; each statement is looked up once, since a plan's time is spent in them.

use std::collections::HashMap;

use paceline_core::{Rejection, TaskId, limits};
use rusqlite::{CachedStatement, Connection};

use crate::sqlite::fault::{Fault, Outcome};
use crate::sqlite::sql;

/// Direct prerequisites of each task, in the order asked for.
pub(crate) fn prerequisites(db: &Connection, tasks: &[TaskId]) -> Outcome<Vec<Vec<TaskId>>> {
    let (got, max) = (tasks.len() as u64, limits::PLAN_TASKS_MAX as u64);
    if max < got {
        let what = "tasks of a plan";
        return Err(Rejection::LimitExceeded { what, max, got }.into());
    }
    let places = places(db, tasks)?;
    let mut graph = Graph {
        edges: db.prepare_cached(sql::task::EDGES)?,
        name: db.prepare_cached(sql::task::ID_BY_SEQ)?,
        names: places
            .iter()
            .zip(tasks)
            .map(|(place, task)| (place.seq, task))
            .collect(),
    };
    places
        .iter()
        .map(|place| graph.prerequisites(place))
        .collect()
}

struct Place {
    seq: i64,
    prerequisites: usize,
}

fn places(db: &Connection, tasks: &[TaskId]) -> Outcome<Vec<Place>> {
    let mut statement = db.prepare_cached(sql::task::PLACE)?;
    let mut find = |task: &TaskId| {
        let mut rows = statement.query([task.as_str()])?;
        let row = rows.next()?.ok_or_else(|| Rejection::unknown_task(task))?;
        Ok(Place {
            seq: row.get(0)?,
            prerequisites: row.get(1)?,
        })
    };
    tasks.iter().map(&mut find).collect()
}

struct Graph<'a> {
    edges: CachedStatement<'a>,
    name: CachedStatement<'a>,
    /// A plan's tasks mostly wait for each other, whose names are known.
    names: HashMap<i64, &'a TaskId>,
}

impl Graph<'_> {
    fn prerequisites(&mut self, place: &Place) -> Outcome<Vec<TaskId>> {
        let mut prerequisites = Vec::with_capacity(place.prerequisites);
        if place.prerequisites == 0 {
            return Ok(prerequisites);
        }
        let mut rows = self.edges.query([place.seq])?;
        while let Some(row) = rows.next()? {
            let seq: Option<i64> = row.get(0)?;
            let task = match seq.map(|seq| (seq, self.names.get(&seq))) {
                Some((_, Some(task))) => (*task).clone(),
                Some((seq, None)) => name(&mut self.name, seq)?,
                None => TaskId::trusted(row.get::<_, String>(1)?),
            };
            prerequisites.push(task);
        }
        Ok(prerequisites)
    }
}

fn name(statement: &mut CachedStatement<'_>, seq: i64) -> Outcome<TaskId> {
    let mut rows = statement.query([seq])?;
    let missing = || Fault::Nonsense(format!("no task with number {seq}"));
    let row = rows.next()?.ok_or_else(missing)?;
    Ok(TaskId::trusted(row.get::<_, String>(0)?))
}
