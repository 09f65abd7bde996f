//! How old a server was at each time: rows, bytes, series, uptime, version. Owns looking such a
//! figure up by time; refuses to read series, which is the caller's.

use super::history::Grid;
use super::model::{AgeFigure, VersionSpan};
use crate::instant::Instant;

/// The series that tells the store's rows, all tables together.
pub const ROWS: &str = "paceline_store_rows";
/// The series that tells how long the server has been running.
pub const UPTIME: &str = "paceline_uptime_seconds";

/// What the server recorded of itself over both periods.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Age {
    pub series: Vec<AgeSeries>,
    /// When each version was first seen, oldest first.
    pub versions: Vec<(i64, String)>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct AgeSeries {
    pub name: String,
    /// Milliseconds since 1970 and the value, oldest first.
    pub points: Vec<(i64, f64)>,
}

impl Age {
    fn of(&self, name: &str) -> &[(i64, f64)] {
        let found = self.series.iter().find(|series| series.name == name);
        found.map_or(&[], |series| &series.points)
    }

    pub(super) fn rows_at(&self, at_ms: i64) -> Option<f64> {
        let rows = self.of(ROWS);
        let place = rows.partition_point(|point| point.0 <= at_ms);
        let nearest = rows.get(place.saturating_sub(1))?;
        Some(nearest.1).filter(|rows| 0.0 < *rows)
    }

    pub(super) fn has_rows(&self) -> bool {
        !self.of(ROWS).is_empty()
    }

    /// Times at which the uptime began anew.
    pub(super) fn restarts(&self) -> Vec<Instant> {
        let uptime = self.of(UPTIME);
        let restarted = uptime.windows(2).filter(|pair| pair[1].1 < pair[0].1);
        restarted
            .map(|pair| Instant(pair[1].0 - (pair[1].1 * 1_000.0) as i64))
            .collect()
    }

    /// Of the two versions that met within `reach_ms` of a time.
    pub(super) fn versions_at(&self, at_ms: i64, reach_ms: i64) -> Option<(String, String)> {
        let change = self
            .versions
            .windows(2)
            .find(|pair| (pair[1].0 - at_ms).abs() <= reach_ms)?;
        Some((change[0].1.clone(), change[1].1.clone()))
    }

    pub(super) fn version_spans(&self) -> Vec<VersionSpan> {
        let spans = self.versions.iter().map(|(since, version)| VersionSpan {
            version: version.clone(),
            since: Instant(*since),
        });
        spans.collect()
    }

    /// Each series at both ends of the period itself.
    pub(super) fn figures(&self, grid: &Grid) -> Vec<AgeFigure> {
        let from_ms = grid.at_ms(grid.current);
        let figures = self.series.iter().filter_map(|series| {
            let first = series.points.iter().find(|point| from_ms <= point.0)?;
            Some(AgeFigure {
                name: series.name.clone(),
                at_begin: first.1,
                at_end: series.points.last()?.1,
            })
        });
        figures.collect()
    }

    /// Whether the server recorded anything of itself in a range of time; `None` when it never did.
    pub(super) fn was_recorded(&self, from_ms: i64, to_ms: i64) -> Option<bool> {
        let points = self.of(UPTIME);
        let first = points.first()?.0;
        let within = |point: &(i64, f64)| (from_ms..to_ms).contains(&point.0);
        (first < to_ms).then(|| points.iter().any(within))
    }
}
