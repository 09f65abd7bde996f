//! What agents did: holds as they are counted and as they are listed, calls and assessments of one.

use paceline_core::task::{Event, Status};
use paceline_core::{AgentId, Timestamp};

use super::records::{assess, call};
use super::{World, plain, value};
use crate::{HoldEvent, PageRequest, Span};

fn page(limit: u32, cursor: Option<String>) -> PageRequest {
    PageRequest { limit, cursor }
}

async fn events(world: &World, span: Span) -> Vec<HoldEvent> {
    let mut all = Vec::new();
    let mut cursor = None;
    loop {
        let answer = value(world.store.hold_events(span, page(1, cursor)).await);
        all.extend(answer.events);
        cursor = answer.next_cursor;
        if cursor.is_none() {
            return all;
        }
    }
}

/// A failed attempt is told of who failed, whoever completes the task later.
pub async fn claims_and_ends_are_told_of_who_held_the_task(world: &World) {
    let (first, second) = (
        world.register("first").await,
        world.register("second").await,
    );
    world.enqueue(plain("task")).await;
    let begun = world.now().wall;
    world.clock.advance(100);
    let proof = world.take(&first, "task").await;
    world.clock.advance(50);
    value(world.store.fail_task(world.ctx(), proof, None, true).await);
    world.clock.advance(30);
    let proof = world.take(&second, "task").await;
    world.clock.advance(1_500);
    world.complete(proof).await;
    let told: Vec<_> = events(world, Span::ALL)
        .await
        .into_iter()
        .map(|one| (one.agent_id, one.event, one.at - begun))
        .collect();
    let expected = [
        (second.clone(), Event::Completed, 1_680),
        (second.clone(), Event::Claimed, 180),
        (first.clone(), Event::WillRetry, 150),
        (first.clone(), Event::Claimed, 100),
    ];
    assert_eq!(told, expected);
    let done = &events(world, Span::ALL).await[0];
    assert_eq!(done.started_at, Some(begun + 180));
    assert_eq!(done.ready_at, Some(begun + 150));
    let span = Span {
        from: begun + 150,
        to: begun + 180,
    };
    let within = events(world, span).await;
    assert_eq!(within.len(), 1, "{within:?}");
    assert_eq!(within[0].event, Event::WillRetry);
}

pub async fn holds_are_listed_with_the_claim_before_them(world: &World) {
    let agent = world.register("worker").await;
    let other = world.register("other").await;
    for name in ["one", "two", "three", "other's"] {
        world.enqueue(plain(name)).await;
    }
    let begun = world.now().wall;
    for name in ["one", "two"] {
        let proof = world.take(&agent, name).await;
        world.clock.advance(40);
        let renewed = world
            .store
            .renew_task(world.ctx(), proof.clone(), 60_000)
            .await;
        value(renewed);
        world.clock.advance(60);
        world.complete(proof).await;
    }
    let proof = world.take(&other, "other's").await;
    world.complete(proof).await;
    world.take(&agent, "three").await;
    let list = async |cursor| {
        let request = page(1, cursor);
        value(
            world
                .store
                .holds_of(agent.clone(), Span::ALL, request)
                .await,
        )
    };
    let mut found = Vec::new();
    let mut cursor = None;
    loop {
        let answer = list(cursor).await;
        found.extend(answer.items);
        cursor = answer.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    let told: Vec<_> = found
        .iter()
        .map(|hold| {
            (
                hold.task_id.as_str(),
                hold.event,
                hold.claimed_at,
                hold.ended_at,
            )
        })
        .collect();
    let at = |ms: i64| Some(begun + ms);
    let expected = [
        ("three", Event::Claimed, at(200), None),
        ("two", Event::Completed, at(100), at(200)),
        ("one", Event::Completed, at(0), at(100)),
    ];
    assert_eq!(told, expected);
    assert_eq!(found[1].ready_at, Some(begun));
}

pub async fn running_tasks_are_figures_too(world: &World) {
    let agent = world.register("worker").await;
    world.enqueue(plain("waits")).await;
    world.enqueue(plain("runs")).await;
    world.take(&agent, "runs").await;
    let running = value(world.store.running_figures(page(10, None)).await).items;
    assert_eq!(running.len(), 1);
    assert_eq!(running[0].status, Status::Running);
    assert_eq!(running[0].assigned_to, Some(agent));
}

pub async fn calls_and_assessments_are_listed_by_agent(world: &World) {
    let agent = world.register("worker").await;
    let mut calls = Vec::new();
    for (id, started_at) in [("1", 10), ("2", 30), ("3", 20), ("4", 20)] {
        let mut one = call(id);
        one.agent_id = (id != "4").then(|| agent.clone());
        one.started_at = Timestamp(started_at);
        calls.push(one);
    }
    value(world.store.record_tool_calls(world.ctx(), calls).await);
    let list = async |span, cursor| {
        let answer = world
            .store
            .tool_calls_of(agent.clone(), span, page(2, cursor));
        value(answer.await)
    };
    let newest = list(Span::ALL, None).await;
    let rest = list(Span::ALL, newest.next_cursor).await;
    let ids = newest
        .items
        .iter()
        .chain(&rest.items)
        .map(|call| call.call_id.as_str());
    assert_eq!(ids.collect::<Vec<_>>(), ["2", "3", "1"]);
    let span = Span {
        from: Timestamp(20),
        to: Timestamp(30),
    };
    assert_eq!(list(span, None).await.items.len(), 1);
    world.enqueue(plain("task")).await;
    let proof = world.take(&agent, "task").await;
    world.complete(proof).await;
    value(world.store.assess(world.ctx(), assess("q1", "task")).await);
    let of = async |agent: AgentId| {
        value(world.store.assessments_of(agent, page(5, None)).await)
            .items
            .len()
    };
    assert_eq!(
        (of(agent).await, of(AgentId::trusted("nobody")).await),
        (1, 0)
    );
    let between = async |span| value(world.store.assessments_between(span, page(5, None)).await);
    assert_eq!(between(Span::ALL).await.items.len(), 1);
    assert!(between(span).await.items.is_empty());
}
