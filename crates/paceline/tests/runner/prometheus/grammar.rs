//! Questions at random. Owns a grammar of PromQL over the series of [`super::data`]: every question is
//! well typed, most have an answer. Refuses what Prometheus 2 does not know, and three things whose
//! answer nobody defines: which of equals `topk` takes, the calendar of what is no time (Go leaves
//! that conversion to the processor), and counting changes or digits of computed numbers, where the
//! last bit decides.

use super::dice::Dice;

pub struct Grammar<'d> {
    pub dice: &'d mut Dice,
}

/// Metrics and a label that their series differ by.
const METRICS: [(&str, &str); 10] = [
    ("calls_total", "tool"),
    ("cost_dollars_total", "agent"),
    ("queue_depth", "zone"),
    ("temperature", "agent"),
    ("busy", "agent"),
    ("build_info", "version"),
    ("with_gaps", "agent"),
    ("gone_early", "agent"),
    ("odd_values", "agent"),
    ("latency_seconds_count", "agent"),
];
const AGGREGATIONS: [&str; 9] = [
    "sum", "avg", "min", "max", "count", "group", "stddev", "stdvar", "sum",
];
const OVER_TIME: [&str; 18] = [
    "rate",
    "irate",
    "increase",
    "delta",
    "idelta",
    "deriv",
    "avg_over_time",
    "min_over_time",
    "max_over_time",
    "sum_over_time",
    "count_over_time",
    "last_over_time",
    "present_over_time",
    "stddev_over_time",
    "stdvar_over_time",
    "absent_over_time",
    "rate",
    "increase",
];
const MATHS: [&str; 12] = [
    "abs", "ceil", "floor", "exp", "ln", "log2", "log10", "sqrt", "sgn", "atan", "deg", "rad",
];
const CALENDAR: [&str; 8] = [
    "minute",
    "hour",
    "day_of_week",
    "day_of_month",
    "day_of_year",
    "days_in_month",
    "month",
    "year",
];
/// Metrics whose values are few days.
const TIMELY: [&str; 3] = ["queue_depth", "busy", "temperature"];
const ARITHMETIC: [&str; 7] = ["+", "-", "*", "/", "%", "^", "atan2"];
const COMPARISONS: [&str; 6] = ["==", "!=", ">", "<", ">=", "<="];
const SPANS: [&str; 7] = ["31s", "1m", "2m", "5m", "7m30s", "10m", "20m"];

