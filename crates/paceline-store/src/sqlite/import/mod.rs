//! Import: another system's records, told apart by their own ids. What is here already stays as it
//! is, and is counted.

mod agents;
mod tasks;

use paceline_core::election::{State, Term};
use paceline_core::message::Message;
use paceline_core::{AgentId, Json, MessageId};

use super::election::row as office;
use super::fault::Outcome as Result;
use super::message::stream;
use super::txn::{Txn, int, one};
use super::{record, sql};
use crate::Change;
use crate::import::{Batch, Outcome, Session};

pub(crate) fn run(txn: &mut Txn<'_>, batch: &Batch) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    match batch {
        Batch::Agents(agents) => {
            for agent in agents {
                outcome.count(agents::insert(txn, agent)?);
            }
        }
        Batch::Tasks(tasks) => tasks::insert_all(txn, tasks, &mut outcome)?,
        Batch::Messages(messages) => {
            for message in messages {
                outcome.count(insert_message(txn, message)?);
            }
        }
        Batch::Assessments(assessments) => {
            for assessment in assessments {
                outcome.count(record::insert_assessment(txn, assessment)?);
            }
        }
        Batch::ToolCalls(calls) => {
            let recorded = record::insert_tool_calls(txn, calls)?;
            outcome.added = recorded.accepted.into();
            outcome.present = recorded.duplicates.len() as u64;
        }
        Batch::Figures(figures) => {
            for (agent, reported) in figures {
                outcome.count(agents::insert_figures(txn, agent, reported)?);
            }
        }
        Batch::Terms(state, terms) => insert_election(txn, state, terms, &mut outcome)?,
        Batch::Sessions(sessions) => {
            for session in sessions {
                outcome.count(insert_session(txn, session)?);
            }
        }
    }
    if 0 < outcome.added {
        txn.show(|| Change::Imported);
    }
    Ok(outcome)
}

impl Outcome {
    fn count(&mut self, added: bool) {
        self.added += u64::from(added);
        self.present += u64::from(!added);
    }
}

/// Numbers are given here: what the other system counted by is not ours.
fn insert_message(txn: &mut Txn<'_>, message: &Message) -> Result<bool> {
    let id = message.message_id.as_str();
    if one(txn.db, sql::message::HAS, [id], |_| Ok(()))?.is_some() {
        return Ok(false);
    }
    let stream = stream::advance(txn, &message.to)?;
    txn.ledger.newest_position += 1;
    txn.execute(
        sql::message::INSERT,
        (
            txn.ledger.newest_position,
            stream.number,
            int(stream.last_sequence),
            id,
            message.from.as_ref().map(AgentId::as_str),
            &message.kind,
            message.payload.as_ref().map(Json::as_str),
            message.reply_to.as_ref().map(MessageId::as_str),
            message.sent_at.0,
        ),
    )?;
    txn.count_rows("messages", 1);
    Ok(true)
}

/// The history comes along; the epoch of an election that is known here stays the higher one.
fn insert_election(
    txn: &mut Txn<'_>,
    state: &State,
    terms: &[Term],
    outcome: &mut Outcome,
) -> Result<()> {
    txn.execute(sql::import::INSERT_ELECTION, office::columns(state))?;
    for term in terms {
        let added = office::insert_term(txn, &state.election, term)?;
        outcome.count(added == 1);
    }
    Ok(())
}

fn insert_session(txn: &Txn<'_>, session: &Session) -> Result<bool> {
    let added = txn.execute(
        sql::import::INSERT_SESSION,
        (
            &session.session_id,
            session.agent_id.as_ref().map(AgentId::as_str),
            session.started_at.map(|at| at.0),
            session.ended_at.map(|at| at.0),
            session.tool_calls.map(int),
        ),
    )?;
    Ok(added == 1)
}
