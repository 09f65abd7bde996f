//! Agents beside each other. Owns what is kept of each agent's durations and who is slower than the
//! rest at the same work on the same days; refuses to compare what only few do.
//!
//! A difference is a mean of logarithms against the median agent of that day and kind of work, so
//! that neither a slow day nor slow work is blamed on whoever met it. Whether an agent stands out is
//! measured against the scatter between agents (F. R. Hampel's median of absolute deviations), and
//! with many agents the false discovery rate is held (Y. Benjamini and Y. Hochberg, "Controlling the
//! False Discovery Rate", J. R. Statist. Soc. B 57, 1995).

use std::collections::{BTreeMap, HashMap};

use crate::false_discovery;
use crate::normal;
use crate::robust::{mad, median};

/// Beyond so many agents or kinds, further ones are not compared.
const AGENTS_MAX: usize = 2_000;
const KINDS_MAX: usize = 200;
/// A day and kind on which fewer agents worked has no typical agent.
const TOGETHER_MIN: usize = 3;
const AGENTS_MIN: usize = 4;
/// Durations of an agent below which it is not judged.
const DURATIONS_MIN: f64 = 20.0;
/// How much slower is worth a word: a fifth, as a binary logarithm.
const SLOWER_MIN: f64 = 0.263;
/// Agents are never as alike as this, whatever few of them show.
const SCATTER_MIN: f64 = 0.03;
pub(in crate::report) const FALSE_SHARE: f64 = 0.01;

#[derive(Clone, Debug, Default)]
pub(in crate::report) struct Peers {
    agents: Names,
    kinds: Names,
    tallies: HashMap<Key, Tally>,
    pub left_out: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Key {
    kind: u16,
    day: u16,
    agent: u16,
}

#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    count: f64,
    /// Of binary logarithms.
    sum: f64,
    squares: f64,
    total_ms: f64,
}

#[derive(Clone, Debug, Default)]
struct Names {
    places: HashMap<String, u16>,
    all: Vec<String>,
}

impl Names {
    fn place(&mut self, name: &str, most: usize) -> Option<u16> {
        if let Some(place) = self.places.get(name) {
            return Some(*place);
        }
        let place = self.all.len();
        if most <= place {
            return None;
        }
        let place = u16::try_from(place).ok()?;
        self.places.insert(name.to_owned(), place);
        self.all.push(name.to_owned());
        Some(place)
    }
}

/// An agent that takes longer than others for the same.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::report) struct Slow {
    pub agent: String,
    /// 0.5 is half as long again as the typical agent.
    pub slower: f64,
    pub slower_low: f64,
    pub slower_high: f64,
    pub count: u64,
    /// What it took beyond the typical agent's time.
    pub lost_ms: f64,
    /// The kind where most of that was lost.
    pub kind: String,
    pub compared: usize,
}

impl Peers {
    pub fn add(&mut self, agent: &str, kind: &str, day: usize, duration_ms: f64) {
        let agent = self.agents.place(agent, AGENTS_MAX);
        let kind = self.kinds.place(kind, KINDS_MAX);
        let (Some(agent), Some(kind)) = (agent, kind) else {
            self.left_out += 1;
            return;
        };
        let day = u16::try_from(day).unwrap_or(u16::MAX);
        let level = duration_ms.max(0.001).log2();
        let tally = self.tallies.entry(Key { kind, day, agent }).or_default();
        tally.add(&Tally {
            count: 1.0,
            sum: level,
            squares: level * level,
            total_ms: duration_ms,
        });
    }

