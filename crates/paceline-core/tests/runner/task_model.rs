//! Tasks under any sequence of commands. The verbs are applied as a store applies them; beside
//! them runs a model that keeps only who holds what and what ended how, and derives every status
//! and every counter afresh.

use std::convert::Infallible;

use paceline_core::dependency::search_cycle;
use paceline_core::task::*;
use paceline_core::{AgentId, Now, Rejection, TaskId, Timestamp};
use proptest::prelude::*;

use crate::samples::{at, new_task, wall};
use crate::task_steps::{Step, Word, any_step};

fn name(agent: usize) -> AgentId {
    AgentId::trusted(format!("a{agent}"))
}

fn id(task: usize) -> TaskId {
    TaskId::trusted(task.to_string())
}

fn index(task: &TaskId) -> usize {
    task.as_str().parse().expect("an id of ours")
}

/// What is true of a task, kept the simplest way.
#[derive(Clone, Debug, Default)]
struct Truth {
    prerequisites: Vec<usize>,
    not_before: Option<Timestamp>,
    /// It was seen to be due, by its enqueue or by a tick.
    awake: bool,
    /// Agent and the end of the lease.
    held: Option<(usize, i64)>,
    claims: u64,
    failures: u32,
    ended: Option<Status>,
}

#[derive(Default)]
struct Run {
    states: Vec<State>,
    truths: Vec<Truth>,
    ms: i64,
}

impl Run {
    fn now(&self) -> Now {
        at(self.ms)
    }

    fn unmet(&self, task: usize) -> usize {
        let prerequisites = self.truths[task].prerequisites.iter();
        prerequisites
            .filter(|next| self.truths[**next].ended != Some(Status::Completed))
            .count()
    }

    fn status(&self, task: usize) -> Status {
        let truth = &self.truths[task];
        match truth {
            Truth {
                ended: Some(ended), ..
            } => *ended,
            Truth { held: Some(_), .. } => Status::Running,
            Truth { awake: false, .. } => Status::Pending,
            _ if 0 < self.unmet(task) => Status::Blocked,
            _ => Status::Ready,
        }
    }

    fn dependents(&self, task: usize) -> Vec<usize> {
        let waits = |other: &usize| self.truths[*other].prerequisites.contains(&task);
        (0..self.truths.len()).filter(waits).collect()
    }

    /// Takes a verb's outcome over, as a store would, with what follows from it.
    fn store(&mut self, task: usize, transition: Transition) {
        let before = &self.states[task];
        assert!(!before.status.is_finished(), "a finished task changed");
        assert!(before.fence <= transition.next.fence, "a fence fell");
        self.states[task] = transition.next;
        match self.states[task].status {
            Status::Completed => self.unblock(task),
            Status::Failed | Status::Cancelled => self.cascade(task),
            _ => {}
        }
    }

    fn unblock(&mut self, completed: usize) {
        for dependent in self.dependents(completed) {
            if !self.states[dependent].status.is_finished() {
                let transition =
                    unblock::prerequisite_completed(&self.states[dependent], self.now());
                self.store(dependent, transition);
            }
        }
    }

    fn cascade(&mut self, dead: usize) {
        for dependent in self.dependents(dead) {
            if let Some(transition) = cascade::cascade(&self.states[dependent]) {
                self.truths[dependent].ended = Some(Status::Cancelled);
                self.store(dependent, transition);
            }
        }
    }

    fn enqueue(&mut self, wanted: &[usize], after_ms: Option<i64>) {
        let mut prerequisites: Vec<usize> = wanted
            .iter()
            .copied()
            .filter(|next| self.lives_or_completed(*next))
            .collect();
        prerequisites.sort_unstable();
        prerequisites.dedup();
        let task = self.states.len();
        let mut new = new_task(&task.to_string());
        new.prerequisites = prerequisites.iter().copied().map(id).collect();
        new.not_before = after_ms.map(|after_ms| wall(self.ms + after_ms));
        new.max_retries = 1;
        enqueue::check(&new).expect("valid");
        self.truths.push(Truth {
            prerequisites,
            not_before: new.not_before,
            awake: after_ms.is_none_or(|after_ms| after_ms <= 0),
            ..Truth::default()
        });
        let unmet = self.unmet(task) as u32;
        self.states.push(enqueue::initial(&new, unmet, self.now()));
    }

