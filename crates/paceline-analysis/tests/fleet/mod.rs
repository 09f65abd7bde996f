//! Fleets whose truth is known, for the tests and the example of the ranking. Owns kinds of task
//! that differ in duration and risk, and agents that differ in what they do, not in how well; refuses
//! chance: the same seed gives the same fleet.

#[path = "../../src/random.rs"]
mod random;

use paceline_analysis::ranking::{Attempt, End, Tally};
use random::Random;

/// The name of the one that is not like the others.
pub const ODD: &str = "agt_00";
const AGENTS: usize = 20;
/// Median in milliseconds, standard deviation of the logarithm, share that fails.
const KINDS: [(&str, f64, f64, f64); 6] = [
    ("code", 60_000.0, 0.8, 0.08),
    ("review", 20_000.0, 0.5, 0.02),
    ("research", 300_000.0, 1.1, 0.12),
    ("test", 45_000.0, 0.7, 0.25),
    ("plan", 5_000.0, 0.4, 0.01),
    ("deploy", 600_000.0, 0.9, 0.35),
];

/// What durations are like around their median.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Noise {
    LogNormal,
    /// Logarithms of Student's t with three degrees.
    HeavyTails,
    /// One task in twenty hangs for twenty times as long.
    Hangs,
}

pub const NOISES: &[Noise] = &[Noise::LogNormal, Noise::HeavyTails, Noise::Hangs];

/// How the first agent is.
#[derive(Clone, Copy, Debug)]
pub struct Odd {
    pub tasks: usize,
    /// Its durations are so many times the others'.
    pub slower: f64,
    /// As many more of its tasks fail.
    pub fails_more: f64,
}

struct Task {
    agent: usize,
    kind: usize,
    end: End,
    took_ms: f64,
}

pub struct Fleet(Vec<Task>);

impl Fleet {
    pub fn equal(seed: u64, noise: Noise) -> Self {
        let like_the_others = Odd {
            tasks: 200,
            slower: 1.0,
            fails_more: 0.0,
        };
        Self::drawn(seed, noise, like_the_others)
    }

    /// The others have 40 to 300 tasks each, and everybody a mix of kinds of its own.
    pub fn with(seed: u64, noise: Noise, odd: Odd) -> Self {
        Self::drawn(seed, noise, odd)
    }

    pub fn tally(&self) -> Tally {
        let names: Vec<String> = (0..AGENTS).map(|agent| format!("agt_{agent:02}")).collect();
        let mut tally = Tally::default();
        for task in &self.0 {
            tally.claimed(&names[task.agent]);
            tally.add(&Attempt {
                agent: &names[task.agent],
                kind: Some(KINDS[task.kind].0),
                end: task.end,
                took_ms: Some(task.took_ms),
                waited_ms: None,
            });
        }
        tally
    }

    fn drawn(seed: u64, noise: Noise, odd: Odd) -> Self {
        let mut source = Source(Random::new(
            seed.wrapping_mul(0x2545_F491_4F6C_DD1D) ^ 0x5EED,
        ));
        let mut tasks = Vec::new();
        for agent in 0..AGENTS {
            let count = match agent {
                0 => odd.tasks,
                _ => 40 + (260.0 * source.unit()) as usize,
            };
            let mix = source.mix();
            let (factor, more) = if agent == 0 {
                (odd.slower, odd.fails_more)
            } else {
                (1.0, 0.0)
            };
            for _ in 0..count {
                let kind = source.pick(&mix);
                let (_, median, spread, fails) = KINDS[kind];
                let took_ms = median * factor * (spread * source.noise(noise)).exp();
                let end = match source.unit() {
                    unit if unit < 0.01 => End::Running,
                    _ if source.unit() < fails + more => End::Failed,
                    _ => End::Completed,
                };
                let seen = if end == End::Running {
                    source.unit()
                } else {
                    1.0
                };
                tasks.push(Task {
                    agent,
                    kind,
                    end,
                    took_ms: took_ms * seen,
                });
            }
        }
        Self(tasks)
    }
}

struct Source(Random);

impl Source {
    fn unit(&mut self) -> f64 {
        self.0.unit()
    }

    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// Of about standard deviation 1 in its core.
    fn noise(&mut self, noise: Noise) -> f64 {
        match noise {
            Noise::LogNormal => self.normal(),
            Noise::HeavyTails => {
                let squares: f64 = (0..3).map(|_| self.normal().powi(2)).sum();
                self.normal() / (squares / 3.0).sqrt()
            }
            Noise::Hangs if self.unit() < 0.05 => self.normal() + 20.0_f64.ln(),
            Noise::Hangs => self.normal(),
        }
    }

    /// Shares of kinds, far from even: most agents do mostly two or three.
    fn mix(&mut self) -> [f64; KINDS.len()] {
        let mut mix = [0.0; KINDS.len()];
        mix.fill_with(|| self.unit().powi(4));
        let all: f64 = mix.iter().sum();
        mix.map(|share| share / all)
    }

    fn pick(&mut self, mix: &[f64; KINDS.len()]) -> usize {
        let mut left = self.unit();
        for (kind, share) in mix.iter().enumerate() {
            if left < *share {
                return kind;
            }
            left -= share;
        }
        0
    }
}
