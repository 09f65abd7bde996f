//! Elections: one leader, epochs that only rise, guards.

use paceline_core::election::{Campaign, Guard, Office, TermEnd, View};
use paceline_core::{AgentId, ElectionName, Rejection};

use super::{World, plain, rejection, tid, value};
use crate::{Context, PageRequest};

fn name() -> ElectionName {
    ElectionName::trusted("planner")
}

async fn campaign(world: &World, agent: &AgentId) -> View {
    let command = Campaign {
        election: name(),
        agent_id: agent.clone(),
        ttl_ms: 10_000,
    };
    value(world.store.campaign(world.ctx(), command).await)
}

fn office(agent: &AgentId, epoch: Option<u64>) -> Office {
    Office {
        election: name(),
        agent_id: agent.clone(),
        epoch,
    }
}

pub async fn servers_stand_for_elections_of_their_own(world: &World) {
    let of_servers = ElectionName::trusted("paceline-maintenance");
    let stand = |election: &ElectionName, agent: &str| Campaign {
        election: election.clone(),
        agent_id: AgentId::trusted(agent),
        ttl_ms: 10_000,
    };
    let led = value(
        world
            .store
            .campaign(world.ctx(), stand(&of_servers, "srv_1"))
            .await,
    );
    assert!(led.is_leader);
    let other = value(
        world
            .store
            .campaign(world.ctx(), stand(&of_servers, "srv_2"))
            .await,
    );
    assert_eq!((other.is_leader, other.epoch), (false, 1));
    rejection(
        world
            .store
            .campaign(world.ctx(), stand(&name(), "srv_1"))
            .await,
    );
    let ann = world.register("ann").await;
    campaign(world, &ann).await;
    let page = |cursor| PageRequest { limit: 1, cursor };
    let first = value(world.store.elections(page(None)).await);
    let second = value(world.store.elections(page(first.next_cursor)).await);
    let states: Vec<_> = [first.items, second.items].concat();
    let found: Vec<_> = states
        .iter()
        .map(|state| (state.election.clone(), state.epoch, state.since))
        .collect();
    let since = Some(world.now().wall);
    assert_eq!(found, [(of_servers, 1, since), (name(), 1, since)]);
    assert_eq!(second.next_cursor, None);
}

pub async fn epochs_rise_with_every_new_leader(world: &World) {
    let (ann, bob) = (world.register("ann").await, world.register("bob").await);
    let first = campaign(world, &ann).await;
    assert_eq!(
        (first.epoch, first.is_leader, first.failover_ms),
        (1, true, None)
    );
    let second = campaign(world, &bob).await;
    assert_eq!((second.epoch, second.is_leader), (1, false));
    assert_eq!(second.leader, Some(ann.clone()));
    world.clock.advance(5_000);
    value(
        world
            .store
            .renew_office(world.ctx(), office(&ann, Some(1)))
            .await,
    );
    world.clock.advance(9_999);
    assert_eq!(campaign(world, &bob).await.leader, Some(ann.clone()));
    world.clock.advance(1);
    rejection(
        world
            .store
            .renew_office(world.ctx(), office(&ann, None))
            .await,
    );
    world.clock.advance(500);
    let third = campaign(world, &bob).await;
    assert_eq!((third.epoch, third.is_leader), (2, true));
    assert_eq!(third.failover_ms, Some(500));
    rejection(world.store.resign(world.ctx(), office(&bob, Some(1))).await);
    value(world.store.resign(world.ctx(), office(&bob, Some(2))).await);
    assert_eq!(campaign(world, &bob).await.epoch, 3);
    let leaders = value(world.store.leaders(world.now()).await);
    assert_eq!(leaders.len(), 1);
}

/// Turns red without the guard in `Command::attempt`.
pub async fn a_guarded_write_counts_only_in_its_epoch(world: &World) {
    let ann = world.register("ann").await;
    let epoch = campaign(world, &ann).await.epoch;
    let guarded = |epoch: u64| Context {
        guard: Some(Guard {
            election: name(),
            epoch,
        }),
        ..world.ctx()
    };
    let fine = world
        .store
        .enqueue_tasks(guarded(epoch), vec![plain("led")])
        .await;
    value(fine);
    let refused = world
        .store
        .enqueue_tasks(guarded(epoch + 1), vec![plain("early")])
        .await;
    assert!(matches!(
        rejection(refused),
        Rejection::StaleEpoch { current: 1, .. }
    ));
    value(world.store.resign(world.ctx(), office(&ann, None)).await);
    let refused = world
        .store
        .enqueue_tasks(guarded(epoch), vec![plain("late")])
        .await;
    assert!(matches!(rejection(refused), Rejection::StaleEpoch { .. }));
    rejection(world.store.task(world.now(), tid("early")).await);
    rejection(world.store.task(world.now(), tid("late")).await);
}

pub async fn terms_end_by_time_by_resignation_and_with_their_agent(world: &World) {
    let ann = world.register("ann").await;
    campaign(world, &ann).await;
    value(world.store.resign(world.ctx(), office(&ann, None)).await);
    campaign(world, &ann).await;
    world.clock.advance(10_000);
    assert_eq!(
        value(world.store.end_terms(world.ctx(), 10).await),
        [name()]
    );
    assert!(value(world.store.end_terms(world.ctx(), 10).await).is_empty());
    campaign(world, &ann).await;
    value(world.store.deregister_agent(world.ctx(), ann).await);
    let bob = world.register("bob").await;
    assert_eq!(campaign(world, &bob).await.epoch, 4);
    let (view, terms) = value(world.store.election(world.now(), name()).await);
    assert_eq!(view.leader, Some(bob));
    let ends: Vec<_> = terms
        .into_iter()
        .map(|term| (term.epoch, term.ended_by))
        .collect();
    let expected = [
        (4, None),
        (3, Some(TermEnd::Deregistered)),
        (2, Some(TermEnd::Expired)),
        (1, Some(TermEnd::Resigned)),
    ];
    assert_eq!(ends, expected);
}
