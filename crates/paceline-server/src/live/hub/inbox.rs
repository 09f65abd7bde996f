//! What happened and was not looked at yet. Owns the bound on it; refuses to make whoever tells
//! wait: what does not fit is lost, and then everything is read anew.

use std::mem;
use std::sync::Arc;

use paceline_api::Operation;
use paceline_store::Changes;
use parking_lot::Mutex;

use crate::live::limits::NOTES_WAITING_MAX;
use crate::recorder::Fact;
use crate::recorder::counts::Counted;

pub enum Note {
    Commit(Arc<Changes>),
    Closed(Closed),
    ToolCall(ToolCall),
}

/// An operation of an agent.
pub struct Closed {
    pub agent_id: String,
    pub operation: Operation,
    pub at_ms: i64,
    pub duration_us: u64,
    pub outcome: &'static str,
    pub subject: Option<String>,
    pub error: Option<&'static str>,
    pub counted: Option<Counted>,
}

pub struct ToolCall {
    pub agent_id: String,
    pub at_ms: i64,
    pub tool: String,
    pub duration_ms: f64,
    pub success: bool,
}

#[derive(Default)]
pub struct Inbox(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    notes: Vec<Note>,
    weight: usize,
    is_lost: bool,
}

/// What waited; with `is_lost` there was more.
pub struct Taken {
    pub notes: Vec<Note>,
    pub is_lost: bool,
}

impl Inbox {
    pub fn put(&self, note: Note) {
        let weight = note.weight();
        let mut waiting = self.0.lock();
        if waiting.is_lost {
            return;
        }
        waiting.weight += weight;
        if waiting.weight <= NOTES_WAITING_MAX {
            waiting.notes.push(note);
            return;
        }
        waiting.is_lost = true;
        let notes = mem::take(&mut waiting.notes);
        drop(waiting);
        // Without the lock: they are many.
        drop(notes);
    }

    pub fn take(&self) -> Taken {
        let Waiting { notes, is_lost, .. } = mem::take(&mut *self.0.lock());
        Taken { notes, is_lost }
    }
}

impl Note {
    fn weight(&self) -> usize {
        match self {
            Self::Commit(changes) => 1 + changes.list.len(),
            Self::Closed(_) | Self::ToolCall(_) => 1,
        }
    }

    /// Those of agents; what nobody did is not followed.
    pub fn of_fact(fact: &Fact<'_>) -> Vec<Self> {
        match *fact {
            Fact::Closed {
                operation,
                at,
                duration_ns,
                outcome,
                agent_id: Some(agent_id),
                subject,
                error,
                counted,
            } => vec![Self::Closed(Closed {
                agent_id: agent_id.to_owned(),
                operation,
                at_ms: at.0,
                duration_us: duration_ns / 1_000,
                outcome: outcome.as_str(),
                subject: subject.map(str::to_owned),
                error,
                counted,
            })],
            Fact::ToolCalls(calls) => {
                let of_agent = calls.iter().filter_map(|call| {
                    Some(Self::ToolCall(ToolCall {
                        agent_id: call.agent_id.as_deref()?.to_owned(),
                        at_ms: call.end_time.0,
                        tool: call.tool.to_string(),
                        duration_ms: call.duration_ms,
                        success: call.success,
                    }))
                });
                of_agent.collect()
            }
            Fact::Closed { .. } | Fact::Windowed => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit() -> Note {
        let changes = Changes {
            at: paceline_core::Timestamp(0),
            counts: [0; 7],
            list: Vec::new(),
        };
        Note::Commit(Arc::new(changes))
    }

    #[test]
    fn what_does_not_fit_is_lost_with_all_that_waits_and_said_to_be() {
        let inbox = Inbox::default();
        for _ in 0..NOTES_WAITING_MAX {
            inbox.put(commit());
        }
        let taken = inbox.take();
        assert_eq!(
            (taken.notes.len(), taken.is_lost),
            (NOTES_WAITING_MAX, false)
        );
        for _ in 0..NOTES_WAITING_MAX + 2 {
            inbox.put(commit());
        }
        let taken = inbox.take();
        assert_eq!((taken.notes.len(), taken.is_lost), (0, true));
        inbox.put(commit());
        assert_eq!(inbox.take().notes.len(), 1);
    }
}
