//! A long walk of commands, drawn at random, beside a naive model of what tasks may do; in the end
//! every counter must equal its recount.

use std::collections::BTreeMap;

use paceline_core::task::{Holder, Status};
use paceline_core::{AgentId, Rejection};

use super::{Place, inspect};
use crate::conformance::{World, after, any, holder, tid, value};
use crate::{Answer, StoreError};

/// A small generator (Steele and Vigna, SplitMix64), so that a seed tells the whole walk.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
    }
}

#[derive(Default)]
struct Model {
    status: BTreeMap<String, Status>,
    prerequisites: BTreeMap<String, Vec<String>>,
    held: Vec<Holder>,
    next: usize,
}

impl Model {
    /// Every unfinished task's state follows from its prerequisites' alone.
    fn settle(&mut self) {
        loop {
            let before = self.status.clone();
            for (id, prerequisites) in &self.prerequisites {
                let of = |id: &String| before[id];
                let waiting = before[id].is_waiting();
                if waiting && prerequisites.iter().any(|id| is_lost(of(id))) {
                    self.status.insert(id.clone(), Status::Cancelled);
                } else if waiting {
                    let met = prerequisites.iter().all(|id| of(id) == Status::Completed);
                    let status = if met { Status::Ready } else { Status::Blocked };
                    self.status.insert(id.clone(), status);
                }
            }
            if self.status == before {
                return;
            }
        }
    }

    fn draw(&self, draw: &mut Draw) -> Option<String> {
        let count = self.status.len();
        (0 < count)
            .then(|| self.status.keys().nth(draw.below(count)).cloned())
            .flatten()
    }
}

fn is_lost(status: Status) -> bool {
    matches!(status, Status::Failed | Status::Cancelled)
}

/// The value, or nothing when a rule refused.
fn allowed<T>(answer: Answer<T>) -> Option<T> {
    match answer {
        Ok(done) => Some(done.value),
        Err(failure) => match failure.error {
            StoreError::Rejected(_) => None,
            error => panic!("{error}"),
        },
    }
}

async fn enqueue(world: &World, model: &mut Model, draw: &mut Draw) {
    let mut batch = Vec::new();
    let mut names: Vec<String> = model.status.keys().cloned().collect();
    for _ in 0..1 + draw.below(4) {
        model.next += 1;
        let id = format!("t{:04}", model.next);
        let mut prerequisites: Vec<String> = Vec::new();
        for _ in 0..draw.below(4) {
            if let Some(name) = names.get(draw.below(names.len().max(1)))
                && !prerequisites.contains(name)
            {
                prerequisites.push(name.clone());
            }
        }
        names.push(id.clone());
        batch.push((id, prerequisites));
    }
    let tasks = batch.iter().map(|(id, prerequisites)| {
        let prerequisites: Vec<&str> = prerequisites.iter().map(String::as_str).collect();
        let mut new = after(id, &prerequisites);
        new.base_priority = u8::try_from(draw.below(11)).unwrap();
        new.max_retries = u32::try_from(draw.below(2)).unwrap();
        new.agent_type = (draw.below(2) == 0).then(|| "coder".to_owned());
        new
    });
    let tasks = tasks.collect();
    let lost = |id: &String| model.status.get(id).is_some_and(|status| is_lost(*status));
    let refused = batch
        .iter()
        .any(|(_, prerequisites)| prerequisites.iter().any(lost));
    let enqueued = allowed(world.store.enqueue_tasks(world.ctx(), tasks).await);
    assert_eq!(enqueued.is_none(), refused);
    for (id, prerequisites) in batch.into_iter().filter(|_| !refused) {
        model.status.insert(id.clone(), Status::Ready);
        model.prerequisites.insert(id, prerequisites);
    }
}

