//! The record: assessments, tool calls, figures, stories.

use paceline_core::quality::{Assess, Scores};
use paceline_core::task::{Event, Status};
use paceline_core::tool_call::{Recorded, ToolCall};
use paceline_core::{AssessmentId, Timestamp};

use super::{World, plain, rejection, tid, value};
use crate::PageRequest;

pub(super) fn assess(id: &str, task: &str) -> Assess {
    Assess {
        assessment_id: AssessmentId::trusted(id),
        task_id: tid(task),
        scores: Scores {
            completeness: 10.0,
            code_quality: 8.0,
            documentation: 6.0,
            efficiency: 4.0,
            impact: 2.0,
        },
        notes: None,
        assessed_by: "reviewer".to_owned(),
    }
}

fn page() -> PageRequest {
    PageRequest {
        limit: 10,
        cursor: None,
    }
}

pub async fn assessments_are_weighted_and_counted(world: &World) {
    let agent = world.register("worker").await;
    world.enqueue(plain("task")).await;
    let proof = world.take(&agent, "task").await;
    world.complete(proof).await;
    let made = value(world.store.assess(world.ctx(), assess("q1", "task")).await);
    assert!((made.overall_score - 6.8).abs() < 1e-9);
    assert_eq!(made.agent_id, Some(agent));
    let listed = value(world.store.assessments(page()).await);
    assert_eq!(listed.items, [made]);
    rejection(world.store.assess(world.ctx(), assess("q2", "none")).await);
    let figures = value(world.store.agent_figures().await).remove(0);
    assert_eq!(figures.quality_count, 1);
    assert!((figures.quality_sum - 6.8).abs() < 1e-9);
}

pub async fn tasks_are_listed_without_their_texts(world: &World) {
    let agent = world.register("worker").await;
    for name in ["first", "second", "third"] {
        world.enqueue(plain(name)).await;
    }
    let proof = world.take(&agent, "second").await;
    let claimed = world.ctx().now.wall;
    world.clock.advance(1_500);
    world.complete(proof).await;
    let request = |cursor| PageRequest { limit: 2, cursor };
    let newest = value(world.store.task_figures(request(None)).await);
    let oldest = value(world.store.task_figures(request(newest.next_cursor)).await);
    assert_eq!((newest.items.len(), oldest.items.len()), (2, 1));
    assert_eq!(oldest.next_cursor, None);
    let done = &newest.items[1];
    assert_eq!(done.status, Status::Completed);
    assert_eq!(done.assigned_to.as_ref(), Some(&agent));
    assert_eq!(done.started_at, Some(claimed));
    assert_eq!(done.finished_at, Some(claimed + 1_500));
    assert!(oldest.items[0].assigned_to.is_none() && oldest.items[0].finished_at.is_none());
}

pub(super) fn call(id: &str) -> ToolCall {
    ToolCall {
        call_id: id.to_owned(),
        agent_id: None,
        session_id: None,
        tool: "grep".to_owned(),
        category: None,
        started_at: Timestamp(5),
        duration_ms: 1.25,
        success: true,
        success_reported: true,
        error: None,
        input_size: Some(3),
        output_size: None,
    }
}

pub async fn a_tool_call_counts_once(world: &World) {
    let record =
        async |calls: Vec<ToolCall>| value(world.store.record_tool_calls(world.ctx(), calls).await);
    let expected = |accepted, duplicate| Recorded {
        accepted,
        duplicates: vec![duplicate],
    };
    assert_eq!(
        record(vec![call("1"), call("2"), call("1")]).await,
        expected(2, 2)
    );
    assert_eq!(record(vec![call("2"), call("3")]).await, expected(1, 0));
    let listed = value(world.store.tool_figures(page()).await);
    let ids: Vec<&str> = listed
        .items
        .iter()
        .map(|call| call.call_id.as_str())
        .collect();
    assert_eq!(ids, ["3", "2", "1"]);
    assert_eq!(listed.items.last(), Some(&call("1")));
}

pub async fn figures_count_what_tasks_prove(world: &World) {
    let agent = world.register("worker").await;
    for id in ["done", "failed", "back"] {
        world.enqueue(plain(id)).await;
    }
    let done = world.take(&agent, "done").await;
    world.clock.advance(1_500);
    world.complete(done).await;
    // Another attempt follows the first failure; only the second ends the task.
    for retry in [true, false] {
        let failed = world.take(&agent, "failed").await;
        let fail = world.store.fail_task(world.ctx(), failed, None, retry);
        value(fail.await);
    }
    let back = world.take(&agent, "back").await;
    value(world.store.release_task(world.ctx(), back, None).await);
    let figures = value(world.store.agent_figures().await).remove(0);
    let counts = (
        figures.claimed,
        figures.completed,
        figures.failed,
        figures.released,
    );
    assert_eq!((counts, figures.duration_ms_sum), ((4, 1, 1, 1), 1_500));
    let sizes = value(world.store.sizes().await);
    let rows = |table: &str| {
        sizes
            .rows
            .iter()
            .find(|(name, _)| *name == table)
            .map(|row| row.1)
    };
    assert_eq!(
        (rows("tasks"), rows("agents"), rows("task_events")),
        (Some(3), Some(1), Some(8))
    );
}

pub async fn a_task_tells_its_story(world: &World) {
    let agent = world.register("worker").await;
    world.enqueue(plain("base")).await;
    world.enqueue_after("task", &["base"]).await;
    let proof = world.take(&agent, "base").await;
    world.complete(proof).await;
    let proof = world.take(&agent, "task").await;
    let reason = Some("lunch".to_owned());
    value(world.store.release_task(world.ctx(), proof, reason).await);
    let proof = world.take(&agent, "task").await;
    world.complete(proof).await;
    let story = value(world.store.task_story(tid("task")).await);
    let told: Vec<(Event, u64, Option<&str>)> = story
        .iter()
        .map(|each| (each.event, each.fence, each.detail.as_deref()))
        .collect();
    let expected = [
        (Event::Submitted, 0, None),
        (Event::BecameReady, 0, None),
        (Event::Claimed, 1, None),
        (Event::Released, 1, Some("lunch")),
        (Event::Claimed, 2, None),
        (Event::Completed, 2, None),
    ];
    assert_eq!(told, expected);
}
