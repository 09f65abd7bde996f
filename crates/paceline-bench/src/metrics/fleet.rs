//! The generated fleet as pushes. Owns which agents share a request, when each request is due and
//! who replaces whom; refuses to send.

use std::sync::Arc;
use std::time::Duration;

use super::agent::Agent;
use super::blueprint::{self, Spec};
use super::wire::{LabelSet, Push};

/// What a request carries, as the issue of remote write's defaults has it.
pub const REQUEST_SAMPLES: usize = 2_000;
const TYPES: [&str; 5] = ["planner", "coder", "reviewer", "tester", "writer"];
const AGENTS_PER_HOST: usize = 25;

/// The size of a fleet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    pub agents: usize,
    /// A multiple of the blueprint's block.
    pub metrics: usize,
    pub interval_ms: i64,
}

/// Agents that are pushed in one request: a whole number of them, each with all its metrics.
pub struct Group {
    specs: Arc<[Spec]>,
    agents: Vec<Agent>,
    names: Vec<usize>,
    push: Push,
    /// When in the interval the group pushes.
    phase_ms: i64,
}

impl Shape {
    pub fn series(&self) -> usize {
        self.agents * self.metrics
    }

    /// How many samples all of it makes in a time.
    pub fn samples_in(&self, time_ms: i64) -> u64 {
        self.series() as u64 * u64::try_from(time_ms / self.interval_ms.max(1)).unwrap_or_default()
    }

    /// How many intervals it takes to fill this time.
    pub fn intervals(&self, time: Duration) -> usize {
        let intervals = time.as_millis().div_ceil(self.interval_ms.max(1) as u128);
        usize::try_from(intervals).unwrap_or(usize::MAX).max(1)
    }

    /// All groups, in the order in which they push within an interval.
    pub fn groups(&self) -> Vec<Group> {
        let specs: Arc<[Spec]> = blueprint::specs(self.metrics / blueprint::BLOCK_SERIES).into();
        let size = (REQUEST_SAMPLES / self.metrics).max(1);
        let count = self.agents.div_ceil(size);
        let group = |number: usize| {
            let names = (number * size..self.agents.min((number + 1) * size)).collect();
            let phase_ms = self.interval_ms * number as i64 / count as i64;
            Group::new(specs.clone(), names, phase_ms)
        };
        (0..count).map(group).collect()
    }
}

impl Group {
    fn new(specs: Arc<[Spec]>, names: Vec<usize>, phase_ms: i64) -> Self {
        let agent = |&name: &usize| Agent::new(name as u64, &specs);
        Self {
            agents: names.iter().map(agent).collect(),
            push: push(&specs, &names),
            specs,
            names,
            phase_ms,
        }
    }

    pub fn phase_ms(&self) -> i64 {
        self.phase_ms
    }

    pub fn series(&self) -> usize {
        self.push.series()
    }

    /// The push of the interval that begins at `interval_from_ms`, ready to be sent.
    pub fn push(&mut self, interval_from_ms: i64) -> &[u8] {
        let due_ms = interval_from_ms + self.phase_ms;
        let mut series = 0;
        for agent in &mut self.agents {
            let at_ms = due_ms - agent.jitter_ms();
            let first = series;
            agent.step(&self.specs, |number, value| {
                self.push.set(first + number, at_ms, value)
            });
            series += self.specs.len();
        }
        self.push.bytes()
    }

    /// Puts a new agent in the place of each; their series end without a word and new ones begin.
    pub fn replace(&mut self, names_apart: usize) {
        for (name, agent) in self.names.iter_mut().zip(&mut self.agents) {
            *name += names_apart;
            *agent = Agent::new(*name as u64, &self.specs);
        }
        self.push = push(&self.specs, &self.names);
    }
}

fn push(specs: &[Spec], names: &[usize]) -> Push {
    Push::new(
        names
            .iter()
            .flat_map(|&name| specs.iter().map(move |spec| labels(spec, name))),
    )
}

/// The name of an agent as its label has it.
pub fn agent_name(number: usize) -> String {
    format!("agent-{number:05}")
}

fn labels(spec: &Spec, agent: usize) -> LabelSet {
    let host = format!("host-{:03}", agent / AGENTS_PER_HOST);
    let mut labels = vec![
        ("__name__".to_owned(), spec.name.clone()),
        ("agent".to_owned(), agent_name(agent)),
        (
            "agent_type".to_owned(),
            TYPES[agent % TYPES.len()].to_owned(),
        ),
        ("host".to_owned(), host),
    ];
    let own = spec.labels.iter();
    labels.extend(own.map(|(name, value)| ((*name).to_owned(), value.clone())));
    labels.sort_unstable();
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = Shape {
        agents: 50,
        metrics: 100,
        interval_ms: 10_000,
    };

    #[test]
    fn groups_fill_requests_and_spread_over_the_interval() {
        let groups = SHAPE.groups();
        let series: Vec<_> = groups.iter().map(Group::series).collect();
        assert_eq!(series, [2_000, 2_000, 1_000]);
        let phases: Vec<_> = groups.iter().map(Group::phase_ms).collect();
        assert_eq!(phases, [0, 3_333, 6_666]);
        let wide = Shape {
            agents: 3,
            metrics: 1_000,
            ..SHAPE
        };
        assert_eq!(
            wide.groups().iter().map(Group::series).sum::<usize>(),
            wide.series()
        );
    }

    #[test]
    fn a_replaced_agent_is_another_one() {
        let mut group = SHAPE.groups().remove(0);
        let unpack = |bytes: &[u8]| snap::raw::Decoder::new().decompress_vec(bytes).unwrap();
        let holds = |bytes: &[u8], name: &str| {
            unpack(bytes)
                .windows(name.len())
                .any(|one| one == name.as_bytes())
        };
        assert!(holds(group.push(0), "agent-00003"));
        group.replace(69_997);
        assert!(!holds(group.push(10_000), "agent-00003"));
        assert!(holds(group.push(20_000), "agent-70000"));
    }

    #[test]
    fn labels_are_sorted_as_the_protocol_wants_them() {
        for spec in blueprint::specs(1) {
            assert!(labels(&spec, 12_345).is_sorted(), "{spec:?}");
        }
    }
}
