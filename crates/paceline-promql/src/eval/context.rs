//! What an evaluation carries: source, limits, cancellation, notes and accounts. Owns no rule of
//! PromQL but one: when `__name__` goes.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use paceline_metrics::{Labels, Resolution, Select, Selection, Series, SeriesSource};

use super::budget::{Budget, Charge};
use super::column::{ABSENT, Column, without_name};
use super::notes::Notes;
use super::steps::Steps;
use crate::answer::Stats;
use crate::error::QueryError;
use crate::options::{Cancel, Options, Stopped};

/// Takes a vector's columns one by one.
pub(crate) type Sink<'s> = dyn FnMut(Column) -> Result<(), QueryError> + 's;

pub(crate) struct Evaluator<'q> {
    source: &'q dyn SeriesSource,
    pub(crate) options: &'q Options,
    cancel: &'q Cancel,
    pub(crate) notes: Notes<'q>,
    budget: Rc<Budget>,
    /// Of the whole query.
    pub(crate) bounds_ms: (i64, i64),
    pub(crate) is_range: bool,
    samples: Cell<u64>,
    series: Cell<u64>,
    fetch: Cell<Duration>,
    resolution: Cell<Resolution>,
}

impl<'q> Evaluator<'q> {
    pub(crate) fn new(
        question: &'q str,
        source: &'q dyn SeriesSource,
        steps: Steps,
        options: &'q Options,
        cancel: &'q Cancel,
    ) -> Self {
        Self {
            source,
            options,
            cancel,
            notes: Notes::new(question),
            budget: Budget::new(options),
            bounds_ms: (steps.first_ms, steps.last_ms()),
            is_range: steps.step_ms > 0,
            samples: Cell::new(0),
            series: Cell::new(0),
            fetch: Cell::new(Duration::ZERO),
            resolution: Cell::new(Resolution::Raw),
        }
    }

    /// Called at least once a series and once a few million samples.
    pub(crate) fn check(&self) -> Result<(), QueryError> {
        match self.cancel.stopped() {
            None => Ok(()),
            Some(Stopped::TimedOut) => Err(QueryError::Timeout),
            Some(Stopped::Canceled) => Err(QueryError::Canceled),
        }
    }

    pub(crate) fn charge(&self, points: usize) -> Result<Charge, QueryError> {
        self.budget.charge(points)
    }

    /// Without a value yet.
    pub(crate) fn column(&self, labels: Labels, steps: Steps) -> Result<Column, QueryError> {
        let charge = self.charge(steps.count)?;
        Ok(Column {
            labels,
            drop_name: false,
            values: vec![ABSENT; steps.count],
            charge,
        })
    }

    /// Removes `__name__`, or marks it for removal.
    pub(crate) fn drop_name(&self, column: &mut Column) {
        if self.options.delayed_name_removal {
            column.drop_name = true;
        } else {
            column.labels = without_name(&column.labels);
        }
    }

    pub(crate) fn count_samples(&self, samples: u64) {
        self.samples.set(self.samples.get() + samples);
    }

    /// Hands over every series; asks for the next only when one is done.
    pub(crate) fn fetch(
        &self,
        select: &Select,
        each: &mut dyn FnMut(Series) -> Result<(), QueryError>,
    ) -> Result<(), QueryError> {
        let selection = self.timed(|| self.source.select(select))?;
        let Selection {
            resolution,
            warnings,
            mut series,
        } = selection;
        self.resolution.set(self.resolution.get().max(resolution));
        let mut count = 0;
        while let Some(found) = self.timed(|| series.next()) {
            self.check()?;
            let found = found?;
            count += 1;
            if self.options.series_max < count {
                return Err(QueryError::TooMuch {
                    what: "series of one selector",
                    got: count,
                    max: self.options.series_max,
                });
            }
            self.series.set(self.series.get() + 1);
            let _held = self.charge(found.values.len())?;
            each(found)?;
        }
        // What was passed over is known only now.
        for warning in warnings.all() {
            self.notes.warn_of_source(warning);
        }
        Ok(())
    }

    fn timed<T>(&self, work: impl FnOnce() -> T) -> T {
        let Some(clock) = &self.options.clock else {
            return work();
        };
        let start = clock();
        let done = work();
        let took = clock().saturating_sub(start);
        self.fetch.set(self.fetch.get() + took);
        done
    }

    pub(crate) fn resolution(&self) -> Resolution {
        self.resolution.get()
    }

    pub(crate) fn stats(&self, total: Duration) -> Stats {
        Stats {
            samples: self.samples.get(),
            series: self.series.get(),
            samples_peak: self.budget.peak(),
            fetch: self.fetch.get(),
            total,
        }
    }
}
