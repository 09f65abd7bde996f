//! What goes into a store beside a command, and what comes back beside a value. Owns the envelope;
//! refuses domain content.

use paceline_core::{Now, Rejection, election};

/// What every write carries beside its command.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context {
    pub now: Now,
    /// Refuse unless this epoch is current, checked in the write's own transaction.
    pub guard: Option<election::Guard>,
    /// A repeated key gets the first answer again and changes nothing.
    pub key: Option<IdempotencyKey>,
}

impl Context {
    #[must_use]
    pub fn at(now: Now) -> Self {
        Self {
            now,
            guard: None,
            key: None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// Already scoped by operation and caller.
    pub key: String,
    /// SHA-256 of the request: the same key with another request is a mistake.
    pub fingerprint: [u8; 32],
}

/// Where the time went, in nanoseconds of the clock's stopwatch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stages {
    pub queue_ns: u64,
    pub execute_ns: u64,
    pub commit_ns: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Done<T> {
    pub value: T,
    pub stages: Stages,
    /// The answer to an earlier request with the same idempotency key.
    pub replayed: bool,
}

#[derive(Debug)]
pub struct Failure {
    pub error: StoreError,
    pub stages: Stages,
}

pub type Answer<T> = Result<Done<T>, Failure>;

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum StoreError {
    #[error(transparent)]
    Rejected(#[from] Rejection),
    #[error("the write queue is full ({waiting} waiting)")]
    Busy { waiting: usize },
    #[error("the store is read-only: {reason}")]
    ReadOnly { reason: String },
    #[error("the store is shutting down")]
    Closed,
    #[error("`{path}` is damaged: {detail}")]
    Corrupt { path: String, detail: String },
    #[error("`{path}` was written by a newer version (schema {found}, this one knows {known})")]
    Newer {
        path: String,
        found: u32,
        known: u32,
    },
    #[error("storage failed: {0}")]
    Failed(String),
}

/// One page of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageRequest {
    pub limit: u32,
    /// As given by the page before.
    pub cursor: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next_cursor: Option<String>,
}
