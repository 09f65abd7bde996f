//! One agent beside others of its type. Owns who is out of line now and since when; refuses a verdict
//! where few are there to compare with, and differences that all of them share.
//!
//! Each agent's values are averaged over a while before they are compared: single ones scatter more
//! within an agent than agents do among themselves. The others' median and median of absolute
//! deviations (F. R. Hampel, JASA 69, 1974) are taken without the agent itself, so that one of few
//! does not hide in the scatter that it makes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::robust::median_mut;

const NORMAL_MAD: f64 = 1.482_602_218_505_602;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeerOptions {
    /// Others that must be there.
    pub others_min: usize,
    /// Observations after which half of an agent's average is new.
    pub half_life: f64,
    /// Beyond so many robust deviations of many peers; of few, whose scatter is less sure, more.
    pub deviations: f64,
    /// Agents that differ by less than about this share are alike.
    pub alike: f64,
    /// Observations out of line before it is told, and back in line before it ends.
    pub in_a_row: u32,
    /// An agent that was not seen for so long is forgotten.
    pub forget_ms: i64,
    /// Agents that are remembered.
    pub agents_max: usize,
}

impl Default for PeerOptions {
    fn default() -> Self {
        Self {
            others_min: 4,
            half_life: 10.0,
            deviations: 5.0,
            alike: 0.1,
            in_a_row: 5,
            forget_ms: 6 * 3_600_000,
            agents_max: 10_000,
        }
    }
}