    fn lives_or_completed(&self, task: usize) -> bool {
        let dead = [Some(Status::Failed), Some(Status::Cancelled)];
        self.truths
            .get(task)
            .is_some_and(|truth| !dead.contains(&truth.ended))
    }

    fn claim(&mut self, agent: usize, task: usize, lease_ms: i64) {
        let command = Claim {
            agent_id: name(agent),
            agent_types: Vec::new(),
            task_id: Some(id(task)),
            lease_ms,
        };
        let outcome = claim::claim(&self.states[task], &command, self.now());
        assert_eq!(outcome.is_ok(), self.status(task) == Status::Ready);
        let Ok(transition) = outcome else { return };
        let truth = &mut self.truths[task];
        truth.claims += 1;
        truth.held = Some((agent, self.ms + lease_ms));
        self.store(task, transition);
    }

    fn speak(&mut self, word: Word, agent: usize, task: usize, fences_ago: u64) {
        let state = &self.states[task];
        let fence = state.fence.wrapping_sub(fences_ago);
        let speaker = Holder {
            task_id: id(task),
            agent_id: name(agent),
            fence,
        };
        let outcome = match word {
            Word::Renew => renew::renew(state, &speaker, 700, self.now()),
            Word::Complete => complete::complete(state, &speaker, self.now()),
            Word::Fail { retry } => fail::fail(state, &speaker, retry, self.now()),
            Word::Release => release::release(state, &speaker, self.now()),
        };
        let holds = self.truths[task]
            .held
            .is_some_and(|(holder, _)| holder == agent);
        assert_eq!(
            outcome.is_ok(),
            holds && fences_ago == 0,
            "{word:?} of {agent} on {task}"
        );
        match outcome {
            Ok(transition) => {
                self.heard(word, agent, task);
                self.store(task, transition);
            }
            Err(rejection) => self.refused(&rejection, task, fences_ago),
        }
    }

    fn heard(&mut self, word: Word, agent: usize, task: usize) {
        let renewed = self.ms + 700;
        let truth = &mut self.truths[task];
        truth.held = None;
        match word {
            Word::Renew => truth.held = Some((agent, renewed)),
            Word::Complete => truth.ended = Some(Status::Completed),
            Word::Fail { retry: true } if truth.failures < 1 => truth.failures += 1,
            Word::Fail { .. } => truth.ended = Some(Status::Failed),
            Word::Release => {}
        }
    }

    fn refused(&self, rejection: &Rejection, task: usize, fences_ago: u64) {
        let finished = self.truths[task].ended.is_some();
        match rejection {
            Rejection::WrongStatus { .. } => assert!(finished || fences_ago == 0),
            Rejection::StaleFence { .. } => assert!(!finished && 0 < fences_ago),
            Rejection::HeldByAnother { .. } => assert!(self.truths[task].held.is_some()),
            other => panic!("{other}"),
        }
    }

    fn cancel(&mut self, task: usize) {
        let outcome = cancel::cancel(&self.states[task]);
        assert_eq!(outcome.is_ok(), self.truths[task].ended.is_none());
        let Ok(transition) = outcome else { return };
        self.truths[task].ended = Some(Status::Cancelled);
        self.truths[task].held = None;
        self.store(task, transition);
    }

