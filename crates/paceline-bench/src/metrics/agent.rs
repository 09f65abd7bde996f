//! One generated agent. Owns the state that its values move from; refuses to know how they travel.

use super::blueprint::{self, Model, Spec};

const HISTOGRAMS_PER_BLOCK: usize = 2;
/// An agent that works goes on for a quarter of an hour on average, at a push every ten seconds,
/// and rests for a few minutes.
const STOPS_ONE_IN: u32 = 90;
const STARTS_ONE_IN: u32 = 20;
const OBSERVATIONS_MAX: u32 = 4;
const JITTER_MS_MAX: u32 = 15;

/// State of all series of one agent.
#[derive(Clone, Debug)]
pub struct Agent {
    random: Random,
    is_working: bool,
    /// Of counters, walks and flags: whole units.
    units: Vec<i64>,
    histograms: Vec<Histogram>,
}

#[derive(Clone, Debug, Default)]
struct Histogram {
    /// Not cumulative.
    buckets: [u64; blueprint::BOUNDS.len()],
    count: u64,
    sum_ms: u64,
    sum_seconds: f64,
}

impl Agent {
    pub fn new(seed: u64, specs: &[Spec]) -> Self {
        let mut random = Random::new(seed);
        let units = specs
            .iter()
            .map(|spec| first(spec.model, &mut random))
            .collect();
        let blocks = specs.len() / blueprint::BLOCK_SERIES;
        Self {
            is_working: random.one_in(2),
            random,
            units,
            histograms: vec![Histogram::default(); blocks * HISTOGRAMS_PER_BLOCK],
        }
    }

    /// How much before its due time the agent took this push, in milliseconds: clocks tick when
    /// they can.
    pub fn jitter_ms(&mut self) -> i64 {
        i64::from(self.random.below(JITTER_MS_MAX + 1))
    }

    /// Moves everything by one push and hands out each series' value.
    pub fn step(&mut self, specs: &[Spec], mut take: impl FnMut(usize, f64)) {
        let turn = if self.is_working {
            STOPS_ONE_IN
        } else {
            STARTS_ONE_IN
        };
        self.is_working ^= self.random.one_in(turn);
        for histogram in &mut self.histograms {
            if self.is_working {
                histogram.observe(&mut self.random);
            }
        }
        for (series, spec) in specs.iter().enumerate() {
            let block = series / blueprint::BLOCK_SERIES;
            take(series, self.value(series, block, spec.model));
        }
    }

    fn value(&mut self, series: usize, block: usize, model: Model) -> f64 {
        let random = &mut self.random;
        let units = &mut self.units[series];
        let histogram = |number: usize| &self.histograms[block * HISTOGRAMS_PER_BLOCK + number];
        match model {
            Model::Counter { mean, scale } => {
                if self.is_working {
                    *units += i64::from(random.below(2 * mean + 1));
                }
                scaled(*units, scale)
            }
            Model::Rare { one_in } => {
                *units += i64::from(random.one_in(one_in));
                *units as f64
            }
            Model::Walk {
                step,
                low,
                high,
                one_in,
                scale,
            } => {
                if random.one_in(one_in) {
                    let moved = *units + i64::from(random.below(2 * step + 1)) - i64::from(step);
                    *units = moved.clamp(low, high);
                }
                scaled(*units, scale)
            }
            Model::Constant(value) => value as f64,
            Model::Flag { one_in } => {
                *units ^= i64::from(random.one_in(one_in));
                *units as f64
            }
            Model::Bucket {
                histogram: number,
                bound,
            } => histogram(number).buckets[..=bound].iter().sum::<u64>() as f64,
            Model::RoundedSum { histogram: number } => histogram(number).sum_ms as f64 / 1_000.0,
            Model::RawSum { histogram: number } => histogram(number).sum_seconds,
            Model::Count { histogram: number } => histogram(number).count as f64,
        }
    }
}

/// Where a series begins: counters have counted before, walks are somewhere in the middle.
fn first(model: Model, random: &mut Random) -> i64 {
    match model {
        Model::Counter { mean, .. } => i64::from(random.below(2_000)) * i64::from(mean),
        Model::Rare { .. } => i64::from(random.below(5)),
        Model::Walk { low, high, .. } => {
            let width = u32::try_from(high - low).unwrap_or(u32::MAX);
            low + i64::from(random.below(width / 2 + 1)) + i64::from(width / 4)
        }
        Model::Flag { .. } => i64::from(random.one_in(5)),
        _ => 0,
    }
}

/// A scale of one is most common, and a division is not free.
fn scaled(units: i64, scale: f64) -> f64 {
    if scale == 1.0 {
        units as f64
    } else {
        units as f64 / scale
    }
}

impl Histogram {
    /// A few latencies: most short, some far out.
    fn observe(&mut self, random: &mut Random) {
        for _ in 0..random.below(OBSERVATIONS_MAX + 1) {
            let spread = 1 << random.below(11);
            let micros = 1_000 * (20 + u64::from(random.below(40 * spread)))
                + u64::from(random.below(1_000));
            let millis = micros / 1_000;
            let bucket = blueprint::bucket(u32::try_from(millis).unwrap_or(u32::MAX));
            self.buckets[bucket] += 1;
            self.count += 1;
            self.sum_ms += millis;
            self.sum_seconds += micros as f64 / 1e6;
        }
    }
}

/// `SplitMix64`, by Sebastiano Vigna: small, fast, and good enough for values.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        let mut random = Self(seed.wrapping_mul(0xd134_2543_de82_ef95));
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to one less than `limit`; of 0 it is 0.
    pub fn below(&mut self, limit: u32) -> u32 {
        ((u64::from(self.next() as u32) * u64::from(limit)) >> 32) as u32
    }

    pub fn one_in(&mut self, count: u32) -> bool {
        self.below(count) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::blueprint::specs;

    fn pushes(seed: u64, count: usize) -> Vec<Vec<f64>> {
        let specs = specs(1);
        let mut agent = Agent::new(seed, &specs);
        let push = |_| {
            let mut values = vec![0.0; specs.len()];
            agent.step(&specs, |series, value| values[series] = value);
            values
        };
        (0..count).map(push).collect()
    }

    #[test]
    fn the_same_seed_makes_the_same_samples() {
        assert_eq!(pushes(7, 50), pushes(7, 50));
        assert_ne!(pushes(7, 50), pushes(8, 50));
    }

    #[test]
    fn counters_never_fall_and_buckets_are_cumulative() {
        let specs = specs(1);
        let pushes = pushes(3, 400);
        for (earlier, later) in pushes.iter().zip(&pushes[1..]) {
            for (series, spec) in specs.iter().enumerate() {
                match spec.model {
                    Model::Walk { .. } | Model::Flag { .. } => {}
                    _ => assert!(earlier[series] <= later[series], "{spec:?}"),
                }
                if matches!(spec.model, Model::Bucket { bound, .. } if 0 < bound) {
                    assert!(later[series - 1] <= later[series], "{spec:?}");
                }
            }
        }
    }

    #[test]
    fn the_last_bucket_is_the_count() {
        let specs = specs(1);
        let last = pushes(5, 300).pop().unwrap();
        let count = specs
            .iter()
            .position(|one| one.name == "agent_tool_duration_seconds_count");
        let infinite = specs.iter().position(|one| {
            one.name == "agent_tool_duration_seconds_bucket" && one.labels[0].1 == "+Inf"
        });
        assert_eq!(last[count.unwrap()], last[infinite.unwrap()]);
        assert!(100.0 < last[count.unwrap()]);
    }
}
