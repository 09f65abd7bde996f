//! Observed against expected, over all kinds of one agent. Owns the sums of differences and their
//! variance; refuses to judge them.
//!
//! Kinds are strata: within each, the agent's tasks are compared with the others' (N. Mantel and W.
//! Haenszel, "Statistical Aspects of the Analysis of Data from Retrospective Studies of Disease",
//! J. Nat. Cancer Inst. 22(4), 1959), and only the differences are added up, so that neither slow nor
//! risky work is blamed on whoever does more of it. The scatter within a kind is steadied by that
//! within all kinds (G. K. Smyth, "Linear Models and Empirical Bayes Methods", Stat. Appl. Genet.
//! Mol. Biol. 3(1), 2004), and an agent that scatters more than its peers is given its own.

use std::collections::BTreeMap;

use super::peers::{Others, Peers, Share};
use super::scores::{Scale, Sums};
use super::tally::{Cell, Tally};
use super::{PEER_TASKS_MIN, PEERS_MIN};

/// Tasks that the scatter of all kinds counts for beside a kind's own.
const STEADYING: f64 = 10.0;

/// Over all comparable kinds of one agent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Sum {
    /// Tasks that could be compared.
    pub count: f64,
    /// Tasks that could not, because too few others do their kind.
    pub incomparable: f64,
    pub observed: f64,
    pub expected: f64,
    /// Of observed minus expected.
    pub variance: f64,
}

impl Sum {
    /// The difference a task.
    pub fn effect(&self) -> f64 {
        (self.observed - self.expected) / self.count
    }

    /// The variance of that.
    pub fn effect_variance(&self) -> f64 {
        self.variance / (self.count * self.count)
    }
}

/// One sum an agent; an agent without tasks to compare has none of them.
pub(super) type Sums2 = BTreeMap<u32, Sum>;

/// The cells of one kind, by agent.
pub(super) type Stratum<'a> = Vec<(u32, &'a Cell)>;

pub(super) fn strata(tally: &Tally) -> Vec<Stratum<'_>> {
    let mut strata: BTreeMap<u32, Stratum<'_>> = BTreeMap::new();
    for ((kind, agent), cell) in &tally.cells {
        strata.entry(*kind).or_default().push((*agent, cell));
    }
    strata.into_values().collect()
}

fn enough(peers: &Peers, others: Option<Others>) -> Option<Others> {
    others.filter(|others| PEERS_MIN <= peers.others() && PEER_TASKS_MIN as f64 <= others.tasks)
}

/// The distances of one kind: by agent, and their scatter.
struct Distances {
    by_agent: Vec<(u32, Sums)>,
    within: f64,
    freedom: f64,
}

impl Distances {
    fn of(stratum: &Stratum<'_>) -> Option<Self> {
        let mut all = crate::report::history::Sketch::default();
        stratum
            .iter()
            .for_each(|(_, cell)| all.merge(&cell.durations));
        let scale = Scale::of(&all)?;
        let sums = stratum.iter().map(|(agent, cell)| {
            let sums = scale.sums(&cell.durations, &cell.censored);
            (*agent, sums)
        });
        let by_agent: Vec<_> = sums.filter(|(_, sums)| 0.0 < sums.count).collect();
        let total = |of: fn(&Sums) -> f64| by_agent.iter().map(|(_, sums)| of(sums)).sum::<f64>();
        Some(Self {
            within: total(Sums::within),
            freedom: total(|sums| sums.count - 1.0),
            by_agent,
        })
    }

    fn variance(&self, of_all: f64) -> f64 {
        (self.within + STEADYING * of_all) / (self.freedom + STEADYING)
    }
}

/// How long tasks took, as sums of logarithms.
pub(super) struct TimeTaken {
    kinds: Vec<Distances>,
    variance_of_all: f64,
}

impl TimeTaken {
    pub fn of(strata: &[Stratum<'_>]) -> Self {
        let kinds: Vec<Distances> = strata.iter().filter_map(Distances::of).collect();
        let within: f64 = kinds.iter().map(|kind| kind.within).sum();
        let freedom: f64 = kinds.iter().map(|kind| kind.freedom).sum();
        Self {
            kinds,
            variance_of_all: within / freedom.max(1.0),
        }
    }

    /// `outstanding` agents are compared and are no measure.
    pub fn sums(&self, outstanding: &[u32]) -> Sums2 {
        let mut sums = Sums2::new();
        let mut own: BTreeMap<u32, (f64, f64)> = BTreeMap::new();
        for kind in &self.kinds {
            let variance = kind.variance(self.variance_of_all);
            let share = |(agent, sums): &(u32, Sums)| Share {
                agent: *agent,
                count: sums.count,
                mean: sums.mean(),
            };
            let peers = Peers::of(kind.by_agent.iter().map(share).collect(), outstanding);
            for ((agent, distances), share) in kind.by_agent.iter().zip(peers.shares()) {
                let sum = sums.entry(*agent).or_default();
                let Some(others) = enough(&peers, peers.without(share)) else {
                    sum.incomparable += distances.count;
                    continue;
                };
                sum.count += distances.count;
                sum.observed += distances.sum;
                sum.expected += distances.count * others.mean;
                sum.variance += variance * spread(distances.count, &others);
                let (within, expected) = own.entry(*agent).or_default();
                *within += distances.within();
                *expected += (distances.count - 1.0) * variance;
            }
        }
        for (agent, (within, expected)) in own {
            if let (Some(sum), true) = (sums.get_mut(&agent), 0.0 < expected) {
                sum.variance *= (within / expected).max(1.0);
            }
        }
        sums
    }
}

/// Of `count` tasks against what is expected of them, in variances of one task.
fn spread(count: f64, others: &Others) -> f64 {
    count + count * count * others.spread
}

/// How many attempts failed.
pub(super) struct Failures {
    kinds: Vec<Vec<Share>>,
}

impl Failures {
    pub fn of(strata: &[Stratum<'_>]) -> Self {
        let shares = |stratum: &Stratum<'_>| {
            let ended = stratum.iter().map(|(agent, cell)| {
                let count = (cell.completed + cell.failed) as f64;
                Share {
                    agent: *agent,
                    count,
                    mean: cell.failed as f64 / count.max(1.0),
                }
            });
            ended.filter(|share| 0.0 < share.count).collect()
        };
        Self {
            kinds: strata.iter().map(shares).collect(),
        }
    }

    pub fn sums(&self, outstanding: &[u32]) -> Sums2 {
        let mut sums = Sums2::new();
        for shares in &self.kinds {
            let peers = Peers::of(shares.clone(), outstanding);
            for share in shares {
                let sum = sums.entry(share.agent).or_default();
                let Some(others) = enough(&peers, peers.without(share)) else {
                    sum.incomparable += share.count;
                    continue;
                };
                let rate = (others.mean * others.weight + 0.5) / (others.weight + 1.0);
                sum.count += share.count;
                sum.observed += (share.count * share.mean).round();
                sum.expected += share.count * rate;
                sum.variance += rate * (1.0 - rate) * spread(share.count, &others);
            }
        }
        sums
    }
}
