//! Funnels, as they are drawn: each agent by how many tasks it is judged on and how far it is from
//! what is expected, and the lines between which chance leaves equal agents. Owns the shape; refuses
//! to judge: a verdict rests on an agent's own limits, and the lines are those of the typical mix
//! of tasks.

use serde::{Deserialize, Serialize};

use super::judge::Verdict;
use super::{INNER_LIMIT, LIMIT};
use crate::normal;
use crate::robust::median;

/// Places along the axis at which the lines are told.
const STEPS: usize = 33;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Funnel {
    /// What all would be if all were equal.
    pub target: f64,
    pub points: Vec<Point>,
    pub curves: Vec<Curve>,
}

/// One agent, with its own limits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    pub agent: String,
    pub tasks: u64,
    pub value: f64,
    pub low: f64,
    pub high: f64,
    pub verdict: Verdict,
}

/// The limits at one number of tasks, inner and outer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    pub tasks: f64,
    pub inner_low: f64,
    pub inner_high: f64,
    pub outer_low: f64,
    pub outer_high: f64,
}

/// The typical variance of one task.
pub(super) fn unit(variances: impl Iterator<Item = f64>) -> f64 {
    median(&variances.collect::<Vec<_>>()).unwrap_or(0.0)
}

impl Funnel {
    /// `limits` answers low and high for a number of tasks and a reach in standard deviations.
    pub(super) fn of(
        mut points: Vec<Point>,
        target: f64,
        limits: impl Fn(f64, f64) -> (f64, f64),
    ) -> Self {
        points.sort_by(|a, b| b.tasks.cmp(&a.tasks).then_with(|| a.agent.cmp(&b.agent)));
        let most = points.first().map_or(1, |point| point.tasks).max(2) as f64;
        let least = points.last().map_or(1, |point| point.tasks).max(1) as f64;
        let curve = |step: usize| {
            let tasks = least * (most / least).powf(step as f64 / (STEPS - 1) as f64);
            let at = |share: f64| limits(tasks, normal::quantile(0.5 + share / 2.0));
            let ((inner_low, inner_high), (outer_low, outer_high)) = (at(INNER_LIMIT), at(LIMIT));
            Curve {
                tasks,
                inner_low,
                inner_high,
                outer_low,
                outer_high,
            }
        };
        let curves = match points.is_empty() {
            true => Vec::new(),
            false => (0..STEPS).map(curve).collect(),
        };
        Self {
            target,
            points,
            curves,
        }
    }
}
