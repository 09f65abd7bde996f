//! Agents: who takes part, and what happens to what they held.

use paceline_core::Rejection;
use paceline_core::agent::{Activity, Health, Seen, SilencePolicy, UpdateStatus};
use paceline_core::rejection::Kind;
use paceline_core::task::Status;

use super::{World, aid, newcomer, plain, rejection, tid, value};
use crate::{NewToken, PageRequest, TokenOwner};

pub async fn an_agent_is_registered_listed_and_changed(world: &World) {
    let mut command = newcomer("a");
    command.role = Some("reviewer".to_owned());
    command.agent_types = vec!["coder".to_owned()];
    value(world.store.register_agent(world.ctx(), command).await);
    world.register("b").await;
    world.register("c").await;
    world.enqueue(plain("task")).await;
    world.take(&aid("a"), "task").await;
    let update = UpdateStatus {
        agent_id: aid("a"),
        activity: Some(Activity::Working),
        current_task: Some(Some("task".to_owned())),
        agent_types: None,
        topics: Some(vec!["news".to_owned()]),
    };
    let agent = value(world.store.update_agent(world.ctx(), update).await);
    assert_eq!(
        (agent.activity, agent.tasks_running),
        (Activity::Working, 1)
    );
    assert_eq!(agent.agent_types, ["coder"]);
    assert_eq!(agent.topics, ["news"]);
    assert_eq!(value(world.store.agent(aid("a")).await), agent);
    let mut request = PageRequest {
        limit: 2,
        cursor: None,
    };
    let first = value(world.store.agents(request.clone()).await);
    request.cursor = first.next_cursor;
    let second = value(world.store.agents(request).await);
    let ids = first.items.into_iter().chain(second.items);
    let ids: Vec<String> = ids.map(|agent| agent.agent_id.into_string()).collect();
    assert_eq!(
        (ids, second.next_cursor),
        (["a", "b", "c"].map(str::to_owned).to_vec(), None)
    );
}

pub async fn what_a_leaver_held_is_free_at_once(world: &World) {
    let agent = world.register("worker").await;
    world.enqueue(plain("task")).await;
    let proof = world.take(&agent, "task").await;
    let released = value(
        world
            .store
            .deregister_agent(world.ctx(), agent.clone())
            .await,
    );
    assert_eq!(released.task_ids, [tid("task")]);
    assert_eq!(world.status("task").await, Status::Ready);
    let late = rejection(world.store.complete_task(world.ctx(), proof, None).await);
    assert!(matches!(late, Rejection::WrongStatus { .. }));
    let gone = Rejection::AgentGone {
        agent: agent.clone(),
    };
    assert_eq!(
        rejection(world.store.heartbeat(world.ctx(), agent.clone()).await),
        gone
    );
    assert_eq!(rejection(world.store.agent(agent).await), gone);
    let hash = newcomer("worker").token_hash;
    assert_eq!(value(world.store.token_owner(hash).await), None);
    let back = world.register("worker").await;
    assert_eq!(value(world.store.agent(back).await).health, Health::Healthy);
}

pub async fn silence_is_judged_and_the_dead_release_their_tasks(world: &World) {
    let policy = SilencePolicy::default();
    let (quiet, loud) = (world.register("quiet").await, world.register("loud").await);
    world.enqueue(plain("task")).await;
    world.take(&quiet, "task").await;
    let mut verdicts = Vec::new();
    for silence_ms in [60_000, 60_001, 180_001, 300_001] {
        let since = world.now().steady - value_of_registration(world);
        world.clock.advance(silence_ms - since);
        let seen = Seen {
            agent_id: loud.clone(),
            wall: world.now().wall,
            steady: world.now().steady,
        };
        value(world.store.record_presence(world.ctx(), vec![seen]).await);
        let judged = value(world.store.judge_health(world.ctx(), policy, 10).await);
        let tasks: Vec<_> = judged
            .dead
            .into_iter()
            .flat_map(|each| each.task_ids)
            .collect();
        verdicts.push((value(world.store.agent(quiet.clone()).await).health, tasks));
    }
    let expected = [
        (Health::Healthy, vec![]),
        (Health::Warning, vec![]),
        (Health::Stale, vec![]),
        (Health::Dead, vec![tid("task")]),
    ];
    assert_eq!(verdicts, expected);
    assert_eq!(value(world.store.agent(loud).await).health, Health::Healthy);
    let back = value(world.store.heartbeat(world.ctx(), quiet).await);
    assert_eq!(back.health, Health::Healthy);
}

