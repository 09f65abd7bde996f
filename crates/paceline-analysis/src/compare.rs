//! Two sets of runs of one operation beside each other. Owns the verdict, and what a set of runs
//! must show to deserve one; refuses samples within a run: those are not independent, so a run
//! comes in as one number, its median (T. Kalibera and R. Jones, "Rigorous Benchmarking in
//! Reasonable Time", ISMM 2013).
//!
//! The test is Mann and Whitney's, the shift Hodges and Lehmann's on logarithms, so that it is a
//! ratio and swapping the sides gives its inverse (papers in `rank_sum.rs`). A verdict needs both:
//! chance is unlikely, and the shift is at least the gate, the least that somebody would mind.
//!
//! ```text
//! under 4 and 4 runs (3 and 5 do)                  Unstable, too few runs
//! p <= 5 %, shift >= 1 + gate                      Slower  (scattered runs: the interval's near
//! p <= 5 %, shift <= 1 / (1 + gate)                Faster   end must be past the gate as well)
//! half the interval wider than the gate            Unstable, interval too wide
//! scattered, and the shift past the gate           Unstable, runs too scattered
//! else                                             NoDifference
//! ```

use serde::{Deserialize, Serialize};

use crate::{false_discovery, rank_sum, robust};

/// A smaller relative change is not worth acting on, unless the caller says otherwise.
pub const GATE: f64 = 0.05;
/// How often an interval covers the true change, where there are runs enough.
pub const CONFIDENCE: f64 = 0.95;
/// The share of alarms without a cause that is accepted.
pub const ALPHA: f64 = 0.05;
/// Runs that scatter by more have no one speed, and the verdict asks for more.
pub const SPREAD_MAX: f64 = 0.25;

/// What is measured, and so which direction is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Time, instructions, bytes: higher is slower.
    Cost,
    /// Operations a second: lower is slower.
    Rate,
}

/// What is to be compared: one number a run, each above zero. Others are left out and counted.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    pub before: &'a [f64],
    pub after: &'a [f64],
    pub measure: Measure,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Faster,
    Slower,
    NoDifference,
    Unstable,
}

/// Why no verdict can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    TooFewRuns,
    /// A change as large as the gate would not be told from none.
    IntervalTooWide,
    TooScattered,
}

/// The runs of one side.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Side {
    pub runs: usize,
    /// Runs without a number above zero.
    pub left_out: usize,
    pub median: f64,
    /// The standard deviation of the logarithms, robustly: 0.1 is about 10 %.
    pub spread: f64,
}

/// A relative change with its interval: 0.2 is 20 % more than before.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    pub change: f64,
    pub low: f64,
    pub high: f64,
    /// How often such an interval covers the true change; less than [`CONFIDENCE`] only where
    /// there are too few runs for it.
    pub confidence: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    pub measure: Measure,
    pub before: Side,
    pub after: Side,
    /// Of the measure as it is: a rate that halved has changed by -0.5. Absent when a side is empty.
    pub change: Option<Change>,
    /// Of the rank-sum test. Absent where so few runs could not have shown anything.
    pub p_value: Option<f64>,
    /// The same among all that was compared at once.
    pub p_adjusted: Option<f64>,
    pub gate: f64,
    pub verdict: Verdict,
    /// Present when the verdict is `Unstable`.
    pub doubt: Option<Doubt>,
}

/// Compares costs, such as medians of time.
#[must_use]
pub fn compare(before: &[f64], after: &[f64], gate: f64) -> Comparison {
    let measure = Measure::Cost;
    compare_pair(
        &Pair {
            before,
            after,
            measure,
        },
        gate,
    )
}

/// Compares rates, such as operations a second.
#[must_use]
pub fn compare_rates(before: &[f64], after: &[f64], gate: f64) -> Comparison {
    let measure = Measure::Rate;
    compare_pair(
        &Pair {
            before,
            after,
            measure,
        },
        gate,
    )
}

/// Compares one pair, as if it were the only one.
#[must_use]
pub fn compare_pair(pair: &Pair<'_>, gate: f64) -> Comparison {
    let (before, after) = (logarithms(pair.before), logarithms(pair.after));
    let shift = rank_sum::shift(&before, &after, CONFIDENCE);
    let enough = shift.is_some_and(|shift| CONFIDENCE <= shift.confidence);
    let p_value = enough.then(|| rank_sum::p_value(&before, &after));
    let comparison = Comparison {
        measure: pair.measure,
        before: side(pair.before),
        after: side(pair.after),
        change: shift.map(|shift| Change {
            change: shift.estimate.exp_m1(),
            low: shift.low.exp_m1(),
            high: shift.high.exp_m1(),
            confidence: shift.confidence,
        }),
        p_value,
        p_adjusted: p_value,
        gate,
        verdict: Verdict::Unstable,
        doubt: None,
    };
    comparison.judged(p_value)
}

