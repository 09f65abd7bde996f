//! A metric of the server's own with all its series at one moment: the one model that the text of
//! `/metrics`, the stored rows and the definitions are made from. Refuses to know where the numbers
//! come from.

use std::borrow::Cow;

use paceline_metrics::MetricKind;

use super::histogram::{BOUNDS_NS, Reading};

pub type Text<'a> = Cow<'a, str>;
pub type Pairs<'a> = Vec<(&'static str, Text<'a>)>;

/// What is said of a metric once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    pub name: &'static str,
    pub kind: MetricKind,
    pub unit: &'static str,
    pub help: &'static str,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Family<'a> {
    pub about: About,
    pub points: Vec<Point<'a>>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Point<'a> {
    /// `_bucket`, `_sum`, `_count` or nothing.
    pub suffix: &'static str,
    pub labels: Pairs<'a>,
    pub value: f64,
}

impl<'a> Family<'a> {
    #[must_use]
    pub fn of(about: About) -> Self {
        let points = Vec::new();
        Self { about, points }
    }

    /// One that has no labels.
    #[must_use]
    pub fn single(about: About, value: f64) -> Self {
        let mut family = Self::of(about);
        family.add(Vec::new(), value);
        family
    }

    /// One for each value of one label.
    #[must_use]
    pub fn by(
        about: About,
        label: &'static str,
        values: impl IntoIterator<Item = (Text<'a>, u64)>,
    ) -> Self {
        let mut family = Self::of(about);
        for (value, count) in values {
            family.add(vec![(label, value)], number(count));
        }
        family
    }

    pub fn add(&mut self, labels: Pairs<'a>, value: f64) {
        self.push("", labels, value);
    }

    pub fn add_sum(&mut self, labels: Pairs<'a>, sum: f64, count: u64) {
        self.push("_sum", labels.clone(), sum);
        self.push("_count", labels, number(count));
    }

    pub fn add_histogram(&mut self, labels: Pairs<'a>, reading: &Reading) {
        let bounds = BOUNDS_NS.iter().map(|ns| seconds(*ns).to_string().into());
        let bounds = bounds.chain([Cow::Borrowed("+Inf")]);
        for (bound, count) in bounds.zip(&reading.cumulative) {
            let mut labels = labels.clone();
            labels.push(("le", bound));
            self.push("_bucket", labels, number(*count));
        }
        self.add_sum(labels, seconds(reading.sum_ns), reading.count());
    }

    fn push(&mut self, suffix: &'static str, labels: Pairs<'a>, value: f64) {
        self.points.push(Point {
            suffix,
            labels,
            value,
        });
    }
}

#[expect(clippy::cast_precision_loss, reason = "exact to 104 days")]
pub(super) fn seconds(ns: u64) -> f64 {
    ns as f64 / 1e9
}

#[expect(
    clippy::cast_precision_loss,
    reason = "every value of a series is a float"
)]
pub(crate) fn number(count: u64) -> f64 {
    count as f64
}
