//! Claims: which task, for whom.

use paceline_core::task::{Claim, NewTask, Status};
use paceline_core::{AgentId, Rejection};

use super::{World, aid, any, newcomer, plain, rejection, tid, value};

pub async fn the_highest_score_comes_first_and_ties_go_to_the_earlier(world: &World) {
    let agent = world.register("worker").await;
    for (id, base_priority) in [("low", 1), ("first", 7), ("second", 7), ("high", 9)] {
        world
            .enqueue(NewTask {
                base_priority,
                ..plain(id)
            })
            .await;
    }
    let mut order = Vec::new();
    while let Some(claimed) = world.claim(&agent).await {
        order.push(claimed.task.task_id.into_string());
    }
    assert_eq!(order, ["high", "first", "second", "low"]);
}

/// The best of each type and of none are compared with each other.
pub async fn who_names_no_type_takes_the_best_of_every_type(world: &World) {
    let agent = world.register("worker").await;
    let tasks = [
        ("low", Some("writer"), 1),
        ("plain", None, 5),
        ("high", Some("reviewer"), 9),
        ("middle", Some("writer"), 6),
    ];
    for (id, agent_type, base_priority) in tasks {
        world
            .enqueue(NewTask {
                base_priority,
                agent_type: agent_type.map(str::to_owned),
                ..plain(id)
            })
            .await;
    }
    let order = drain(world, &agent, &[]).await;
    assert_eq!(order, ["high", "middle", "plain", "low"]);
}

/// Takes every task that this agent may take, naming these types.
async fn drain(world: &World, agent: &AgentId, agent_types: &[&str]) -> Vec<String> {
    let command = Claim {
        agent_types: agent_types.iter().map(|each| (*each).to_owned()).collect(),
        ..any(agent)
    };
    let mut taken = Vec::new();
    while let Some(claimed) = value(world.store.claim_task(world.ctx(), command.clone()).await) {
        taken.push(claimed.task.task_id.into_string());
    }
    taken
}

pub async fn a_claim_takes_only_matching_types(world: &World) {
    let tasks = [
        ("coding", Some("coder"), 5),
        ("testing", Some("tester"), 9),
        ("whatever", None, 7),
        ("writing", Some("writer"), 1),
        ("urgent coding", Some("coder"), 8),
    ];
    for (id, agent_type, base_priority) in tasks {
        let agent_type = agent_type.map(str::to_owned);
        let new = NewTask {
            agent_type,
            base_priority,
            ..plain(id)
        };
        world.enqueue(new).await;
    }
    let mut command = newcomer("registered");
    command.agent_types = vec!["coder".to_owned()];
    value(world.store.register_agent(world.ctx(), command).await);
    let named = world.register("named").await;
    let general = world.register("general").await;
    let check = async |agent: &AgentId, types: &[&str], expected: &[&str]| {
        assert_eq!(drain(world, agent, types).await, expected, "for {agent}");
    };
    check(
        &named,
        &["nothing such", "tester"],
        &["testing", "whatever"],
    )
    .await;
    check(&aid("registered"), &[], &["urgent coding", "coding"]).await;
    check(&general, &[], &["writing"]).await;
}

pub async fn a_named_task_is_claimed_or_refused_with_its_holder(world: &World) {
    let (one, other) = (world.register("one").await, world.register("other").await);
    world.enqueue(plain("open")).await;
    world.enqueue_after("later", &["open"]).await;
    let named = |agent: &AgentId, id: &str| Claim {
        task_id: Some(tid(id)),
        ..any(agent)
    };
    let blocked = world
        .store
        .claim_task(world.ctx(), named(&one, "later"))
        .await;
    let wrong = Rejection::WrongStatus {
        task: tid("later"),
        status: Status::Blocked,
        wanted: "ready",
    };
    assert_eq!(rejection(blocked), wrong);
    let fence = world.take(&one, "open").await.fence;
    assert_eq!(fence, 1);
    let held = rejection(
        world
            .store
            .claim_task(world.ctx(), named(&other, "open"))
            .await,
    );
    let until = Some(world.now().wall + 300_000);
    let expected = Rejection::HeldByAnother {
        task: tid("open"),
        holder: one.clone(),
        until,
    };
    assert_eq!(held, expected);
    let unknown = rejection(
        world
            .store
            .claim_task(world.ctx(), named(&one, "none"))
            .await,
    );
    assert_eq!(unknown, Rejection::unknown_task(&tid("none")));
}

pub async fn unknown_agents_claim_nothing(world: &World) {
    world.enqueue(plain("task")).await;
    let stranger = aid("stranger");
    let refused = rejection(world.store.claim_task(world.ctx(), any(&stranger)).await);
    assert_eq!(refused, Rejection::unknown_agent(&stranger));
    assert_eq!(world.status("task").await, Status::Ready);
}
