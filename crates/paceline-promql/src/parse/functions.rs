//! The functions of PromQL. Owns the one table of names and types; refuses experimental ones, so
//! that nothing is answered that Prometheus may define otherwise tomorrow.

use crate::answer::ValueKind::{self, Matrix, Scalar, String, Vector};

#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) id: FunctionId,
    pub(crate) args: &'static [ValueKind],
    pub(crate) optional: Optional,
    pub(crate) returns: ValueKind,
}

/// Which arguments may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Optional {
    None,
    /// The last one.
    Last,
    /// The last one, and it may come any number of times.
    Repeated,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FunctionId {
    Math(MathFunction),
    Over(OverFunction),
    Calendar(CalendarPart),
    Absent,
    AbsentOverTime,
    Clamp,
    ClampMax,
    ClampMin,
    HistogramFraction,
    HistogramQuantile,
    /// `histogram_avg` and its like: no float has one.
    NativeHistogram,
    LabelJoin,
    LabelReplace,
    Pi,
    PredictLinear,
    QuantileOverTime,
    Round,
    Scalar,
    Sort,
    SortDesc,
    Time,
    Timestamp,
    Vector,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MathFunction {
    Abs,
    Acos,
    Acosh,
    Asin,
    Asinh,
    Atan,
    Atanh,
    Ceil,
    Cos,
    Cosh,
    Deg,
    Exp,
    Floor,
    Ln,
    Log10,
    Log2,
    Rad,
    Sgn,
    Sin,
    Sinh,
    Sqrt,
    Tan,
    Tanh,
}

/// Functions of a window of samples and of nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OverFunction {
    Avg,
    Changes,
    Count,
    Delta,
    Deriv,
    First,
    Idelta,
    Increase,
    Irate,
    Last,
    Max,
    Min,
    Present,
    Rate,
    Resets,
    Stddev,
    Stdvar,
    Sum,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CalendarPart {
    DayOfMonth,
    DayOfWeek,
    DayOfYear,
    DaysInMonth,
    Hour,
    Minute,
    Month,
    Year,
}

/// What Prometheus knows behind a feature flag.
const EXPERIMENTAL: [&str; 18] = [
    "double_exponential_smoothing",
    "end",
    "histogram_quantiles",
    "info",
    "limit_ratio",
    "limitk",
    "mad_over_time",
    "max_of",
    "min_of",
    "range",
    "sort_by_label",
    "sort_by_label_desc",
    "start",
    "step",
    "ts_of_first_over_time",
    "ts_of_last_over_time",
    "ts_of_max_over_time",
    "ts_of_min_over_time",
];

pub(crate) fn is_experimental(name: &str) -> bool {
    EXPERIMENTAL.contains(&name)
}

pub(crate) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS
        .binary_search_by(|function| function.name.cmp(name))
        .ok()
        .map(|place| &FUNCTIONS[place])
}

const fn math(name: &'static str, id: MathFunction) -> Function {
    exact(name, FunctionId::Math(id), &[Vector])
}

const fn over(name: &'static str, id: OverFunction) -> Function {
    exact(name, FunctionId::Over(id), &[Matrix])
}

const fn calendar(name: &'static str, part: CalendarPart) -> Function {
    Function {
        optional: Optional::Last,
        ..exact(name, FunctionId::Calendar(part), &[Vector])
    }
}

const fn exact(name: &'static str, id: FunctionId, args: &'static [ValueKind]) -> Function {
    Function {
        name,
        id,
        args,
        optional: Optional::None,
        returns: Vector,
    }
}

const fn scalar(name: &'static str, id: FunctionId, args: &'static [ValueKind]) -> Function {
    Function {
        returns: Scalar,
        ..exact(name, id, args)
    }
}

