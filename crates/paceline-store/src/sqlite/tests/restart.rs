//! What a restart keeps, and what it gives.

use paceline_core::election::Campaign;
use paceline_core::message::Recipient;
use paceline_core::{AgentId, ElectionName, limits};

use super::Place;
use crate::Store;
use crate::conformance::{World, plain, tid, value};

#[tokio::test]
async fn everything_answered_is_there_after_a_restart() {
    let place = Place::new();
    let world = place.world();
    let agent = world.register("worker").await;
    world.enqueue(plain("a")).await;
    world.enqueue_after("b", &["a"]).await;
    world
        .send("m1", None, Recipient::Agent(agent.clone()))
        .await;
    let before = (
        world.task("b").await,
        value(world.store.queue_status().await),
    );
    world.store.close().await;
    let world = place.world();
    assert_eq!(
        (
            world.task("b").await,
            value(world.store.queue_status().await)
        ),
        before
    );
    assert_eq!(world.inbox(&agent).await, ["m1"]);
    world
        .send("m2", None, Recipient::Agent(agent.clone()))
        .await;
    assert_eq!(world.inbox(&agent).await, ["m1", "m2"]);
    let proof = world.take(&agent, "a").await;
    assert_eq!(world.complete(proof).await.unblocked_task_ids, [tid("b")]);
}

/// How long the lease lasts after a restart that came `passed_ms` after the claim.
async fn left_after(lease_ms: i64, passed_ms: i64) -> i64 {
    let place = Place::new();
    let world = place.world();
    let agent = world.register("worker").await;
    world.enqueue(plain("task")).await;
    let proof = world.take(&agent, "task").await;
    value(world.store.renew_task(world.ctx(), proof, lease_ms).await);
    world.store.close().await;
    place.clock.advance(passed_ms);
    let world = place.world();
    let until = world.task("task").await.lease_expires_at;
    until.map_or(0, |until| until - world.now().wall)
}

#[tokio::test]
async fn leases_get_a_grace_and_never_more_than_they_asked_for() {
    let grace = limits::RESTART_GRACE_MS;
    let check = async |lease_ms, passed_ms, expected| {
        let left = left_after(lease_ms, passed_ms).await;
        assert_eq!(left, expected, "{lease_ms} ms after {passed_ms}");
    };
    check(300_000, 1_000, 299_000).await;
    check(300_000, 299_000, grace).await;
    check(300_000, 9_000_000, grace).await;
    check(2_000, 0, grace).await;
    // A clock that starts earlier than the last one: never longer than was asked for.
    check(300_000, -7_200_000, 300_000).await;
}

async fn campaign(world: &World, agent: &AgentId) -> u64 {
    let command = Campaign {
        election: ElectionName::trusted("planner"),
        agent_id: agent.clone(),
        ttl_ms: 5_000,
    };
    value(world.store.campaign(world.ctx(), command).await).epoch
}

#[tokio::test]
async fn epochs_go_on_after_restarts_and_leaders_get_a_grace() {
    let place = Place::new();
    let world = place.world();
    let ann = world.register("ann").await;
    assert_eq!(campaign(&world, &ann).await, 1);
    world.store.close().await;
    place.clock.advance(60_000);
    let world = place.world();
    let bob = world.register("bob").await;
    assert_eq!(campaign(&world, &bob).await, 1);
    place.clock.advance(limits::RESTART_GRACE_MS);
    assert_eq!(campaign(&world, &bob).await, 2);
}

#[tokio::test]
async fn nobody_was_silent_while_the_server_was_away() {
    let place = Place::new();
    let world = place.world();
    world.register("worker").await;
    world.store.close().await;
    place.clock.advance(3_600_000);
    let world = place.world();
    let policy = paceline_core::agent::SilencePolicy::default();
    let dead = async || {
        let judged = world.store.judge_health(world.ctx(), policy, 10).await;
        value(judged).dead.len()
    };
    assert_eq!(dead().await, 0);
    place.clock.advance(policy.dead_ms + 1);
    assert_eq!(dead().await, 1);
}

#[tokio::test]
async fn a_closed_store_leaves_one_file_and_answers_that_it_is_closed() {
    let place = Place::new();
    let store = place.open();
    let ctx = crate::Context::at(place.clock_now());
    value(store.enqueue_tasks(ctx.clone(), vec![plain("a")]).await);
    store.close().await;
    let log = place.directory.path().join("paceline.db-wal");
    assert!(!log.exists());
    let late = store
        .enqueue_tasks(ctx, vec![plain("b")])
        .await
        .unwrap_err();
    assert_eq!(late.error, crate::StoreError::Closed);
    let late = store.queue_status().await.unwrap_err();
    assert_eq!(late.error, crate::StoreError::Closed);
}
