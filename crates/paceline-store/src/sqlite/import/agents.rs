//! Agents of another system, and what its files claimed of them.

use paceline_core::agent::Agent;
use paceline_core::{AgentId, Json};

use crate::ReportedFigures;
use crate::sqlite::agent::row::list_text;
use crate::sqlite::code::Code;
use crate::sqlite::fault::{Fault, Outcome};
use crate::sqlite::sql;
use crate::sqlite::txn::Txn;

pub(super) fn insert(txn: &mut Txn<'_>, agent: &Agent) -> Outcome<bool> {
    let added = txn.execute(
        sql::import::INSERT_AGENT,
        (
            agent.agent_id.as_str(),
            &agent.name,
            &agent.role,
            list_text(&agent.agent_types),
            list_text(&agent.topics),
            &agent.session_id,
            agent.metadata.as_ref().map(Json::as_str),
            Code(agent.activity),
            &agent.current_task,
            Code(agent.health),
            agent.registered_at.0,
            agent.last_seen_at.0,
        ),
    )?;
    txn.count_rows("agents", added as i64);
    Ok(added == 1)
}

pub(super) fn insert_figures(
    txn: &Txn<'_>,
    agent: &AgentId,
    reported: &ReportedFigures,
) -> Outcome<bool> {
    let text = serde_json::to_string(reported)
        .map_err(|error| Fault::Nonsense(format!("figures of `{agent}`: {error}")))?;
    let added = txn.execute(sql::import::SET_REPORTED, (agent.as_str(), text))?;
    Ok(added == 1)
}
