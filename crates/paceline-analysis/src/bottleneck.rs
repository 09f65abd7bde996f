//! Where the time goes. Owns the ranking of operations and stages by their share of all time, and
//! whether waiting grows; refuses advice: the largest share is where a saving is worth most, not
//! where it is easiest.
//!
//! G. M. Amdahl, "Validity of the Single Processor Approach to Achieving Large Scale Computing
//! Capabilities", AFIPS 1967 (what a share is worth); the trend's papers are in `trend.rs`.

use serde::{Deserialize, Serialize};

use crate::trend::{Trend, TrendVerdict, trend};

/// What an operation's time is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Queue,
    Execute,
    Commit,
    /// Of the whole, what no stage accounts for.
    Elsewhere,
}

impl Stage {
    pub const ALL: [Self; 4] = [Self::Queue, Self::Execute, Self::Commit, Self::Elsewhere];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Execute => "execute",
            Self::Commit => "commit",
            Self::Elsewhere => "elsewhere",
        }
    }
}

/// One operation's time in a period, in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct OperationTime<'a> {
    pub operation: &'a str,
    pub count: f64,
    pub total_ms: f64,
    /// Queue, execute, commit; `None` where nobody told.
    pub stages_ms: Option<[f64; 3]>,
    /// The usual time in the queue, one value an hour or day, in order; NaN where nothing ran.
    pub queue_ms_over_time: &'a [f64],
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageShare {
    pub stage: Stage,
    pub total_ms: f64,
    /// Of its operation's time, or of all.
    pub share: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OperationShare {
    pub operation: String,
    pub count: f64,
    pub total_ms: f64,
    pub mean_ms: f64,
    /// Of the time of all operations.
    pub share: f64,
    /// The largest first; none where nobody told.
    pub stages: Vec<StageShare>,
    pub queue_trend: Option<Trend>,
    pub queue_grows: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bottlenecks {
    pub total_ms: f64,
    /// The largest share first.
    pub operations: Vec<OperationShare>,
    /// Over all operations, the largest first.
    pub stages: Vec<StageShare>,
}

/// Ranks operations by their share of the time of all. Times that are no numbers, or negative,
/// count as nothing.
#[must_use]
pub fn bottlenecks(times: &[OperationTime<'_>]) -> Bottlenecks {
    let total_ms = times.iter().map(|time| counted(time.total_ms)).sum();
    let mut operations: Vec<_> = times.iter().map(|time| operation(time, total_ms)).collect();
    operations.sort_by(|a, b| {
        b.total_ms
            .total_cmp(&a.total_ms)
            .then_with(|| a.operation.cmp(&b.operation))
    });
    let mut sums = [0.0; 4];
    for told in times.iter().filter_map(stages) {
        sums.iter_mut().zip(told).for_each(|(sum, ms)| *sum += ms);
    }
    let stages = ranked(sums, total_ms);
    Bottlenecks {
        total_ms,
        operations,
        stages,
    }
}

fn operation(time: &OperationTime<'_>, all_ms: f64) -> OperationShare {
    let total_ms = counted(time.total_ms);
    let queue_trend = trend(time.queue_ms_over_time);
    OperationShare {
        operation: time.operation.to_owned(),
        count: counted(time.count),
        total_ms,
        mean_ms: share(total_ms, counted(time.count)),
        share: share(total_ms, all_ms),
        stages: stages(time).map_or_else(Vec::new, |told| ranked(told, total_ms)),
        queue_trend,
        queue_grows: queue_trend.is_some_and(|trend| trend.verdict == TrendVerdict::Rises),
    }
}

/// In the order of [`Stage::ALL`].
fn stages(time: &OperationTime<'_>) -> Option<[f64; 4]> {
    let [queue, execute, commit] = time.stages_ms?.map(counted);
    let elsewhere = (counted(time.total_ms) - queue - execute - commit).max(0.0);
    Some([queue, execute, commit, elsewhere])
}

fn ranked(stages_ms: [f64; 4], whole_ms: f64) -> Vec<StageShare> {
    let stages = Stage::ALL.into_iter().zip(stages_ms);
    let shares = stages.map(|(stage, total_ms)| {
        let share = share(total_ms, whole_ms);
        StageShare {
            stage,
            total_ms,
            share,
        }
    });
    let mut shares: Vec<_> = shares.filter(|share| 0.0 < share.total_ms).collect();
    shares.sort_by(|a, b| {
        b.total_ms
            .total_cmp(&a.total_ms)
            .then(a.stage.cmp(&b.stage))
    });
    shares
}

fn counted(value: f64) -> f64 {
    if value.is_finite() {
        value.max(0.0)
    } else {
        0.0
    }
}

fn share(part: f64, whole: f64) -> f64 {
    if 0.0 < whole { part / whole } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(operation: &str, count: f64, stages_ms: [f64; 3], total_ms: f64) -> OperationTime<'_> {
        OperationTime {
            operation,
            count,
            total_ms,
            stages_ms: Some(stages_ms),
            queue_ms_over_time: &[],
        }
    }

    #[test]
    fn the_largest_share_of_time_comes_first() {
        let found = bottlenecks(&[
            time("task_claim", 10.0, [10.0, 60.0, 20.0], 100.0),
            time("memory_get", 1_000.0, [0.0, 250.0, 0.0], 250.0),
            time("task_enqueue", 50.0, [50.0, 20.0, 80.0], 150.0),
        ]);
        let shares: Vec<_> = found
            .operations
            .iter()
            .map(|row| (row.operation.as_str(), row.share))
            .collect();
        assert_eq!(
            shares,
            [
                ("memory_get", 0.5),
                ("task_enqueue", 0.3),
                ("task_claim", 0.2)
            ]
        );
        assert_eq!(found.operations[1].stages[0].stage, Stage::Commit);
        assert_eq!(found.operations[2].mean_ms, 10.0);
        let stages: Vec<_> = found
            .stages
            .iter()
            .map(|row| (row.stage, row.total_ms))
            .collect();
        let expected = [
            (Stage::Execute, 330.0),
            (Stage::Commit, 100.0),
            (Stage::Queue, 60.0),
            (Stage::Elsewhere, 10.0),
        ];
        assert_eq!(stages, expected);
    }

    #[test]
    fn where_nobody_told_stages_there_are_none() {
        let untold = OperationTime {
            stages_ms: None,
            ..time("task_get", 1.0, [0.0; 3], 30.0)
        };
        let found = bottlenecks(&[untold, time("task_claim", 1.0, [0.0, 10.0, 0.0], 10.0)]);
        assert_eq!(
            (found.operations[0].share, found.operations[0].stages.len()),
            (0.75, 0)
        );
        assert_eq!((found.stages.len(), found.stages[0].share), (1, 0.25));
    }

    #[test]
    fn growing_queues_are_named() {
        let growing: Vec<f64> = (0..30)
            .map(|day| 1.0 + f64::from(day % 3) * 0.1 + f64::from(day) * 0.1)
            .collect();
        let level: Vec<f64> = (0..30).map(|day| 1.0 + f64::from(day % 3) * 0.1).collect();
        let with = |queue_ms_over_time| OperationTime {
            queue_ms_over_time,
            ..time("a", 1.0, [1.0, 0.0, 0.0], 1.0)
        };
        let found = bottlenecks(&[with(&growing), with(&level)]);
        let grows: Vec<_> = found.operations.iter().map(|row| row.queue_grows).collect();
        assert_eq!(grows, [true, false]);
    }

    #[test]
    fn nothing_and_nonsense_have_no_shares() {
        assert_eq!(bottlenecks(&[]), Bottlenecks::default());
        let found = bottlenecks(&[time(
            "a",
            f64::NAN,
            [f64::NAN, -1.0, f64::INFINITY],
            f64::NAN,
        )]);
        assert_eq!((found.total_ms, found.operations[0].share), (0.0, 0.0));
        assert_eq!(found.stages, []);
    }
}
