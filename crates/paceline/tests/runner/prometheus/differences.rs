//! Where an answer may differ from a Prometheus, and why. Owns the list; refuses a class without a
//! reason that can be read in Prometheus's own code or release notes.
//!
//! Paceline evaluates as Prometheus 3 does (its own test scripts are the oracle for that); what Debian
//! packages is a Prometheus 2, so nearly every class is a change between the two; those explain nothing
//! where a Prometheus 3 is asked.

use serde_json::Value;

pub struct Case<'a> {
    pub promql: &'a str,
    pub path: &'a str,
    /// Of the Prometheus that was asked.
    pub version: &'a str,
    pub our: &'a (u16, Value),
    pub their: &'a (u16, Value),
}

struct Class {
    /// How the versions begin that it is about; empty for all.
    versions: &'static str,
    reason: &'static str,
    holds: fn(&Case<'_>) -> bool,
}

/// Series that are no counters far from zero.
const NO_COUNTERS: [&str; 8] = [
    "queue_depth",
    "temperature",
    "busy",
    "build_info",
    "with_gaps",
    "gone_early",
    "odd_values",
    // A subquery.
    "(",
];

const CLASSES: &[Class] = &[
    Class {
        versions: "2.",
        reason: "`rate` and `increase`: where a series begins within the window, Prometheus 3 \
                 limits the extrapolation to half an interval before it looks at the zero point \
                 (`extrapolatedRate`); it shows only for numbers near zero, so never for the \
                 data's own counters",
        holds: |case| {
            // Not `irate`, which does not extrapolate.
            let promql = case.promql.replace("irate(", "");
            ["rate(", "increase("].iter().any(|function| {
                let mut calls = promql.split(function).skip(1);
                calls.any(|inner| NO_COUNTERS.iter().any(|name| inner.starts_with(name)))
            })
        },
    },
    Class {
        versions: "2.",
        reason: "`stddev` and `stdvar` of one value that is no finite number: NaN since Prometheus \
                 3, 0 before (`aggregation`)",
        holds: |case| {
            let aggregates = ["stddev ", "stdvar "];
            aggregates.iter().any(|name| case.promql.contains(name))
                && (case.promql.contains("odd_values") || case.our.1.to_string().contains("NaN"))
        },
    },
    Class {
        versions: "2.",
        reason: "sums and deviations over time of infinities: Prometheus 3's compensated summation \
                 keeps an infinity, the one before made NaN of it (`kahanSumInc`)",
        holds: |case| case.promql.contains("_over_time(") && case.promql.contains("odd_values"),
    },
    Class {
        versions: "2.",
        reason: "`atan2` drops the metric's name since Prometheus 3 as other arithmetic does \
                 (`shouldDropMetricName`)",
        holds: |case| case.promql.contains("atan2"),
    },
    Class {
        versions: "2.",
        reason: "`predict_linear` of a window with `@` in a range query: Prometheus 2 moved the \
                 window with the steps (`AtModifierUnsafeFunctions`)",
        holds: |case| {
            case.path == "query_range"
                && case.promql.contains("predict_linear(")
                && case.promql.contains('@')
        },
    },
    Class {
        versions: "2.",
        reason: "a subquery in a subquery is evaluated at multiples of both steps, so that samples lie \
                 on the ends of the inner window, which are closed in Prometheus 2 and left-open in 3",
        holds: |case| {
            let subqueries = case.promql.split('[').skip(1);
            let subqueries = subqueries.filter_map(|text| text.split_once(']'));
            1 < subqueries
                .filter(|(inside, _)| inside.contains(':'))
                .count()
        },
    },
    Class {
        versions: "",
        reason: "deviations of times, large numbers that differ by little: both use Welford's method \
                 without compensation, whose last digits depend on the order of the series",
        holds: |case| case.promql.contains("timestamp(") && case.promql.contains("std"),
    },
    Class {
        versions: "",
        reason: "Prometheus evaluates a subquery up to the end of the range, points that no window \
                 holds included, and refuses what only those would match twice",
        holds: |case| {
            case.path == "query_range"
                && case.promql.contains(':')
                && (case.our.0, case.their.0) == (200, 422)
        },
    },
    Class {
        versions: "",
        reason: "the remainder of a huge power depends on its last bit, which is the processor's or Go's",
        holds: |case| case.promql.contains('%') && case.promql.contains('^'),
    },
];

pub fn explanation(case: &Case<'_>) -> Option<&'static str> {
    let about = |class: &&Class| case.version.starts_with(class.versions);
    let mut classes = CLASSES.iter().filter(about);
    classes
        .find(|class| (class.holds)(case))
        .map(|class| class.reason)
}
