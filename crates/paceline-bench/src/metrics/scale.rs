//! A million series at a steady pace. Owns the run without and the run with agents that come and
//! go, and whether the lag grows; refuses to push faster than the fleet would.

use std::time::Duration;

use anyhow::{Context, Result};

use super::figures::{Figure, Part, Readings};
use super::load::{Churn, Pace, Pushed};
use super::round::Round;
use crate::clock;

/// A tenth of the agents, every minute.
const CHURN_MINUTE_MS: i64 = 60_000;
const CHURN_ONE_IN: usize = 10;
/// The first pushes create all series; what comes after tells whether the lag grows.
const LEAD_SECONDS: f64 = 30.0;

/// The figures of one of the two runs.
struct Names {
    lag: fn(Part) -> Figure,
    growth: Figure,
    memory: Figure,
    cpu: Figure,
}

const STEADY: Names = Names {
    lag: Figure::SteadyLag,
    growth: Figure::SteadyGrowth,
    memory: Figure::SteadyMemory,
    cpu: Figure::SteadyCpu,
};
const CHURN: Names = Names {
    lag: Figure::ChurnLag,
    growth: Figure::ChurnGrowth,
    memory: Figure::ChurnMemory,
    cpu: Figure::ChurnCpu,
};

pub async fn steady(round: &Round<'_>, duration: Duration, readings: &mut Readings) -> Result<()> {
    run(round, duration, None, &STEADY, readings).await
}

pub async fn churn(round: &Round<'_>, duration: Duration, readings: &mut Readings) -> Result<()> {
    let shape = round.options.scale_shape();
    let churn = Churn {
        every_intervals: (CHURN_MINUTE_MS / shape.interval_ms) as usize,
        one_in: CHURN_ONE_IN,
        names_apart: shape.agents,
    };
    run(round, duration, Some(churn), &CHURN, readings).await
}

async fn run(
    round: &Round<'_>,
    duration: Duration,
    churn: Option<Churn>,
    names: &Names,
    readings: &mut Readings,
) -> Result<()> {
    let shape = round.options.scale_shape();
    let mut lanes = round.lanes(shape).await?;
    lanes.churn = churn;
    let intervals = shape.intervals(duration);
    let before = round
        .subject
        .cpu_seconds()
        .context("the subject's processor time is unknown")?;
    let begin = clock::now();
    let pushed = lanes
        .push(clock::wall_ms(), intervals, Pace::Steady(begin))
        .await?;
    let seconds = (clock::now() - begin).as_secs_f64();
    let after = round
        .subject
        .cpu_seconds()
        .context("the subject's processor time is unknown")?;
    note(round, &pushed, names, readings);
    readings.note(names.cpu, round.peer, (after - before) / seconds);
    if let Some(memory) = round.subject.memory() {
        readings.note(names.memory, round.peer, memory.resident_peak as f64);
    }
    Ok(())
}

fn note(round: &Round<'_>, pushed: &Pushed, names: &Names, readings: &mut Readings) {
    let quantile = |quantile| pushed.tally.quantile_ms(quantile);
    readings.note((names.lag)(Part::P50), round.peer, quantile(0.5));
    readings.note((names.lag)(Part::P99), round.peer, quantile(0.99));
    let later: Vec<_> = pushed
        .lags
        .iter()
        .copied()
        .filter(|(at, _)| LEAD_SECONDS <= *at)
        .collect();
    if let Some(growth) = growth(&later) {
        readings.note(names.growth, round.peer, growth);
    }
}

/// How much the line of least squares through (time, value) rises from its first point to its
/// last; none of fewer than two times.
fn growth(points: &[(f64, f64)]) -> Option<f64> {
    let count = points.len() as f64;
    let mean = |pick: fn(&(f64, f64)) -> f64| points.iter().map(pick).sum::<f64>() / count;
    let (x_mean, y_mean) = (mean(|point| point.0), mean(|point| point.1));
    let products = points.iter().map(|(x, y)| (x - x_mean) * (y - y_mean));
    let squares: f64 = points.iter().map(|(x, _)| (x - x_mean).powi(2)).sum();
    let times = points.iter().map(|(x, _)| *x);
    let first = times.clone().reduce(f64::min)?;
    let last = times.reduce(f64::max)?;
    (0.0 < squares).then(|| products.sum::<f64>() / squares * (last - first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_is_the_rise_of_the_line_of_least_squares() {
        let line = |slope: f64| {
            (0..=100)
                .map(|x| (f64::from(x), 5.0 + slope * f64::from(x)))
                .collect::<Vec<_>>()
        };
        for (slope, expected) in [(0.0, 0.0), (2.0, 200.0), (-1.0, -100.0)] {
            assert!(
                (growth(&line(slope)).unwrap() - expected).abs() < 1e-9,
                "{slope}"
            );
        }
        assert_eq!(growth(&[]), None);
        assert_eq!(growth(&[(1.0, 2.0), (1.0, 3.0)]), None);
    }
}
