//! Idempotency keys and stages: what every write has beside its command.

use paceline_core::{Rejection, limits};

use super::{World, plain, rejection, value};
use crate::{Context, IdempotencyKey};

fn keyed(world: &World, fingerprint: u8) -> Context {
    Context {
        key: Some(IdempotencyKey {
            key: "task_enqueue/worker/1".to_owned(),
            fingerprint: [fingerprint; 32],
        }),
        ..world.ctx()
    }
}

/// Turns red without `earlier_answer`.
pub async fn a_repeated_key_gets_the_first_answer(world: &World) {
    let first = world
        .store
        .enqueue_tasks(keyed(world, 1), vec![plain("a")])
        .await;
    let first = first.expect("the key is new");
    assert!(!first.replayed);
    world.clock.advance(86_400_000);
    let second = world
        .store
        .enqueue_tasks(keyed(world, 1), vec![plain("b")])
        .await;
    let second = second.expect("the key is known");
    assert!(second.replayed);
    assert_eq!(second.value, first.value);
    assert_eq!(
        value(world.store.queue_status().await)
            .counts
            .iter()
            .sum::<u64>(),
        1
    );
}

pub async fn a_key_of_another_request_is_refused(world: &World) {
    value(
        world
            .store
            .enqueue_tasks(keyed(world, 1), vec![plain("a")])
            .await,
    );
    let refused = world
        .store
        .enqueue_tasks(keyed(world, 2), vec![plain("b")])
        .await;
    assert!(matches!(rejection(refused), Rejection::KeyReused { .. }));
    let rejected = Context {
        key: Some(IdempotencyKey {
            key: "other".to_owned(),
            fingerprint: [1; 32],
        }),
        ..world.ctx()
    };
    rejection(
        world
            .store
            .enqueue_tasks(rejected.clone(), vec![plain("a")])
            .await,
    );
    // A refusal is no answer to keep.
    value(world.store.enqueue_tasks(rejected, vec![plain("c")]).await);
}

pub async fn keys_are_forgotten_after_a_day(world: &World) {
    value(
        world
            .store
            .enqueue_tasks(keyed(world, 1), vec![plain("a")])
            .await,
    );
    world.clock.advance(limits::IDEMPOTENCY_KEPT_MS);
    assert_eq!(value(world.store.forget_expired(world.ctx(), 10).await), 0);
    world.clock.advance(1);
    assert_eq!(value(world.store.forget_expired(world.ctx(), 10).await), 1);
    let anew = world
        .store
        .enqueue_tasks(keyed(world, 2), vec![plain("b")])
        .await;
    assert!(!anew.expect("the key was forgotten").replayed);
}

pub async fn every_answer_tells_its_stages(world: &World) {
    let written = world
        .store
        .enqueue_tasks(world.ctx(), vec![plain("a")])
        .await;
    let stages = written.expect("it is fine").stages;
    assert!(0 < stages.queue_ns && 0 < stages.execute_ns && 0 < stages.commit_ns);
    let read = world.store.queue_status().await.expect("it is fine").stages;
    assert!(0 < read.execute_ns);
    assert_eq!(read.commit_ns, 0);
    let refused = world
        .store
        .enqueue_tasks(world.ctx(), vec![plain("a")])
        .await;
    assert!(0 < refused.expect_err("it is there").stages.execute_ns);
}
