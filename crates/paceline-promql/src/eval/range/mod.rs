//! Functions over windows of samples. Owns the way from a range selector or subquery to a value a
//! step; the families of functions have a file each and see slices only.

mod counts;
mod events;
mod extrapolated;
mod extremes;
mod input;
mod instant_change;
mod means;
mod quantile;
mod regression;
mod spread;
mod windows;

use paceline_metrics::Labels;

use super::column::Column;
use super::context::{Evaluator, Sink};
use super::merge::{Merger, names_may_differ};
use super::steps::Steps;
use crate::error::QueryError;
use crate::parse::{FunctionId, Node, OverFunction};

pub(crate) use input::RangeSeries;
pub(crate) use quantile::quantile_of;
use windows::Windows;

/// One family's function over some steps: writes a value for every step that has one.
type Fill = fn(&RangeSeries, &Windows<'_>, &mut [f64]);

/// Samples read between two looks at the cancellation.
const WORK_MAX: u64 = 1 << 22;

impl Evaluator<'_> {
    pub(crate) fn over_time(
        &self,
        function: OverFunction,
        arg: &Node,
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        let fill = fill_of(function);
        let id = FunctionId::Over(function);
        self.each_window(id, arg, steps, sink, &mut |series, windows, out| {
            fill(series, windows, out);
        })?;
        Ok(())
    }

    /// Hands a column over for each series with a value.
    pub(crate) fn each_window(
        &self,
        id: FunctionId,
        arg: &Node,
        steps: Steps,
        sink: &mut Sink<'_>,
        fill: &mut dyn FnMut(&RangeSeries, &Windows<'_>, &mut [f64]),
    ) -> Result<(), QueryError> {
        let keeps_name = matches!(
            id,
            FunctionId::Over(OverFunction::First | OverFunction::Last)
        );
        let may_collide =
            !keeps_name && !self.options.delayed_name_removal && names_may_differ(arg);
        let mut merger = Merger::default();
        let mut finish = |mut column: Column| {
            if !keeps_name {
                self.drop_name(&mut column);
            }
            if may_collide {
                merger.add(column)
            } else {
                sink(column)
            }
        };
        let spec = self.window_spec(arg)?;
        let mut shared = windows::SharedBounds::new(self, steps, spec);
        self.range_series(arg, steps, id, &mut |series| {
            let bounds = shared.of(&series.timestamps)?;
            let mut column = self.column(series.labels.clone(), steps)?;
            column.drop_name = series.drop_name;
            let windows = Windows::new(steps, spec, &bounds);
            self.fill_in_parts(&series, &windows, &mut column.values, fill)?;
            if !column.has_values() {
                return Ok(());
            }
            self.note_of_counter(id, arg, &series.labels);
            finish(column)
        })?;
        merger.drain(sink)
    }

    /// A series with long windows is looked at in parts, so that it can be stopped.
    fn fill_in_parts(
        &self,
        series: &RangeSeries,
        windows: &Windows<'_>,
        out: &mut [f64],
        fill: &mut dyn FnMut(&RangeSeries, &Windows<'_>, &mut [f64]),
    ) -> Result<(), QueryError> {
        let mut first = 0;
        while first < windows.len() {
            let (end, samples) = windows.part_from(first, WORK_MAX);
            self.count_samples(samples);
            fill(series, &windows.part(first, end), &mut out[first..end]);
            self.check()?;
            first = end;
        }
        Ok(())
    }

    fn note_of_counter(&self, id: FunctionId, arg: &Node, labels: &Labels) {
        let is_rate = matches!(
            id,
            FunctionId::Over(OverFunction::Rate | OverFunction::Increase)
        );
        let name = labels.metric_name();
        let is_named_so = ["_total", "_sum", "_count", "_bucket"]
            .iter()
            .any(|ending| name.ends_with(ending));
        if is_rate && !name.is_empty() && !is_named_so {
            let text = format!(
                "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: {name:?}"
            );
            self.notes.info(arg.at, &text);
        }
    }
}

fn fill_of(function: OverFunction) -> Fill {
    match function {
        OverFunction::Avg => means::avg,
        OverFunction::Sum => means::sum,
        OverFunction::Count => counts::count,
        OverFunction::Present => counts::present,
        OverFunction::Changes => events::changes,
        OverFunction::Resets => events::resets,
        OverFunction::Rate => extrapolated::rate,
        OverFunction::Increase => extrapolated::increase,
        OverFunction::Delta => extrapolated::delta,
        OverFunction::Irate => instant_change::irate,
        OverFunction::Idelta => instant_change::idelta,
        OverFunction::First => extremes::first,
        OverFunction::Last => extremes::last,
        OverFunction::Max => extremes::max,
        OverFunction::Min => extremes::min,
        OverFunction::Deriv => regression::deriv,
        OverFunction::Stddev => spread::stddev,
        OverFunction::Stdvar => spread::stdvar,
    }
}
