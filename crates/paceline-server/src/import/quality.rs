//! `quality-assessments.json`. Owns telling scores that somebody gave from those that a program
//! drew; refuses an assessment with a dimension missing rather than to fill it in.

use std::collections::HashSet;

use paceline_core::quality::{Assessment, Scores, assess};
use paceline_core::{AssessmentId, TaskId, limits};
use paceline_store::import::Batch;
use serde_json::Value;

use super::documents::{document, items_of};
use super::feed::{Feed, digest};
use super::fields;
use super::sources::Source;

/// An overall score further than this from its dimensions' weighted mean is told.
const ROUNDING: f64 = 0.1;

pub(super) fn read(source: &Source, feed: &mut Feed<'_>) {
    let Some(document) = document(source, feed) else {
        return;
    };
    let mut assessments: Vec<Assessment> = Vec::new();
    let mut seen = HashSet::new();
    let mut disagreeing = 0;
    for (number, row) in (1..).zip(items_of(&document, "assessments", feed)) {
        match assessment(row, feed) {
            Ok(assessment) if seen.insert(assessment.assessment_id.clone()) => {
                let computed = assess::overall(&assessment.scores);
                disagreeing += u64::from(ROUNDING < (assessment.overall_score - computed).abs());
                assessments.push(assessment);
            }
            Ok(_) => feed.account.repeated += 1,
            Err(reason) => feed.drop_row(number, &reason),
        }
    }
    tell(&assessments, disagreeing, feed);
    feed.send_rest(assessments, Batch::Assessments);
}

fn assessment(row: &Value, feed: &Feed<'_>) -> Result<Assessment, String> {
    let task_id = fields::text(row, &["task_id"]).ok_or("has no `task_id`")?;
    let task_id = TaskId::parse(task_id).map_err(|error| error.to_string())?;
    let assessed_at = fields::time(row, &["assessed_at", "timestamp"])
        .ok_or_else(|| format!("`{task_id}`: has no usable `assessed_at`"))?;
    let assessed_by = fields::text(row, &["assessed_by"]).unwrap_or_else(|| "unknown".to_owned());
    let scores = scores(row).map_err(|reason| format!("`{task_id}`: {reason}"))?;
    let overall = fields::number(row, &["overall_score"]);
    let key = format!("{task_id}\n{}\n{assessed_by}", assessed_at.0);
    Ok(Assessment {
        assessment_id: AssessmentId::trusted(format!(
            "qlt_imported_{:032x}",
            digest(key.as_bytes())
        )),
        agent_id: feed.known.assignees.get(&task_id).cloned(),
        task_id,
        overall_score: overall.unwrap_or_else(|| assess::overall(&scores)),
        scores,
        notes: fields::text(row, &["lessons_learned", "notes"])
            .map(|text| fields::shortened(&text, limits::NOTE_LENGTH_MAX)),
        assessed_by: fields::shortened(&assessed_by, limits::NAME_LENGTH_MAX),
        assessed_at,
        automatic: row
            .pointer("/metadata/auto_generated")
            .and_then(Value::as_bool)
            == Some(true),
        imported: true,
    })
}

fn scores(row: &Value) -> Result<Scores, String> {
    let score = |name: &str| {
        let score = dimension(row, name).ok_or_else(|| format!("has no score for `{name}`"))?;
        let within = (0.0..=10.0).contains(&score);
        within
            .then_some(score)
            .ok_or_else(|| format!("`{name}` {score} is not from 0 to 10"))
    };
    Ok(Scores {
        completeness: score("completeness")?,
        code_quality: score("code_quality")?,
        documentation: score("documentation")?,
        efficiency: score("efficiency")?,
        impact: score("impact")?,
    })
}

/// From a list of `{name, score}`, an object by name, or a field of the row.
fn dimension(row: &Value, name: &str) -> Option<f64> {
    let listed = row
        .get("dimensions")
        .and_then(Value::as_array)
        .and_then(|list| {
            let found = list
                .iter()
                .find(|one| one.get("name").and_then(Value::as_str) == Some(name))?;
            fields::number(found, &["score"])
        });
    listed
        .or_else(|| fields::number(row.get("dimensions")?, &[name]))
        .or_else(|| fields::number(row, &[name]))
}

fn tell(assessments: &[Assessment], disagreeing: u64, feed: &mut Feed<'_>) {
    let automatic = assessments.iter().filter(|one| one.automatic).count() as u64;
    feed.note_count(
        automatic,
        "assessments were drawn by a program: kept apart from assessed scores",
    );
    feed.note_count(
        disagreeing,
        "overall scores disagree with their dimensions; kept as written",
    );
    let unknown = assessments
        .iter()
        .filter(|one| one.agent_id.is_none())
        .count() as u64;
    feed.note_count(unknown, "assessments are of tasks that name no agent");
}
