//! Every maximum of the live feed, by name.

use std::time::Duration;

/// Open connections; one more gets 503.
pub const SUBSCRIBERS_MAX: usize = 256;
/// Of one subscriber.
pub const SUBSCRIPTIONS_MAX: usize = 32;
/// Of one subscriber, all its subscriptions together.
pub const SELECTORS_MAX: usize = 64;
/// Of one subscription, over all its life.
pub const SERIES_MAX: usize = 10_000;

/// Of a client's message; a longer one is refused.
pub const MESSAGE_BYTES_MAX: usize = 64 * 1024;
/// A message beyond this is not read to its end: the connection closes.
pub const MESSAGE_BYTES_READ_MAX: usize = 1024 * 1024;

pub const FRAMES_PER_SECOND: u32 = 10;
pub const FRAMES_PER_SECOND_MAX: u32 = 50;
/// Samples of one delta; of more, the newest of each series are sent.
pub const FRAME_SAMPLES_MAX: usize = 50_000;

/// Between the engine's writer and a subscriber's task; beyond it the subscriber is cut off.
pub const EVENTS_WAITING_MAX: usize = 64 * 1024;
pub const SAMPLES_WAITING_MAX: usize = 250_000;
/// Frames that a subscriber has not read yet; beyond it the subscriber is cut off.
pub const FRAMES_WAITING_MAX: usize = 64;
pub const FRAME_BYTES_WAITING_MAX: usize = 16 * 1024 * 1024;

/// Snapshots that are read from the engine at the same time; more wait.
pub const SNAPSHOTS_RUNNING_MAX: usize = 2;
/// A series without a sample for longer is not in a snapshot, as in an instant query.
pub const LOOKBACK_MS: i64 = 300_000;

/// A subscriber that sends nothing is asked for a sign of life this often ...
pub const PING_PAUSE: Duration = Duration::from_secs(20);
/// ... and cut off when none came for this long.
pub const SILENCE_MAX: Duration = Duration::from_secs(60);
/// For a close frame to leave, which waits for the frame before it.
pub const CLOSE_WRITE_MAX: Duration = Duration::from_secs(5);
/// For the subscriber's own to come.
pub const CLOSE_READ_MAX: Duration = Duration::from_secs(1);
/// For all connections to close when the server stops.
pub const STOP_MAX: Duration = Duration::from_secs(2);
