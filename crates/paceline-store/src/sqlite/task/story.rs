//! Story: everything that happened to a task. The first event is the submission, which the task
//! itself records.

use paceline_core::task::Event;
use paceline_core::{AgentId, TaskId, Timestamp};
use rusqlite::{Connection, Row};

use super::row::{by_id, texts};
use crate::TaskEvent;
use crate::sqlite::code::Code;
use crate::sqlite::fault::{Fault, Outcome};
use crate::sqlite::sql;
use crate::sqlite::txn::one;

pub(crate) fn run(db: &Connection, task: &TaskId) -> Outcome<Vec<TaskEvent>> {
    let row = by_id(db, task)?;
    let mut story = vec![TaskEvent {
        at: row.submitted_at,
        event: Event::Submitted,
        agent_id: texts(db, row.seq)?.submitted_by,
        fence: 0,
        detail: None,
    }];
    let mut events = Vec::new();
    let mut next = row.last_event;
    while let Some(number) = next {
        let found = one(db, sql::task::EVENT, [number], |row| {
            Ok((row.get(0)?, read(row)?))
        })?;
        let (previous, event) = found.ok_or_else(|| missing(task, number))?;
        events.push(event);
        next = previous;
    }
    story.extend(events.into_iter().rev());
    Ok(story)
}

fn missing(task: &TaskId, number: i64) -> Fault {
    Fault::Nonsense(format!(
        "task `{task}` names event {number}, which is not there"
    ))
}

fn read(row: &Row<'_>) -> rusqlite::Result<TaskEvent> {
    Ok(TaskEvent {
        at: Timestamp(row.get(1)?),
        event: row.get::<_, Code<Event>>(2)?.0,
        agent_id: row.get::<_, Option<String>>(3)?.map(AgentId::trusted),
        fence: row.get(4)?,
        detail: row.get(5)?,
    })
}
