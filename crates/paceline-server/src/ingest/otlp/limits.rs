//! Every maximum of the OTLP receiver, by name. Refuses those of series: they are the engine's.

/// Of a request as it arrives.
pub const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Of a request once it is unpacked.
pub const UNPACKED_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Messages (resources, metrics, points, attributes, values) of one request: two bytes of protobuf
/// can stand for a structure of two hundred.
pub const MESSAGES_MAX: usize = 400_000;
/// Unpacked bytes of all requests under way; whoever comes beyond gets 503.
pub const UNDER_WAY_BYTES_MAX: usize = 128 * 1024 * 1024;

/// Series whose increases are added up here, over all shards.
pub const ADDED_UP_SERIES_MAX: usize = 1_000_000;
/// A series that nothing was added to for this long is forgotten; it is taken up again from the
/// engine when it returns.
pub const ADDED_UP_KEPT_MS: i64 = 2 * 3_600_000;
/// How far back the engine is asked for the value that a counter is continued from.
pub const RESUME_MS: i64 = 24 * 3_600_000;
/// Reports (events, spans, delta points) that are remembered, so that a repeated one counts once.
pub const REMEMBERED_REPORTS_MAX: usize = 1_000_000;
/// How long the best teller of a fact silences the others.
pub const TELLER_KEPT_MS: i64 = 3_600_000;
/// Translated names remembered for each resource, over all shards.
pub const NAMES_MAX: usize = 1_000_000;
/// Buckets of a histogram, after an exponential one was made coarser.
pub const BUCKETS_MAX: usize = 160;
/// An exponential histogram is made at least this coarse: four buckets for each doubling.
pub const SCALE_MAX: i32 = 2;

/// Attributes watched for each event.
pub const WATCHED_ATTRIBUTES_MAX: usize = 96;
/// An attribute that came with this many events in a row is expected to go on coming.
pub const EXPECTED_AFTER: u64 = 20;
/// An expected attribute that did not come with this many events in a row is missing.
pub const MISSING_AFTER: u64 = 20;

/// How far ahead of this server's clock an increase may be, and how far behind.
pub const AHEAD_MS_MAX: i64 = 10 * 60_000;
pub const BEHIND_MS_MAX: i64 = 3_600_000;
/// Bytes of an attribute's value as a label; the engine refuses longer ones, this bounds the work.
pub const TEXT_BYTES_MAX: usize = 8 * 1024;
pub const DESCRIPTION_CHARS_MAX: usize = 1_000;
/// Metrics whose descriptions are passed on.
pub const DESCRIBED_MAX: usize = 50_000;
/// Requests that are read at the same time.
pub const WORKERS_MAX: usize = 64;
