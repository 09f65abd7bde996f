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

/// Of a topic: fleet, operations, tasks, agent.
pub const TOPIC_FRAMES_PER_SECOND_MAX: u32 = 10;
/// A topic that is quiet is looked at again this soon after something changed elsewhere.
pub const QUIET_PAUSE: Duration = Duration::from_millis(10);
/// Events of one frame; of more, the newest.
pub const FRAME_EVENTS_MAX: usize = 100;
/// Tasks of one frame; of more, the freshest.
pub const FRAME_TASKS_MAX: usize = 200;
/// Operations and, apart, tool calls of one agent in one frame; of more, the newest.
pub const FRAME_ACTIONS_MAX: usize = 200;

/// Agents that the fleet shows; those that come when there are as many are left out.
pub const AGENTS_MAX: usize = 20_000;
/// Marks of agents that left.
pub const AGENTS_GONE_MAX: usize = 10_000;
/// Events that the hub keeps, and tasks that changed.
pub const EVENTS_KEPT_MAX: usize = 1_000;
pub const TASKS_KEPT_MAX: usize = 2_000;
/// Times of changes that the hub keeps: seconds of a fleet at its busiest.
pub const MOMENTS_KEPT_MAX: usize = 20_000;
/// Tasks that changed, made room, and are counted still.
pub const TASKS_FORGOTTEN_MAX: usize = 20_000;
pub const EVENT_TEXT_LENGTH: usize = 240;
/// Of an agent that is followed: operations and, apart, tool calls.
pub const ACTIONS_KEPT_MAX: usize = 500;
/// Events of tasks that the hub begins with.
pub const RECENT_EVENTS: u32 = 1_000;
/// Readings of an agent that changes all the time; then it is taken as it was read last.
pub const FOLLOW_READINGS_MAX: usize = 5;
/// Changes between two frames; beyond it the hub reads everything anew.
pub const NOTES_WAITING_MAX: usize = 200_000;
/// The hub stays awake so long without followers.
pub const LINGER: Duration = Duration::from_secs(60);
pub const UPKEEP_PAUSE: Duration = Duration::from_secs(1);

/// Queries of one subscriber.
pub const QUERIES_MAX: usize = 8;
/// Queries that are evaluated at the same time, of all subscribers; more wait.
pub const QUERIES_RUNNING_MAX: usize = 2;
/// Between two evaluations of a query; longer for one that takes long ...
pub const QUERY_PAUSE: Duration = Duration::from_secs(1);
/// ... so that it is worked on for no more than one part of so many.
pub const QUERY_REST: u32 = 4;
pub const QUERY_TIMEOUT: Duration = Duration::from_secs(10);

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
