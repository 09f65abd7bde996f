//! The windows of all steps over one list of timestamps. Owns their bounds, which only move
//! forward, and shares them between series that were pushed together.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::error::QueryError;
use crate::eval::budget::Charge;
use crate::eval::context::Evaluator;
use crate::eval::steps::{Reference, Steps};

/// Timestamps whose bounds are kept; beyond, all are forgotten and kept anew.
const SHARED_MAX: usize = 1_024;

/// Samples of the timestamps that are held, likewise.
const SHARED_SAMPLES_MAX: usize = 1 << 20;

/// How far back a window goes and from where; open to the left, closed to the right.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WindowSpec {
    pub(crate) range_ms: i64,
    pub(crate) reference: Reference,
}

/// One a step: the first sample in the window and the one after its last.
pub(crate) struct Bounds {
    places: Vec<(u32, u32)>,
    /// Made when first asked for.
    edges: OnceCell<Vec<Edges>>,
    _charge: Charge,
}

/// What extrapolation knows of a window without looking at values: in seconds, how long the
/// samples span and how far they may be extended to either side.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Edges {
    pub(crate) sampled_s: f64,
    pub(crate) to_start_s: f64,
    pub(crate) to_end_s: f64,
}

impl Edges {
    /// Of at least two samples in the window from `start_ms` to `end_ms`.
    fn new(times_ms: &[i64], (start_ms, end_ms): (i64, i64)) -> Self {
        let (first_ms, last_ms) = (times_ms[0], times_ms[times_ms.len() - 1]);
        let sampled_s = (last_ms - first_ms) as f64 / 1000.0;
        let average_s = sampled_s / (times_ms.len() - 1) as f64;
        // A gap longer than this says that the series began or ended in the window.
        let threshold_s = average_s * 1.1;
        let extended = |gap_ms: i64| {
            let gap_s = gap_ms as f64 / 1000.0;
            if threshold_s <= gap_s {
                average_s / 2.0
            } else {
                gap_s
            }
        };
        Self {
            sampled_s,
            to_start_s: extended(first_ms - start_ms),
            to_end_s: extended(end_ms - last_ms),
        }
    }
}

pub(crate) struct SharedBounds<'e, 'q> {
    evaluator: &'e Evaluator<'q>,
    steps: Steps,
    spec: WindowSpec,
    /// By address; the timestamps are held so that no other can get it.
    known: HashMap<*const i64, (Arc<[i64]>, Rc<Bounds>)>,
    held: usize,
}

impl<'e, 'q> SharedBounds<'e, 'q> {
    pub(crate) fn new(evaluator: &'e Evaluator<'q>, steps: Steps, spec: WindowSpec) -> Self {
        Self {
            evaluator,
            steps,
            spec,
            known: HashMap::new(),
            held: 0,
        }
    }

    pub(crate) fn of(&mut self, timestamps: &Arc<[i64]>) -> Result<Rc<Bounds>, QueryError> {
        let address = timestamps.as_ptr();
        if let Some((_, bounds)) = self.known.get(&address) {
            return Ok(Rc::clone(bounds));
        }
        let bounds = Rc::new(Bounds {
            // A point for the places and three for the edges.
            _charge: self.evaluator.charge(4 * self.steps.count)?,
            places: self.find(timestamps),
            edges: OnceCell::new(),
        });
        self.held += timestamps.len();
        if SHARED_MAX <= self.known.len() || SHARED_SAMPLES_MAX < self.held {
            self.known.clear();
            self.held = timestamps.len();
        }
        let entry = (Arc::clone(timestamps), Rc::clone(&bounds));
        self.known.insert(address, entry);
        Ok(bounds)
    }

    fn find(&self, timestamps: &[i64]) -> Vec<(u32, u32)> {
        let (mut first, mut end) = (0, 0);
        let bounds = (0..self.steps.count).map(|step| {
            let end_ms = self.spec.reference.at(self.steps.at(step));
            let start_ms = end_ms - self.spec.range_ms;
            while end < timestamps.len() && timestamps[end] <= end_ms {
                end += 1;
            }
            while first < end && timestamps[first] <= start_ms {
                first += 1;
            }
            (first as u32, end as u32)
        });
        bounds.collect()
    }
}

/// The windows of some steps in a row.
#[derive(Clone, Copy)]
pub(crate) struct Windows<'b> {
    first_step: usize,
    steps: Steps,
    spec: WindowSpec,
    bounds: &'b Bounds,
    places: &'b [(u32, u32)],
}

impl<'b> Windows<'b> {
    pub(crate) fn new(steps: Steps, spec: WindowSpec, bounds: &'b Bounds) -> Self {
        Self {
            first_step: 0,
            steps,
            spec,
            bounds,
            places: &bounds.places,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// The windows from `first` that hold at most about `work_max` samples together, and how many
    /// they hold.
    pub(crate) fn part_from(&self, first: usize, work_max: u64) -> (usize, u64) {
        let mut samples = 0;
        let mut end = first;
        while end < self.places.len() && samples < work_max {
            let (from, to) = self.places[end];
            samples += u64::from(to - from);
            end += 1;
        }
        (end, samples)
    }

    pub(crate) fn part(&self, first: usize, end: usize) -> Self {
        Self {
            first_step: self.first_step + first,
            places: &self.places[first..end],
            ..*self
        }
    }

    /// Places of the samples, one a step.
    pub(crate) fn places(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        self.places
            .iter()
            .map(|(first, end)| *first as usize..*end as usize)
    }

    /// From the first sample of any window to the last.
    pub(crate) fn hull(&self) -> std::ops::Range<usize> {
        match (self.places.first(), self.places.last()) {
            (Some((first, _)), Some((_, end))) => *first as usize..*end as usize,
            _ => 0..0,
        }
    }

    /// One a step; of no meaning where a window has less than two samples. The timestamps are
    /// those of the bounds.
    pub(crate) fn edges(&self, timestamps: &[i64]) -> &'b [Edges] {
        let edges = self.bounds.edges.get_or_init(|| {
            let all = Self {
                first_step: 0,
                places: &self.bounds.places,
                ..*self
            };
            let of_step = |(step, window): (usize, std::ops::Range<usize>)| match window.len() {
                0 | 1 => Edges::default(),
                _ => Edges::new(&timestamps[window], all.times_ms(step)),
            };
            all.places().enumerate().map(of_step).collect()
        });
        &edges[self.first_step..self.first_step + self.len()]
    }

    /// Seconds.
    pub(crate) fn range_s(&self) -> f64 {
        self.spec.range_ms as f64 / 1000.0
    }

    /// Where the window of a step starts and ends.
    fn times_ms(&self, step: usize) -> (i64, i64) {
        let end_ms = self.spec.reference.at(self.evaluated_ms(step));
        (end_ms - self.spec.range_ms, end_ms)
    }

    /// Of a step in these windows, over the whole evaluation.
    pub(crate) fn step(&self, step: usize) -> usize {
        self.first_step + step
    }

    pub(crate) fn evaluated_ms(&self, step: usize) -> i64 {
        self.steps.at(self.first_step + step)
    }
}