async fn claim(world: &World, model: &mut Model, agent: &AgentId) {
    let claimed = world.store.claim_task(world.ctx(), any(agent)).await;
    let Some(claimed) = value(claimed) else {
        assert!(model.status.values().all(|status| *status != Status::Ready));
        return;
    };
    let id = claimed.task.task_id.as_str().to_owned();
    assert_eq!(
        model.status.insert(id, Status::Running),
        Some(Status::Ready)
    );
    model.held.push(holder(agent, &claimed));
}

async fn finish(world: &World, model: &mut Model, draw: &mut Draw) {
    if model.held.is_empty() {
        return;
    }
    let proof = model.held.swap_remove(draw.below(model.held.len()));
    let id = proof.task_id.as_str().to_owned();
    let spoken = match draw.below(4) {
        0 => {
            world
                .store
                .fail_task(world.ctx(), proof, None, draw.below(2) == 0)
                .await
        }
        1 => world.store.release_task(world.ctx(), proof, None).await,
        _ => world.store.complete_task(world.ctx(), proof, None).await,
    };
    let running = model.status[&id] == Status::Running;
    match allowed(spoken) {
        Some(progress) => {
            assert!(running);
            model.status.insert(id, progress.status);
        }
        None => assert!(!running),
    }
}

async fn cancel(world: &World, model: &mut Model, draw: &mut Draw) {
    let Some(id) = model.draw(draw).filter(|_| draw.below(4) == 0) else {
        return;
    };
    let finished = model.status[&id].is_finished();
    let cancelled = allowed(world.store.cancel_task(world.ctx(), tid(&id), None).await);
    assert_eq!(cancelled.is_none(), finished);
    if !finished {
        model.status.insert(id, Status::Cancelled);
    }
}

async fn add_edge(world: &World, model: &mut Model, draw: &mut Draw) {
    let (Some(task), Some(prerequisite)) = (model.draw(draw), model.draw(draw)) else {
        return;
    };
    let command = paceline_core::task::Update {
        task_id: tid(&task),
        agent_id: None,
        note: Some("seen".to_owned()),
        base_priority: Some(3),
        deadline: None,
        add_prerequisites: vec![tid(&prerequisite)],
    };
    match world.store.update_task(world.ctx(), command).await {
        Ok(_) => {
            let prerequisites = model.prerequisites.entry(task).or_default();
            if !prerequisites.contains(&prerequisite) {
                prerequisites.push(prerequisite);
            }
        }
        Err(failure) => match failure.error {
            StoreError::Rejected(Rejection::CircularDependency { path }) => {
                assert!(reaches(model, &prerequisite, &task), "{path:?}");
            }
            StoreError::Rejected(_) => {}
            error => panic!("{error}"),
        },
    }
}

fn reaches(model: &Model, from: &String, to: &String) -> bool {
    from == to
        || model.prerequisites[from]
            .iter()
            .any(|next| reaches(model, next, to))
}

async fn walk(seed: u64) {
    let place = Place::new();
    let world = place.world();
    let agent = world.register("worker").await;
    let (mut model, mut draw) = (Model::default(), Draw(seed));
    for _ in 0..250 {
        match draw.below(10) {
            0..3 => enqueue(&world, &mut model, &mut draw).await,
            3..6 => claim(&world, &mut model, &agent).await,
            6..8 => finish(&world, &mut model, &mut draw).await,
            8 => cancel(&world, &mut model, &mut draw).await,
            _ => add_edge(&world, &mut model, &mut draw).await,
        }
        model.settle();
    }
    for (id, status) in &model.status {
        assert_eq!(
            world.status(id).await,
            *status,
            "{id} in the walk of seed {seed}"
        );
    }
    world.store.close().await;
    let found = inspect(place.path()).unwrap();
    assert!(found.is_sound(), "{found:?} in the walk of seed {seed}");
}

/// Turns red without any one of the calls to `count_status`, `stop_waiting` or `COUNT_DOWN`.
#[tokio::test]
async fn counters_and_states_survive_any_order_of_commands() {
    for seed in 0..12 {
        walk(seed).await;
    }
}
