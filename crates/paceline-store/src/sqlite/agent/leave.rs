//! Leave: an agent deregisters or is found dead; what it held is free at once. Owns the two ways
//! out, which differ only in the word that tasks and terms are told.

use paceline_core::agent::{Health, Judged, Released, SilencePolicy, health};
use paceline_core::election::{TermEnd, depart};
use paceline_core::task::Event;
use paceline_core::{AgentId, Steady};

use super::row::present;
use crate::Change;
use crate::sqlite::code::{Code, Coded};
use crate::sqlite::election;
use crate::sqlite::fault::Outcome;
use crate::sqlite::sql;
use crate::sqlite::task::sweep::abandon_all;
use crate::sqlite::txn::{Txn, many};

pub(crate) fn deregister(txn: &mut Txn<'_>, agent: &AgentId) -> Outcome<Released> {
    present(txn.db, agent)?;
    txn.execute(sql::agent::LEAVE, (agent.as_str(), txn.now.wall.0))?;
    txn.execute(sql::agent::REVOKE_TOKENS_OF, [agent.as_str()])?;
    txn.show(|| Change::Left(agent.clone()));
    set_free(txn, agent, Event::AgentLeft, TermEnd::Deregistered)
}

/// Judges the silence of the agents that are due for a harder verdict.
pub(crate) fn judge(txn: &mut Txn<'_>, policy: SilencePolicy, limit: u32) -> Outcome<Judged> {
    let mut judged = Judged::default();
    for (agent, silence_ms, before) in overdue(txn, policy, limit)? {
        let verdict = health::judge(silence_ms, policy);
        if verdict == before {
            continue;
        }
        txn.execute(sql::agent::SET_HEALTH, (agent.as_str(), Code(verdict)))?;
        txn.show(|| Change::Judged {
            agent_id: agent.clone(),
            health: verdict,
        });
        judged.changed += 1;
        if verdict == Health::Dead {
            let held = set_free(txn, &agent, Event::AgentDied, TermEnd::Died)?;
            judged.dead.push(held);
        }
    }
    Ok(judged)
}

/// Agents whose silence has passed the bound of their present verdict, those nearest to death first:
/// others wait for what they hold.
fn overdue(
    txn: &Txn<'_>,
    policy: SilencePolicy,
    limit: u32,
) -> Outcome<Vec<(AgentId, i64, Health)>> {
    let bounds = [
        (Health::Stale, policy.dead_ms),
        (Health::Warning, policy.stale_ms),
        (Health::Healthy, policy.warning_ms),
    ];
    let mut overdue = Vec::new();
    for (health, bound_ms) in bounds {
        let silent_since = txn.now.steady + -bound_ms;
        let params = (health.code(), silent_since.0, limit);
        overdue.extend(many(txn.db, sql::agent::SILENT_SINCE, params, |row| {
            let silence_ms = txn.now.steady - Steady(row.get(1)?);
            Ok((
                AgentId::trusted(row.get::<_, String>(0)?),
                silence_ms,
                health,
            ))
        })?);
    }
    overdue.truncate(limit as usize);
    Ok(overdue)
}

fn set_free(
    txn: &mut Txn<'_>,
    agent: &AgentId,
    event: Event,
    ended_by: TermEnd,
) -> Outcome<Released> {
    for state in election::row::led_by(txn.db, agent)? {
        if let Some(outcome) = depart::depart(&state, agent, ended_by, txn.now) {
            election::row::store(txn, &outcome)?;
        }
    }
    Ok(Released {
        agent_id: Some(agent.clone()),
        task_ids: abandon_all(txn, agent, event)?,
    })
}
