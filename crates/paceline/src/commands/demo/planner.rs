//! Where the work comes from. Owns small projects of tasks that depend on each other, and a queue
//! that neither runs dry nor grows; refuses to do any of it.

use std::time::Duration;

use paceline_api::{TaskBatchRequest, TaskEnqueueRequest, TaskSource, Timestamp};
use paceline_client::Client;

use super::dice::Dice;
use super::texts::GOALS;

/// Kind, what it does, and on which earlier steps it waits.
const STEPS: &[(&str, &str, &[usize])] = &[
    ("plan", "plan", &[]),
    ("code", "build", &[0]),
    ("docs", "describe", &[0]),
    ("test", "test", &[1]),
    ("review", "review", &[1, 2, 3]),
];

pub async fn live(client: Client, agents: u64, mut dice: Dice) {
    loop {
        // A server that does not answer is about to end; the next look finds out.
        if let Ok(queue) = client.queue_status().await {
            let waiting = queue.ready + queue.blocked + queue.pending;
            if waiting < 2 * agents + 5 {
                let _ = client.enqueue_tasks(&project(&mut dice)).await;
            }
        }
        let pause = 8_000 / agents.max(1);
        tokio::time::sleep(dice.millis(100 + pause, 300 + 2 * pause)).await;
    }
}

fn project(dice: &mut Dice) -> TaskBatchRequest {
    let goal = *dice.pick(GOALS);
    let urgency = dice.below(11) as u8;
    let deadline = dice
        .one_in(4)
        .then(|| from_now(Duration::from_secs(60 + dice.below(3_600))));
    let human = dice.one_in(3);
    let step =
        |(index, (kind, verb, after)): (usize, &(&str, &str, &[usize]))| TaskEnqueueRequest {
            description: format!("{verb} {goal}"),
            source: Some(if human && index == 0 {
                TaskSource::Human
            } else {
                TaskSource::AgentPlanner
            }),
            agent_type: Some((*kind).to_owned()),
            base_priority: Some(urgency),
            prerequisites: Some(after.iter().map(|step| format!("step-{step}")).collect()),
            deadline,
            reference: Some(format!("step-{index}")),
            parent_task_id: None,
            session_id: None,
            summary: None,
            input: None,
            estimated_duration_seconds: Some(5),
            max_retries: Some(3),
            not_before: None,
            agent_id: None,
            election: None,
            epoch: None,
        };
    let tasks = STEPS.iter().enumerate().map(step).collect();
    TaskBatchRequest {
        tasks,
        agent_id: None,
        election: None,
        epoch: None,
    }
}

pub fn from_now(span: Duration) -> Timestamp {
    let now = jiff::Timestamp::now().as_millisecond();
    Timestamp::from_millis(now.saturating_add(span.as_millis() as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_of_a_project_waits_on_earlier_ones_only() {
        for (index, (_, _, after)) in STEPS.iter().enumerate() {
            assert!(after.iter().all(|&step| step < index));
        }
        let batch = project(&mut Dice::new(1, 1));
        assert_eq!(batch.tasks.len(), STEPS.len());
        assert_eq!(batch.tasks[0].prerequisites.as_deref(), Some(&[][..]));
    }
}
