//! Many callers at once, through the asynchronous surface.

use std::collections::BTreeSet;
use std::sync::Arc;

use paceline_core::election::Campaign;
use paceline_core::memory::Set;
use paceline_core::message::Recipient;
use paceline_core::{AgentId, Clock as _, ElectionName, Json};

use super::{World, any, letter, plain, value};
use crate::{Context, Store};

/// Runs `work` for eight callers side by side.
async fn side_by_side<T, F>(
    world: &World,
    work: impl Fn(Arc<dyn Store>, Context, usize) -> F,
) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let tasks: Vec<_> = (0..8)
        .map(|caller| tokio::spawn(work(Arc::clone(&world.store), world.ctx(), caller)))
        .collect();
    let mut results = Vec::new();
    for task in tasks {
        results.push(task.await.expect("no caller panics"));
    }
    results
}

/// Turns red when `claim::claim` leaves the status at ready.
pub async fn each_of_many_tasks_gets_exactly_one_owner(world: &World) {
    let batch = (0..300)
        .map(|number| plain(&format!("t{number}")))
        .collect();
    value(world.store.enqueue_tasks(world.ctx(), batch).await);
    let agent = world.register("worker").await;
    let drained = side_by_side(world, |store, ctx, _| {
        let agent = agent.clone();
        async move {
            let mut taken = Vec::new();
            while let Some(claimed) = value(store.claim_task(ctx.clone(), any(&agent)).await) {
                let proof = super::holder(&agent, &claimed);
                value(store.complete_task(ctx.clone(), proof, None).await);
                taken.push(claimed.task.task_id);
            }
            taken
        }
    });
    let taken: Vec<_> = drained.await.into_iter().flatten().collect();
    let distinct: BTreeSet<_> = taken.iter().collect();
    assert_eq!((taken.len(), distinct.len()), (300, 300));
    let counts = value(world.store.queue_status().await).counts;
    assert_eq!(counts, [0, 0, 0, 0, 300, 0, 0]);
}

pub async fn messages_of_many_senders_are_numbered_without_gaps(world: &World) {
    let reader = world.register("reader").await;
    let sent = side_by_side(world, |store, ctx, sender| {
        let to = Recipient::Agent(reader.clone());
        async move {
            let mut sequences = Vec::new();
            for number in 0..50 {
                let command = letter(&format!("{sender}-{number}"), None, to.clone());
                sequences.push(value(store.send_message(ctx.clone(), command).await).sequence);
            }
            sequences
        }
    });
    let sent = sent.await;
    assert!(sent.iter().all(|of_one| of_one.is_sorted()));
    let all: BTreeSet<u64> = sent.into_iter().flatten().collect();
    assert!(all.into_iter().eq(1..=400));
    assert_eq!(world.inbox(&reader).await.len(), 400);
}

pub async fn two_candidates_never_both_win(world: &World) {
    for caller in 0..8 {
        world.register(&format!("a{caller}")).await;
    }
    for round in 1..=20 {
        let views = side_by_side(world, |store, ctx, caller| async move {
            let command = Campaign {
                election: ElectionName::trusted("chief"),
                agent_id: AgentId::trusted(format!("a{caller}")),
                ttl_ms: 10_000,
            };
            value(store.campaign(ctx, command).await)
        });
        let views = views.await;
        assert_eq!(views.iter().filter(|view| view.is_leader).count(), 1);
        assert!(views.iter().all(|view| view.epoch == round));
        world.clock.advance(10_000);
        assert!(
            views
                .iter()
                .all(|view| view.expires_at == Some(world.clock.now().wall))
        );
    }
}

pub async fn versions_of_one_entry_are_given_once_each(world: &World) {
    let versions = side_by_side(world, |store, ctx, caller| async move {
        let mut versions = Vec::new();
        for _ in 0..25 {
            let command = Set {
                namespace: "shared".to_owned(),
                key: "counter".to_owned(),
                value: Json::trusted(caller.to_string()),
                expected_version: None,
                ttl_seconds: None,
                tags: Vec::new(),
                author: None,
            };
            versions.push(value(store.set_memory(ctx.clone(), command).await).version);
        }
        versions
    });
    let all: BTreeSet<u64> = versions.await.into_iter().flatten().collect();
    assert!(all.into_iter().eq(1..=200));
}
