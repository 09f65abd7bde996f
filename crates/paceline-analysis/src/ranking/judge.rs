//! Verdicts. Owns the rule by which an agent is above, as or below what is expected, and the search
//! for those who stand out; refuses any that evidence and size do not both carry.
//!
//! Who stands out furthest is taken out of the measure before the others are judged again, one after
//! the other (B. Rosner, "Percentage Points for a Generalized ESD Many-Outlier Procedure",
//! Technometrics 25(2), 1983): else one slow agent among four would make the other three look fast.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::count::{self, Tails};
use super::expected::{Failures, Sum, Sums2, TimeTaken, strata};
use super::funnel::{self, Funnel, Point};
use super::order::{Cost, Place, places};
use super::scatter;
use super::tally::{Durations, Tally, Work};
use super::{DURATION_MARGIN, FAILURE_MARGIN, LIMIT, TASKS_MIN, evidence};
use crate::normal;
use crate::report::history::Sketch;

/// Agents that may be found to stand out.
const OUTSTANDING_MAX: usize = 50;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    AboveExpected,
    AsExpected,
    BelowExpected,
    NotEnoughData,
}

/// One measure of one agent. For durations, observed and expected are typical times as multiples of
/// the others', so that expected is 1; for failures, counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    pub verdict: Verdict,
    /// One sentence.
    pub evidence: String,
    pub compared: u64,
    /// Tasks of kinds that too few others do.
    pub incomparable: u64,
    pub observed: Option<f64>,
    pub expected: Option<f64>,
    /// Between which chance leaves 99.8 % of equal agents.
    pub low: Option<f64>,
    pub high: Option<f64>,
    /// Standard deviations from what is expected; more is slower, or more failures.
    pub z: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    pub agent: String,
    pub work: Work,
    pub verdict: Verdict,
    /// One sentence.
    pub evidence: String,
    pub durations: Measured,
    pub failures: Measured,
    pub place: Option<Place>,
}

/// What all agents together did of one kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kind {
    pub name: Option<String>,
    pub agents: usize,
    pub completed: u64,
    pub failed: u64,
    pub running: u64,
    pub p50_ms: Option<f64>,
    pub p95_ms: Option<f64>,
}

/// Agents by name, kinds by name, and the two funnels.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ranking {
    pub agents: Vec<Standing>,
    pub kinds: Vec<Kind>,
    pub durations: Funnel,
    pub failures: Funnel,
    /// Attempts of agents beyond the maximum.
    pub left_out: u64,
}

impl Tally {
    /// Everybody's standing.
    #[must_use]
    pub fn ranking(&self) -> Ranking {
        let strata = strata(self);
        let times = TimeTaken::of(&strata);
        let attempts = Failures::of(&strata);
        let times = settle(|outstanding| Times::of(times.sums(outstanding)));
        let failures = settle(|outstanding| Counts::of(attempts.sums(outstanding)));
        let places = order(&times.sums, &failures.sums);
        let name = |agent: u32| self.agents.all[agent as usize].clone().unwrap_or_default();
        let everybody = 0..u32::try_from(self.agents.all.len()).unwrap_or(u32::MAX);
        let mut agents: Vec<Standing> = everybody
            .map(|agent| {
                let durations = times.measured(agent);
                let failures = failures.measured(agent);
                Standing {
                    agent: name(agent),
                    work: self.work(agent),
                    verdict: overall(durations.verdict, failures.verdict),
                    evidence: evidence::overall(&durations, &failures),
                    durations,
                    failures,
                    place: places.get(&agent).copied(),
                }
            })
            .collect();
        agents.sort_by(|a, b| a.agent.cmp(&b.agent));
        Ranking {
            agents,
            kinds: self.kinds(),
            durations: times.funnel(name),
            failures: failures.funnel(name),
            left_out: self.left_out,
        }
    }

