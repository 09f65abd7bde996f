//! Instant selectors. Owns lookback and staleness: the newest sample at most `lookback_ms` old, if
//! it does not say that the series ended. The window is open to the left.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use paceline_metrics::{Select, Series, TimeRange, is_stale};

use super::budget::Charge;
use super::column::{Column, is_present};
use super::context::{Evaluator, Sink};
use super::steps::{Reference, Steps};
use crate::error::QueryError;
use crate::parse::Selector;

/// Timestamps whose places are kept; beyond, all are forgotten and kept anew.
const SHARED_MAX: usize = 1_024;

/// Samples of the timestamps that are held, likewise.
const SHARED_SAMPLES_MAX: usize = 1 << 20;

/// What a step takes from a sample.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Take {
    Value,
    Timestamp,
}

impl Evaluator<'_> {
    pub(crate) fn instant_selector(
        &self,
        selector: &Selector,
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        self.select_instants(selector, steps, Take::Value, sink)
    }

    /// The times of the samples that a selector finds, in seconds.
    pub(crate) fn instant_timestamps(
        &self,
        selector: &Selector,
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        self.select_instants(selector, steps, Take::Timestamp, sink)
    }

    fn select_instants(
        &self,
        selector: &Selector,
        steps: Steps,
        take: Take,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        let reference = Reference::new(&selector.shift, self.bounds_ms);
        let mut places = SharedPlaces::new(self, steps, reference);
        let select = Select {
            is_newest_enough: steps.count == 1,
            ..self.question(selector, steps, self.options.lookback_ms, None)
        };
        self.fetch(&select, &mut |series| {
            let mut column = self.column(series.labels.clone(), steps)?;
            let found = match steps.count {
                1 => place_of(&series.timestamps, reference.at(steps.first_ms), self)
                    .map_or(0, |place| take_one(&series, place, take, &mut column, 0)),
                _ => {
                    let places = places.of(&series.timestamps)?;
                    fill(&series, &places, take, &mut column)
                }
            };
            self.count_samples(found);
            match found {
                0 => Ok(()),
                _ => sink(column),
            }
        })
    }

    /// What the source is asked; `window_ms` is a range or the lookback.
    pub(crate) fn question(
        &self,
        selector: &Selector,
        steps: Steps,
        window_ms: i64,
        function: Option<&'static str>,
    ) -> Select {
        let reference = Reference::new(&selector.shift, self.bounds_ms);
        Select {
            matchers: selector.matchers.clone(),
            range: TimeRange {
                from_ms: reference.at(steps.first_ms) - window_ms + 1,
                to_ms: reference.at(steps.last_ms()),
            },
            step_ms: steps.step_ms,
            window_ms,
            function,
            is_newest_enough: false,
        }
    }
}

/// Gives how many it took: none or one.
fn take_one(series: &Series, place: usize, take: Take, column: &mut Column, step: usize) -> u64 {
    let value = series.values[place];
    if is_stale(value) {
        return 0;
    }
    column.values[step] = match take {
        Take::Value => value,
        Take::Timestamp => series.timestamps[place] as f64 / 1000.0,
    };
    u64::from(is_present(column.values[step]))
}

fn fill(series: &Series, places: &Places, take: Take, column: &mut Column) -> u64 {
    let mut found = 0;
    for (step, place) in places.after.iter().enumerate() {
        if *place > 0 {
            found += take_one(series, *place as usize - 1, take, column, step);
        }
    }
    found
}

/// The newest sample in the lookback before `at_ms`.
fn place_of(timestamps: &[i64], at_ms: i64, evaluator: &Evaluator<'_>) -> Option<usize> {
    let after = timestamps.partition_point(|ms| *ms <= at_ms);
    let place = after.checked_sub(1)?;
    (at_ms - evaluator.options.lookback_ms < timestamps[place]).then_some(place)
}

/// One a step: the place after the newest sample in the lookback, 0 when there is none.
struct Places {
    after: Vec<u32>,
    _charge: Charge,
}

/// Series that were pushed together share their timestamps, and so the places of the steps.
struct SharedPlaces<'e, 'q> {
    evaluator: &'e Evaluator<'q>,
    steps: Steps,
    reference: Reference,
    /// By address; the timestamps are held so that no other can get it.
    known: HashMap<*const i64, (Arc<[i64]>, Rc<Places>)>,
    held: usize,
}

impl<'e, 'q> SharedPlaces<'e, 'q> {
    fn new(evaluator: &'e Evaluator<'q>, steps: Steps, reference: Reference) -> Self {
        Self {
            evaluator,
            steps,
            reference,
            known: HashMap::new(),
            held: 0,
        }
    }

    fn of(&mut self, timestamps: &Arc<[i64]>) -> Result<Rc<Places>, QueryError> {
        let address = timestamps.as_ptr();
        if let Some((_, places)) = self.known.get(&address) {
            return Ok(Rc::clone(places));
        }
        let places = Rc::new(self.find(timestamps)?);
        self.held += timestamps.len();
        if SHARED_MAX <= self.known.len() || SHARED_SAMPLES_MAX < self.held {
            self.known.clear();
            self.held = timestamps.len();
        }
        let entry = (Arc::clone(timestamps), Rc::clone(&places));
        self.known.insert(address, entry);
        Ok(places)
    }

    fn find(&self, timestamps: &[i64]) -> Result<Places, QueryError> {
        let charge = self.evaluator.charge(self.steps.count)?;
        let lookback_ms = self.evaluator.options.lookback_ms;
        let mut after = 0;
        let places = (0..self.steps.count).map(|step| {
            let at_ms = self.reference.at(self.steps.at(step));
            while after < timestamps.len() && timestamps[after] <= at_ms {
                after += 1;
            }
            let is_fresh = after > 0 && at_ms - lookback_ms < timestamps[after - 1];
            if is_fresh { after as u32 } else { 0 }
        });
        Ok(Places {
            after: places.collect(),
            _charge: charge,
        })
    }
}
