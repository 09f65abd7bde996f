//! Every statement that the SQLite adapter runs. Owns their texts and the list of them, so that a
//! test can ask for each one's plan; refuses statements that are put together at run time.

/// Names statements and lists them.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)*) => {
        $($(#[$doc])* pub(crate) const $name: &str = $text;)*

        pub(crate) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

/// The columns that `task::row::Row` reads, in its order.
macro_rules! row_columns {
    () => {
        "seq, task_id, status, calculated_priority, base_priority, source, agent_type, \
         dependency_depth, prerequisites, unmet_prerequisites, dependents_waiting, deadline, \
         not_before, estimated_duration_seconds, max_retries, retries, fence, assigned_to, \
         lease_deadline, lease_ms, submitted_at, ready_at, started_at, finished_at, last_event, \
         notes, imported"
    };
}

pub(crate) mod agent;
pub(crate) mod alert;
pub(crate) mod election;
pub(crate) mod import;
pub(crate) mod memory;
pub(crate) mod message;
pub(crate) mod record;
pub(crate) mod task;
pub(crate) mod work;

/// Every statement, for the test of plans and for `doctor`.
pub(crate) fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lists = [
        agent::ALL,
        alert::ALL,
        election::ALL,
        import::ALL,
        memory::ALL,
        message::ALL,
        record::ALL,
        task::ALL,
        work::ALL,
    ];
    lists.into_iter().flatten().copied()
}
