//! `sessions.jsonl`: when sessions began and ended. Owns taking several rows of one session as one;
//! refuses rows about anything else, which are counted by kind.

use std::collections::BTreeMap;

use paceline_core::limits;
use paceline_store::import::{Batch, Session};
use serde_json::Value;

use super::feed::Feed;
use super::fields;
use super::sources::Source;
use crate::record_format::LineError;

pub(super) fn read(source: &Source, feed: &mut Feed<'_>) {
    let mut sessions: BTreeMap<String, Session> = BTreeMap::new();
    let mut others: BTreeMap<String, u64> = BTreeMap::new();
    feed.lines(source, |feed, _, line| {
        let row: Value = serde_json::from_slice(line)?;
        let kind = fields::text(&row, &["type"]).ok_or("has no `type`")?;
        if !matches!(
            kind.as_str(),
            "session_start" | "session_end" | "session_spawned"
        ) {
            *others.entry(kind).or_default() += 1;
            feed.account.not_stored += 1;
            return Ok(());
        }
        let met = sessions.len();
        add(&mut sessions, &kind, &row)?;
        feed.account.repeated += u64::from(met == sessions.len());
        Ok(())
    });
    for (kind, count) in others {
        feed.note(format!(
            "{count} `{kind}` rows are no sessions and are not stored"
        ));
    }
    feed.send_rest(sessions.into_values().collect(), Batch::Sessions);
}

fn add(sessions: &mut BTreeMap<String, Session>, kind: &str, row: &Value) -> Result<(), LineError> {
    let id = fields::text(row, &["child_session", "session_id"]).ok_or("has no `session_id`")?;
    if limits::ID_LENGTH_MAX < id.chars().count() {
        return Err("`session_id` is too long".into());
    }
    let at = fields::time(row, &["timestamp"]).ok_or("has no usable `timestamp`")?;
    let session = sessions.entry(id.clone()).or_insert_with(|| Session {
        session_id: id,
        agent_id: None,
        started_at: None,
        ended_at: None,
        tool_calls: None,
    });
    session.agent_id = session
        .agent_id
        .take()
        .or_else(|| fields::agent(row, &["agent_id"]));
    if kind != "session_end" {
        session.started_at = Some(session.started_at.map_or(at, |before| before.min(at)));
        return Ok(());
    }
    // The same end is written several times, the first without the delay of the others.
    session.ended_at = Some(session.ended_at.map_or(at, |before| before.min(at)));
    session.tool_calls = session.tool_calls.max(fields::count(row, &["tool_calls"]));
    let lasted = fields::number(row, &["duration_ms"]).map(|ms| ms as i64);
    session.started_at = session.started_at.or(lasted.map(|ms| at + -ms));
    Ok(())
}
