//! An election's row and its history. Owns the way between columns and core's types.

use paceline_core::election::{Outcome as Decided, State, Term, TermEnd};
use paceline_core::{AgentId, ElectionName, Steady, Timestamp};
use rusqlite::{Connection, Row};

use crate::Change;
use crate::sqlite::code::Code;
use crate::sqlite::fault::Outcome;
use crate::sqlite::sql;
use crate::sqlite::txn::{Txn, int, many, one};

/// How many terms a history shows.
const TERMS_SHOWN: u32 = 100;

pub(crate) fn load(db: &Connection, name: &ElectionName) -> Outcome<Option<State>> {
    one(db, sql::election::BY_NAME, [name.as_str()], read)
}

pub(crate) fn led_by(db: &Connection, agent: &AgentId) -> Outcome<Vec<State>> {
    many(db, sql::election::LED_BY, [agent.as_str()], read)
}

pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<State> {
    Ok(State {
        election: ElectionName::trusted(row.get::<_, String>(0)?),
        epoch: row.get(1)?,
        leader: row.get::<_, Option<String>>(2)?.map(AgentId::trusted),
        term_ends: row.get::<_, Option<i64>>(3)?.map(Steady),
        ttl_ms: row.get(4)?,
        since: row.get::<_, Option<i64>>(5)?.map(Timestamp),
        vacant_since: row.get::<_, Option<i64>>(6)?.map(Timestamp),
    })
}

/// The state and the terms that a verb decided on.
pub(crate) fn store(txn: &mut Txn<'_>, decided: &Decided) -> Outcome<()> {
    let next = &decided.next;
    txn.execute(sql::election::STORE, columns(next))?;
    txn.show(|| Change::Election(next.clone()));
    if let Some(ended) = &decided.ended {
        txn.execute(
            sql::election::END_TERM,
            (
                next.election.as_str(),
                int(ended.epoch),
                ended.to.map(|at| at.0),
                ended.ended_by.map(Code),
            ),
        )?;
    }
    if let Some(began) = &decided.began {
        insert_term(txn, &next.election, began)?;
    }
    Ok(())
}

type Columns<'a> = (
    &'a str,
    i64,
    Option<&'a str>,
    Option<i64>,
    i64,
    Option<i64>,
    Option<i64>,
);

pub(crate) fn columns(state: &State) -> Columns<'_> {
    (
        state.election.as_str(),
        int(state.epoch),
        state.leader.as_ref().map(AgentId::as_str),
        state.term_ends.map(|at| at.0),
        state.ttl_ms,
        state.since.map(|at| at.0),
        state.vacant_since.map(|at| at.0),
    )
}

pub(crate) fn insert_term(
    txn: &mut Txn<'_>,
    election: &ElectionName,
    term: &Term,
) -> Outcome<usize> {
    txn.execute(
        sql::election::INSERT_TERM,
        (
            election.as_str(),
            int(term.epoch),
            term.leader.as_str(),
            term.from.0,
            term.to.map(|at| at.0),
            term.ended_by.map(Code),
        ),
    )
}

/// Newest first.
pub(crate) fn terms(db: &Connection, name: &ElectionName) -> Outcome<Vec<Term>> {
    many(
        db,
        sql::election::TERMS,
        (name.as_str(), TERMS_SHOWN),
        |row| {
            Ok(Term {
                epoch: row.get(0)?,
                leader: AgentId::trusted(row.get::<_, String>(1)?),
                from: Timestamp(row.get(2)?),
                to: row.get::<_, Option<i64>>(3)?.map(Timestamp),
                ended_by: row.get::<_, Option<Code<TermEnd>>>(4)?.map(|code| code.0),
            })
        },
    )
}
