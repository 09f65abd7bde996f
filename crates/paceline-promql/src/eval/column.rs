//! One series over all steps. Owns how "no value at this step" is written; refuses to be larger
//! than the budget allows.

use paceline_metrics::{Labels, METRIC_NAME, STALE_BITS};

use super::budget::Charge;

/// No value at a step. The staleness marker is a value in storage only: no window hands it on and
/// no arithmetic makes its signalling bits, so that a column needs no second list of what is there.
pub(crate) const ABSENT: f64 = f64::from_bits(STALE_BITS);

pub(crate) fn is_present(value: f64) -> bool {
    value.to_bits() != STALE_BITS
}

#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) labels: Labels,
    /// `__name__` goes at the end of the evaluation (only where removal is delayed).
    pub(crate) drop_name: bool,
    /// One a step.
    pub(crate) values: Vec<f64>,
    pub(crate) charge: Charge,
}

impl Column {
    pub(crate) fn has_values(&self) -> bool {
        self.values.iter().any(|value| is_present(*value))
    }

    pub(crate) fn map(&mut self, change: impl Fn(f64) -> f64) {
        for value in &mut self.values {
            if is_present(*value) {
                *value = change(*value);
            }
        }
    }

    /// With the step; absent where `change` says so.
    pub(crate) fn map_steps(&mut self, change: impl Fn(usize, f64) -> f64) {
        for (step, value) in self.values.iter_mut().enumerate() {
            if is_present(*value) {
                *value = change(step, *value);
            }
        }
    }
}

pub(crate) fn without_name(labels: &Labels) -> Labels {
    without(labels, &[METRIC_NAME])
}

/// Labels stay sorted, so nothing has to be sorted again.
pub(crate) fn without(labels: &Labels, names: &[&str]) -> Labels {
    if !labels.iter().any(|label| names.contains(&&*label.name)) {
        return labels.clone();
    }
    let kept = labels.iter().filter(|label| !names.contains(&&*label.name));
    Labels::new(kept.cloned())
}