    fn kinds(&self) -> Vec<Kind> {
        let stratum = |(place, name): (u32, &Option<String>)| {
            let cells = self.cells.range((place, 0)..=(place, u32::MAX));
            let cells: Vec<_> = cells.map(|(_, cell)| cell).collect();
            let sum = |of: fn(&super::tally::Cell) -> u64| cells.iter().map(|cell| of(cell)).sum();
            let mut durations = Sketch::default();
            cells
                .iter()
                .for_each(|cell| durations.merge(&cell.durations));
            let times = Durations::of(&durations, 0.0);
            Kind {
                name: name.clone(),
                agents: cells.len(),
                completed: sum(|cell| cell.completed),
                failed: sum(|cell| cell.failed),
                running: sum(|cell| cell.running),
                p50_ms: times.p50_ms,
                p95_ms: times.p95_ms,
            }
        };
        let mut kinds: Vec<Kind> = (0..).zip(&self.kinds.all).map(stratum).collect();
        kinds.sort_by(|a, b| b.completed.cmp(&a.completed).then(a.name.cmp(&b.name)));
        kinds
    }
}

impl Standing {
    /// Of an agent that had no task.
    #[must_use]
    pub fn of_nothing(agent: &str) -> Self {
        let nothing = too_few(None);
        Self {
            agent: agent.to_owned(),
            work: Work::default(),
            verdict: nothing.verdict,
            evidence: nothing.evidence.clone(),
            durations: nothing.clone(),
            failures: nothing,
            place: None,
        }
    }
}

/// Below in one is below, whatever the other says.
fn overall(durations: Verdict, failures: Verdict) -> Verdict {
    use Verdict::{AboveExpected, AsExpected, BelowExpected, NotEnoughData};
    let either = |verdict| durations == verdict || failures == verdict;
    match () {
        () if either(BelowExpected) => BelowExpected,
        () if either(AboveExpected) => AboveExpected,
        () if either(AsExpected) => AsExpected,
        () => NotEnoughData,
    }
}

/// What a measure says of everybody, given who stands out.
trait Judged {
    /// By how many standard deviations, and whether that is a verdict.
    fn standouts(&self) -> Vec<(u32, f64)>;
}

/// Takes away who stands out furthest until nobody else does.
fn settle<J: Judged>(judge: impl Fn(&[u32]) -> J) -> J {
    let mut outstanding: Vec<u32> = Vec::new();
    loop {
        let judged = judge(&outstanding);
        let found = judged.standouts().into_iter();
        let fresh = found.filter(|(agent, _)| outstanding.binary_search(agent).is_err());
        let furthest = fresh.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()).then(b.0.cmp(&a.0)));
        match furthest {
            Some((agent, _)) if outstanding.len() < OUTSTANDING_MAX => {
                let at = outstanding.partition_point(|one| *one < agent);
                outstanding.insert(at, agent);
            }
            _ => return judged,
        }
    }
}

fn reach() -> f64 {
    normal::quantile(0.5 + LIMIT / 2.0)
}

fn judged(sums: &Sums2) -> impl Iterator<Item = (u32, &Sum)> {
    let enough = |(_, sum): &(&u32, &Sum)| TASKS_MIN as f64 <= sum.count && 0.0 < sum.variance;
    sums.iter().filter(enough).map(|(agent, sum)| (*agent, sum))
}

fn too_few(sum: Option<&Sum>) -> Measured {
    let (compared, incomparable) = sum.map_or((0.0, 0.0), |sum| (sum.count, sum.incomparable));
    Measured {
        verdict: Verdict::NotEnoughData,
        evidence: evidence::too_few(compared as u64, incomparable as u64),
        compared: compared as u64,
        incomparable: incomparable as u64,
        observed: None,
        expected: None,
        low: None,
        high: None,
        z: None,
    }
}

/// Durations of everybody, and how much agents differ beyond chance.
struct Times {
    sums: Sums2,
    between: f64,
}

impl Judged for Times {
    fn standouts(&self) -> Vec<(u32, f64)> {
        let z = judged(&self.sums).map(|(agent, sum)| (agent, sum, self.z(sum)));
        let out = z.filter(|(_, sum, _)| self.verdict(sum) != Verdict::AsExpected);
        out.map(|(agent, _, z)| (agent, z)).collect()
    }
}

