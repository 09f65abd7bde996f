//! Where the work comes from. Owns small projects of tasks that depend on each other, and a queue
//! that neither runs dry nor grows; refuses to do any of it.

use std::time::Duration;

use paceline_api::{
    TaskBatchRequest, TaskCancelRequest, TaskEnqueueRequest, TaskSource, Timestamp,
};
use paceline_client::{Client, ClientError};
use tokio::time::sleep;

use super::dice::Dice;
use super::kinds::by_name;
use super::pace::Pace;
use super::texts::GOALS;

/// Kind, what it does, and on which earlier steps it waits.
type Step = (&'static str, &'static str, &'static [usize]);

const FEATURE: &[Step] = &[
    ("plan", "plan", &[]),
    ("code", "build the server side of", &[0]),
    ("code", "build the page for", &[0]),
    ("docs", "describe", &[0]),
    ("test", "test", &[1, 2]),
    ("review", "review", &[1, 2, 3, 4]),
];
const REPAIR: &[Step] = &[
    ("test", "reproduce what is wrong with", &[]),
    ("code", "mend", &[0]),
    ("review", "review the mending of", &[0, 1]),
];
const RELEASE: &[Step] = &[
    ("plan", "decide whether to ship", &[]),
    ("release", "ship", &[0]),
];
/// How likely each is, as they stand here.
const PROJECTS: &[&[Step]] = &[FEATURE, FEATURE, FEATURE, REPAIR, REPAIR, FEATURE, RELEASE];

pub async fn live(client: Client, pace: Pace, mut dice: Dice) {
    loop {
        // A server that does not answer is about to end; the next look finds out.
        let _ = look(&client, pace, &mut dice).await;
        sleep(dice.millis(300, 900)).await;
    }
}

async fn look(client: &Client, pace: Pace, dice: &mut Dice) -> Result<(), ClientError> {
    let queue = client.queue_status().await?;
    let waiting = queue.blocked + queue.pending;
    if pace.ready_max() < queue.ready || pace.waiting_max() < waiting {
        return Ok(());
    }
    for _ in 0..pace.projects_at_once() {
        let added = client.enqueue_tasks(&project(dice)).await?;
        let last = added.tasks.last().filter(|_| dice.one_in(40));
        if let Some(task) = last {
            call_off(client, &task.task_id).await?;
        }
    }
    Ok(())
}

async fn call_off(client: &Client, task_id: &str) -> Result<(), ClientError> {
    let request = TaskCancelRequest {
        reason: Some("priorities have changed".to_owned()),
        ..TaskCancelRequest::default()
    };
    client.cancel_task(task_id, &request).await.map(drop)
}

fn project(dice: &mut Dice) -> TaskBatchRequest {
    let steps = *dice.pick(PROJECTS);
    let goal = *dice.pick(GOALS);
    let urgency = dice.below(11) as u8;
    let deadline = dice
        .one_in(4)
        .then(|| from_now(Duration::from_secs(60 + dice.below(3_600))));
    // Some work is for later.
    let not_before = dice
        .one_in(8)
        .then(|| from_now(Duration::from_secs(15 + dice.below(45))));
    let is_human = dice.one_in(3);
    let tasks = steps.iter().enumerate().map(|(index, step)| {
        let is_first = index == 0;
        TaskEnqueueRequest {
            source: Some(if is_human && is_first {
                TaskSource::Human
            } else {
                TaskSource::AgentPlanner
            }),
            base_priority: Some(urgency),
            deadline,
            not_before: not_before.filter(|_| is_first),
            ..task(index, step, goal)
        }
    });
    TaskBatchRequest {
        tasks: tasks.collect(),
        agent_id: None,
        election: None,
        epoch: None,
    }
}

fn task(index: usize, (kind, verb, after): &Step, goal: &str) -> TaskEnqueueRequest {
    let seconds = by_name(kind).map(|kind| kind.task.as_secs().max(1));
    TaskEnqueueRequest {
        description: format!("{verb} {goal}"),
        source: None,
        agent_type: Some((*kind).to_owned()),
        base_priority: None,
        prerequisites: Some(after.iter().map(|step| format!("step-{step}")).collect()),
        deadline: None,
        reference: Some(format!("step-{index}")),
        parent_task_id: None,
        session_id: None,
        summary: None,
        input: None,
        estimated_duration_seconds: seconds,
        max_retries: Some(2),
        not_before: None,
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
    fn every_step_of_a_project_is_of_a_kind_and_waits_on_earlier_ones_only() {
        for steps in PROJECTS {
            for (index, (kind, _, after)) in steps.iter().enumerate() {
                assert!(by_name(kind).is_some(), "`{kind}`");
                assert!(after.iter().all(|&step| step < index));
            }
        }
    }

    #[test]
    fn the_same_seed_plans_the_same_projects() {
        let plan = |seed| {
            let mut dice = Dice::new(seed, 1);
            let described = |batch: TaskBatchRequest| batch.tasks[0].description.clone();
            (0..9)
                .map(|_| described(project(&mut dice)))
                .collect::<Vec<_>>()
        };
        assert_eq!(plan(1), plan(1));
        assert_ne!(plan(1), plan(2));
    }
}