impl Comparison {
    /// The same numbers under another p-value, such as one adjusted for many comparisons.
    #[must_use]
    pub fn judged(mut self, p_adjusted: Option<f64>) -> Self {
        self.p_adjusted = p_adjusted;
        (self.verdict, self.doubt) = match self.judge() {
            Ok(verdict) => (verdict, None),
            Err(doubt) => (Verdict::Unstable, Some(doubt)),
        };
        self
    }

    fn judge(&self) -> Result<Verdict, Doubt> {
        let (Some(change), Some(p_value)) = (self.change, self.p_adjusted) else {
            return Err(Doubt::TooFewRuns);
        };
        let gate = self.gate.max(0.0).ln_1p();
        let [estimate, low, high] = [change.change, change.low, change.high].map(f64::ln_1p);
        let scattered = SPREAD_MAX < self.before.spread.max(self.after.spread);
        let is_past = gate <= estimate.abs() && estimate != 0.0;
        let nearest = low.max(-high);
        let demanded = if scattered { gate } else { 0.0 };
        if p_value <= ALPHA && is_past && demanded < nearest {
            let is_more = 0.0 < estimate;
            let is_slower = is_more == (self.measure == Measure::Cost);
            return Ok(if is_slower {
                Verdict::Slower
            } else {
                Verdict::Faster
            });
        }
        if gate < (high - low) / 2.0 {
            return Err(Doubt::IntervalTooWide);
        }
        if scattered && is_past {
            return Err(Doubt::TooScattered);
        }
        Ok(Verdict::NoDifference)
    }
}

