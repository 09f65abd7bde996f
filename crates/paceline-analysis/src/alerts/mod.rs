//! Alerts: what a rule's answers make of one another over time. Owns the state machine, the names by
//! which alerts are told apart and their grouping; refuses clocks, questions and deliveries: a
//! caller asks the rule's expression, and hands in what it answered and when.
//!
//! ```text
//!             held for `for`
//! pending ─────────────────────> firing ──────> resolved
//!    │  no longer observed         │  no longer observed,
//!    └───> (forgotten)             │  not even for `keep_firing_for`
//!                                  └─ observed again: `keep_firing_for` begins anew
//! ```
//!
//! States, `for`, `keep_firing_for` and the fifteen minutes for which a resolved alert stays known are
//! those of Prometheus's alerting rules ("Alerting rules", Prometheus documentation, version 3).
//! Durations are measured on the steady clock, so a wall clock that jumps neither fires nor resolves.

mod cause;
mod kept_number;
mod labels;
mod machine;
mod notice;
mod telling;
mod template;

pub use cause::{Candidate, causes};
pub use labels::{Fingerprint, Labels};
pub use machine::{Alert, AlertState, Held, Moment, Observed, Timing, Transition, Turn};
pub use notice::{NOTICED_MAX, Notice, NoticeStatus, Noticed};
pub use telling::{Memory, Severity, Subject, Telling, Told, forget, tell};
pub use template::{Facts, Template, TemplateError};
