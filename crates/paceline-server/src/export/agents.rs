//! `agent-performance-metrics.json` and `agent-health-metrics.json`, as they are written back. An
//! agent's counts are what tasks prove; what a file claimed of it stands under `reported`.

use std::collections::{BTreeMap, HashMap};
use std::io::Write;

use paceline_core::agent::Agent;
use paceline_core::quality::Assessment;
use paceline_core::{AgentId, Now, Timestamp};
use paceline_store::{AgentFigures, ReportedFigures, Store, StoreError};
use serde_json::{Value, json};

use super::{ExportError, Exported};
use crate::report::{each_page, mean};

pub(super) async fn performance(
    store: &dyn Store,
    now: Now,
    out: &mut (dyn Write + Send),
) -> Result<Exported, ExportError> {
    let known = agents(store).await?;
    let scores = scores(store).await?;
    let figures = store
        .agent_figures()
        .await
        .map_err(|failure| failure.error)?
        .value;
    let mut rows = BTreeMap::new();
    for one in figures {
        let Some(agent_id) = one.agent_id.clone() else {
            continue;
        };
        let given = scores.get(&agent_id).map_or(&[][..], Vec::as_slice);
        let row = performance_row(&agent_id, &one, known.get(&agent_id), given);
        rows.insert(agent_id, row);
    }
    write(
        json!({ "version": "1.0", "last_updated": time(now.wall), "agents": object(rows) }),
        out,
    )
}

fn performance_row(
    agent_id: &AgentId,
    figures: &AgentFigures,
    agent: Option<&Agent>,
    scores: &[f64],
) -> Value {
    let reported = figures.reported.as_ref();
    let first_seen = agent.map(|agent| agent.registered_at);
    let last_activity = agent.map(|agent| agent.last_seen_at);
    let mut row = json!({
        "agent_id": agent_id,
        "tasks_completed": figures.completed,
        "tasks_claimed": figures.claimed,
        "total_duration_ms": figures.duration_ms_sum,
        "avg_duration_ms": mean(figures.duration_ms_sum as f64, figures.completed),
        "quality_scores": scores,
        "avg_quality": mean(scores.iter().sum(), scores.len() as u64),
        "last_activity": last_activity.or(reported.and_then(|one| one.last_activity)).map(time),
        "first_seen": first_seen.or(reported.and_then(|one| one.first_seen)).map(time),
    });
    if let Some(reported) = reported {
        row["reported"] = reported_row(reported);
    }
    row
}

fn reported_row(reported: &ReportedFigures) -> Value {
    json!({
        "tasks_completed": reported.completed,
        "tasks_claimed": reported.claimed,
        "avg_duration_ms": reported.duration_ms_mean,
        "quality_scores": reported.quality_scores,
        "last_activity": reported.last_activity.map(time),
        "first_seen": reported.first_seen.map(time),
    })
}

pub(super) async fn health(
    store: &dyn Store,
    now: Now,
    out: &mut (dyn Write + Send),
) -> Result<Exported, ExportError> {
    let known = agents(store).await?;
    let rows = known
        .into_iter()
        .map(|(agent_id, agent)| (agent_id, health_row(&agent)));
    let tracked = object(rows.collect());
    // Alerts have their own place and history; the field is part of the format.
    write(
        json!({ "last_updated": time(now.wall), "agents_tracked": tracked, "alerts": [] }),
        out,
    )
}

fn health_row(agent: &Agent) -> Value {
    json!({
        "agent_id": agent.agent_id,
        "name": agent.name,
        "role": agent.role,
        "session_id": agent.session_id,
        "health": agent.health,
        "status": agent.activity,
        "current_task": agent.current_task,
        "tasks_running": agent.tasks_running,
        "started_at": time(agent.registered_at),
        "last_heartbeat": time(agent.last_seen_at),
    })
}

async fn agents(store: &dyn Store) -> Result<BTreeMap<AgentId, Agent>, StoreError> {
    let mut agents = BTreeMap::new();
    each_page!(store, agents, |items: Vec<Agent>| {
        agents.extend(
            items
                .into_iter()
                .map(|agent| (agent.agent_id.clone(), agent)),
        );
    });
    Ok(agents)
}

/// What somebody gave; scores drawn by a program are left out.
async fn scores(store: &dyn Store) -> Result<HashMap<AgentId, Vec<f64>>, StoreError> {
    let mut scores: HashMap<AgentId, Vec<f64>> = HashMap::new();
    each_page!(store, assessments, |items: Vec<Assessment>| {
        for one in items.into_iter().filter(|one| !one.automatic) {
            if let Some(agent) = one.agent_id {
                scores.entry(agent).or_default().push(one.overall_score);
            }
        }
    });
    Ok(scores)
}

fn object(rows: BTreeMap<AgentId, Value>) -> Value {
    Value::Object(
        rows.into_iter()
            .map(|(agent, row)| (agent.into_string(), row))
            .collect(),
    )
}

fn time(at: Timestamp) -> String {
    paceline_api::Timestamp::from_millis(at.0).to_string()
}

fn write(document: Value, out: &mut (dyn Write + Send)) -> Result<Exported, ExportError> {
    let rows = ["agents", "agents_tracked"]
        .iter()
        .find_map(|name| document[*name].as_object());
    let rows = rows.map_or(0, |rows| rows.len() as u64);
    serde_json::to_writer_pretty(&mut *out, &document).map_err(std::io::Error::from)?;
    out.write_all(b"\n")?;
    Ok(Exported {
        rows,
        ..Exported::default()
    })
}
