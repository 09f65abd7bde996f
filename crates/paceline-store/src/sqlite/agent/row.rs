//! An agent's row. Owns the way from columns to core's types, and the three answers to "is there
//! such an agent": yes, gone, never was.

use paceline_core::agent::{Activity, Agent, Health};
use paceline_core::{AgentId, Json, Rejection, Timestamp};
use rusqlite::{Connection, Row};

use crate::sqlite::code::Code;
use crate::sqlite::fault::Outcome;
use crate::sqlite::sql;
use crate::sqlite::txn::one;

#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) agent: Agent,
    pub(crate) number: i64,
    pub(crate) gone: bool,
    pub(crate) acked_through: u64,
    pub(crate) delivered_through: u64,
}

impl Stored {
    /// Reads `agent_columns!()`; running tasks are counted apart.
    pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let agent = Agent {
            agent_id: AgentId::trusted(row.get::<_, String>(0)?),
            name: row.get(1)?,
            role: row.get(2)?,
            agent_types: list(row, 3)?,
            topics: list(row, 4)?,
            session_id: row.get(5)?,
            metadata: row.get::<_, Option<String>>(6)?.map(Json::trusted),
            activity: row.get::<_, Code<Activity>>(7)?.0,
            current_task: row.get(8)?,
            health: row.get::<_, Code<Health>>(9)?.0,
            registered_at: Timestamp(row.get(10)?),
            last_seen_at: Timestamp(row.get(11)?),
            tasks_running: 0,
            imported: row.get(12)?,
        };
        Ok(Self {
            agent,
            number: row.get(13)?,
            gone: row.get::<_, Option<i64>>(14)?.is_some(),
            acked_through: row.get(15)?,
            delivered_through: row.get(16)?,
        })
    }

    pub(crate) fn whole(self, db: &Connection) -> Outcome<Agent> {
        let mut agent = self.agent;
        let id = agent.agent_id.as_str();
        let running = one(db, sql::task::COUNT_RUNNING_OF_AGENT, [id], |row| {
            row.get(0)
        })?;
        agent.tasks_running = running.unwrap_or_default();
        Ok(agent)
    }
}

pub(crate) fn find(db: &Connection, agent: &AgentId) -> Outcome<Option<Stored>> {
    one(db, sql::agent::BY_ID, [agent.as_str()], Stored::read)
}

/// # Errors
/// `NotFound`, or `AgentGone` when it was deregistered.
pub(crate) fn present(db: &Connection, agent: &AgentId) -> Outcome<Stored> {
    let stored = find(db, agent)?.ok_or_else(|| Rejection::unknown_agent(agent))?;
    if stored.gone {
        let agent = agent.clone();
        return Err(Rejection::AgentGone { agent }.into());
    }
    Ok(stored)
}

/// Lists of names are stored as JSON.
pub(crate) fn list(row: &Row<'_>, at: usize) -> rusqlite::Result<Vec<String>> {
    let text = row.get_ref(at)?.as_str()?;
    if text == "[]" {
        return Ok(Vec::new());
    }
    serde_json::from_str(text).map_err(|error| {
        let kind = rusqlite::types::Type::Text;
        rusqlite::Error::FromSqlConversionFailure(at, kind, Box::new(error))
    })
}

pub(crate) fn list_text(names: &[String]) -> String {
    serde_json::Value::from(names.to_vec()).to_string()
}
