//! Agents beside each other, fairly. Owns the comparison of what an agent did with what the others
//! did on the same kinds of task: verdicts with their evidence, funnels, and an order with
//! intervals; refuses to compare what fewer than three others do, and to judge from few tasks.
//!
//! The way: durations become distances from the median of their kind (`scores`), failures
//! are counted; what is expected of an agent comes from the others alone; how far chance carries
//! them apart follows from the scatter of tasks and from the scatter between agents. D. J.
//! Spiegelhalter, "Funnel plots for comparing institutional performance", Statistics in Medicine
//! 24(8), 2005.

mod count;
mod evidence;
mod expected;
mod funnel;
mod judge;
mod order;
mod peers;
mod scatter;
mod scores;
mod tally;

pub use funnel::{Curve, Funnel, Point};
pub use judge::{Kind, Measured, Ranking, Standing, Verdict};
pub use order::Place;
pub use tally::{Attempt, Durations, End, Tally, Work};

/// The share of equal agents within the outer limits.
pub const LIMIT: f64 = 0.998;
/// The share within the inner ones, which no verdict rests on.
pub const INNER_LIMIT: f64 = 0.95;
/// Tasks that can be compared, below which there is no verdict.
pub const TASKS_MIN: u64 = 30;
/// Others who must work on a kind, and their tasks, for it to be comparable.
pub const PEERS_MIN: usize = 3;
pub const PEER_TASKS_MIN: u64 = 20;
/// A difference that is sure is still not worth a word below: a tenth of the time.
pub const DURATION_MARGIN: f64 = 0.10;
/// Likewise, two failures in a hundred tasks.
pub const FAILURE_MARGIN: f64 = 0.02;
