//! The one integration binary: rules against tables and against naive models.

#[path = "runner/checks.rs"]
mod checks;
#[path = "runner/dependency_model.rs"]
mod dependency_model;
#[path = "runner/election_model.rs"]
mod election_model;
#[path = "runner/election_table.rs"]
mod election_table;
#[path = "runner/priority.rs"]
mod priority;
#[path = "runner/samples.rs"]
mod samples;
#[path = "runner/task_fences.rs"]
mod task_fences;
#[path = "runner/task_model.rs"]
mod task_model;
#[path = "runner/task_steps.rs"]
mod task_steps;
#[path = "runner/task_table.rs"]
mod task_table;