impl Times {
    fn of(sums: Sums2) -> Self {
        let all: Vec<&Sum> = judged(&sums).map(|(_, sum)| sum).collect();
        let variances: Vec<f64> = all.iter().map(|sum| sum.effect_variance()).collect();
        let z: Vec<f64> = all
            .iter()
            .map(|sum| sum.effect() / sum.effect_variance().sqrt())
            .collect();
        let between = scatter::between(&z, &variances);
        Self { sums, between }
    }

    fn deviation(&self, sum: &Sum) -> f64 {
        (sum.effect_variance() + self.between).sqrt()
    }

    fn z(&self, sum: &Sum) -> f64 {
        sum.effect() / self.deviation(sum)
    }

    fn verdict(&self, sum: &Sum) -> Verdict {
        let is_sure = reach() < self.z(sum).abs();
        match sum.effect() {
            effect if is_sure && DURATION_MARGIN.ln_1p() <= effect => Verdict::BelowExpected,
            effect if is_sure && effect <= -DURATION_MARGIN.ln_1p() => Verdict::AboveExpected,
            _ => Verdict::AsExpected,
        }
    }

    fn measured(&self, agent: u32) -> Measured {
        let sum = self.sums.get(&agent);
        let Some(sum) = sum.filter(|sum| TASKS_MIN as f64 <= sum.count) else {
            return too_few(sum);
        };
        let limit = reach() * self.deviation(sum);
        let mut measured = Measured {
            verdict: self.verdict(sum),
            evidence: String::new(),
            compared: sum.count as u64,
            incomparable: sum.incomparable as u64,
            observed: Some(sum.effect().exp()),
            expected: Some(1.0),
            low: Some((-limit).exp()),
            high: Some(limit.exp()),
            z: Some(self.z(sum)),
        };
        measured.evidence = evidence::durations(&measured);
        measured
    }

    fn funnel(&self, name: impl Fn(u32) -> String) -> Funnel {
        let compared = self.sums.iter().filter(|(_, sum)| 0.0 < sum.count);
        let points = compared.map(|(agent, sum)| {
            let limit = reach() * self.deviation(sum);
            Point {
                agent: name(*agent),
                tasks: sum.count as u64,
                value: sum.effect().exp(),
                low: (-limit).exp(),
                high: limit.exp(),
                verdict: self.measured(*agent).verdict,
            }
        });
        let a_task = |sum: &Sum| sum.variance / sum.count;
        let unit = funnel::unit(self.sums.values().filter(|sum| 0.0 < sum.count).map(a_task));
        Funnel::of(points.collect(), 1.0, |tasks, reach| {
            let limit = reach * (unit / tasks + self.between).sqrt();
            ((-limit).exp(), limit.exp())
        })
    }
}

/// Failures of everybody, and how much their rates differ beyond chance.
struct Counts {
    sums: Sums2,
    between: f64,
}

impl Judged for Counts {
    fn standouts(&self) -> Vec<(u32, f64)> {
        let z = judged(&self.sums).map(|(agent, sum)| (agent, sum, self.tails(sum).z()));
        let out = z.filter(|(_, sum, _)| self.verdict(sum) != Verdict::AsExpected);
        out.map(|(agent, _, z)| (agent, z)).collect()
    }
}

impl Counts {
    fn of(sums: Sums2) -> Self {
        let all: Vec<&Sum> = judged(&sums).map(|(_, sum)| sum).collect();
        let variances: Vec<f64> = all.iter().map(|sum| sum.effect_variance()).collect();
        let tails = |sum: &&Sum| Tails::of(sum.observed as u64, sum.expected, sum.variance).z();
        let z: Vec<f64> = all.iter().map(tails).collect();
        let between = scatter::between(&z, &variances);
        Self { sums, between }
    }

    fn variance(&self, sum: &Sum) -> f64 {
        sum.variance + self.between * sum.count * sum.count
    }

