//! What alerts may cost. Owns the limits' names; refuses to apply them.

/// Of one rule. Prometheus has no limit by default; a rule that matches 100,000 series is a mistake,
/// and nobody reads as many alerts.
pub const ALERTS_A_RULE_MAX: usize = 1_000;
/// That people make; files and defaults are beside them.
pub const RULES_MAX: usize = 2_000;
pub const SILENCES_MAX: usize = 1_000;
pub const SILENCE_MATCHERS_MAX: usize = 20;
pub const ALERT_NAME_LENGTH_MAX: usize = 200;
/// Of an annotation, a label or a comment, in bytes.
pub const ALERT_TEXT_LENGTH_MAX: usize = 4_096;
/// Labels, annotations, causes of one rule.
pub const ALERT_TEXTS_MAX: usize = 32;
/// A month.
pub const FOR_SECONDS_MAX: u64 = 31 * 86_400;
pub const WINDOW_SECONDS_MAX: u64 = 86_400;
pub const PREVIEW_HOURS_MAX: u32 = 168;
/// A rule takes at most a tenth of the time: one that takes 300 ms is evaluated every three seconds.
pub const REST_FACTOR: i64 = 10;
/// All rules that are due together.
pub const TURN_SECONDS_MAX: u64 = 10;
pub const RULE_SERIES_MAX: u64 = 200_000;
/// An alert that flaps is recorded so often in an hour; more often it is only counted.
pub const FIRINGS_RECORDED_AN_HOUR: usize = 30;
/// Times that an alert fired, remembered for a day.
pub const FIRINGS_REMEMBERED: usize = 200;
