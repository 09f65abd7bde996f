//! Story: everything that happened to a task. The first event is the submission, which the task
//! itself records.

use paceline_core::task::Event;
use paceline_core::{AgentId, TaskId, Timestamp};
use rusqlite::Connection;

use super::row::{by_id, texts};
use crate::TaskEvent;
use crate::sqlite::code::Code;
use crate::sqlite::fault::Outcome;
use crate::sqlite::sql;
use crate::sqlite::txn::many;

pub(crate) fn run(db: &Connection, task: &TaskId) -> Outcome<Vec<TaskEvent>> {
    let row = by_id(db, task)?;
    let mut story = vec![TaskEvent {
        at: row.submitted_at,
        event: Event::Submitted,
        agent_id: texts(db, row.seq)?.submitted_by,
        fence: 0,
        detail: None,
    }];
    story.extend(many(db, sql::task::EVENTS_OF, [row.seq], |row| {
        Ok(TaskEvent {
            at: Timestamp(row.get(0)?),
            event: row.get::<_, Code<Event>>(1)?.0,
            agent_id: row.get::<_, Option<String>>(2)?.map(AgentId::trusted),
            fence: row.get(3)?,
            detail: row.get(4)?,
        })
    })?);
    Ok(story)
}
