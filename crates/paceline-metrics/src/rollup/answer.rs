//! From what a question is answered. Owns the rule: raw samples for what is short or fine, the
//! coarsest rollup that is right for what is long, and rollups where the raw samples are gone.

use super::Reading;
use crate::{Resolution, Select};

/// Up to here raw samples are read as long as they exist.
const RAW_RANGE_MS_MAX: i64 = 2 * 24 * 3_600_000;

/// How one question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// The coarsest that is right; days without it are answered by the next finer one.
    pub resolution: Resolution,
    /// Nothing when no rollup can stand in.
    pub reading: Option<Reading>,
    pub window_ms: i64,
}

impl Answer {
    pub(crate) fn to(select: &Select) -> Self {
        let reading = Reading::of(select.function);
        let range = select.range.to_ms.saturating_sub(select.range.from_ms);
        let fits = |resolution: &Resolution| {
            reading.is_some_and(|reading| {
                (select.step_ms == 0 || select.step_ms >= resolution.step_ms())
                    && select.window_ms >= resolution.step_ms() * reading.buckets_min()
            })
        };
        let coarse = [Resolution::OneHour, Resolution::FiveMinutes]
            .into_iter()
            .find(fits)
            .filter(|_| range > RAW_RANGE_MS_MAX && !prefers_raw(select.function));
        Self {
            resolution: coarse.unwrap_or(Resolution::Raw),
            reading,
            window_ms: select.window_ms,
        }
    }
}

/// A rollup can stand in for the samples, but what it costs (as many samples again) or blurs (a fit
/// through every sample) is not worth it while they exist.
fn prefers_raw(function: Option<&str>) -> bool {
    matches!(
        function,
        Some("count_over_time" | "deriv" | "predict_linear" | "first_over_time")
    )
}
