//! Lists: tasks newest first. Owns the choice of the index to walk and the merge of several walks;
//! a filter without an index of its own looks at a bounded number of rows.

use paceline_core::task::{Filter, Source, Status, Task};
use paceline_core::{AgentId, Now, Timestamp, limits};
use rusqlite::{Connection, Row};

use super::row::{by_seq, whole};
use crate::sqlite::code::Code;
use crate::sqlite::fault::Outcome;
use crate::sqlite::txn::{many, one};
use crate::sqlite::{page, sql};
use crate::{Page, PageRequest, TaskFigures};

pub(crate) fn run(
    db: &Connection,
    now: Now,
    filter: &Filter,
    request: &PageRequest,
) -> Outcome<Page<Task>> {
    let filter = Filter {
        text: filter.text.as_deref().map(str::to_lowercase),
        ..filter.clone()
    };
    let limit = usize::try_from(page::limit(request)).unwrap_or(1);
    let below = page::number(request)?.unwrap_or(i64::MAX);
    let found = Found::search(db, &filter, below, limit + 1)?;
    let next_cursor = match found.seqs.get(limit) {
        Some(_) => found.seqs.get(limit - 1).copied(),
        None => found.stopped_at,
    };
    let items = found.seqs.into_iter().take(limit);
    let items = items.map(|seq| whole(db, by_seq(db, seq)?, now));
    Ok(Page {
        items: items.collect::<Outcome<_>>()?,
        next_cursor: next_cursor.map(|seq| seq.to_string()),
    })
}

/// Newest first, without a look at any other table.
pub(crate) fn figures(db: &Connection, request: &PageRequest) -> Outcome<Page<TaskFigures>> {
    let limit = page::limit(request);
    let below = page::number(request)?.unwrap_or(i64::MAX);
    let found = many(db, sql::task::WALK_FIGURES, (below, limit + 1), |row| {
        let figures = TaskFigures {
            status: row.get::<_, Code<Status>>(1)?.0,
            agent_type: row.get(2)?,
            assigned_to: row.get::<_, Option<String>>(3)?.map(AgentId::trusted),
            ready_at: row.get::<_, Option<i64>>(4)?.map(Timestamp),
            started_at: row.get::<_, Option<i64>>(5)?.map(Timestamp),
            finished_at: row.get::<_, Option<i64>>(6)?.map(Timestamp),
        };
        Ok((row.get(0)?, figures))
    })?;
    Ok(page::cut(found, limit))
}

#[derive(Default)]
struct Found {
    seqs: Vec<i64>,
    /// Where a walk gave up although more may follow.
    stopped_at: Option<i64>,
}

impl Found {
    /// The newest that fit, up to `wanted`, from all walks that may hold some.
    fn search(db: &Connection, filter: &Filter, below: i64, wanted: usize) -> Outcome<Self> {
        let mut found = Self::default();
        for walk in walks(filter) {
            found.walk(db, filter, &walk, below, wanted)?;
        }
        found.seqs.sort_unstable_by(|one, other| other.cmp(one));
        if let Some(stop) = found.stopped_at {
            // Below this number the other walks know more than the one that gave up.
            found.seqs.retain(|seq| stop <= *seq);
        }
        found.seqs.truncate(wanted);
        Ok(found)
    }

    fn walk(
        &mut self,
        db: &Connection,
        filter: &Filter,
        walk: &Walk<'_>,
        below: i64,
        wanted: usize,
    ) -> Outcome<()> {
        let mut statement = db.prepare_cached(walk.text)?;
        let mut rows = match &walk.key {
            Key::None => statement.query([below])?,
            Key::Status(status) => statement.query((below, Code(*status)))?,
            Key::Agent(agent) => statement.query((below, agent.as_str()))?,
        };
        let visits_max = match filter.text {
            Some(_) => limits::TEXT_VISITS_MAX,
            None => limits::PAGE_VISITS_MAX,
        };
        let (mut taken, mut visits) = (0, 0);
        while taken < wanted {
            let Some(row) = rows.next()? else {
                return Ok(());
            };
            let seq: i64 = row.get(0)?;
            if fits(filter, row)? && says(db, filter, seq)? {
                self.seqs.push(seq);
                taken += 1;
            }
            visits += 1;
            if taken < wanted && visits == visits_max {
                self.stopped_at = self.stopped_at.max(Some(seq));
                return Ok(());
            }
        }
        Ok(())
    }
}

struct Walk<'a> {
    text: &'static str,
    key: Key<'a>,
}

enum Key<'a> {
    None,
    Status(Status),
    Agent(&'a AgentId),
}

/// The fewest index ranges that together hold whatever fits.
fn walks(filter: &Filter) -> Vec<Walk<'_>> {
    let walk = |text, key| Walk { text, key };
    if shows(filter, Status::Completed) {
        return vec![walk(sql::task::WALK_ALL, Key::None)];
    }
    let shown = Status::ALL
        .into_iter()
        .filter(|status| shows(filter, *status));
    let walk_of = |status: Status| match status {
        Status::Running => match &filter.assigned_to {
            Some(agent) => walk(sql::task::WALK_RUNNING_OF, Key::Agent(agent)),
            None => walk(sql::task::WALK_RUNNING, Key::None),
        },
        status if status.is_waiting() => walk(sql::task::WALK_WAITING, Key::Status(status)),
        status => walk(sql::task::WALK_ENDED_BADLY, Key::Status(status)),
    };
    shown.map(walk_of).collect()
}

fn shows(filter: &Filter, status: Status) -> bool {
    (filter.status.is_empty() || filter.status.contains(&status))
        && !filter.exclude_status.contains(&status)
}

fn fits(filter: &Filter, row: &Row<'_>) -> rusqlite::Result<bool> {
    let status = row.get::<_, Code<Status>>(1)?.0;
    let source = row.get::<_, Code<Source>>(2)?.0;
    if !shows(filter, status) || filter.source.is_some_and(|wanted| wanted != source) {
        return Ok(false);
    }
    let is = |at: usize, wanted: Option<&str>| match wanted {
        Some(wanted) => Ok(row.get_ref(at)?.as_str_or_null()? == Some(wanted)),
        None => Ok::<_, rusqlite::Error>(true),
    };
    Ok(is(3, filter.agent_type.as_deref())?
        && is(4, filter.assigned_to.as_ref().map(AgentId::as_str))?)
}

/// Whether the summary or the description has the text, which is in lower case.
fn says(db: &Connection, filter: &Filter, seq: i64) -> Outcome<bool> {
    let Some(wanted) = &filter.text else {
        return Ok(true);
    };
    let has = |text: &str| text.to_lowercase().contains(wanted.as_str());
    let found = one(db, sql::task::SEARCHED, [seq], |row| {
        let summary = row.get_ref(0)?.as_str_or_null()?.is_some_and(has);
        Ok(summary || has(row.get_ref(1)?.as_str()?))
    })?;
    Ok(found.unwrap_or(false))
}
