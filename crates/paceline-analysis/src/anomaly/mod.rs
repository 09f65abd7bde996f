//! Anomalies, while they happen. Owns a detector for one series, the comparison of an agent with its
//! peers, the fleet's rate and the sentences; refuses clocks and storage: values come with their
//! times, and the whole state is plain data that can be kept across restarts.
//!
//! ```text
//! value ─▶ residual ─▶ spikes: peaks over threshold            ┐
//!            │                                                 │
//!            ▼ minute                                          │  quiet ──began──▶ open ──ended─▶ quiet
//!          bucket ─▶ median of nine: level shift               ├─▶ one anomaly at a time; neighbours
//!            │    ─▶ own period: lost                          │   in time belong to it
//!            │    ─▶ nearest past window: shape (key series)   │
//!            ▼ hour                                            ┘
//!          season of day and week ─▶ last hours against the week: drift
//! value or none ─▶ runs: flat line, gone
//! ```
//!
//! What is expected is a slow average, with the season and the series' own period where these have
//! proved to foretell. While a spike or a shift lasts nothing of it is learnt; after
//! [`Options::adapt_ms`] it is the new normal and ends.

mod buckets;
mod detector;
mod drift;
mod episode;
mod hours;
mod options;
mod pareto;
mod peers;
mod rate;
mod rhythm;
mod ring;
mod runs;
mod scale;
mod season;
mod shape;
mod signal;
mod tail;
mod words;

pub use detector::Detector;
pub use options::Options;
pub use peers::{OutOfLine, PeerOptions, PeerSignal, Peers};
pub use rate::{FleetRate, fleet_rate};
pub use signal::{Evidence, Kind, Rhythm, Signal, Usual};
pub use words::{Unit, clock, describe, describe_peer, describe_rate};
