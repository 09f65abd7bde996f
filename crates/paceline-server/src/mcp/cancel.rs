//! Calls that a client of a session can take back by name, as 2025-11-25 does it: a notification,
//! in a request of its own, that names the call.
//!
//! Owns the calls under way that belong to a session. Refuses to keep sessions: the id that a client
//! was given is nothing but its half of a call's name, so it outlives a restart and needs no room.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;

/// Session, and the id of the request as its JSON text.
type CallName = (String, String);

/// Bounded by the number of requests under way.
#[derive(Debug, Default)]
pub struct Cancels {
    under_way: Mutex<HashMap<CallName, Arc<Notify>>>,
}

/// A call under way; it is forgotten when this is dropped.
#[derive(Debug)]
pub struct UnderWay {
    cancels: Arc<Cancels>,
    name: CallName,
    cancelled: Cancelled,
}

/// Tells a call that nobody wants its answer any more.
#[derive(Clone, Debug)]
pub struct Cancelled(Arc<Notify>);

impl Cancelled {
    pub async fn wait(&self) {
        self.0.notified().await;
    }
}

impl Cancels {
    pub fn enter(self: &Arc<Self>, session: &str, request: &str) -> UnderWay {
        let name = (session.to_owned(), request.to_owned());
        let cancelled = Cancelled(Arc::default());
        self.under_way
            .lock()
            .insert(name.clone(), Arc::clone(&cancelled.0));
        UnderWay {
            cancels: Arc::clone(self),
            name,
            cancelled,
        }
    }

    /// A name that is not under way is no error: the answer may have passed the notification.
    pub fn cancel(&self, session: &str, request: &str) {
        let name = (session.to_owned(), request.to_owned());
        if let Some(call) = self.under_way.lock().get(&name) {
            call.notify_one();
        }
    }
}

impl UnderWay {
    pub fn cancelled(&self) -> Cancelled {
        self.cancelled.clone()
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        let mut under_way = self.cancels.under_way.lock();
        // A client that uses an id twice at once has the later call under this name.
        if under_way
            .get(&self.name)
            .is_some_and(|call| Arc::ptr_eq(call, &self.cancelled.0))
        {
            under_way.remove(&self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_named_call_of_that_session_is_cancelled() {
        let cancels = Arc::new(Cancels::default());
        let (one, other) = (cancels.enter("s1", "7"), cancels.enter("s2", "7"));
        cancels.cancel("s1", "7");
        cancels.cancel("s1", "8");
        one.cancelled().wait().await;
        let waiting = other.cancelled();
        assert!(
            tokio::time::timeout(std::time::Duration::ZERO, waiting.wait())
                .await
                .is_err()
        );
        drop((one, other));
        assert!(cancels.under_way.lock().is_empty());
    }

    #[test]
    fn a_call_that_took_over_a_name_keeps_it() {
        let cancels = Arc::new(Cancels::default());
        let first = cancels.enter("s", "1");
        let _second = cancels.enter("s", "1");
        drop(first);
        assert_eq!(cancels.under_way.lock().len(), 1);
    }
}
