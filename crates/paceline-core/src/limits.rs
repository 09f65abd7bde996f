//! Every maximum of coordination, by name. Refuses numbers anywhere else.

pub const ID_LENGTH_MAX: usize = 200;
pub const NAME_LENGTH_MAX: usize = 200;
pub const DESCRIPTION_LENGTH_MAX: usize = 10_000;
pub const SUMMARY_LENGTH_MAX: usize = 140;
pub const NOTE_LENGTH_MAX: usize = 10_000;
pub const REASON_LENGTH_MAX: usize = 2_000;
pub const ERROR_LENGTH_MAX: usize = 10_000;
pub const JSON_BYTES_MAX: usize = 256 * 1024;

pub const AGENT_TYPES_MAX: usize = 32;
pub const TOPICS_MAX: usize = 64;
pub const TAGS_MAX: usize = 32;

pub const BASE_PRIORITY_MAX: u8 = 10;
pub const BASE_PRIORITY_DEFAULT: u8 = 5;
pub const PREREQUISITES_MAX: usize = 100;
pub const BATCH_TASKS_MAX: usize = 1_000;
pub const PLAN_TASKS_MAX: usize = 10_000;
/// Tasks of one graph, the nearest to the one asked about.
pub const GRAPH_TASKS_MAX: u32 = 500;
pub const NOTES_PER_TASK_MAX: usize = 1_000;
pub const RETRIES_DEFAULT: u32 = 3;
pub const RETRIES_MAX: u32 = 100;

pub const LEASE_SECONDS_DEFAULT: u32 = 300;
pub const LEASE_SECONDS_MAX: u32 = 24 * 3_600;
/// What a lease or a term has left at least when a server starts again.
pub const RESTART_GRACE_MS: i64 = 10_000;
pub const LEASE_MS_MAX: i64 = LEASE_SECONDS_MAX as i64 * 1_000;
pub const WAIT_SECONDS_MAX: u32 = 60;

pub const TTL_MS_DEFAULT: u32 = 10_000;
pub const TTL_MS_MIN: u32 = 100;
pub const TTL_MS_MAX: u32 = 3_600_000;

pub const MEMORY_KEY_LENGTH_MAX: usize = 512;
pub const MEMORY_TTL_SECONDS_MAX: u64 = 10 * 365 * 86_400;
pub const SEARCH_QUERY_LENGTH_MAX: usize = 1_000;

pub const TOOL_CALLS_PER_BATCH_MAX: usize = 1_000;

pub const PAGE_DEFAULT: u32 = 50;
pub const PAGE_MAX: u32 = 500;
/// How many rows one page may look at when its filter has no index of its own.
pub const PAGE_VISITS_MAX: u32 = 100_000;
/// Rows of one read that are counted and not shown.
pub const FIGURES_PAGE_MAX: u32 = 5_000;
/// Events that are looked at to find the claim before an end.
pub const HOLD_STEPS_MAX: u32 = 10_000;
/// Of the text that a list of tasks is searched for.
pub const TASK_TEXT_LENGTH_MAX: usize = 200;
/// How many tasks' texts one page may look into.
pub const TEXT_VISITS_MAX: u32 = 10_000;

/// Beyond so many agents nobody counts which of them have a message.
pub const AUDIENCE_AGENTS_MAX: u32 = 5_000;

/// Beyond so many entries that match, a search answers the newest first instead of the best: ranking
/// looks at every match.
pub const MEMORY_RANKED_MAX: u32 = 1_000;

pub const IDEMPOTENCY_KEY_LENGTH_MAX: usize = 255;
pub const IDEMPOTENCY_KEPT_MS: i64 = 25 * 3_600_000;

pub const METRIC_NAME_LENGTH_MAX: usize = 200;
pub const METRIC_UNIT_LENGTH_MAX: usize = 64;
pub const METRIC_DESCRIPTION_LENGTH_MAX: usize = 1_000;
pub const METRIC_DEFINITIONS_MAX: usize = 100_000;
/// Values in one push as JSON.
pub const METRIC_VALUES_PER_BATCH_MAX: usize = 20_000;