/// Against judging the newly silent first, of whom there may be more than a turn takes.
pub async fn who_is_nearest_to_death_is_judged_first(world: &World) {
    let policy = SilencePolicy::default();
    let judge = async |limit| value(world.store.judge_health(world.ctx(), policy, limit).await);
    world.register("dying").await;
    world.clock.advance(policy.stale_ms + 1);
    assert_eq!(judge(10).await.changed, 1);
    for id in ["first", "second"] {
        world.register(id).await;
    }
    world.clock.advance(policy.dead_ms - policy.stale_ms);
    let judged = judge(2).await;
    assert_eq!((judged.changed, judged.dead.len()), (2, 1));
    assert_eq!(judge(2).await.changed, 1);
    assert_eq!(judge(2).await.changed, 0);
}

/// Take away either half of the counting of changes to see it fail.
pub async fn agents_are_counted_by_health_and_the_dead_need_not_be_visited(world: &World) {
    let counted = async || value(world.store.sizes().await).agents;
    for id in ["leaver", "quiet", "loud"] {
        world.register(id).await;
    }
    assert_eq!(counted().await, [3, 0, 0, 0]);
    let left = world.store.deregister_agent(world.ctx(), aid("leaver"));
    value(left.await);
    assert_eq!(counted().await, [2, 0, 0, 0]);
    let policy = SilencePolicy::default();
    world.clock.advance(policy.dead_ms + 1);
    value(world.store.heartbeat(world.ctx(), aid("loud")).await);
    value(world.store.judge_health(world.ctx(), policy, 10).await);
    assert_eq!(counted().await, [1, 0, 0, 1]);
    let left = world.store.deregister_agent(world.ctx(), aid("quiet"));
    value(left.await);
    assert_eq!(counted().await, [1, 0, 0, 0]);
    world.register("quiet").await;
    world.register("leaver").await;
    value(world.store.heartbeat(world.ctx(), aid("loud")).await);
    assert_eq!(counted().await, [3, 0, 0, 0]);
}

/// The steady time at which the case began.
fn value_of_registration(_world: &World) -> paceline_core::Steady {
    use paceline_core::Clock as _;
    super::HandClock::default().now().steady
}

pub async fn tokens_belong_to_agents_or_operators(world: &World) {
    world.register("worker").await;
    let owner = async |hash: [u8; 32]| value(world.store.token_owner(hash).await);
    let agents = newcomer("worker").token_hash;
    assert_eq!(owner(agents).await, Some(TokenOwner::Agent(aid("worker"))));
    assert_eq!(owner([9; 32]).await, None);
    let token = NewToken {
        token_id: "tok_1".to_owned(),
        name: "laptop".to_owned(),
        hash: [9; 32],
    };
    let made = value(world.store.create_token(world.ctx(), token).await);
    let operator = TokenOwner::Operator {
        token_id: "tok_1".to_owned(),
        name: "laptop".to_owned(),
    };
    assert_eq!(owner([9; 32]).await, Some(operator));
    assert_eq!(value(world.store.tokens().await), [made]);
    let revoked = value(
        world
            .store
            .revoke_token(world.ctx(), "tok_1".to_owned())
            .await,
    );
    assert_eq!(revoked.revoked_at, Some(world.now().wall));
    assert_eq!(owner([9; 32]).await, None);
    let unknown = rejection(
        world
            .store
            .revoke_token(world.ctx(), "tok_2".to_owned())
            .await,
    );
    let expected = Rejection::NotFound {
        kind: Kind::Token,
        id: "tok_2".to_owned(),
    };
    assert_eq!(unknown, expected);
}
