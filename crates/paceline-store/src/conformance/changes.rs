//! Watching: what a commit changed is shown once, in order, after its answer, and a watcher that
//! begins late has everything.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use paceline_core::agent::{Health, SilencePolicy, UpdateStatus};
use paceline_core::election::Campaign;
use paceline_core::task::{Event, NewTask, Status};
use paceline_core::{ElectionName, Rejection};
use parking_lot::Mutex;

use super::{World, after, aid, newcomer, plain, rejection, value};
use crate::changes::SUMMARY_LENGTH;
use crate::{Change, Changes, Context, Watch};

type Shown = Arc<Mutex<Vec<Arc<Changes>>>>;

fn watch(world: &World) -> (Shown, Arc<AtomicBool>) {
    let shown = Shown::default();
    let open = Arc::new(AtomicBool::new(true));
    let kept = Arc::clone(&shown);
    let see = move |changes: &Arc<Changes>| kept.lock().push(Arc::clone(changes));
    world.store.watch(Watch::while_open(Arc::clone(&open), see));
    (shown, open)
}

/// A commit is shown after it was answered; the one after it, answered too, proves that it was.
async fn settle(world: &World) {
    value(world.store.forget_expired(world.ctx(), 0).await);
}

/// Every change since the last look, as a line of words.
async fn words(world: &World, shown: &Shown) -> Vec<String> {
    settle(world).await;
    let commits = std::mem::take(&mut *shown.lock());
    commits
        .iter()
        .flat_map(|one| one.list.iter())
        .map(word)
        .collect()
}

fn word(change: &Change) -> String {
    match change {
        Change::Task(task) => {
            let event = task
                .event
                .map(|event| format!("{event:?}"))
                .unwrap_or_default();
            let held = task.held_by.as_ref().map(|by| format!(" from {by}"));
            format!(
                "{} {event} {}{}",
                task.task_id,
                task.status,
                held.unwrap_or_default()
            )
        }
        Change::Agent(agent) => format!("{} {:?}", agent.agent_id, agent.activity),
        Change::Seen { agent_id, .. } => format!("{agent_id} seen"),
        Change::Judged { agent_id, health } => format!("{agent_id} {health:?}"),
        Change::Left(agent_id) => format!("{agent_id} left"),
        Change::Figures {
            agent_id,
            completed,
            failed,
        } => format!("{agent_id} completed {completed} failed {failed}"),
        Change::Election(state) => {
            let leader = state
                .leader
                .as_ref()
                .map_or("nobody", |leader| leader.as_str());
            format!("{} {leader} {}", state.election, state.epoch)
        }
        Change::Imported => "imported".to_owned(),
    }
}

/// Against a call to `show` that is left out.
pub async fn a_watcher_is_shown_every_change_once_and_in_order(world: &World) {
    let (shown, _) = watch(world);
    let agent = world.register("a").await;
    let new = NewTask {
        description: "é".repeat(SUMMARY_LENGTH + 1),
        ..plain("one")
    };
    world.enqueue(new).await;
    world.enqueue_after("two", &["one"]).await;
    world.enqueue_after("three", &["two"]).await;
    assert_eq!(
        words(world, &shown).await,
        [
            "a Active",
            "one Submitted ready",
            "two Submitted blocked",
            "one  ready",
            "three Submitted blocked",
            "two  blocked",
        ]
    );
    let held = world.take(&agent, "one").await;
    world.complete(held).await;
    assert_eq!(
        words(world, &shown).await,
        [
            "one Claimed running",
            "a completed 0 failed 0",
            "one Completed completed from a",
            "two BecameReady ready",
            "a completed 1 failed 0",
        ]
    );
    value(
        world
            .store
            .cancel_task(world.ctx(), super::tid("two"), None)
            .await,
    );
    assert_eq!(
        words(world, &shown).await,
        [
            "two Cancelled cancelled",
            "three CascadeCancelled cancelled"
        ]
    );
}

