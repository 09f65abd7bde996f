//! The benchmark. Owns load scenarios, the open and the closed loop, ageing, and the model of
//! their results. Refuses to link the server: it drives one from outside, in a process of its own,
//! over the protocols that agents speak, and compares it with a bare handler measured the same
//! way.

mod age;
mod ceiling;
mod choice;
mod claims;
mod client;
mod clock;
mod compare;
mod drive;
mod fleet;
mod history;
mod http;
mod interrupt;
mod kept;
mod machine;
mod metrics;
mod options;
mod process;
mod report;
mod run;
mod scenario;
mod schedule;
mod stage;
mod suite;
mod table;
mod tally;
mod target;

pub use ceiling::{serve_announced, serve_ceiling};
pub use choice::Suite;
pub use compare::{Compared, Comparison};
pub use fleet::{FleetOptions, run_fleet};
pub use history::{Course, History};
pub use kept::Shelf;
pub use metrics::{
    FigureRow, Measure, MetricsOptions, MetricsReport, Peer, SubjectRow, Value, Workload,
};
pub use options::{Options, parse_count};
pub use report::{AgeFigures, AgeRow, Conditions, Figures, Growth, Machine, Report, Row};
pub use run::{Format, Outcome, run};
pub use target::Check;

#[cfg(test)]
mod tests;