    /// What another part of the same records gave. Named alike, not numbered alike.
    pub fn merge(&mut self, other: &Self) {
        let mut keys: Vec<_> = other.tallies.keys().copied().collect();
        keys.sort_unstable();
        for key in keys {
            let tally = other.tallies[&key];
            let agent = self
                .agents
                .place(&other.agents.all[usize::from(key.agent)], AGENTS_MAX);
            let kind = self
                .kinds
                .place(&other.kinds.all[usize::from(key.kind)], KINDS_MAX);
            match (agent, kind) {
                (Some(agent), Some(kind)) => {
                    let key = Key { agent, kind, ..key };
                    self.tallies.entry(key).or_default().add(&tally);
                }
                _ => self.left_out += tally.count as u64,
            }
        }
        self.left_out += other.left_out;
    }

    pub fn agents(&self) -> u64 {
        self.agents.all.len() as u64
    }

    /// Whether there are agents enough to compare any.
    pub fn are_compared(&self) -> bool {
        AGENTS_MIN <= self.agents.all.len()
    }

    /// The slowest first.
    pub fn slow(&self) -> Vec<Slow> {
        let standings: Vec<Standing> = self
            .differences()
            .iter()
            .filter_map(|(agent, parts)| Standing::of(*agent, parts))
            .collect();
        if standings.len() < AGENTS_MIN {
            return Vec::new();
        }
        let effects: Vec<f64> = standings.iter().map(|one| one.effect).collect();
        let (Some(typical), Some(scatter)) = (median(&effects), mad(&effects)) else {
            return Vec::new();
        };
        let scatter = scatter.max(SCATTER_MIN);
        let p_value = |one: &Standing| {
            let error = scatter.hypot(one.error);
            normal::two_sided((one.effect - typical) / error)
        };
        let p_values: Vec<f64> = standings.iter().map(p_value).collect();
        let adjusted = false_discovery::adjust(&p_values);
        let found = standings
            .iter()
            .zip(adjusted)
            .filter(|(one, p_value)| *p_value <= FALSE_SHARE && SLOWER_MIN <= one.effect - typical);
        let slow = found.map(|(one, _)| self.told(one, typical, standings.len()));
        let mut slow: Vec<Slow> = slow.collect();
        slow.sort_by(|a, b| {
            b.slower
                .total_cmp(&a.slower)
                .then_with(|| a.agent.cmp(&b.agent))
        });
        slow
    }

    /// Each agent's differences from the typical agent, by kind and day.
    fn differences(&self) -> BTreeMap<u16, Vec<Part>> {
        let mut together: BTreeMap<(u16, u16), Vec<(u16, Tally)>> = BTreeMap::new();
        for (key, tally) in &self.tallies {
            let one = together.entry((key.kind, key.day)).or_default();
            one.push((key.agent, *tally));
        }
        let mut parts: BTreeMap<u16, Vec<Part>> = BTreeMap::new();
        for ((kind, _), mut tallies) in together {
            if tallies.len() < TOGETHER_MIN {
                continue;
            }
            tallies.sort_unstable_by_key(|one| one.0);
            let means: Vec<f64> = tallies.iter().map(|(_, tally)| tally.mean()).collect();
            let Some(typical) = median(&means) else {
                continue;
            };
            for (agent, tally) in tallies {
                let part = Part {
                    kind,
                    typical,
                    tally,
                };
                parts.entry(agent).or_default().push(part);
            }
        }
        parts
    }

    fn told(&self, one: &Standing, typical: f64, compared: usize) -> Slow {
        let ratio = |effect: f64| (effect - typical).exp2() - 1.0;
        let name = |names: &Names, place: u16| names.all[usize::from(place)].clone();
        Slow {
            agent: name(&self.agents, one.agent),
            slower: ratio(one.effect),
            slower_low: ratio(one.effect - 1.96 * one.error),
            slower_high: ratio(one.effect + 1.96 * one.error),
            count: one.count as u64,
            lost_ms: one.total_ms * (1.0 - (typical - one.effect).exp2()),
            kind: name(&self.kinds, one.kind),
            compared,
        }
    }
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.count += other.count;
        self.sum += other.sum;
        self.squares += other.squares;
        self.total_ms += other.total_ms;
    }

    fn mean(&self) -> f64 {
        self.sum / self.count
    }

    /// Sum of squared distances from the own mean.
    fn within(&self) -> f64 {
        (self.squares - self.sum * self.sum / self.count).max(0.0)
    }
}