impl Grammar<'_> {
    /// A question for one time: any type but a range.
    pub fn question(&mut self) -> String {
        match self.dice.below(12) {
            0 => self.scalar(2),
            1 => format!("sort({})", self.vector(2)),
            2 => format!("sort_desc({})", self.vector(2)),
            _ => self.vector(3),
        }
    }

    /// A question for a range: an answer's order means nothing.
    pub fn range_question(&mut self) -> String {
        match self.dice.below(12) {
            0 => self.scalar(2),
            _ => self.vector(3),
        }
    }

    fn vector(&mut self, depth: u32) -> String {
        if depth == 0 {
            return self.selector();
        }
        match self.dice.below(16) {
            0 | 1 => self.selector(),
            2..=4 => self.aggregation(depth),
            5..=7 => self.over_time(depth),
            8 => format!("{}({})", self.dice.pick(&MATHS), self.vector(depth - 1)),
            9..=11 => self.binary(depth),
            12 => self.with_scalar(depth),
            13 => self.histogram(),
            14 => self.ranked(depth),
            _ => self.shaped(depth),
        }
    }

    fn metric(&mut self) -> (&'static str, &'static str) {
        METRICS[usize::try_from(self.dice.below(METRICS.len() as u64)).unwrap_or(0)]
    }

    fn selector(&mut self) -> String {
        let (name, _) = self.metric();
        let name = format!("{name}{}", self.matchers());
        self.shifted(name)
    }

    fn matchers(&mut self) -> String {
        match self.dice.below(8) {
            0 => r#"{agent="a1"}"#,
            1 => r#"{agent!="a2"}"#,
            2 => r#"{agent=~"a[13]"}"#,
            3 => r#"{agent!~"a(1|4)"}"#,
            4 => r#"{tool="", agent=~".+"}"#,
            5 => r#"{agent=~"a1|a2|a3",zone!="south"}"#,
            _ => "",
        }
        .to_owned()
    }

    /// `offset`, `@`, both or neither.
    fn shifted(&mut self, selector: String) -> String {
        match self.dice.below(12) {
            0 => format!("{selector} offset {}", self.dice.pick(&SPANS)),
            1 => format!("{selector} offset -1m"),
            2 => format!("{selector} @ end()"),
            3 => format!("{selector} @ start() offset 2m"),
            _ => selector,
        }
    }

    fn range(&mut self, depth: u32) -> String {
        let span = self.dice.pick(&SPANS);
        if depth <= 1 || !self.dice.once_in(3) {
            let (name, _) = self.metric();
            let selector = format!("{name}{}[{span}]", self.matchers());
            return self.shifted(selector);
        }
        let step = self.dice.pick(&["", "10s", "20s", "1m"]);
        let inner = self.vector(depth - 1);
        let subquery = format!("({inner})[{span}:{step}]");
        self.shifted(subquery)
    }

    fn over_time(&mut self, depth: u32) -> String {
        match self.dice.below(11) {
            10 => format!(
                "{}({})",
                self.dice.pick(&["changes", "resets"]),
                self.range(1)
            ),
            0 => {
                let quantile = self.dice.pick(&["0", "0.5", "0.9", "1", "-1", "2"]);
                format!("quantile_over_time({quantile}, {})", self.range(depth))
            }
            1 => format!("predict_linear({}, 600)", self.range(depth)),
            _ => format!("{}({})", self.dice.pick(&OVER_TIME), self.range(depth)),
        }
    }

    fn grouping(&mut self) -> &'static str {
        self.dice.pick(&[
            "",
            "by (agent)",
            "by (tool)",
            "by (zone, agent)",
            "without (agent)",
            "without (tool, zone)",
            "by ()",
            "by (nope)",
        ])
    }

    fn aggregation(&mut self, depth: u32) -> String {
        let grouping = self.grouping();
        let inner = self.vector(depth - 1);
        match self.dice.below(10) {
            0 => {
                let quantile = self.dice.pick(&["0.1", "0.5", "0.99", "1.5", "-0.5"]);
                format!("quantile {grouping} ({quantile}, {inner})")
            }
            1 => format!(
                "count_values {grouping} (\"seen\", round({}))",
                self.selector()
            ),
            _ => format!("{} {grouping} ({inner})", self.dice.pick(&AGGREGATIONS)),
        }
    }

    /// Which of equals is taken depends on their order, so ties are broken by adding something
    /// that no two series share.
    fn ranked(&mut self, depth: u32) -> String {
        let name = self.dice.pick(&["topk", "bottomk"]);
        let count = self.dice.pick(&["1", "2", "3", "100"]);
        let grouping = self.dice.pick(&["", "by (tool)", "without (agent)"]);
        let _ = depth;
        let inner = self.dice.pick(&[
            "rate(cost_dollars_total[5m])",
            "temperature",
            "avg_over_time(temperature[4m])",
            "deriv(cost_dollars_total[3m])",
        ]);
        format!("{name} {grouping} ({count}, {inner})")
    }

    fn binary(&mut self, depth: u32) -> String {
        match self.dice.below(6) {
            0 => self.many_to_one(),
            1 => self.set_operation(depth),
            2 => {
                let operator = self.dice.pick(&COMPARISONS);
                let modifier = self.dice.pick(&["", "bool"]);
                let (left, right) = (self.vector(depth - 1), self.vector(depth - 1));
                format!("({left}) {operator} {modifier} ({right})")
            }
            _ => {
                let operator = self.dice.pick(&ARITHMETIC);
                let matching = self
                    .dice
                    .pick(&["", "", "on (agent)", "ignoring (tool)", "on ()"]);
                let (left, right) = (self.vector(depth - 1), self.vector(depth - 1));
                format!("({left}) {operator} {matching} ({right})")
            }
        }
    }

    fn many_to_one(&mut self) -> String {
        let many = self
            .dice
            .pick(&["calls_total", "queue_depth", "rate(calls_total[2m])"]);
        let operator = self.dice.pick(&["*", "+", "/", ">"]);
        let matching = self
            .dice
            .pick(&["on (agent)", "ignoring (tool, outcome, zone, version)"]);
        match self.dice.below(3) {
            0 => format!("{many} {operator} {matching} group_left (version) build_info"),
            1 => format!("build_info {operator} {matching} group_right (version) {many}"),
            _ => format!("{many} {operator} {matching} group_left busy"),
        }
    }

    fn set_operation(&mut self, depth: u32) -> String {
        let operator = self.dice.pick(&["and", "or", "unless"]);
        let matching = self
            .dice
            .pick(&["", "on (agent)", "ignoring (tool, outcome)"]);
        let (left, right) = (self.vector(depth - 1), self.vector(depth - 1));
        format!("({left}) {operator} {matching} ({right})")
    }

    fn with_scalar(&mut self, depth: u32) -> String {
        let (vector, scalar) = (self.vector(depth - 1), self.scalar(1));
        let operators: Vec<&str> = ARITHMETIC.into_iter().chain(COMPARISONS).collect();
        let operator = self.dice.pick(&operators);
        match self.dice.below(3) {
            0 => format!("({scalar}) {operator} ({vector})"),
            1 => format!("-({vector})"),
            _ => format!("({vector}) {operator} ({scalar})"),
        }
    }

    fn histogram(&mut self) -> String {
        let quantile = self.dice.pick(&["0", "0.5", "0.9", "0.99", "1", "2", "-1"]);
        let span = self.dice.pick(&SPANS);
        let inner = match self.dice.below(4) {
            0 => "latency_seconds_bucket".to_owned(),
            1 => format!("rate(latency_seconds_bucket[{span}])"),
            2 => format!("sum by (le) (rate(latency_seconds_bucket[{span}]))"),
            _ => format!("sum by (le, agent) (increase(latency_seconds_bucket[{span}]))"),
        };
        format!("histogram_quantile({quantile}, {inner})")
    }

    /// Functions that change shape rather than numbers.
    fn shaped(&mut self, depth: u32) -> String {
        let inner = self.vector(depth - 1);
        match self.dice.below(10) {
            0 => format!("clamp({inner}, -5, 30)"),
            // Of a computed number that is large, the last bit decides about the angle.
            1 if self.dice.once_in(2) => {
                let angle = self.selector();
                format!("{}({angle})", self.dice.pick(&["sin", "cos", "tan"]))
            }
            1 => format!("clamp_min({inner}, 3)"),
            2 => format!("clamp_max({inner}, 3)"),
            3 => format!("round({inner}, 0.25)"),
            4 => format!("label_replace({inner}, \"short\", \"$1\", \"agent\", \"a(.)\")"),
            5 => format!("label_join({inner}, \"joined\", \"-\", \"agent\", \"tool\", \"zone\")"),
            6 => format!("absent({inner})"),
            7 => format!("timestamp({inner})"),
            8 => format!("vector({})", self.scalar(1)),
            _ => {
                let (name, part) = (self.dice.pick(&TIMELY), self.dice.pick(&CALENDAR));
                format!("{part}(timestamp({name}) - 86400 * {name})")
            }
        }
    }

    fn scalar(&mut self, depth: u32) -> String {
        match self.dice.below(if depth == 0 { 4 } else { 8 }) {
            0 => "1".to_owned(),
            1 => "-2.5".to_owned(),
            2 => self
                .dice
                .pick(&["0", "1e3", "Inf", "NaN", "0x1f", "pi()"])
                .to_owned(),
            3 => "time()".to_owned(),
            4 => format!("scalar({})", self.selector()),
            5 => format!("scalar(sum({}))", self.selector()),
            _ => {
                let (left, right) = (self.scalar(depth - 1), self.scalar(depth - 1));
                let operator = self.dice.pick(&ARITHMETIC);
                format!("({left} {operator} {right})")
            }
        }
    }
}
