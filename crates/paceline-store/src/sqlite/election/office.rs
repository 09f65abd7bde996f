//! The verbs of an election: campaign, renew, resign, the sweep of terms that ran out, the view.

use paceline_core::election::{
    self, Campaign, Office, State, Term, View, campaign, expire, renew, resign,
};
use paceline_core::rejection::Kind;
use paceline_core::{ElectionName, Now, Rejection};
use rusqlite::Connection;

use super::row::{load, read, store, terms};
use crate::sqlite::agent::row::present;
use crate::sqlite::fault::Outcome;
use crate::sqlite::txn::{Txn, many};
use crate::sqlite::{page, sql};
use crate::{Page, PageRequest};

pub(crate) fn run_campaign(txn: &mut Txn<'_>, command: &Campaign) -> Outcome<View> {
    if !command.election.is_of_servers() {
        present(txn.db, &command.agent_id)?;
    }
    let stored = load(txn.db, &command.election)?;
    let state = stored.unwrap_or_else(|| State::new(command.election.clone()));
    let decided = campaign::campaign(&state, command, txn.now)?;
    if decided.next != state {
        store(txn, &decided)?;
    }
    Ok(decided.view)
}

pub(crate) fn run_renew(txn: &mut Txn<'_>, office: &Office) -> Outcome<View> {
    let state = known(txn.db, &office.election)?;
    let decided = renew::renew(&state, office, txn.now)?;
    store(txn, &decided)?;
    Ok(decided.view)
}

pub(crate) fn run_resign(txn: &mut Txn<'_>, office: &Office) -> Outcome<View> {
    let state = known(txn.db, &office.election)?;
    let decided = resign::resign(&state, office, txn.now)?;
    store(txn, &decided)?;
    Ok(decided.view)
}

pub(crate) fn end_terms(txn: &mut Txn<'_>, limit: u32) -> Outcome<Vec<ElectionName>> {
    let over = txn.many(sql::election::OVER, (txn.now.steady.0, limit), read)?;
    let mut ended = Vec::with_capacity(over.len());
    for state in over {
        if let Some(decided) = expire::expire(&state, txn.now) {
            store(txn, &decided)?;
            ended.push(state.election);
        }
    }
    Ok(ended)
}

pub(crate) fn view(db: &Connection, now: Now, name: &ElectionName) -> Outcome<(View, Vec<Term>)> {
    let state = known(db, name)?;
    Ok((election::view(&state, None, now), terms(db, name)?))
}

pub(crate) fn list(db: &Connection, request: &PageRequest) -> Outcome<Page<State>> {
    let limit = page::limit(request);
    let wanted = (page::name(request), limit + 1);
    let states = many(db, sql::election::AFTER, wanted, read)?;
    Ok(page::cut_by_name(states, limit, |state| {
        state.election.as_str()
    }))
}

pub(crate) fn leaders(db: &Connection, now: Now) -> Outcome<Vec<View>> {
    let led = many(db, sql::election::LED, [now.steady.0], read)?;
    Ok(led
        .iter()
        .map(|state| election::view(state, None, now))
        .collect())
}

fn known(db: &Connection, name: &ElectionName) -> Outcome<State> {
    let unknown = || Rejection::NotFound {
        kind: Kind::Election,
        id: name.to_string(),
    };
    load(db, name)?.ok_or_else(|| unknown().into())
}
