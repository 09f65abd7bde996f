//! Dependencies: who becomes ready, who is cancelled, what is refused.

use paceline_core::task::{Status, Update};
use paceline_core::{Rejection, TaskId};

use super::{World, after, plain, rejection, tid, value};

pub async fn the_last_prerequisite_makes_a_task_ready(world: &World) {
    let agent = world.register("worker").await;
    world.enqueue(plain("a")).await;
    world.enqueue(plain("b")).await;
    let last = world.enqueue_after("c", &["a", "b"]).await;
    assert_eq!((last.status, last.dependency_depth), (Status::Blocked, 1));
    let first = world.take(&agent, "a").await;
    assert!(world.complete(first).await.unblocked_task_ids.is_empty());
    assert_eq!(world.task("c").await.unmet_prerequisites, 1);
    let second = world.take(&agent, "b").await;
    assert_eq!(world.complete(second).await.unblocked_task_ids, [tid("c")]);
    let task = world.task("c").await;
    assert_eq!(
        (task.status, task.ready_at),
        (Status::Ready, Some(world.now().wall))
    );
    assert_eq!(task.prerequisites, [tid("a"), tid("b")]);
    let met = world.enqueue_after("d", &["a"]).await;
    assert_eq!((met.status, met.dependency_depth), (Status::Ready, 1));
}

pub async fn a_batch_may_name_tasks_of_itself_in_any_order(world: &World) {
    world.enqueue(plain("stored")).await;
    let batch = vec![
        after("top", &["left", "right"]),
        after("left", &["base"]),
        after("right", &["base", "stored"]),
        plain("base"),
    ];
    let enqueued = value(world.store.enqueue_tasks(world.ctx(), batch).await);
    let depths: Vec<u32> = enqueued.iter().map(|task| task.dependency_depth).collect();
    assert_eq!(depths, [2, 1, 1, 0]);
    let ids: Vec<TaskId> = enqueued.into_iter().map(|task| task.task_id).collect();
    assert_eq!(ids, [tid("top"), tid("left"), tid("right"), tid("base")]);
    assert_eq!(world.task("base").await.dependents_waiting, 2);
    assert_eq!(world.task("stored").await.dependents_waiting, 1);
    assert_eq!(world.task("right").await.unmet_prerequisites, 2);
}

/// Turns red when a command that is refused after its first insert keeps what it had inserted.
pub async fn a_taken_id_is_refused_and_nothing_of_the_batch_stays(world: &World) {
    world.enqueue(plain("taken")).await;
    let before = value(world.store.queue_status().await);
    for batch in [vec![plain("taken")], vec![plain("new"), plain("taken")]] {
        let refused = rejection(world.store.enqueue_tasks(world.ctx(), batch).await);
        assert!(
            refused.to_string().contains("`taken` exists already"),
            "{refused}"
        );
    }
    assert_eq!(value(world.store.queue_status().await), before);
    let next = world.enqueue(plain("new")).await;
    assert_eq!(next.status, Status::Ready);
}

/// Turns red when `Plan::check` comes after the first insert.
pub async fn a_cycle_is_refused_and_nothing_of_the_batch_stays(world: &World) {
    world.enqueue(plain("stored")).await;
    let before = value(world.store.queue_status().await);
    let batch = vec![
        after("a", &["stored", "c"]),
        after("b", &["a"]),
        after("c", &["b"]),
    ];
    let refused = rejection(world.store.enqueue_tasks(world.ctx(), batch).await);
    let Rejection::CircularDependency { path } = refused else {
        panic!("{refused:?}");
    };
    assert_eq!((path.len(), path.first()), (4, path.last()));
    assert_eq!(value(world.store.queue_status().await), before);
    assert_eq!(world.task("stored").await.dependents_waiting, 0);
}

fn add(id: &str, prerequisites: &[&str]) -> Update {
    Update {
        task_id: tid(id),
        agent_id: None,
        note: None,
        base_priority: None,
        deadline: None,
        add_prerequisites: prerequisites.iter().copied().map(tid).collect(),
    }
}

/// Turns red without `refuse_cycle`.
pub async fn later_edges_cannot_close_a_cycle(world: &World) {
    world.enqueue(plain("a")).await;
    world.enqueue_after("b", &["a"]).await;
    world.enqueue_after("c", &["b"]).await;
    world.enqueue(plain("free")).await;
    let refused = rejection(
        world
            .store
            .update_task(world.ctx(), add("a", &["free", "c"]))
            .await,
    );
    let path = ["a", "c", "b", "a"].map(tid).to_vec();
    assert_eq!(refused, Rejection::CircularDependency { path });
    assert_eq!(world.task("a").await.prerequisites, []);
    let updated = value(
        world
            .store
            .update_task(world.ctx(), add("a", &["free"]))
            .await,
    );
    assert_eq!(
        (updated.status, updated.dependency_depth),
        (Status::Blocked, 1)
    );
    assert_eq!(updated.prerequisites, [tid("free")]);
    assert_eq!(world.task("free").await.dependents_waiting, 1);
    let below = (world.task("b").await, world.task("c").await);
    assert_eq!((below.0.dependency_depth, below.1.dependency_depth), (2, 3));
    assert_eq!(value(world.store.queue_status().await).max_depth, 3);
}

