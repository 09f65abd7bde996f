//! How unlike everything before it the newest stretch is. Owns the distance of the newest window to
//! its nearest past one, whatever their levels and sizes; refuses the future: windows are compared
//! with the past alone.
//!
//! Y. Lu, R. Wu, A. Mueen, M. A. Zuluaga, E. Keogh, "Matrix Profile XXIV: Scaling Time Series Anomaly
//! Detection to Trillions of Datapoints and Ultra-fast Arriving Data Streams", KDD 2022 (DAMP: the
//! left matrix profile). The products of windows are carried from one bucket to the next as in Y. Zhu
//! et al., "Matrix Profile II", ICDM 2016; here the history is bounded, so that all of it is looked at
//! and nothing has to be pruned.

use serde::{Deserialize, Serialize};

use super::options::Options;
use super::ring::Ring;
use super::scale::{Level, Scale};
use super::tail::Tail;

/// Buckets of a window: half an hour of minutes.
const WINDOW: usize = 30;
/// Buckets of history: a day and a half of minutes.
const KEPT: usize = 2_048;
/// Products are summed anew after so many steps, as sums carried on gather rounding.
const RENEW_EVERY: u32 = 2_048;
/// Of the usual scatter.
const SCALE_MIN: f64 = 0.5;
/// Windows that overlap resemble each other anyway.
const APART: usize = WINDOW;
const ALARM_UNSURE: f64 = 12.0;
const STREAMS: f64 = 6.0;
const HALF_LIFE: f64 = 2_880.0;
/// Neighbouring windows overlap: what is usual shows only after many.
const ROUGH: u32 = 720;
/// Windows that have nothing in common are 1 apart: at 0.4 their correlation is 0.84, and a fiftieth
/// is no difference.
const DISTANCE_MIN: f64 = 0.4;
const SCATTER_MIN: f64 = 0.02;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Shape {
    values: Ring,
    origin: Option<f64>,
    level: Level,
    scale: Scale,
    tail: Tail,
    floor: f64,
    /// Of the newest window with each earlier one by how much earlier that is, and their means and
    /// scatters; summed anew from the values when it is not there.
    #[serde(skip)]
    carried: Carried,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Carried {
    products: Vec<f64>,
    means: Vec<f64>,
    scatters: Vec<f64>,
    next: usize,
    steps: u32,
}

pub(super) struct Unlike {
    pub distance: f64,
    pub is_alarm: bool,
    pub is_restless: bool,
    pub once_in: f64,
    pub buckets: usize,
}

impl Shape {
    pub fn new(options: &Options) -> Self {
        let risk = options.risk(STREAMS, options.bucket_ms());
        Self {
            values: Ring::new(KEPT),
            origin: None,
            level: Level::default(),
            scale: Scale::default(),
            tail: Tail::new(ALARM_UNSURE, risk, options.memory(options.bucket_ms())),
            floor: 0.0,
            carried: Carried::default(),
        }
    }

    pub fn raise(&mut self, distance: f64) {
        self.floor = self.floor.max(distance);
    }

    /// What was far is usual now.
    pub fn begin_anew(&mut self) {
        self.level = Level::default();
        self.scale = Scale::default();
        self.tail.begin_anew();
    }

    pub fn learn(&mut self, value: f64, scale: f64, may_learn: bool) -> Option<Unlike> {
        let origin = *self.origin.get_or_insert(value);
        self.push(value - origin);
        let distance = self.nearest(scale)?;
        let scatter = self.scale.get(SCATTER_MIN);
        let deviation = (distance - self.level.get()) / scatter;
        let is_known = ROUGH < self.level.count();
        let alarm = deviation / self.tail.alarm();
        let is_far = is_known && self.floor.max(DISTANCE_MIN) < distance;
        let is_alarm = 1.0 < alarm && is_far;
        if may_learn && !is_alarm {
            if is_known {
                self.tail.learn(deviation);
            }
            self.scale
                .learn(distance - self.level.get(), SCATTER_MIN, HALF_LIFE);
            self.level
                .learn(distance - self.level.get(), scatter, HALF_LIFE);
        }
        Some(Unlike {
            distance,
            is_alarm,
            is_restless: 0.5 <= alarm && is_far,
            once_in: self.tail.once_in(deviation),
            buckets: WINDOW,
        })
    }

    /// In units in which windows that have nothing in common are 1 apart. Scatters are at least half
    /// of what is usual, so that flat windows are near to each other and not far by their noise.
    fn nearest(&self, scale: f64) -> Option<f64> {
        if self.values.len() < KEPT / 4 {
            return None;
        }
        let scatter_min = (SCALE_MIN * scale).max(f64::MIN_POSITIVE);
        let carried = &self.carried;
        let count = carried.means.len();
        let at = |ago: usize| (carried.next + count - 1 - ago) % count;
        let (mean, scatter) = (*carried.means.get(at(0))?, *carried.scatters.get(at(0))?);
        let own = scatter.max(scatter_min);
        let own_square = (scatter / own) * (scatter / own);
        let products = carried.products.iter().enumerate().take(count).skip(APART);
        let squares = products.map(|(lag, product)| {
            let place = at(lag);
            let other = carried.scatters[place].max(scatter_min);
            let other_part = carried.scatters[place] / other;
            let both = product / WINDOW as f64 - mean * carried.means[place];
            own_square + other_part * other_part - 2.0 * both / (own * other)
        });
        Some((squares.fold(f64::INFINITY, f64::min).clamp(0.0, 4.0) / 2.0).sqrt())
    }

    fn push(&mut self, value: f64) {
        let leaving = self.values.back(WINDOW - 1);
        self.values.push(value);
        let is_due = RENEW_EVERY <= self.carried.steps || self.carried.means.is_empty();
        match leaving {
            Some(leaving) if !is_due => self.carry(leaving),
            _ => self.renew(),
        }
    }

    fn carry(&mut self, leaving: f64) {
        let values = self.values.in_order();
        let newest = values.len() - 1;
        let value = values[newest];
        let lags = values.len().saturating_sub(WINDOW);
        // The oldest windows have lost the value that leaves them.
        let carried = &mut self.carried;
        carried.products.truncate(lags);
        for (lag, product) in carried.products.iter_mut().enumerate() {
            let left = values[newest - lag - WINDOW];
            *product += value * values[newest - lag] - leaving * left;
        }
        if carried.products.len() <= lags {
            let lag = carried.products.len();
            if lag + WINDOW <= values.len() {
                carried.products.push(product(&values, lag));
            }
        }
        carried.remember(window_of(&values, 0));
        carried.steps += 1;
    }

    fn renew(&mut self) {
        let values = self.values.in_order();
        self.carried = Carried::default();
        let Some(last) = values.len().checked_sub(WINDOW) else {
            return;
        };
        self.carried.products = (0..=last).map(|lag| product(&values, lag)).collect();
        for lag in (0..=last).rev() {
            self.carried.remember(window_of(&values, lag));
        }
    }

    pub fn bytes(&self) -> usize {
        let carried = &self.carried;
        let carried =
            carried.products.capacity() + carried.means.capacity() + carried.scatters.capacity();
        self.values.bytes() + self.tail.bytes() + carried * size_of::<f64>()
    }
}

impl Carried {
    fn remember(&mut self, (mean, scatter): (f64, f64)) {
        let most = KEPT - WINDOW + 1;
        if self.means.len() < most {
            self.means.push(mean);
            self.scatters.push(scatter);
            self.next = 0;
        } else {
            self.means[self.next] = mean;
            self.scatters[self.next] = scatter;
            self.next = (self.next + 1) % most;
        }
    }
}

fn product(values: &[f64], lag: usize) -> f64 {
    let newest = &values[values.len() - WINDOW..];
    let end = values.len() - lag;
    let earlier = &values[end - WINDOW..end];
    newest.iter().zip(earlier).map(|(a, b)| a * b).sum()
}

fn window_of(values: &[f64], lag: usize) -> (f64, f64) {
    let end = values.len() - lag;
    let window = &values[end - WINDOW..end];
    let mean = window.iter().sum::<f64>() / WINDOW as f64;
    let square = window.iter().map(|value| (value - mean) * (value - mean));
    (mean, (square.sum::<f64>() / WINDOW as f64).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn wave(at: usize) -> f64 {
        (at as f64 / 45.0 * std::f64::consts::TAU).sin()
    }

    fn fed(count: usize, make: impl Fn(usize) -> f64) -> (Shape, Option<Unlike>) {
        let mut random = Random::new(17);
        let mut shape = Shape::new(&Options::every(60_000));
        let mut last = None;
        for at in 0..count {
            let noise = 0.2 * (random.unit() - 0.5);
            last = shape.learn(make(at) + noise, 0.7, true);
        }
        (shape, last)
    }

    /// What is carried on is what it would be if it were summed anew.
    #[test]
    fn the_nearest_window_is_the_one_that_a_full_search_finds() {
        for count in [700, 2_048, 2_500, 5_000] {
            let (mut shape, last) = fed(count, wave);
            let carried = last.unwrap().distance;
            let products = shape.carried.products.clone();
            shape.renew();
            let renewed = &shape.carried.products;
            assert_eq!(products.len(), renewed.len(), "{count}");
            let off = products.iter().zip(renewed).map(|(a, b)| (a - b).abs());
            assert!(off.fold(0.0, f64::max) < 1e-6, "{count}");
            assert!((shape.nearest(0.7).unwrap() - carried).abs() < 1e-6);
        }
    }

    #[test]
    fn a_shape_that_never_was_is_an_alarm_and_the_usual_one_is_not() {
        let (_, usual) = fed(3_000, wave);
        assert!(!usual.unwrap().is_alarm);
        let twice_as_fast = |at: usize| if at < 2_970 { wave(at) } else { wave(2 * at) };
        let (_, unlike) = fed(3_000, twice_as_fast);
        let unlike = unlike.unwrap();
        assert!(unlike.is_alarm, "{}", unlike.distance);
    }
}