/// Compares many operations at once: p-values are adjusted over all of them before the verdicts, so
/// that of the operations called faster or slower at most [`ALPHA`] are expected to be neither.
#[must_use]
pub fn compare_all(pairs: &[Pair<'_>], gate: f64) -> Vec<Comparison> {
    let alone: Vec<_> = pairs.iter().map(|pair| compare_pair(pair, gate)).collect();
    let p_values: Vec<_> = alone
        .iter()
        .map(|one| one.p_value.unwrap_or(f64::NAN))
        .collect();
    let adjusted = false_discovery::adjust(&p_values);
    let together = alone.into_iter().zip(adjusted);
    let judged = together.map(|(one, p_adjusted)| one.judged(one.p_value.map(|_| p_adjusted)));
    judged.collect()
}

fn logarithms(values: &[f64]) -> Vec<f64> {
    positive(values).map(f64::ln).collect()
}

fn positive(values: &[f64]) -> impl Iterator<Item = f64> {
    let values = values.iter().copied();
    values.filter(|value| value.is_finite() && 0.0 < *value)
}

fn side(values: &[f64]) -> Side {
    let kept: Vec<f64> = positive(values).collect();
    let spread = robust::mad(&logarithms(values)).unwrap_or(0.0);
    Side {
        runs: kept.len(),
        left_out: values.len() - kept.len(),
        median: robust::median(&kept).unwrap_or(0.0),
        spread,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    const STEADY: [f64; 6] = [10.0, 10.1, 9.9, 10.2, 9.8, 10.05];

    fn times(values: &[f64], factor: f64) -> Vec<f64> {
        values.iter().map(|value| value * factor).collect()
    }

    #[test]
    fn a_change_past_the_gate_has_a_direction() {
        let check = |factor: f64, cost: Verdict, rate: Verdict| {
            let after = times(&STEADY, factor);
            assert_eq!(compare(&STEADY, &after, GATE).verdict, cost, "{factor}");
            assert_eq!(
                compare_rates(&STEADY, &after, GATE).verdict,
                rate,
                "{factor}"
            );
        };
        check(1.2, Verdict::Slower, Verdict::Faster);
        check(1.0 / 1.2, Verdict::Faster, Verdict::Slower);
        check(1.0, Verdict::NoDifference, Verdict::NoDifference);
        check(1.03, Verdict::NoDifference, Verdict::NoDifference);
        check(0.96, Verdict::NoDifference, Verdict::NoDifference);
    }

    #[test]
    fn a_real_change_below_the_gate_is_real_but_no_verdict() {
        let found = compare(&STEADY, &times(&STEADY, 1.045), GATE);
        assert!(found.p_value.unwrap() <= ALPHA, "{found:?}");
        assert_eq!(found.verdict, Verdict::NoDifference);
        let found = compare(&STEADY, &times(&STEADY, 1.045), 0.03);
        assert_eq!(found.verdict, Verdict::Slower);
    }

    #[test]
    fn the_change_is_a_ratio_and_swapping_the_sides_inverts_it() {
        let after = [12.4, 11.8, 12.0, 12.1, 12.3, 11.9];
        let (there, back) = (
            compare(&STEADY, &after, GATE),
            compare(&after, &STEADY, GATE),
        );
        let (there, back) = (there.change.unwrap(), back.change.unwrap());
        assert!((there.change - 0.2).abs() < 0.01, "{there:?}");
        assert!(there.low <= there.change && there.change <= there.high);
        assert!((((1.0 + there.low) * (1.0 + back.high)) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn what_cannot_be_decided_says_why() {
        let check = |before: &[f64], after: &[f64], doubt: Doubt| {
            let found = compare(before, after, GATE);
            assert_eq!(found.verdict, Verdict::Unstable, "{found:?}");
            assert_eq!(found.doubt, Some(doubt), "{found:?}");
        };
        check(&[], &STEADY, Doubt::TooFewRuns);
        check(&[1.0, 1.0, 1.0], &[2.0, 2.0, 2.0], Doubt::TooFewRuns);
        check(&[f64::NAN, 0.0, -1.0, 1.0], &STEADY, Doubt::TooFewRuns);
        check(
            &[8.0, 9.0, 10.0, 12.0],
            &[8.5, 9.5, 10.5, 11.0],
            Doubt::IntervalTooWide,
        );
    }

    #[test]
    fn scattered_runs_need_an_interval_past_the_gate() {
        let scattered = [5.0, 20.0, 9.0, 10.0, 14.0, 7.0];
        let found = compare(&scattered, &times(&scattered, 10.0), GATE);
        assert_eq!(found.verdict, Verdict::Slower);
        let many = |factor: f64| -> Vec<f64> {
            let mut random = Random::new(3);
            (0..400)
                .map(|_| factor * (random.unit() * 1.2).exp())
                .collect()
        };
        let found = compare(&many(1.0), &many(1.06), GATE);
        assert_eq!(found.doubt, Some(Doubt::TooScattered), "{found:?}");
    }

    #[test]
    fn left_out_runs_are_counted() {
        let found = compare(&[1.0, f64::NAN, 0.0, 1.0, 1.0, 1.0], &[1.0; 5], GATE);
        assert_eq!((found.before.runs, found.before.left_out), (4, 2));
        assert_eq!(found.verdict, Verdict::NoDifference);
    }

    #[test]
    fn many_comparisons_ask_for_smaller_p_values() {
        let after = [10.3, 10.9, 10.0, 10.8, 10.6, 10.7];
        let pair = |after| Pair {
            before: &STEADY,
            after,
            measure: Measure::Cost,
        };
        let alone = compare_all(&[pair(&after)], GATE);
        assert_eq!(alone[0].verdict, Verdict::Slower, "{alone:?}");
        let mut pairs = vec![pair(&after)];
        pairs.extend((0..20).map(|_| pair(&STEADY)));
        pairs.push(pair(&[]));
        let among = compare_all(&pairs, GATE);
        assert_eq!(among[0].p_value, alone[0].p_value);
        assert!(ALPHA < among[0].p_adjusted.unwrap(), "{:?}", among[0]);
        assert_ne!(among[0].verdict, Verdict::Slower);
        assert_eq!(among[21].p_adjusted, None);
    }

    /// Runs that differ by chance alone: an alarm in at most one of twenty, and fewer than that
    /// because of the gate.
    #[test]
    fn equal_runs_are_seldom_called_different() {
        let mut random = Random::new(20);
        let mut runs = || -> Vec<f64> { (0..10).map(|_| 10.0 + random.unit()).collect() };
        let pairs: Vec<_> = (0..200).map(|_| (runs(), runs())).collect();
        let is_alarm = |pair: &&(Vec<f64>, Vec<f64>)| {
            let verdict = compare(&pair.0, &pair.1, 0.0).verdict;
            matches!(verdict, Verdict::Slower | Verdict::Faster)
        };
        let alarms = pairs.iter().filter(is_alarm).count();
        assert!((2..=17).contains(&alarms), "{alarms}");
    }
}