pub async fn failing_for_good_cancels_whatever_waits_each_once(world: &World) {
    let agent = world.register("worker").await;
    world.enqueue(plain("root")).await;
    world.enqueue(plain("other")).await;
    world.enqueue_after("left", &["root"]).await;
    world.enqueue_after("right", &["root", "other"]).await;
    world.enqueue_after("join", &["left", "right"]).await;
    world.enqueue_after("apart", &["other"]).await;
    let proof = world.take(&agent, "root").await;
    let failed = world.store.fail_task(world.ctx(), proof, None, false).await;
    let mut cancelled = value(failed).cascaded_task_ids;
    cancelled.sort();
    assert_eq!(cancelled, [tid("join"), tid("left"), tid("right")]);
    let join = world.task("join").await;
    assert_eq!(join.status, Status::Cancelled);
    assert_eq!(join.reason.as_deref(), Some("prerequisite `root` failed"));
    assert_eq!(world.status("apart").await, Status::Blocked);
    assert_eq!(world.task("other").await.dependents_waiting, 1);
    let again = rejection(
        world
            .store
            .cancel_task(world.ctx(), tid("join"), None)
            .await,
    );
    assert!(matches!(again, Rejection::WrongStatus { .. }));
    let cancelled = world
        .store
        .cancel_task(world.ctx(), tid("other"), None)
        .await;
    assert_eq!(value(cancelled).cascaded_task_ids, [tid("apart")]);
}

pub async fn prerequisites_must_exist_and_be_able_to_complete(world: &World) {
    world.enqueue(plain("gone")).await;
    value(
        world
            .store
            .cancel_task(world.ctx(), tid("gone"), None)
            .await,
    );
    let enqueue = async |prerequisite: &str| {
        let batch = vec![plain("fine"), after("new", &[prerequisite])];
        rejection(world.store.enqueue_tasks(world.ctx(), batch).await)
    };
    assert_eq!(enqueue("none").await, Rejection::unknown_task(&tid("none")));
    assert!(matches!(
        enqueue("gone").await,
        Rejection::WrongStatus { task, status: Status::Cancelled, .. } if task == tid("gone")
    ));
    let unknown = rejection(world.store.task(world.now(), tid("fine")).await);
    assert_eq!(unknown, Rejection::unknown_task(&tid("fine")));
}

pub async fn dependents_raise_the_score_of_what_they_wait_for(world: &World) {
    world.enqueue(plain("base")).await;
    let alone = world.task("base").await.calculated_priority;
    for id in ["a", "b", "c"] {
        world.enqueue_after(id, &["base"]).await;
    }
    let wanted = world.task("base").await;
    assert_eq!(wanted.dependents_waiting, 3);
    // .15 x 33.33 x log10(4)
    assert!((wanted.calculated_priority - alone - 3.010).abs() < 0.001);
    value(world.store.cancel_task(world.ctx(), tid("a"), None).await);
    let less = world.task("base").await;
    assert_eq!(less.dependents_waiting, 2);
    assert!(less.calculated_priority < wanted.calculated_priority);
}

pub async fn a_graph_shows_what_a_task_waits_for_and_what_waits_for_it(world: &World) {
    let agent = world.register("worker").await;
    for id in ["base", "aside"] {
        world.enqueue(plain(id)).await;
    }
    world.enqueue_after("middle", &["base"]).await;
    world.enqueue_after("sibling", &["base"]).await;
    world
        .enqueue_after("top", &["middle", "base", "aside"])
        .await;
    let proof = world.take(&agent, "base").await;
    world.complete(proof).await;

    let graph = value(world.store.task_graph(tid("middle"), 500).await);
    let shown: Vec<(&str, Status, Vec<TaskId>)> = graph
        .nodes
        .iter()
        .map(|node| {
            (
                node.task_id.as_str(),
                node.status,
                node.prerequisites.clone(),
            )
        })
        .collect();
    let expected = [
        ("middle", Status::Ready, vec![tid("base")]),
        ("base", Status::Completed, vec![]),
        // `aside` is a prerequisite of a dependent: neither waited for nor waiting.
        ("top", Status::Blocked, vec![tid("middle"), tid("base")]),
    ];
    assert_eq!((shown.as_slice(), graph.is_cut), (&expected[..], false));
    let few = value(world.store.task_graph(tid("middle"), 2).await);
    assert_eq!((few.nodes.len(), few.is_cut), (2, true));
    let unknown = rejection(world.store.task_graph(tid("none"), 5).await);
    assert_eq!(unknown, Rejection::unknown_task(&tid("none")));
}
