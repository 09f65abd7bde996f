//! Import: what comes twice stays as it is.

use paceline_core::message::{Message, Recipient};
use paceline_core::task::{Source, Status, Task, Update};
use paceline_core::{AgentId, MessageId, Timestamp};

use super::{World, aid, tid, value};
use crate::import::{Batch, Outcome, Session};
use crate::{PageRequest, ReportedFigures};

fn task(id: &str, status: Status, prerequisites: &[&str]) -> Task {
    let finished = status.is_finished();
    Task {
        task_id: tid(id),
        description: format!("imported {id}"),
        summary: None,
        source: Source::AgentPlanner,
        agent_type: None,
        base_priority: 7,
        calculated_priority: 0.0,
        status,
        prerequisites: prerequisites.iter().copied().map(tid).collect(),
        unmet_prerequisites: 0,
        dependents_waiting: 0,
        dependency_depth: 0,
        deadline: None,
        not_before: None,
        estimated_duration_seconds: None,
        parent_task_id: None,
        session_id: None,
        input: None,
        result: None,
        error: None,
        reason: None,
        notes: Vec::new(),
        max_retries: 3,
        retries: 0,
        fence: 0,
        assigned_to: finished.then(|| aid("old hand")),
        lease_expires_at: None,
        submitted_by: None,
        submitted_at: Timestamp(1_000),
        ready_at: None,
        started_at: finished.then_some(Timestamp(2_000)),
        finished_at: finished.then_some(Timestamp(5_000)),
        imported: true,
    }
}

fn message(id: &str) -> Message {
    Message {
        message_id: MessageId::trusted(id),
        position: 0,
        sequence: 0,
        from: Some(AgentId::trusted("old hand")),
        to: Recipient::All,
        kind: "note".to_owned(),
        payload: None,
        reply_to: None,
        sent_at: Timestamp(3_000),
    }
}

pub async fn importing_twice_changes_nothing(world: &World) {
    let reported = ReportedFigures {
        claimed: 4,
        ..ReportedFigures::default()
    };
    let session = Session {
        session_id: "s1".to_owned(),
        agent_id: None,
        started_at: Some(Timestamp(1)),
        ended_at: None,
        tool_calls: Some(3),
    };
    let batches = [
        Batch::Tasks(vec![
            task("a", Status::Completed, &[]),
            task("b", Status::Ready, &[]),
        ]),
        Batch::Messages(vec![message("m1"), message("m2")]),
        Batch::Figures(vec![(aid("old hand"), reported.clone())]),
        Batch::Sessions(vec![session]),
    ];
    let import = async |batch: &Batch| value(world.store.import(world.ctx(), batch.clone()).await);
    let sizes = [2, 2, 1, 1];
    for (batch, added) in batches.iter().zip(sizes) {
        assert_eq!(
            import(batch).await,
            Outcome { added, present: 0 },
            "{batch:?}"
        );
    }
    let before = (
        world.task("a").await,
        value(world.store.agent_figures().await),
    );
    for (batch, present) in batches.iter().zip(sizes) {
        assert_eq!(
            import(batch).await,
            Outcome { added: 0, present },
            "{batch:?}"
        );
    }
    assert_eq!(
        (
            world.task("a").await,
            value(world.store.agent_figures().await)
        ),
        before
    );
    let figures = &before.1[0];
    assert_eq!((figures.completed, figures.duration_ms_sum), (1, 3_000));
    assert_eq!(figures.reported, Some(reported));
    assert_eq!(
        value(world.store.queue_status().await).counts,
        [0, 0, 1, 0, 1, 0, 0]
    );
    let page = PageRequest {
        limit: 10,
        cursor: None,
    };
    assert!(value(world.store.agents(page).await).items.is_empty());
}

pub async fn imported_prerequisites_may_come_in_any_order(world: &World) {
    let agent = world.register("worker").await;
    let waiting = task("later", Status::Blocked, &["done", "open", "never"]);
    let first = Batch::Tasks(vec![waiting]);
    value(world.store.import(world.ctx(), first).await);
    assert_eq!(world.task("later").await.unmet_prerequisites, 0);
    let second = vec![
        task("open", Status::Ready, &[]),
        task("done", Status::Completed, &[]),
    ];
    value(world.store.import(world.ctx(), Batch::Tasks(second)).await);
    let later = world.task("later").await;
    assert_eq!(later.prerequisites, ["done", "open", "never"].map(tid));
    assert_eq!(later.unmet_prerequisites, 1);
    assert_eq!(world.task("open").await.dependents_waiting, 1);
    let proof = world.take(&agent, "open").await;
    assert_eq!(
        world.complete(proof).await.unblocked_task_ids,
        [tid("later")]
    );
}

/// Turns into a walk without end when `deepen` is not bounded.
pub async fn an_imported_cycle_holds_nobody_up(world: &World) {
    let cycle = vec![
        task("a", Status::Blocked, &["b"]),
        task("b", Status::Blocked, &["a"]),
        task("c", Status::Blocked, &["a"]),
    ];
    value(world.store.import(world.ctx(), Batch::Tasks(cycle)).await);
    world.enqueue(super::plain("free")).await;
    let update = Update {
        task_id: tid("a"),
        agent_id: None,
        note: None,
        base_priority: None,
        deadline: None,
        add_prerequisites: vec![tid("free")],
    };
    value(world.store.update_task(world.ctx(), update).await);
    let cancelled = world
        .store
        .cancel_task(world.ctx(), tid("free"), None)
        .await;
    let mut cascaded = value(cancelled).cascaded_task_ids;
    cascaded.sort();
    assert_eq!(cascaded, ["a", "b", "c"].map(tid));
}
