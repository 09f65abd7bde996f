//! What watching may cost. Owns the limits' names; refuses to apply them.

/// Custom series, awake or asleep: 60 MB of detectors that have seen a week.
pub const SERIES_MAX: usize = 10_000;
/// Types of agents whose tasks are compared, and agents of one type.
pub const TYPES_MAX: usize = 200;
pub const AGENTS_MAX: usize = 10_000;
/// Agents whose being out of line a person called no anomaly, of one type.
pub const MUTED_MAX: usize = 1_000;
/// Of the server's own figures, which are of the last minute: ten times as many values tell no more
/// than these, since neighbours share 59 of their 60 seconds, and cost ten times as much.
pub const OWN_STEP_MS: i64 = 10_000;
/// Custom series that come more seldom are not watched, more often by the second.
pub const STEP_MS_MIN: i64 = 1_000;
pub const STEP_MS_MAX: i64 = 300_000;
/// Intervals whose median is a series' step.
pub const CADENCE_INTERVALS: usize = 8;
/// After a start nothing is judged for so long: windows fill, caches are cold, clients come back.
pub const GRACE_MS: i64 = 120_000;
/// A percentile of fewer calls in a minute is one call's luck.
pub const CALLS_MIN: f64 = 5.0;
/// Of fewer calls in a minute a single error would be a large share.
pub const RATIO_CALLS_MIN: u64 = 20;
/// A sample that is older or newer than now by more is of another time, and is not judged as of now.
pub const SKEW_MS_MAX: i64 = 600_000;
/// Without a value for so long a custom series is not looked at any more, until it comes back.
pub const SLEEP_AFTER_MS: i64 = 6 * 3_600_000;
/// A long weekend later it is forgotten.
pub const FORGET_AFTER_MS: i64 = 4 * 86_400_000;
/// What is not observed has ended for whoever looks, though its detector could not say so.
pub const UNOBSERVED_MS: i64 = 600_000;
/// What began within so long began at the same moment.
pub const TOGETHER_MS: i64 = 120_000;
pub const TOGETHER_MAX: usize = 20;
/// Those that a new one is compared with.
pub const LATELY_MAX: usize = 200;
/// Going on at a time; more are counted, and not told one by one.
pub const OPEN_MAX: usize = 1_000;
/// Changes that the store did not take yet.
pub const UNSAVED_MAX: usize = 20_000;
pub const SAVE_EVERY_MS: i64 = 300_000;
/// Lines of the state that are copied at a time.
pub const SAVED_AT_ONCE: usize = 200;
/// Of the state, unpacked; one line holds one series.
pub const STATE_BYTES_MAX: u64 = 4 << 30;
pub const STATE_LINE_BYTES_MAX: u64 = 64 << 20;
/// What is read of a series that was not watched before: so many values, and no more than a week.
pub const LEARN_VALUES_MAX: i64 = 10_000;
pub const LEARN_MS: i64 = 7 * 86_400_000;
/// Of each turn; one series is read at least.
pub const LEARN_NS_A_TURN: u64 = 20_000_000;
/// Of a preview: what is judged and what is learnt from, where nothing is said.
pub const PREVIEW_SPAN_MS: i64 = 86_400_000;
pub const PREVIEW_LEARN_MS: i64 = 7 * 86_400_000;
/// A series' values, and series: at most as much work as a few seconds of a core.
pub const PREVIEW_POINTS_MAX: i64 = 20_000;
pub const PREVIEW_SERIES_MAX: u64 = 100;
pub const PREVIEW_ITEMS_MAX: usize = 500;
