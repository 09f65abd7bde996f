//! What reviewers do with what they reviewed. Owns scores that follow from what was found in the
//! work, and telling its author; refuses to score what nobody finished.

use paceline_api::{QualityAssessRequest, Recipient, Task, TaskStatus};
use serde::Deserialize;

use super::agent::{Agent, Said};
use super::dice::Dice;
use super::kinds::{CODE, DOCS, TEST};

const ASSESSED: &[&str] = &[CODE.name, DOCS.name, TEST.name];
/// Beyond so many, the author hears of it.
const FINDINGS_TOLD: u64 = 2;

#[derive(Deserialize)]
struct Work {
    findings: u64,
}

/// Looks at everything that the review waited for.
pub async fn assess(agent: &Agent, review: &Task, name: &str, dice: &mut Dice) -> Said<()> {
    for task_id in &review.prerequisites {
        let task = agent.client.get_task(task_id).await?;
        let kind = task.agent_type.as_deref().unwrap_or_default();
        let is_done = task.status == TaskStatus::Completed;
        let Some(findings) = findings(&task).filter(|_| is_done && ASSESSED.contains(&kind)) else {
            continue;
        };
        let request = scores(&task.task_id, findings, name, &agent.id, dice);
        agent.client.assess_quality(&request).await?;
        if let Some(author) = task.assigned_to.filter(|_| FINDINGS_TOLD < findings) {
            let text = format!("{findings} findings in {task_id}");
            let to = Recipient::Agent(author);
            agent.tell(to, "review", &text, None).await?;
        }
    }
    Ok(())
}

fn findings(task: &Task) -> Option<u64> {
    let result = task.result.as_ref()?;
    let work: Work = serde_json::from_str(result.as_str()).ok()?;
    Some(work.findings)
}

/// Each finding costs most where it hurts: in the code.
fn scores(
    task_id: &str,
    findings: u64,
    name: &str,
    reviewer: &str,
    dice: &mut Dice,
) -> QualityAssessRequest {
    let mut score = |cost: f64| {
        let taste = dice.below(11) as f64 / 10.0;
        let exact = 9.0 + taste - cost * findings as f64;
        (exact.clamp(0.0, 10.0) * 10.0).round() / 10.0
    };
    QualityAssessRequest {
        task_id: task_id.to_owned(),
        completeness: score(0.7),
        code_quality: score(1.0),
        documentation: score(0.5),
        efficiency: score(0.4),
        impact: score(0.3),
        notes: (0 < findings).then(|| format!("{findings} findings")),
        assessed_by: name.to_owned(),
        agent_id: Some(reviewer.to_owned()),
        election: None,
        epoch: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_stay_in_range_and_fall_with_what_was_found() {
        let mut dice = Dice::new(1, 1);
        let mut quality = |findings| {
            let scores = scores("tsk_1", findings, "review-4", "agt_1", &mut dice);
            assert!((0.0..=10.0).contains(&scores.code_quality));
            scores.code_quality
        };
        assert!(9.0 <= quality(0));
        assert!(quality(6) < 5.0);
        assert_eq!(quality(50), 0.0);
    }
}
