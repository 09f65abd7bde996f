//! `agent-performance-metrics.json`: what a fleet's files claim of each agent. Owns keeping it as a
//! claim; refuses to mix it with what tasks prove.

use paceline_core::AgentId;
use paceline_store::ReportedFigures;
use paceline_store::import::Batch;
use serde_json::Value;

use super::documents::{document, items_of};
use super::feed::Feed;
use super::fields;
use super::sources::Source;

pub(super) fn read(source: &Source, feed: &mut Feed<'_>) {
    let Some(document) = document(source, feed) else {
        return;
    };
    let mut figures: Vec<(AgentId, ReportedFigures)> = Vec::new();
    for (number, row) in (1..).zip(items_of(&document, "agents", feed)) {
        match fields::agent(row, &["agent_id", "id"]) {
            None => feed.drop_row(number, "has no usable `agent_id`"),
            Some(agent) if figures.iter().any(|(known, _)| *known == agent) => {
                feed.account.repeated += 1;
            }
            Some(agent) => figures.push((agent, reported(row))),
        }
    }
    feed.known
        .agents
        .extend(figures.iter().map(|(agent, _)| agent.clone()));
    let contradictory = figures
        .iter()
        .filter(|(_, one)| one.claimed < one.completed)
        .count();
    feed.note_count(
        contradictory as u64,
        "agents have more tasks completed than claimed: kept as reported, beside what tasks prove",
    );
    feed.send_rest(figures, Batch::Figures);
}

fn reported(row: &Value) -> ReportedFigures {
    let completed = fields::count(row, &["tasks_completed", "completed"]).unwrap_or(0);
    let scores = row.get("quality_scores").and_then(Value::as_array);
    let mean = fields::number(row, &["avg_duration_ms"]);
    ReportedFigures {
        claimed: fields::count(row, &["tasks_claimed", "claimed"]).unwrap_or(0),
        completed,
        // A mean of nothing is written as 0 there.
        duration_ms_mean: mean.filter(|mean| 0 < completed && 0.0 < *mean),
        quality_scores: scores
            .into_iter()
            .flatten()
            .filter_map(Value::as_f64)
            .collect(),
        first_seen: fields::time(row, &["first_seen"]),
        last_activity: fields::time(row, &["last_activity"]),
    }
}