    fn tails(&self, sum: &Sum) -> Tails {
        Tails::of(sum.observed as u64, sum.expected, self.variance(sum))
    }

    fn verdict(&self, sum: &Sum) -> Verdict {
        let (tails, tail) = (self.tails(sum), (1.0 - LIMIT) / 2.0);
        match sum.effect() {
            more if FAILURE_MARGIN <= more && tails.at_least <= tail => Verdict::BelowExpected,
            less if less <= -FAILURE_MARGIN && tails.at_most <= tail => Verdict::AboveExpected,
            _ => Verdict::AsExpected,
        }
    }

    fn measured(&self, agent: u32) -> Measured {
        let sum = self.sums.get(&agent);
        let Some(sum) = sum.filter(|sum| TASKS_MIN as f64 <= sum.count) else {
            return too_few(sum);
        };
        let (low, high) = count::limits(LIMIT, sum.expected, self.variance(sum));
        let mut measured = Measured {
            verdict: self.verdict(sum),
            evidence: String::new(),
            compared: sum.count as u64,
            incomparable: sum.incomparable as u64,
            observed: Some(sum.observed),
            expected: Some(sum.expected),
            low: Some(low as f64),
            high: Some((high as f64).min(sum.count)),
            z: Some(self.tails(sum).z()),
        };
        measured.evidence = evidence::failures(&measured);
        measured
    }

    fn funnel(&self, name: impl Fn(u32) -> String) -> Funnel {
        let compared: Vec<(&u32, &Sum)> = self
            .sums
            .iter()
            .filter(|(_, sum)| 0.0 < sum.count)
            .collect();
        let points = compared.iter().map(|(agent, sum)| {
            let limits = count::limits(LIMIT, sum.expected, self.variance(sum));
            let beyond = |count: u64| (count as f64 - sum.expected) / sum.count;
            Point {
                agent: name(**agent),
                tasks: sum.count as u64,
                value: sum.effect(),
                low: beyond(limits.0),
                high: beyond(limits.1),
                verdict: self.measured(**agent).verdict,
            }
        });
        let total = |of: fn(&Sum) -> f64| compared.iter().map(|(_, sum)| of(sum)).sum::<f64>();
        let rate = total(|sum| sum.expected) / total(|sum| sum.count).max(1.0);
        let unit = funnel::unit(compared.iter().map(|(_, sum)| sum.variance / sum.count));
        Funnel::of(points.collect(), 0.0, |tasks, reach| {
            let share = 2.0 * normal::below(reach) - 1.0;
            let variance = unit * tasks + self.between * tasks * tasks;
            let (low, high) = count::limits(share, rate * tasks, variance);
            (low as f64 / tasks - rate, high as f64 / tasks - rate)
        })
    }
}

/// By the time that a completed task costs.
fn order(times: &Sums2, failures: &Sums2) -> BTreeMap<u32, Place> {
    let both = times.iter().filter(|(_, sum)| 0.0 < sum.count);
    let both = both.filter_map(|(agent, time)| {
        let failed = failures.get(agent).filter(|sum| 0.0 < sum.count)?;
        Some((*agent, cost(time, failed)))
    });
    let both: Vec<(u32, Cost)> = both.filter(|(_, cost)| 0.0 < cost.variance).collect();
    let costs: Vec<Cost> = both.iter().map(|(_, cost)| *cost).collect();
    let agents = both.into_iter().map(|(agent, _)| agent);
    agents.zip(places(&costs)).collect()
}

fn cost(time: &Sum, failed: &Sum) -> Cost {
    let expected = failed.expected / failed.count;
    // One more task that goes as expected, so that an agent of whom all failed costs much, not
    // infinitely much.
    let observed = (failed.observed + expected) / (failed.count + 1.0);
    let left = (1.0 - observed).max(f64::EPSILON);
    Cost {
        logarithm: time.effect() + (1.0 - expected).max(f64::EPSILON).ln() - left.ln(),
        variance: time.effect_variance() + failed.effect_variance() / (left * left),
    }
}
