//! `agent-registry.json`: who took part when the files were written. Owns their health as of now,
//! by how long they have been silent; refuses to call anybody alive who has not called here.

use paceline_core::agent::{Activity, Agent, SilencePolicy, health};
use paceline_core::{AgentId, limits};
use paceline_store::import::Batch;
use serde_json::Value;

use super::documents::{document, items_of};
use super::feed::Feed;
use super::fields;
use super::sources::Source;

const TAKEN: [&str; 7] = [
    "agent_id",
    "name",
    "assigned_role",
    "role",
    "session_id",
    "status",
    "current_task",
];

pub(super) fn read(source: &Source, feed: &mut Feed<'_>) {
    let Some(document) = document(source, feed) else {
        return;
    };
    let mut agents: Vec<Agent> = Vec::new();
    for (number, row) in (1..).zip(items_of(&document, "agents", feed)) {
        match agent(row, feed) {
            Err(reason) => feed.drop_row(number, &reason),
            Ok(agent) if agents.iter().any(|known| known.agent_id == agent.agent_id) => {
                feed.account.repeated += 1;
            }
            Ok(agent) => agents.push(agent),
        }
    }
    feed.known
        .agents
        .extend(agents.iter().map(|agent| agent.agent_id.clone()));
    feed.send_rest(agents, Batch::Agents);
}

fn agent(row: &Value, feed: &Feed<'_>) -> Result<Agent, String> {
    let agent_id = fields::text(row, &["agent_id", "id"]).ok_or("has no `agent_id`")?;
    let agent_id = AgentId::parse(agent_id).map_err(|error| error.to_string())?;
    let started = fields::time(row, &["started_at", "registered_at"]);
    let seen = fields::time(row, &["last_heartbeat", "last_seen_at", "last_seen"]);
    let (Some(registered_at), Some(last_seen_at)) = (started.or(seen), seen.or(started)) else {
        return Err(format!(
            "`{agent_id}` has neither `started_at` nor `last_heartbeat`"
        ));
    };
    let name = |names: &[&str]| {
        fields::text(row, names).map(|text| fields::shortened(&text, limits::NAME_LENGTH_MAX))
    };
    Ok(Agent {
        agent_id,
        name: name(&["name"]),
        role: name(&["assigned_role", "role"]),
        agent_types: Vec::new(),
        topics: Vec::new(),
        session_id: name(&["session_id"]),
        metadata: fields::others(row, &TAKEN),
        activity: activity(row),
        current_task: name(&["current_task"]),
        health: health::judge(feed.now.wall - last_seen_at, SilencePolicy::default()),
        registered_at,
        last_seen_at,
        tasks_running: 0,
        imported: true,
    })
}

fn activity(row: &Value) -> Activity {
    match fields::text(row, &["status"]).as_deref() {
        Some("working") => Activity::Working,
        Some("blocked") => Activity::Blocked,
        Some("active") => Activity::Active,
        _ => Activity::Idle,
    }
}
