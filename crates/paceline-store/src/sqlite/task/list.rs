//! Lists: tasks newest first. Owns the choice of the index to walk and the merge of several walks;
//! a filter without an index of its own looks at a bounded number of rows.

use paceline_core::task::{Filter, Source, Status, Task};
use paceline_core::{AgentId, Now, Rejection, limits};
use rusqlite::{Connection, Row};

use super::row::{by_seq, whole};
use crate::sqlite::code::Code;
use crate::sqlite::fault::Outcome;
use crate::sqlite::sql;
use crate::sqlite::txn::many;
use crate::{Page, PageRequest};

pub(crate) fn run(
    db: &Connection,
    now: Now,
    filter: &Filter,
    page: &PageRequest,
) -> Outcome<Page<Task>> {
    let limit = page.limit.clamp(1, limits::PAGE_MAX) as usize;
    let below = cursor(page)?;
    let found = if is_everything(filter) {
        let seqs = many(db, sql::task::LIST_ALL, (below, limit as i64 + 1), |row| {
            row.get(0)
        })?;
        Walked {
            seqs,
            stopped_at: None,
        }
    } else {
        walk(db, filter, below, limit + 1)?
    };
    let next_cursor = match found.seqs.get(limit) {
        Some(_) => found.seqs.get(limit - 1).copied(),
        None => found.stopped_at,
    };
    let items = found.seqs.into_iter().take(limit);
    let items = items.map(|seq| whole(db, by_seq(db, seq)?, now));
    Ok(Page {
        items: items.collect::<Outcome<_>>()?,
        next_cursor: next_cursor.map(|seq: i64| seq.to_string()),
    })
}

/// The number below which the page lies.
fn cursor(page: &PageRequest) -> Outcome<i64> {
    crate::sqlite::page::number(page).map(|number| number.unwrap_or(i64::MAX))
}

fn is_everything(filter: &Filter) -> bool {
    *filter == Filter::default()
}

struct Walked {
    seqs: Vec<i64>,
    /// Where the walk gave up although more may follow.
    stopped_at: Option<i64>,
}

/// Walks one index range a status and merges them.
fn walk(db: &Connection, filter: &Filter, below: i64, wanted: usize) -> Outcome<Walked> {
    let selective = filter.source.is_some() || filter.agent_type.is_some();
    let visits_max = if selective {
        limits::PAGE_VISITS_MAX as usize
    } else {
        wanted
    };
    let mut seqs = Vec::new();
    let mut stopped_at = None;
    for status in Status::ALL
        .into_iter()
        .filter(|status| shows(filter, *status))
    {
        let visited = visit(db, filter, status, below, visits_max)?;
        if visited.len() == visits_max && selective {
            // Below this number the other walks know more than this one: the page ends here.
            stopped_at = stopped_at.max(visited.last().map(|seen| seen.seq));
        }
        seqs.extend(
            visited
                .iter()
                .filter(|seen| seen.fits(filter))
                .map(|seen| seen.seq),
        );
    }
    seqs.sort_unstable_by(|one, other| other.cmp(one));
    if let Some(stop) = stopped_at {
        seqs.retain(|seq| stop <= *seq);
    }
    seqs.truncate(wanted);
    Ok(Walked { seqs, stopped_at })
}

fn shows(filter: &Filter, status: Status) -> bool {
    (filter.status.is_empty() || filter.status.contains(&status))
        && !filter.exclude_status.contains(&status)
}

struct Seen {
    seq: i64,
    source: Source,
    agent_type: Option<String>,
}

impl Seen {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get(0)?,
            source: row.get::<_, Code<Source>>(1)?.0,
            agent_type: row.get(2)?,
        })
    }

    fn fits(&self, filter: &Filter) -> bool {
        filter.source.is_none_or(|source| source == self.source)
            && (filter.agent_type.is_none() || filter.agent_type == self.agent_type)
    }
}

fn visit(
    db: &Connection,
    filter: &Filter,
    status: Status,
    below: i64,
    visits_max: usize,
) -> Outcome<Vec<Seen>> {
    let limit = visits_max as i64;
    match &filter.assigned_to {
        Some(agent) => many(
            db,
            sql::task::LIST_AGENT_STATUS,
            (Code(status), below, limit, AgentId::as_str(agent)),
            Seen::read,
        ),
        None => many(
            db,
            sql::task::LIST_STATUS,
            (Code(status), below, limit),
            Seen::read,
        ),
    }
}

/// Direct prerequisites of each task, in the order asked for.
pub(crate) fn prerequisites(
    db: &Connection,
    tasks: &[paceline_core::TaskId],
) -> Outcome<Vec<Vec<paceline_core::TaskId>>> {
    let (got, max) = (tasks.len(), limits::PLAN_TASKS_MAX);
    if max < got {
        let what = "tasks of a plan";
        let (max, got) = (max as u64, got as u64);
        return Err(Rejection::LimitExceeded { what, max, got }.into());
    }
    let of_task = |task: &paceline_core::TaskId| {
        let seq =
            crate::sqlite::txn::one(db, sql::task::SEQ_BY_ID, [task.as_str()], |row| row.get(0))?;
        let seq: i64 = seq.ok_or_else(|| Rejection::unknown_task(task))?;
        super::row::prerequisite_names(db, seq)
    };
    tasks.iter().map(of_task).collect()
}
