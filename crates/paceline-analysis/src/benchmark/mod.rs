//! Kept results of benchmarks as people ask about them: what was measured, and its course over time.
//! Owns which figures of a result count, which results belong to one course, and where a course
//! steps; refuses to read files or to join what was measured differently.

mod course;
mod kept;

pub use course::{Course, Point, Step, comparable, courses};
pub use kept::{
    Conditions, FORMAT, Figures, Kept, KeptFigure, KeptMetrics, KeptValue, Machine, Measurement,
    Probe, Scenario, WrongFormat,
};