pub async fn a_watcher_is_shown_agents_elections_and_what_the_dead_held(world: &World) {
    let agent = world.register("a").await;
    world.enqueue(plain("one")).await;
    world.take(&agent, "one").await;
    let (shown, open) = watch(world);
    let command = Campaign {
        election: ElectionName::trusted("captain"),
        agent_id: agent.clone(),
        ttl_ms: 1_000_000,
    };
    value(world.store.campaign(world.ctx(), command).await);
    let command = UpdateStatus {
        agent_id: agent.clone(),
        activity: Some(paceline_core::agent::Activity::Working),
        current_task: None,
        agent_types: None,
        topics: None,
    };
    value(world.store.update_agent(world.ctx(), command).await);
    assert_eq!(
        words(world, &shown).await,
        ["captain a 1", "a seen", "a Working"]
    );
    world.clock.advance(10_000);
    let policy = SilencePolicy {
        warning_ms: 1_000,
        stale_ms: 2_000,
        dead_ms: 3_000,
    };
    value(world.store.judge_health(world.ctx(), policy, 10).await);
    assert_eq!(
        words(world, &shown).await,
        [
            "a Dead",
            "captain nobody 1",
            "one AgentDied ready from a",
            "a completed 0 failed 0"
        ]
    );
    value(world.store.deregister_agent(world.ctx(), agent).await);
    assert_eq!(words(world, &shown).await[0], "a left");
    open.store(false, std::sync::atomic::Ordering::Release);
    world.register("b").await;
    assert_eq!(words(world, &shown).await, [""; 0]);
}

/// Against a change that is noted before its command is known to stay.
pub async fn what_was_refused_or_replayed_is_not_shown(world: &World) {
    let (shown, _) = watch(world);
    world.enqueue(plain("one")).await;
    assert_eq!(words(world, &shown).await, ["one Submitted ready"]);
    let both = vec![plain("two"), plain("one")];
    let refused = rejection(world.store.enqueue_tasks(world.ctx(), both).await);
    assert!(matches!(refused, Rejection::Invalid { .. }), "{refused}");
    assert_eq!(words(world, &shown).await, [""; 0]);
    let ctx = Context {
        key: Some(crate::IdempotencyKey {
            key: "k".to_owned(),
            fingerprint: [1; 32],
        }),
        ..world.ctx()
    };
    for _ in 0..2 {
        value(world.store.register_agent(ctx.clone(), newcomer("a")).await);
    }
    assert_eq!(words(world, &shown).await, ["a Active"]);
}

pub async fn a_watcher_begins_with_how_things_stand(world: &World) {
    let agent = world.register("a").await;
    let gone = world.register("b").await;
    value(world.store.deregister_agent(world.ctx(), gone).await);
    world.enqueue(plain("one")).await;
    world.enqueue(after("two", &["one"])).await;
    world.take(&agent, "one").await;
    let command = Campaign {
        election: ElectionName::trusted("captain"),
        agent_id: agent.clone(),
        ttl_ms: 1_000,
    };
    value(world.store.campaign(world.ctx(), command).await);
    let standing = value(world.store.standing(10, 2).await);
    let agents: Vec<_> = standing
        .agents
        .iter()
        .map(|one| (&one.agent_id, one.health))
        .collect();
    assert_eq!(agents, [(&agent, Health::Healthy)]);
    assert_eq!(standing.agents_total, 1);
    assert_eq!(standing.running, [(super::tid("one"), aid("a"))]);
    assert_eq!(standing.elections.len(), 1);
    let counted = |status: Status| standing.counts[status as usize];
    assert_eq!((counted(Status::Running), counted(Status::Blocked)), (1, 1));
    let recent = standing
        .recent
        .iter()
        .map(|(_, task)| (task.task_id.as_str(), task.event));
    assert_eq!(
        recent.collect::<Vec<_>>(),
        [
            ("two", Some(Event::Submitted)),
            ("one", Some(Event::Claimed))
        ]
    );
    let (shown, _) = watch(world);
    world.enqueue(plain("three")).await;
    settle(world).await;
    let last = shown.lock().last().map(|one| one.counts);
    let now = value(world.store.queue_status().await).counts;
    assert_eq!(last, Some(now), "counts are those after the commit");
    assert_eq!(
        value(world.store.oldest_ready().await),
        Some(world.now().wall)
    );
}
