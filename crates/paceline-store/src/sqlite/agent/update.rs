//! Update: an agent says what it does now; and heartbeat: it only says that it is there.

use paceline_core::AgentId;
use paceline_core::agent::{Agent, Seen, UpdateStatus, update};

use super::row::{list_text, present};
use crate::Change;
use crate::sqlite::code::Code;
use crate::sqlite::fault::Outcome;
use crate::sqlite::sql;
use crate::sqlite::txn::Txn;

pub(crate) fn run(txn: &mut Txn<'_>, command: &UpdateStatus) -> Outcome<Agent> {
    update::check(command)?;
    let mut agent = present(txn.db, &command.agent_id)?.agent;
    agent.activity = command.activity.unwrap_or(agent.activity);
    if let Some(current_task) = &command.current_task {
        agent.current_task.clone_from(current_task);
    }
    if let Some(agent_types) = &command.agent_types {
        agent.agent_types.clone_from(agent_types);
    }
    if let Some(topics) = &command.topics {
        agent.topics.clone_from(topics);
    }
    txn.execute(
        sql::agent::UPDATE,
        (
            agent.agent_id.as_str(),
            list_text(&agent.agent_types),
            list_text(&agent.topics),
            Code(agent.activity),
            &agent.current_task,
        ),
    )?;
    let agent = heartbeat(txn, &command.agent_id)?;
    txn.show(|| Change::Agent(agent.clone()));
    Ok(agent)
}

pub(crate) fn heartbeat(txn: &mut Txn<'_>, agent: &AgentId) -> Outcome<Agent> {
    present(txn.db, agent)?;
    let seen = Seen {
        agent_id: agent.clone(),
        wall: txn.now.wall,
        steady: txn.now.steady,
    };
    note(txn, &seen)?;
    present(txn.db, agent)?.whole(txn.db)
}

/// Breaks the silence of each; unknown agents are nobody's business here.
pub(crate) fn presence(txn: &mut Txn<'_>, seen: &[Seen]) -> Outcome<()> {
    seen.iter().try_for_each(|seen| note(txn, seen))
}

fn note(txn: &mut Txn<'_>, seen: &Seen) -> Outcome<()> {
    let known = txn.execute(
        sql::agent::SEEN,
        (seen.agent_id.as_str(), seen.wall.0, seen.steady.0),
    )?;
    if known != 0 {
        txn.show(|| Change::Seen {
            agent_id: seen.agent_id.clone(),
            at: seen.wall,
        });
    }
    Ok(())
}
