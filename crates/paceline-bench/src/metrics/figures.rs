//! The result of the metrics suites. Owns the list of figures with their units and targets, and
//! their JSON form; refuses to judge a figure against a peer that was not measured.

use serde::Serialize;

use super::peer::Peer;
use crate::report::median_of;
use crate::target::Check;

/// What was found, and on which fleet.
#[derive(Clone, Debug, Serialize)]
pub struct MetricsReport {
    pub workload: Workload,
    pub subjects: Vec<SubjectRow>,
    pub figures: Vec<FigureRow>,
    pub errors: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Workload {
    pub agents: usize,
    pub metrics_per_agent: usize,
    pub interval_seconds: f64,
    pub span_seconds: f64,
    pub samples_per_request: usize,
    pub connections: usize,
    /// Of the part that measures bytes on disk; a whole day of them.
    pub disk_agents: usize,
}

#[derive(Clone, Debug, Serialize)]
pub struct SubjectRow {
    pub subject: Peer,
    pub version: String,
}

/// One figure of all subjects.
#[derive(Clone, Debug, Serialize)]
pub struct FigureRow {
    pub figure: &'static str,
    pub unit: &'static str,
    pub values: Vec<Value>,
    pub check: Option<Check>,
}

/// One figure of one subject.
#[derive(Clone, Debug, Serialize)]
pub struct Value {
    pub subject: Peer,
    pub median: f64,
    /// In the order of the rounds.
    pub runs: Vec<f64>,
}

/// Everything that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Figure {
    Ingest,
    Register,
    Memory,
    MemoryAnonymous,
    MemoryPeak,
    TopK(Part),
    SumRate(Part),
    QuantileInstant(Part),
    QuantileRange(Part),
    Lag(Part),
    LiveLag(Part),
    Disk,
    DiskRollups,
    DiskAll,
    SteadyLag(Part),
    SteadyGrowth,
    SteadyMemory,
    SteadyCpu,
    ChurnLag(Part),
    ChurnGrowth,
    ChurnMemory,
    ChurnCpu,
    Days(Part),
}

/// Of a latency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    P50,
    P99,
    /// The median where the subject may answer from what it kept of an earlier answer.
    Cached,
}

/// What a figure must keep.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Limit {
    None,
    Under(f64),
    AtMost(f64),
    /// At least so many times this peer's.
    TimesOf(f64, Peer),
    /// Lower than the lowest of the peers'.
    UnderPeers,
}

impl Figure {
    /// Name, unit and limit.
    pub fn spec(self) -> (&'static str, &'static str, Limit) {
        use Part::{Cached, P50, P99};
        let gibibyte = f64::from(1 << 30);
        match self {
            Self::Ingest => (
                "ingest",
                "samples/CPU s",
                Limit::TimesOf(1.5, Peer::VictoriaMetrics),
            ),
            Self::Register => ("first push of all series", "series/CPU s", Limit::None),
            Self::Memory => ("memory a series", "bytes", Limit::AtMost(900.0)),
            Self::MemoryAnonymous => ("memory a series, without files", "bytes", Limit::None),
            Self::MemoryPeak => ("memory a series, peak", "bytes", Limit::None),
            Self::TopK(P50) => ("topk instant", "ms", Limit::UnderPeers),
            Self::TopK(P99) => ("topk instant, p99", "ms", Limit::None),
            Self::TopK(Cached) => ("topk instant, cached", "ms", Limit::None),
            Self::SumRate(P50) => ("sum of rates, 1 h", "ms", Limit::UnderPeers),
            Self::SumRate(P99) => ("sum of rates, 1 h, p99", "ms", Limit::None),
            Self::SumRate(Cached) => ("sum of rates, 1 h, cached", "ms", Limit::None),
            Self::QuantileInstant(P50) => ("quantile instant", "ms", Limit::UnderPeers),
            Self::QuantileInstant(P99) => ("quantile instant, p99", "ms", Limit::None),
            Self::QuantileInstant(Cached) => ("quantile instant, cached", "ms", Limit::None),
            Self::QuantileRange(P50) => ("quantile, 1 h", "ms", Limit::UnderPeers),
            Self::QuantileRange(P99) => ("quantile, 1 h, p99", "ms", Limit::None),
            Self::QuantileRange(Cached) => ("quantile, 1 h, cached", "ms", Limit::None),
            Self::Lag(P99) => ("push to query, p99", "ms", Limit::Under(50.0)),
            Self::Lag(_) => ("push to query, p50", "ms", Limit::None),
            Self::LiveLag(P99) => ("push to subscriber, p99", "ms", Limit::Under(50.0)),
            Self::LiveLag(_) => ("push to subscriber, p50", "ms", Limit::None),
            Self::Disk => ("disk a sample", "bytes", Limit::AtMost(1.3)),
            Self::DiskRollups => ("disk a sample, rollups", "bytes", Limit::None),
            Self::DiskAll => ("disk a sample, all files", "bytes", Limit::None),
            Self::SteadyLag(P99) => ("steady: lag p99", "ms", Limit::None),
            Self::SteadyLag(_) => ("steady: lag p50", "ms", Limit::None),
            Self::SteadyGrowth => ("steady: growth of lag", "ms", Limit::Under(100.0)),
            Self::SteadyMemory => ("steady: memory peak", "bytes", Limit::Under(gibibyte)),
            Self::SteadyCpu => ("steady: CPU", "cores", Limit::None),
            Self::ChurnLag(P99) => ("churn: lag p99", "ms", Limit::None),
            Self::ChurnLag(_) => ("churn: lag p50", "ms", Limit::None),
            Self::ChurnGrowth => ("churn: growth of lag", "ms", Limit::Under(100.0)),
            Self::ChurnMemory => ("churn: memory peak", "bytes", Limit::Under(gibibyte)),
            Self::ChurnCpu => ("churn: CPU", "cores", Limit::None),
            Self::Days(P50) => ("query over 90 days", "ms", Limit::Under(1_000.0)),
            Self::Days(_) => ("query over 90 days, p99", "ms", Limit::None),
        }
    }
}