struct Part {
    kind: u16,
    typical: f64,
    tally: Tally,
}

/// One agent over all days and kinds.
struct Standing {
    agent: u16,
    effect: f64,
    error: f64,
    count: f64,
    total_ms: f64,
    kind: u16,
}

impl Standing {
    fn of(agent: u16, parts: &[Part]) -> Option<Self> {
        let sum = |of: fn(&Part) -> f64| parts.iter().map(of).sum::<f64>();
        let count = sum(|part| part.tally.count);
        if count < DURATIONS_MIN {
            return None;
        }
        let away = sum(|part| part.tally.sum - part.tally.count * part.typical);
        let within = sum(|part| part.tally.within());
        let freedom = (count - parts.len() as f64).max(1.0);
        let mut by_kind: BTreeMap<u16, f64> = BTreeMap::new();
        for part in parts {
            let lost = part.tally.total_ms * (1.0 - (part.typical - part.tally.mean()).exp2());
            *by_kind.entry(part.kind).or_default() += lost;
        }
        let most = by_kind.into_iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
        Some(Self {
            agent,
            effect: away / count,
            error: (within / freedom / count).sqrt(),
            count,
            total_ms: sum(|part| part.tally.total_ms),
            kind: most.0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten agents, twenty days, a kind that takes ten times as long as the other.
    fn fleet(factor: impl Fn(usize, usize) -> f64) -> Peers {
        let mut peers = Peers::default();
        let mut turn = 0_u32;
        for (agent, day) in (0..10).flat_map(|agent| (0..20).map(move |day| (agent, day))) {
            for one in 0..12 {
                turn += 1;
                let scatter = 0.5 + f64::from(turn.wrapping_mul(2_654_435_761) >> 16) / 65_536.0;
                let (kind, base) = if one % 3 == 0 {
                    ("research", 100.0)
                } else {
                    ("code", 10.0)
                };
                let duration_ms = base * scatter * factor(agent, day);
                peers.add(&format!("agt_{agent}"), kind, day, duration_ms);
            }
        }
        peers
    }

    #[test]
    fn the_one_that_takes_longer_is_found() {
        let slow = fleet(|agent, _| if agent == 7 { 1.6 } else { 1.0 }).slow();
        let names: Vec<_> = slow.iter().map(|one| one.agent.as_str()).collect();
        assert_eq!(names, ["agt_7"]);
        assert!((slow[0].slower - 0.6).abs() < 0.12, "{slow:?}");
        assert_eq!(slow[0].kind, "research");
    }

    #[test]
    fn a_slow_day_is_nobody_s_fault() {
        let late = |agent: usize, day: usize| match (agent, day) {
            // Two agents worked on the slow days only.
            (0 | 1, 0..10) => f64::NAN,
            (_, 10..) => 3.0,
            _ => 1.0,
        };
        let mut peers = Peers::default();
        let all = fleet(late);
        for (key, tally) in &all.tallies {
            if tally.sum.is_finite() {
                peers.tallies.insert(*key, *tally);
            }
        }
        (peers.agents, peers.kinds) = (all.agents, all.kinds);
        assert_eq!(peers.slow(), []);
    }

    #[test]
    fn halves_merge_to_the_whole_and_few_agents_are_not_compared() {
        let factor = |agent: usize, _| if agent == 3 { 2.0 } else { 1.0 };
        let mut twice = fleet(factor);
        twice.merge(&fleet(factor));
        assert_eq!(twice.slow()[0].count, 2 * fleet(factor).slow()[0].count);
        let mut pair = Peers::default();
        for one in 0..100 {
            pair.add("agt_a", "code", one % 10, 1.0);
            pair.add("agt_b", "code", one % 10, 9.0);
        }
        assert_eq!(pair.slow(), []);
    }
}
