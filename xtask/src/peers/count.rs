//! What became of what was acknowledged. Owns the counting of lost and doubled, and percentiles;
//! refuses to call lost what nobody had the time to ask for.

use std::collections::BTreeMap;

use super::work::{End, Outcome};

/// Acknowledged writes against what was handed out afterwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    pub acknowledged: u64,
    /// Acknowledged and never handed out, although the peer was read to its end.
    pub lost: u64,
    /// Hand-outs of something that somebody already had.
    pub doubled: u64,
    /// Acknowledged and not handed out, when the time was up or reading failed: nobody knows.
    pub unread: u64,
}

impl Delivery {
    pub fn of(acknowledged: &[u64], read: &Outcome) -> Self {
        let mut handed: BTreeMap<u64, u64> = BTreeMap::new();
        for (id, _) in &read.operations {
            *handed.entry(*id).or_default() += 1;
        }
        let missing = acknowledged.iter().filter(|id| !handed.contains_key(id));
        let missing = missing.count() as u64;
        let is_complete = matches!(read.end, End::Done | End::Empty);
        Self {
            acknowledged: acknowledged.len() as u64,
            lost: if is_complete { missing } else { 0 },
            doubled: handed.values().map(|times| times - 1).sum(),
            unread: if is_complete { 0 } else { missing },
        }
    }

    pub fn and(self, other: Self) -> Self {
        Self {
            acknowledged: self.acknowledged + other.acknowledged,
            lost: self.lost + other.lost,
            doubled: self.doubled + other.doubled,
            unread: self.unread + other.unread,
        }
    }
}

/// How fast a phase was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    pub operations: u64,
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

impl Pace {
    /// Nothing, where nothing was done.
    pub fn of(outcome: &Outcome) -> Option<Self> {
        let mut times: Vec<f64> = outcome.operations.iter().map(|(_, ms)| *ms).collect();
        times.sort_by(f64::total_cmp);
        Some(Self {
            operations: times.len() as u64,
            per_second: times.len() as f64 / outcome.seconds,
            p50_ms: rank(&times, 0.50)?,
            p99_ms: rank(&times, 0.99)?,
        })
    }

    /// Each figure's median on its own.
    pub fn median(rounds: &[Self]) -> Option<Self> {
        let of = |figure: fn(&Self) -> f64| median(rounds.iter().map(figure).collect());
        Some(Self {
            operations: rounds.iter().map(|round| round.operations).sum(),
            per_second: of(|round| round.per_second)?,
            p50_ms: of(|round| round.p50_ms)?,
            p99_ms: of(|round| round.p99_ms)?,
        })
    }
}

/// The nearest rank: a value that was measured, never one in between.
fn rank(sorted: &[f64], share: f64) -> Option<f64> {
    let place = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(place.saturating_sub(1)).copied()
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    Some(if values.len().is_multiple_of(2) {
        f64::midpoint(values[middle - 1], upper)
    } else {
        upper
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(ids: &[u64], end: End) -> Outcome {
        Outcome {
            operations: ids.iter().map(|id| (*id, 1.0)).collect(),
            seconds: 2.0,
            refused: 0,
            refusal: None,
            end,
        }
    }

    #[test]
    fn lost_and_doubled_are_counted_and_the_unread_are_not_lost() {
        let check = |acknowledged: &[u64], handed: &[u64], end, (lost, doubled, unread)| {
            let expected = Delivery {
                acknowledged: acknowledged.len() as u64,
                lost,
                doubled,
                unread,
            };
            assert_eq!(Delivery::of(acknowledged, &read(handed, end)), expected);
        };
        check(&[1, 2, 3], &[3, 1, 2], End::Done, (0, 0, 0));
        check(&[1, 2, 3], &[3, 1], End::Empty, (1, 0, 0));
        check(&[1, 2, 3], &[3, 1], End::TimeUp, (0, 0, 1));
        check(&[1, 2, 3], &[3, 1], End::Failed, (0, 0, 1));
        check(&[1, 2, 3], &[1, 1, 1, 2, 3, 3], End::Done, (0, 3, 0));
        // Written without an acknowledgement, as by a server that died before it could answer.
        check(&[1, 2], &[1, 2, 9], End::Empty, (0, 0, 0));
        check(&[], &[], End::Empty, (0, 0, 0));
    }

    #[test]
    fn a_pace_is_what_was_measured() {
        let mut outcome = read(&[1, 2, 3, 4], End::Done);
        outcome.operations = vec![(1, 4.0), (2, 1.0), (3, 3.0), (4, 2.0)];
        let pace = Pace::of(&outcome).unwrap();
        assert_eq!((pace.per_second, pace.p50_ms, pace.p99_ms), (2.0, 2.0, 4.0));
        assert_eq!(Pace::of(&read(&[], End::Failed)), None);
    }

    #[test]
    fn the_median_of_rounds_is_taken_figure_by_figure() {
        let round = |per_second, p99_ms| Pace {
            operations: 10,
            per_second,
            p50_ms: 1.0,
            p99_ms,
        };
        let rounds = [round(5.0, 9.0), round(50.0, 1.0), round(6.0, 2.0)];
        let median = Pace::median(&rounds).unwrap();
        assert_eq!((median.per_second, median.p99_ms), (6.0, 2.0));
        assert_eq!(median.operations, 30);
        assert_eq!(Pace::median(&rounds[..2]).unwrap().per_second, 27.5);
        assert_eq!(Pace::median(&[]), None);
    }
}
