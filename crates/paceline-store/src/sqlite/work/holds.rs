//! One agent's holds on tasks, the newest first: what it runs, what ended here, what ended elsewhere.
//! Owns putting an end together with the claim before it.

use paceline_core::task::{Event, Status};
use paceline_core::{AgentId, Rejection, TaskId, Timestamp, limits};
use rusqlite::Connection;

use super::{Place, events::first_at};
use crate::sqlite::code::Code;
use crate::sqlite::fault::{Fault, Outcome};
use crate::sqlite::txn::{many, one};
use crate::sqlite::{page, sql};
use crate::work::{Hold, Span};
use crate::{Page, PageRequest};

/// Which part of the list a page begins in. Running holds are on the first page alone.
enum From {
    Start,
    /// Below this number of the log.
    Log(i64),
    Elsewhere(Place),
}

impl From {
    fn of(request: &PageRequest) -> Outcome<Self> {
        let problem = || {
            Fault::from(Rejection::invalid(
                "cursor",
                "is none that this list has given",
            ))
        };
        match request
            .cursor
            .as_deref()
            .map(|text| text.split_at_checked(1))
        {
            None => Ok(Self::Start),
            Some(Some(("l", number))) => Ok(Self::Log(number.parse().map_err(|_| problem())?)),
            Some(Some(("e", place))) => Ok(Self::Elsewhere(Place::parse(place)?)),
            Some(_) => Err(problem()),
        }
    }
}

pub(crate) fn run(
    db: &Connection,
    agent: &AgentId,
    span: Span,
    request: &PageRequest,
) -> Outcome<Page<Hold>> {
    let limit = usize::try_from(page::limit(request)).unwrap_or(1);
    let from = From::of(request)?;
    let mut items = match from {
        From::Start => running(db, agent, span, limit)?,
        _ => Vec::new(),
    };
    let next = match from {
        From::Start => {
            let below = first_at(db, span.to)?;
            log(db, agent, span, below, limit, &mut items)?
        }
        From::Log(below) => log(db, agent, span, below, limit, &mut items)?,
        From::Elsewhere(place) => elsewhere(db, agent, span, place, limit, &mut items)?,
    };
    Ok(Page {
        items,
        next_cursor: next,
    })
}

fn running(db: &Connection, agent: &AgentId, span: Span, limit: usize) -> Outcome<Vec<Hold>> {
    let params = (agent.as_str(), limit as i64);
    let held = many(db, sql::work::RUNNING_HOLDS, params, |row| {
        Ok(Hold {
            task_id: TaskId::trusted(row.get::<_, String>(0)?),
            agent_type: row.get(1)?,
            summary: row.get(2)?,
            fence: row.get(3)?,
            ready_at: row.get::<_, Option<i64>>(4)?.map(Timestamp),
            claimed_at: row.get::<_, Option<i64>>(5)?.map(Timestamp),
            ended_at: None,
            event: Event::Claimed,
            imported: false,
        })
    })?;
    let begun = |hold: &Hold| hold.claimed_at.is_none_or(|at| at < span.to);
    Ok(held.into_iter().filter(begun).collect())
}

/// Ends in the log below a number; answers where to go on.
fn log(
    db: &Connection,
    agent: &AgentId,
    span: Span,
    below: i64,
    limit: usize,
    items: &mut Vec<Hold>,
) -> Outcome<Option<String>> {
    let first = first_at(db, span.from)?;
    let mut statement = db.prepare_cached(sql::work::ENDS_BELOW)?;
    let mut rows = statement.query((below, first))?;
    let mut visits = 0;
    let mut last = below;
    while let Some(row) = rows.next()? {
        if limit <= items.len() || visits == limits::PAGE_VISITS_MAX {
            return Ok(Some(format!("l{last}")));
        }
        visits += 1;
        last = row.get(0)?;
        let end = End {
            at: Timestamp(row.get(1)?),
            event: row.get::<_, Code<Event>>(2)?.0,
            seq: row.get(4)?,
            fence: row.get(5)?,
            previous: row.get(6)?,
        };
        let is_own = is_of(row, agent)?;
        if is_own && span.contains(end.at) {
            items.extend(end.hold(db)?);
        }
    }
    let place = Place {
        at: span.to.0,
        number: i64::MIN,
    };
    if limit <= items.len() {
        return Ok(Some(format!("e{}", place.text())));
    }
    elsewhere(db, agent, span, place, limit, items)
}