/// Agents of one type, by their values at one moment after another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Peers {
    options: PeerOptions,
    agents: BTreeMap<String, Agent>,
    last_ms: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Agent {
    average: f64,
    seen: u32,
    seen_ms: i64,
    /// Observations out of line in a row while in line, and the other way round.
    in_a_row: u32,
    since_ms: i64,
    out: Option<OutOfLine>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutOfLine {
    pub agent: String,
    pub since_ms: i64,
    pub at_ms: i64,
    /// The agent's own average, and the range of the others'.
    pub value: f64,
    pub low: f64,
    pub high: f64,
    pub others: usize,
    pub deviations: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum PeerSignal {
    Began { out: OutOfLine },
    Ended { out: OutOfLine, until_ms: i64 },
}

/// The others as one agent sees them.
struct Line {
    centre: f64,
    reach: f64,
    others: usize,
}

impl Peers {
    #[must_use]
    pub fn new(options: PeerOptions) -> Self {
        Self {
            options,
            agents: BTreeMap::new(),
            last_ms: None,
        }
    }

    /// The values of all agents at one moment, in any order; what is no number is left out.
    pub fn observe(&mut self, at_ms: i64, values: &[(&str, f64)]) -> Vec<PeerSignal> {
        if self.last_ms.is_some_and(|last_ms| at_ms == last_ms) {
            return Vec::new();
        }
        self.last_ms = Some(at_ms);
        for (agent, value) in values {
            if value.is_finite() {
                self.average(agent, value.clamp(-1e30, 1e30), at_ms);
            }
        }
        let mut signals = self.forget(at_ms);
        let mut averages: Vec<f64> = self.settled(at_ms).map(|agent| agent.average).collect();
        averages.sort_unstable_by(f64::total_cmp);
        let options = &self.options;
        for (name, agent) in &mut self.agents {
            if agent.seen_ms == at_ms && Self::is_settled(options, agent) {
                signals.extend(agent.judge(name, at_ms, &averages, options));
            }
        }
        signals
    }

    fn average(&mut self, name: &str, value: f64, at_ms: i64) {
        if !self.agents.contains_key(name) && self.options.agents_max <= self.agents.len() {
            return;
        }
        let agent = self.agents.entry(name.to_owned()).or_insert_with(|| Agent {
            average: 0.0,
            seen: 0,
            seen_ms: at_ms,
            in_a_row: 0,
            since_ms: at_ms,
            out: None,
        });
        agent.seen = agent.seen.saturating_add(1);
        agent.seen_ms = at_ms;
        let slow = 1.0 - 0.5_f64.powf(1.0 / self.options.half_life.max(0.1));
        let weight = slow.max(1.0 / f64::from(agent.seen));
        agent.average += weight * (value - agent.average);
    }

    fn settled(&self, at_ms: i64) -> impl Iterator<Item = &Agent> {
        let here = move |agent: &&Agent| agent.seen_ms == at_ms;
        let settled = |agent: &&Agent| Self::is_settled(&self.options, agent);
        self.agents.values().filter(here).filter(settled)
    }

    fn is_settled(options: &PeerOptions, agent: &Agent) -> bool {
        options.half_life <= f64::from(agent.seen)
    }

    fn forget(&mut self, at_ms: i64) -> Vec<PeerSignal> {
        let forget_ms = self.options.forget_ms;
        let mut ended = Vec::new();
        self.agents.retain(|_, agent| {
            let kept = at_ms.saturating_sub(agent.seen_ms).unsigned_abs() <= forget_ms as u64;
            if !kept && let Some(out) = agent.out.take() {
                let until_ms = agent.seen_ms;
                ended.push(PeerSignal::Ended { out, until_ms });
            }
            kept
        });
        ended
    }

    /// Who is out of line now.
    pub fn current(&self) -> impl Iterator<Item = &OutOfLine> {
        self.agents.values().filter_map(|agent| agent.out.as_ref())
    }
}

impl Agent {
    fn judge(
        &mut self,
        name: &str,
        at_ms: i64,
        averages: &[f64],
        options: &PeerOptions,
    ) -> Option<PeerSignal> {
        let line = line(self.average, averages, options)?;
        let off = (self.average - line.centre).abs();
        let is_out = line.reach < off;
        let has_turned = match self.out {
            None => is_out,
            // Half of the way back is back.
            Some(_) => off < line.reach / 2.0,
        };
        if !has_turned {
            self.in_a_row = 0;
            return None;
        }
        if self.in_a_row == 0 {
            self.since_ms = at_ms;
        }
        self.in_a_row += 1;
        if self.in_a_row < options.in_a_row {
            return None;
        }
        self.in_a_row = 0;
        let until_ms = self.since_ms;
        if let Some(out) = self.out.take() {
            return Some(PeerSignal::Ended { out, until_ms });
        }
        let wide = sureness(line.others) * options.deviations;
        let out = OutOfLine {
            agent: name.to_owned(),
            since_ms: self.since_ms,
            at_ms,
            value: self.average,
            low: line.centre - line.reach / wide * 2.0,
            high: line.centre + line.reach / wide * 2.0,
            others: line.others,
            deviations: off / line.reach * wide,
        };
        self.out = Some(out.clone());
        Some(PeerSignal::Began { out })
    }
}

/// How much more is asked of few peers: the scatter of ten is known to a fifth, of five to a third.
fn sureness(others: usize) -> f64 {
    1.0 + 5.0 / others.max(1) as f64
}

/// `averages` in rising order, with the agent's own among them.
fn line(own: f64, averages: &[f64], options: &PeerOptions) -> Option<Line> {
    let mut others = averages.to_vec();
    if let Ok(place) = others.binary_search_by(|one| one.total_cmp(&own)) {
        others.remove(place);
    }
    if others.len() < options.others_min.max(1) {
        return None;
    }
    let centre = middle(&others);
    let mut distances: Vec<f64> = others.iter().map(|one| (one - centre).abs()).collect();
    let scatter = median_mut(&mut distances)? * NORMAL_MAD;
    // So that the least reach is five times a tenth of it or half as much again.
    let scatter_min = (options.alike * centre.abs()).max(f64::MIN_POSITIVE);
    let reach = (sureness(others.len()) * options.deviations * scatter)
        .max(options.deviations * scatter_min);
    Some(Line {
        centre,
        reach,
        others: others.len(),
    })
}

fn middle(sorted: &[f64]) -> f64 {
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        return sorted[half];
    }
    f64::midpoint(sorted[half - 1], sorted[half])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// Signals of so many agents over so many minutes; the last takes `factor` times as long from
    /// the thousandth on.
    fn signals(agents: usize, minutes: i64, factor: f64, seed: u64) -> Vec<PeerSignal> {
        let mut random = Random::new(seed);
        let mut peers = Peers::new(PeerOptions::default());
        let names: Vec<String> = (0..agents).map(|agent| format!("agt_{agent}")).collect();
        let mut signals = Vec::new();
        for minute in 0..minutes {
            let values: Vec<(&str, f64)> = names
                .iter()
                .enumerate()
                .map(|(at, name)| {
                    let normal = (0..12).map(|_| random.unit()).sum::<f64>() - 6.0;
                    let is_slow = at + 1 == agents && (1_000..1_500).contains(&minute);
                    let times = if is_slow { factor } else { 1.0 };
                    (name.as_str(), times * 40.0 * (0.4 * normal).exp())
                })
                .collect();
            signals.extend(peers.observe(minute * 60_000, &values));
        }
        signals
    }

    #[test]
    fn an_agent_that_takes_twice_as_long_is_told_once_and_ends() {
        for agents in [8, 20] {
            let told = signals(agents, 3_000, 2.0, 1);
            let [
                PeerSignal::Began { out },
                PeerSignal::Ended { until_ms, .. },
            ] = &told[..]
            else {
                panic!("{told:?}");
            };
            assert_eq!(out.agent, format!("agt_{}", agents - 1));
            assert!((1_000..1_060).contains(&(out.since_ms / 60_000)), "{out:?}");
            assert!(out.high < out.value && out.low < out.high, "{out:?}");
            assert!((1_500..1_540).contains(&(until_ms / 60_000)));
        }
    }

    #[test]
    fn peers_that_are_alike_or_few_are_not_told() {
        let told: usize = (0..3)
            .map(|seed| signals(20, 10_080, 1.0, seed).len())
            .sum();
        assert_eq!(told, 0);
        assert_eq!(signals(4, 2_000, 9.0, 1), []);
    }

    #[test]
    fn what_is_no_number_and_who_is_gone_do_no_harm() {
        let mut peers = Peers::new(PeerOptions {
            agents_max: 3,
            ..PeerOptions::default()
        });
        for minute in 0..50 {
            let values = [
                ("a", f64::NAN),
                ("b", 1e300),
                ("c", f64::INFINITY),
                ("d", 1.0),
                ("e", 2.0),
                ("f", 3.0),
            ];
            peers.observe(minute * 60_000, &values);
        }
        assert_eq!(peers.agents.len(), 3);
        peers.observe(i64::MAX, &[]);
        peers.observe(i64::MIN, &[("a", 1.0)]);
        assert_eq!(peers.agents.len(), 1);
    }
}
