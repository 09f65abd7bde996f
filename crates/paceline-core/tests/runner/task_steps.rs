//! The commands that the task model is run with.

use proptest::prelude::*;

#[derive(Clone, Debug)]
pub enum Step {
    Enqueue {
        prerequisites: Vec<usize>,
        after_ms: Option<i64>,
    },
    Claim {
        agent: usize,
        task: usize,
        lease_ms: i64,
    },
    Speak {
        word: Word,
        /// `None`: whoever holds the task, so that words often count.
        agent: Option<usize>,
        task: usize,
        fences_ago: u64,
    },
    Cancel {
        task: usize,
    },
    AddPrerequisite {
        task: usize,
        prerequisite: usize,
    },
    AgentDies {
        agent: usize,
    },
    Tick,
    Pass {
        ms: i64,
    },
}

#[derive(Clone, Copy, Debug)]
pub enum Word {
    Renew,
    Complete,
    Fail { retry: bool },
    Release,
}

pub fn any_step() -> impl Strategy<Value = Step> {
    let (agent, task) = (0..3_usize, 0..8_usize);
    let word = prop_oneof![
        Just(Word::Renew),
        Just(Word::Complete),
        Just(Word::Complete),
        any::<bool>().prop_map(|retry| Word::Fail { retry }),
        Just(Word::Release),
    ];
    let fences_ago = prop_oneof![4 => Just(0_u64), 1 => 1..3_u64];
    prop_oneof![
        4 => (prop::collection::vec(task.clone(), 0..3), prop::option::weighted(0.2, 0..3_000_i64))
            .prop_map(|(prerequisites, after_ms)| Step::Enqueue { prerequisites, after_ms }),
        6 => (agent.clone(), task.clone(), 1..2_000_i64)
            .prop_map(|(agent, task, lease_ms)| Step::Claim { agent, task, lease_ms }),
        8 => (word, prop::option::weighted(0.3, agent.clone()), task.clone(), fences_ago)
            .prop_map(|(word, agent, task, fences_ago)| Step::Speak { word, agent, task, fences_ago }),
        1 => task.clone().prop_map(|task| Step::Cancel { task }),
        2 => (task.clone(), task).prop_map(|(task, prerequisite)| Step::AddPrerequisite { task, prerequisite }),
        1 => agent.prop_map(|agent| Step::AgentDies { agent }),
        2 => Just(Step::Tick),
        2 => (1..2_000_i64).prop_map(|ms| Step::Pass { ms }),
    ]
}