    fn add_prerequisite(&mut self, task: usize, prerequisite: usize) {
        let known = self.truths[task].prerequisites.contains(&prerequisite);
        if known || !self.lives_or_completed(prerequisite) || self.closes_cycle(task, prerequisite)
        {
            return;
        }
        let unmet = u32::from(self.truths[prerequisite].ended.is_none());
        let outcome = update::add_prerequisites(&self.states[task], unmet);
        assert_eq!(outcome.is_ok(), self.status(task).is_waiting());
        let Ok(transition) = outcome else { return };
        self.truths[task].prerequisites.push(prerequisite);
        self.store(task, transition);
    }

    fn closes_cycle(&self, task: usize, prerequisite: usize) -> bool {
        let ids = |tasks: &[usize]| tasks.iter().copied().map(id).collect::<Vec<_>>();
        let Ok(path) = search_cycle::<Infallible>(
            &id(task),
            &[id(prerequisite)],
            |task| Ok(ids(&self.truths[index(task)].prerequisites)),
            |task| Ok(ids(&self.dependents(index(task)))),
        );
        path.is_some()
    }

    fn agent_dies(&mut self, agent: usize) {
        for task in 0..self.states.len() {
            if self.truths[task]
                .held
                .is_some_and(|(holder, _)| holder == agent)
            {
                let transition = abandon::abandon(&self.states[task], Event::AgentDied);
                self.truths[task].held = None;
                self.store(task, transition.expect("it was running"));
            }
        }
    }

    fn tick(&mut self) {
        for task in 0..self.states.len() {
            let expired = expire::expire(&self.states[task], self.now());
            let over = self.truths[task]
                .held
                .is_some_and(|(_, ends)| ends <= self.ms);
            assert_eq!(expired.is_some(), over);
            if let Some(transition) = expired {
                self.truths[task].held = None;
                self.store(task, transition);
            }
            if let Some(transition) = wake::wake(&self.states[task], self.now()) {
                self.store(task, transition);
            }
            let truth = &mut self.truths[task];
            truth.awake |= truth.not_before <= Some(wall(self.ms));
        }
    }

    fn step(&mut self, step: Step) {
        let exists = |task: usize| task < self.states.len();
        match step {
            Step::Enqueue {
                prerequisites,
                after_ms,
            } => self.enqueue(&prerequisites, after_ms),
            Step::Claim {
                agent,
                task,
                lease_ms,
            } if exists(task) => self.claim(agent, task, lease_ms),
            Step::Speak {
                word,
                agent,
                task,
                fences_ago,
            } if exists(task) => {
                let holder = self.truths[task].held.map_or(0, |(agent, _)| agent);
                self.speak(word, agent.unwrap_or(holder), task, fences_ago);
            }
            Step::Cancel { task } if exists(task) => self.cancel(task),
            Step::AddPrerequisite { task, prerequisite } if exists(task) => {
                self.add_prerequisite(task, prerequisite);
            }
            Step::AgentDies { agent } => self.agent_dies(agent),
            Step::Tick => self.tick(),
            Step::Pass { ms } => self.ms += ms,
            _ => {}
        }
    }

    fn agree(&self) {
        for (task, (state, truth)) in self.states.iter().zip(&self.truths).enumerate() {
            assert_eq!(state.status, self.status(task), "task {task}: {truth:?}");
            assert_eq!(
                state.fence, truth.claims,
                "a fence rises by one a claim, and only then"
            );
            let running = state.status == Status::Running;
            assert_eq!(state.lease_deadline.is_some(), running);
            if let Some((holder, ends)) = truth.held {
                assert_eq!(state.assigned_to, Some(name(holder)), "one owner");
                assert_eq!(state.lease_deadline.map(|deadline| deadline.0), Some(ends));
            }
            if state.status.is_waiting() {
                assert_eq!(state.assigned_to, None);
                assert_eq!(
                    state.unmet_prerequisites as usize,
                    self.unmet(task),
                    "the recount"
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_owner_rising_fences_true_counters_and_final_ends(
        steps in prop::collection::vec(any_step(), 1..80),
    ) {
        let mut run = Run::default();
        for step in steps {
            run.step(step);
            run.agree();
        }
    }
}
