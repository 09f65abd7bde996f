//! Every maximum of the HTTP surface, by name. Refuses those of coordination: they are
//! `paceline_core::limits`.

use std::time::Duration;

pub const BODY_BYTES_MAX: usize = 1024 * 1024;
/// Of a batch of tasks or samples, which is a thousand requests in one.
pub const BATCH_BODY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Request line and headers together; also the read buffer of a connection.
pub const HEADER_BYTES_MAX: usize = 64 * 1024;
pub const QUERY_BYTES_MAX: usize = 16 * 1024;

/// Open connections; one more is told so and closed.
pub const CONNECTIONS_MAX: usize = 10_000;
/// Requests under way, waiting ones included; one more gets 503.
pub const REQUESTS_MAX: usize = 8_192;

/// From headers to answer.
pub const REQUEST_MAX: Duration = Duration::from_secs(30);
/// The same where the caller may ask to wait for up to a minute.
pub const LONG_POLL_MAX: Duration = Duration::from_secs(90);
/// For the headers of the next request to be complete, an idle connection's pause included.
pub const HEADER_READ_MAX: Duration = Duration::from_secs(75);
pub const TLS_HANDSHAKE_MAX: Duration = Duration::from_secs(10);
/// For requests under way to end once the server stops.
pub const DRAIN_MAX: Duration = Duration::from_secs(10);