fn is_of(row: &rusqlite::Row<'_>, agent: &AgentId) -> rusqlite::Result<bool> {
    Ok(row.get_ref(3)?.as_str_or_null()? == Some(agent.as_str()))
}

struct End {
    at: Timestamp,
    event: Event,
    seq: i64,
    fence: u64,
    previous: Option<i64>,
}

impl End {
    /// `None` for one that is told with what ended elsewhere.
    fn hold(&self, db: &Connection) -> Outcome<Option<Hold>> {
        let mut hold = one(db, sql::work::HELD_TASK, [self.seq], |row| {
            let hold = Hold {
                task_id: TaskId::trusted(row.get::<_, String>(0)?),
                agent_type: row.get(1)?,
                summary: row.get(4)?,
                fence: self.fence,
                ready_at: None,
                claimed_at: None,
                ended_at: Some(self.at),
                event: self.event,
                imported: false,
            };
            Ok((hold, Timestamp(row.get(2)?), row.get::<_, bool>(3)?))
        })?;
        let Some((hold, submitted_at, imported)) = &mut hold else {
            return Ok(None);
        };
        if *imported && matches!(self.event, Event::Completed | Event::Failed) {
            return Ok(None);
        }
        self.find_claim(db, hold, *submitted_at)?;
        Ok(Some(hold.clone()))
    }

    /// Steps back over renewals and notes to the claim, and to what made the task free before it.
    fn find_claim(&self, db: &Connection, hold: &mut Hold, submitted_at: Timestamp) -> Outcome<()> {
        let mut next = self.previous;
        for _ in 0..limits::HOLD_STEPS_MAX {
            let Some(number) = next else {
                // The submission has no event: the task was ready from the start.
                hold.ready_at = hold.claimed_at.and(Some(submitted_at));
                return Ok(());
            };
            let found = one(db, sql::work::STEP_BACK, [number], |row| {
                let event = row.get::<_, Code<Event>>(2)?.0;
                Ok((row.get::<_, Option<i64>>(0)?, Timestamp(row.get(1)?), event))
            })?;
            let Some((previous, at, event)) = found else {
                return Ok(());
            };
            match (hold.claimed_at, event) {
                (None, Event::Claimed) => hold.claimed_at = Some(at),
                (Some(_), Event::Updated) | (None, _) => {}
                (Some(_), _) => {
                    hold.ready_at = Some(at);
                    return Ok(());
                }
            }
            next = previous;
        }
        Ok(())
    }
}

/// What ended before it came here.
fn elsewhere(
    db: &Connection,
    agent: &AgentId,
    span: Span,
    place: Place,
    limit: usize,
    items: &mut Vec<Hold>,
) -> Outcome<Option<String>> {
    let mut statement = db.prepare_cached(sql::work::ENDED_ELSEWHERE)?;
    let visits_max = i64::from(limits::PAGE_VISITS_MAX);
    let mut rows = statement.query((place.at, place.number, span.from.0, visits_max))?;
    let (mut last, mut visits) = (place, 0);
    while let Some(row) = rows.next()? {
        if limit <= items.len() {
            return Ok(Some(format!("e{}", last.text())));
        }
        visits += 1;
        last = Place {
            at: row.get(6)?,
            number: row.get(0)?,
        };
        if is_of(row, agent)? {
            items.extend(imported(db, row, last)?);
        }
    }
    Ok((visits == visits_max).then(|| format!("e{}", last.text())))
}

fn imported(db: &Connection, row: &rusqlite::Row<'_>, place: Place) -> Outcome<Option<Hold>> {
    let event = match row.get::<_, Code<Status>>(1)?.0 {
        Status::Completed => Event::Completed,
        Status::Failed => Event::Failed,
        Status::Cancelled => Event::Cancelled,
        _ => return Ok(None),
    };
    let time = |at: usize| Ok::<_, rusqlite::Error>(row.get::<_, Option<i64>>(at)?.map(Timestamp));
    let (ready_at, claimed_at) = (time(4)?, time(5)?);
    let agent_type: Option<String> = row.get(2)?;
    let found = one(db, sql::work::HELD_TASK, [place.number], |task| {
        Ok(Hold {
            task_id: TaskId::trusted(task.get::<_, String>(0)?),
            agent_type,
            summary: task.get(4)?,
            fence: 0,
            ready_at,
            claimed_at,
            ended_at: Some(Timestamp(place.at)),
            event,
            imported: true,
        })
    })?;
    Ok(found)
}
