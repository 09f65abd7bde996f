//! Which function is evaluated where. Owns the dispatch and the smallest functions; the families
//! have their own files.

use paceline_metrics::Labels;

use super::context::{Evaluator, Sink};
use super::steps::Steps;
use super::unexpected;
use crate::error::QueryError;
use crate::parse::{Call, Expr, FunctionId, Node};

impl Evaluator<'_> {
    /// Of a function that gives an instant vector; `at` is where it stands.
    pub(crate) fn call(
        &self,
        at: usize,
        call: &Call,
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        let args = &call.args;
        match call.function.id {
            FunctionId::Math(function) => self.math(function, &args[0], steps, sink),
            FunctionId::Over(function) => self.over_time(function, &args[0], steps, sink),
            FunctionId::Calendar(part) => self.calendar(part, args.first(), steps, sink),
            FunctionId::Absent => self.absent(&args[0], steps, sink),
            FunctionId::AbsentOverTime => self.absent_over_time(&args[0], steps, sink),
            FunctionId::Clamp => self.clamp(args, steps, sink),
            FunctionId::ClampMax => self.clamp_max(args, steps, sink),
            FunctionId::ClampMin => self.clamp_min(args, steps, sink),
            FunctionId::HistogramFraction => self.histogram_fraction(args, steps, sink),
            FunctionId::HistogramQuantile => self.histogram_quantile(args, steps, sink),
            FunctionId::NativeHistogram => self.vector(&args[0], steps, &mut |_| Ok(())),
            FunctionId::LabelJoin => self.label_join(args, steps, sink),
            FunctionId::LabelReplace => self.label_replace(args, steps, sink),
            FunctionId::PredictLinear => self.predict_linear(args, steps, sink),
            FunctionId::QuantileOverTime => self.quantile_over_time(args, steps, sink),
            FunctionId::Round => self.round(args, steps, sink),
            FunctionId::Sort | FunctionId::SortDesc => {
                self.sorted(at, call.function.id, &args[0], steps, sink)
            }
            FunctionId::Timestamp => self.timestamp(&args[0], steps, sink),
            FunctionId::Vector => self.vector_of_scalar(&args[0], steps, sink),
            FunctionId::Pi | FunctionId::Scalar | FunctionId::Time => {
                Err(unexpected("instant vector"))
            }
        }
    }

    fn vector_of_scalar(
        &self,
        arg: &Node,
        steps: Steps,
        sink: &mut Sink<'_>,
    ) -> Result<(), QueryError> {
        let scalars = self.scalar(arg, steps)?;
        let mut column = self.column(Labels::default(), steps)?;
        for (step, value) in column.values.iter_mut().enumerate() {
            *value = scalars.at(step);
        }
        sink(column)
    }

    /// Of a selector, the samples' own times; of anything else, the evaluated times.
    fn timestamp(&self, arg: &Node, steps: Steps, sink: &mut Sink<'_>) -> Result<(), QueryError> {
        if let Expr::Selector(selector) = &arg.without_parens().expr {
            return self.with_dropped_names(arg, sink, &mut |sink| {
                self.instant_timestamps(selector, steps, sink)
            });
        }
        self.renamed(arg, steps, sink, &mut |mut column, sink| {
            column.map_steps(|step, _| steps.at(step) as f64 / 1000.0);
            self.drop_name(&mut column);
            sink(column)
        })
    }
}