/// What the rounds measured, before it is summed up.
#[derive(Clone, Debug, Default)]
pub struct Readings {
    all: Vec<(Figure, Peer, f64)>,
}

impl Readings {
    pub fn note(&mut self, figure: Figure, subject: Peer, value: f64) {
        self.all.push((figure, subject, value));
    }

    /// A row for each figure that was measured; of those in `unjudged` the limit is not asked.
    pub fn rows(&self, unjudged: &[Figure]) -> Vec<FigureRow> {
        let mut figures: Vec<_> = self.all.iter().map(|(figure, ..)| *figure).collect();
        figures.sort_unstable();
        figures.dedup();
        let row = |&figure: &Figure| {
            let (name, unit, limit) = figure.spec();
            let values = self.values(figure);
            let limit = match unjudged.contains(&figure) {
                true => Limit::None,
                false => limit,
            };
            FigureRow {
                figure: name,
                unit,
                check: limit.check(&values),
                values,
            }
        };
        figures.iter().map(row).collect()
    }

    fn values(&self, figure: Figure) -> Vec<Value> {
        let mut subjects: Vec<_> = self.all.iter().map(|(_, subject, _)| *subject).collect();
        subjects.sort_unstable();
        subjects.dedup();
        let value = |subject: Peer| {
            let mine = self
                .all
                .iter()
                .filter(|(one, of, _)| (*one, *of) == (figure, subject));
            let runs: Vec<f64> = mine.map(|(.., value)| *value).collect();
            let median = median_of(runs.iter().copied())?;
            Some(Value {
                subject,
                median,
                runs,
            })
        };
        subjects.into_iter().filter_map(value).collect()
    }
}

impl Limit {
    fn check(self, values: &[Value]) -> Option<Check> {
        let of = |peer: Peer| {
            values
                .iter()
                .find(|one| one.subject == peer)
                .map(|one| one.median)
        };
        let ours = of(Peer::Paceline)?;
        let lowest = || Peer::OTHERS.into_iter().filter_map(of).reduce(f64::min);
        let (target, measured, holds) = match self {
            Self::None => return None,
            Self::Under(limit) => (format!("< {limit}"), ours, ours < limit),
            Self::AtMost(limit) => (format!("<= {limit}"), ours, ours <= limit),
            Self::TimesOf(times, peer) => {
                let ratio = ours / of(peer)?;
                (
                    format!(">= {times} x {}", peer.name()),
                    ratio,
                    times <= ratio,
                )
            }
            Self::UnderPeers => {
                let lowest = lowest()?;
                ("< the faster peer".to_owned(), ours / lowest, ours < lowest)
            }
        };
        Some(Check {
            target,
            measured: Some(measured),
            holds,
        })
    }
}

impl MetricsReport {
    pub fn holds(&self) -> bool {
        let checks = self.figures.iter().filter_map(|row| row.check.as_ref());
        self.errors.is_empty() && checks.into_iter().all(|check| check.holds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(limit: Limit, values: &[(Peer, f64)]) -> Option<bool> {
        let value = |&(subject, median)| Value {
            subject,
            median,
            runs: vec![median],
        };
        let values: Vec<_> = values.iter().map(value).collect();
        limit.check(&values).map(|check| check.holds)
    }

    #[test]
    fn a_figure_is_judged_against_the_peers_that_were_measured() {
        use Peer::{Paceline, Prometheus, VictoriaMetrics};
        let check = |limit, values: &[(Peer, f64)], expected| {
            assert_eq!(verdict(limit, values), expected, "{limit:?} {values:?}");
        };
        let faster = Limit::UnderPeers;
        check(
            faster,
            &[(Paceline, 5.0), (VictoriaMetrics, 7.0), (Prometheus, 6.0)],
            Some(true),
        );
        check(
            faster,
            &[(Paceline, 6.5), (VictoriaMetrics, 7.0), (Prometheus, 6.0)],
            Some(false),
        );
        check(faster, &[(Paceline, 6.5)], None);
        let times = Limit::TimesOf(1.5, VictoriaMetrics);
        check(
            times,
            &[(Paceline, 15.0), (VictoriaMetrics, 10.0)],
            Some(true),
        );
        check(
            times,
            &[(Paceline, 14.0), (VictoriaMetrics, 10.0)],
            Some(false),
        );
        check(times, &[(Paceline, 14.0), (Prometheus, 1.0)], None);
        check(Limit::AtMost(900.0), &[(Paceline, 900.0)], Some(true));
        check(Limit::Under(900.0), &[(Paceline, 900.0)], Some(false));
        check(Limit::Under(900.0), &[(Prometheus, 1.0)], None);
    }

    #[test]
    fn rows_are_medians_over_the_rounds() {
        let mut readings = Readings::default();
        for value in [3.0, 1.0, 2.0] {
            readings.note(Figure::Disk, Peer::Paceline, value);
        }
        let rows = readings.rows(&[]);
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].values[0].median, 2.0);
        assert!(!rows[0].check.as_ref().unwrap().holds);
        assert!(readings.rows(&[Figure::Disk])[0].check.is_none());
    }
}
