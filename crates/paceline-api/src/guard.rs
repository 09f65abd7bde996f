//! The election guard that any write may carry: `{election, epoch}`.
//!
//! Owns the way to read it off a request. Refuses to judge it: the store compares the epoch inside
//! the write's own transaction.

/// A request that may be bound to the current epoch of an election.
pub trait Guarded {
    /// The election that the caller believes to lead or follow.
    fn election(&self) -> Option<&str>;
    /// The epoch that must still be current.
    fn epoch(&self) -> Option<u64>;
}

macro_rules! guarded {
    ($($request:ty),+ $(,)?) => {$(
        impl Guarded for $request {
            fn election(&self) -> Option<&str> {
                self.election.as_deref()
            }
            fn epoch(&self) -> Option<u64> {
                self.epoch
            }
        }
    )+};
}

guarded!(
    crate::AgentRegisterRequest,
    crate::AgentDeregisterQuery,
    crate::AgentUpdateStatusRequest,
    crate::HeartbeatRequest,
    crate::TaskEnqueueRequest,
    crate::TaskBatchRequest,
    crate::TaskClaimRequest,
    crate::TaskCompleteRequest,
    crate::TaskFailRequest,
    crate::TaskRenewRequest,
    crate::TaskReleaseRequest,
    crate::TaskUpdateRequest,
    crate::TaskCancelRequest,
    crate::MessageSendRequest,
    crate::MessageAckRequest,
    crate::MemorySetRequest,
    crate::MemoryDeleteQuery,
    crate::QualityAssessRequest,
    crate::ToolCallRecordRequest,
);
