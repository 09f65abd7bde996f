//! Leases and fences: who may speak for a running task.

use paceline_core::Rejection;
use paceline_core::task::{NewTask, Status};

use super::{World, holder, plain, rejection, tid, value};

/// Turns red without `holder::check` in core's verbs.
pub async fn an_old_fence_changes_nothing(world: &World) {
    let (slow, quick) = (world.register("slow").await, world.register("quick").await);
    world.enqueue(plain("task")).await;
    let old = world.take(&slow, "task").await;
    world.clock.advance(300_001);
    value(world.store.expire_leases(world.ctx(), 10).await);
    let new = world.take(&quick, "task").await;
    let before = world.task("task").await;
    let stale = Rejection::StaleFence {
        task: tid("task"),
        given: 1,
        current: 2,
    };
    let store = &world.store;
    let check = |refused: Rejection| assert_eq!(refused, stale);
    check(rejection(
        store.complete_task(world.ctx(), old.clone(), None).await,
    ));
    check(rejection(
        store.fail_task(world.ctx(), old.clone(), None, true).await,
    ));
    check(rejection(
        store.release_task(world.ctx(), old.clone(), None).await,
    ));
    check(rejection(store.renew_task(world.ctx(), old, 1_000).await));
    assert_eq!(world.task("task").await, before);
    assert_eq!(world.complete(new).await.status, Status::Completed);
}

pub async fn an_expired_lease_sets_the_task_free(world: &World) {
    let agent = world.register("worker").await;
    world.enqueue(plain("task")).await;
    world.take(&agent, "task").await;
    world.clock.advance(299_999);
    assert!(value(world.store.expire_leases(world.ctx(), 10).await).is_empty());
    world.clock.advance(1);
    let expired = value(world.store.expire_leases(world.ctx(), 10).await);
    assert_eq!(expired, [tid("task")]);
    let task = world.task("task").await;
    assert_eq!((task.status, task.assigned_to), (Status::Ready, None));
    assert_eq!(task.retries, 0);
    let again = world.claim(&agent).await.map(|claimed| claimed.fence);
    assert_eq!(again, Some(2));
}

pub async fn a_renewed_lease_holds(world: &World) {
    let agent = world.register("worker").await;
    world.enqueue(plain("task")).await;
    let proof = world.take(&agent, "task").await;
    world.clock.advance(200_000);
    let renewed = value(
        world
            .store
            .renew_task(world.ctx(), proof.clone(), 250_000)
            .await,
    );
    assert_eq!(renewed.lease_expires_at, Some(world.now().wall + 250_000));
    world.clock.advance(200_000);
    assert!(value(world.store.expire_leases(world.ctx(), 10).await).is_empty());
    let ended = world.complete(proof).await;
    assert_eq!((ended.ran_ms, ended.waited_ms), (Some(400_000), Some(0)));
}

pub async fn retries_run_out(world: &World) {
    let agent = world.register("worker").await;
    let new = NewTask {
        max_retries: 1,
        ..plain("task")
    };
    world.enqueue(new).await;
    let mut ends = Vec::new();
    while let Some(claimed) = world.claim(&agent).await {
        let proof = holder(&agent, &claimed);
        let error = Some("no disk".to_owned());
        let failed = world.store.fail_task(world.ctx(), proof, error, true).await;
        ends.push(value(failed).status);
    }
    assert_eq!(ends, [Status::Ready, Status::Failed]);
    let task = world.task("task").await;
    assert_eq!((task.error.as_deref(), task.fence), (Some("no disk"), 2));
    assert_eq!(task.finished_at, Some(world.now().wall));
}

pub async fn a_released_task_is_ready_with_its_reason(world: &World) {
    let agent = world.register("worker").await;
    world.enqueue(plain("task")).await;
    let proof = world.take(&agent, "task").await;
    let reason = Some("wrong tools".to_owned());
    let released = world.store.release_task(world.ctx(), proof, reason).await;
    assert_eq!(value(released).status, Status::Ready);
    let task = world.task("task").await;
    assert_eq!(
        (task.reason.as_deref(), task.retries),
        (Some("wrong tools"), 0)
    );
}
