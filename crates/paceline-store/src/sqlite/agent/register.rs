//! Register: an agent comes in, for the first time or again. Its message cursor starts at the
//! newest message, because what was said before it came was not said to it.

use paceline_core::Json;
use paceline_core::agent::{Agent, Register, register};

use super::row::{find, list_text, present};
use crate::Change;
use crate::sqlite::fault::Outcome;
use crate::sqlite::sql;
use crate::sqlite::txn::Txn;

pub(crate) fn run(txn: &mut Txn<'_>, command: &Register) -> Outcome<Agent> {
    register::check(command)?;
    let agent = command.agent_id.as_str();
    let known = find(txn.db, &command.agent_id)?;
    let text = if known.is_some() {
        sql::agent::RETURN
    } else {
        txn.count_rows("agents", 1);
        sql::agent::INSERT
    };
    txn.execute(
        text,
        (
            agent,
            &command.name,
            &command.role,
            list_text(&command.agent_types),
            list_text(&command.topics),
            &command.session_id,
            command.metadata.as_ref().map(Json::as_str),
            txn.now.wall.0,
            txn.now.steady.0,
            txn.ledger.newest_position,
        ),
    )?;
    txn.execute(sql::agent::REVOKE_TOKENS_OF, [agent])?;
    let nothing = None::<&str>;
    txn.execute(
        sql::agent::INSERT_TOKEN,
        (
            &command.token_hash[..],
            nothing,
            nothing,
            agent,
            txn.now.wall.0,
        ),
    )?;
    let agent = present(txn.db, &command.agent_id)?.whole(txn.db)?;
    txn.show(|| Change::Agent(agent.clone()));
    Ok(agent)
}