/// Sorted by name.
static FUNCTIONS: [Function; 73] = [
    math("abs", MathFunction::Abs),
    exact("absent", FunctionId::Absent, &[Vector]),
    exact("absent_over_time", FunctionId::AbsentOverTime, &[Matrix]),
    math("acos", MathFunction::Acos),
    math("acosh", MathFunction::Acosh),
    math("asin", MathFunction::Asin),
    math("asinh", MathFunction::Asinh),
    math("atan", MathFunction::Atan),
    math("atanh", MathFunction::Atanh),
    over("avg_over_time", OverFunction::Avg),
    math("ceil", MathFunction::Ceil),
    over("changes", OverFunction::Changes),
    exact("clamp", FunctionId::Clamp, &[Vector, Scalar, Scalar]),
    exact("clamp_max", FunctionId::ClampMax, &[Vector, Scalar]),
    exact("clamp_min", FunctionId::ClampMin, &[Vector, Scalar]),
    math("cos", MathFunction::Cos),
    math("cosh", MathFunction::Cosh),
    over("count_over_time", OverFunction::Count),
    calendar("day_of_month", CalendarPart::DayOfMonth),
    calendar("day_of_week", CalendarPart::DayOfWeek),
    calendar("day_of_year", CalendarPart::DayOfYear),
    calendar("days_in_month", CalendarPart::DaysInMonth),
    math("deg", MathFunction::Deg),
    over("delta", OverFunction::Delta),
    over("deriv", OverFunction::Deriv),
    math("exp", MathFunction::Exp),
    over("first_over_time", OverFunction::First),
    math("floor", MathFunction::Floor),
    exact("histogram_avg", FunctionId::NativeHistogram, &[Vector]),
    exact("histogram_count", FunctionId::NativeHistogram, &[Vector]),
    exact(
        "histogram_fraction",
        FunctionId::HistogramFraction,
        &[Scalar, Scalar, Vector],
    ),
    exact(
        "histogram_quantile",
        FunctionId::HistogramQuantile,
        &[Scalar, Vector],
    ),
    exact("histogram_stddev", FunctionId::NativeHistogram, &[Vector]),
    exact("histogram_stdvar", FunctionId::NativeHistogram, &[Vector]),
    exact("histogram_sum", FunctionId::NativeHistogram, &[Vector]),
    calendar("hour", CalendarPart::Hour),
    over("idelta", OverFunction::Idelta),
    over("increase", OverFunction::Increase),
    over("irate", OverFunction::Irate),
    Function {
        optional: Optional::Repeated,
        ..exact(
            "label_join",
            FunctionId::LabelJoin,
            &[Vector, String, String, String],
        )
    },
    exact(
        "label_replace",
        FunctionId::LabelReplace,
        &[Vector, String, String, String, String],
    ),
    over("last_over_time", OverFunction::Last),
    math("ln", MathFunction::Ln),
    math("log10", MathFunction::Log10),
    math("log2", MathFunction::Log2),
    over("max_over_time", OverFunction::Max),
    over("min_over_time", OverFunction::Min),
    calendar("minute", CalendarPart::Minute),
    calendar("month", CalendarPart::Month),
    scalar("pi", FunctionId::Pi, &[]),
    exact(
        "predict_linear",
        FunctionId::PredictLinear,
        &[Matrix, Scalar],
    ),
    over("present_over_time", OverFunction::Present),
    exact(
        "quantile_over_time",
        FunctionId::QuantileOverTime,
        &[Scalar, Matrix],
    ),
    math("rad", MathFunction::Rad),
    over("rate", OverFunction::Rate),
    over("resets", OverFunction::Resets),
    Function {
        optional: Optional::Last,
        ..exact("round", FunctionId::Round, &[Vector, Scalar])
    },
    scalar("scalar", FunctionId::Scalar, &[Vector]),
    math("sgn", MathFunction::Sgn),
    math("sin", MathFunction::Sin),
    math("sinh", MathFunction::Sinh),
    exact("sort", FunctionId::Sort, &[Vector]),
    exact("sort_desc", FunctionId::SortDesc, &[Vector]),
    math("sqrt", MathFunction::Sqrt),
    over("stddev_over_time", OverFunction::Stddev),
    over("stdvar_over_time", OverFunction::Stdvar),
    over("sum_over_time", OverFunction::Sum),
    math("tan", MathFunction::Tan),
    math("tanh", MathFunction::Tanh),
    scalar("time", FunctionId::Time, &[]),
    exact("timestamp", FunctionId::Timestamp, &[Vector]),
    exact("vector", FunctionId::Vector, &[Scalar]),
    calendar("year", CalendarPart::Year),
];

#[cfg(test)]
mod tests {
    use super::{EXPERIMENTAL, FUNCTIONS, find};

    #[test]
    fn every_function_is_found_by_its_name() {
        for function in &FUNCTIONS {
            let found = find(function.name).expect("sorted table");
            assert_eq!(found.name, function.name);
        }
        assert!(FUNCTIONS.is_sorted_by(|one, other| one.name < other.name));
        assert!(EXPERIMENTAL.iter().all(|name| find(name).is_none()));
    }
}
