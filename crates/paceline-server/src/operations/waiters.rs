//! Those who wait for something to happen. Owns who is woken: claimers by the agent types they
//! take, readers by their mailbox; refuses to promise anything: a woken waiter looks again, and may
//! have been overtaken. Waiters register before they look, so nothing falls between.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::Instant;

/// A waiter's place. Dropping it leaves the queue.
pub(super) type Place = Arc<Notify>;

/// Waiting in line under a key; waiters of one key are served first come, first served.
#[derive(Debug)]
struct Lines<K> {
    by_key: Mutex<HashMap<K, VecDeque<Weak<Notify>>>>,
}

impl<K> Default for Lines<K> {
    fn default() -> Self {
        Self {
            by_key: Mutex::default(),
        }
    }
}

impl<K: Eq + std::hash::Hash> Lines<K> {
    fn join(&self, key: K) -> Place {
        let place = Arc::new(Notify::new());
        let mut by_key = self.by_key.lock();
        let line = by_key.entry(key).or_default();
        line.retain(|place| 0 < place.strong_count());
        line.push_back(Arc::downgrade(&place));
        place
    }

    /// Wakes up to `count` of every line whose key is `wanted`.
    fn wake(&self, count: usize, wanted: impl Fn(&K) -> bool) {
        self.by_key.lock().retain(|key, line| {
            if wanted(key) {
                wake_first(line, count);
            }
            !line.is_empty()
        });
    }
}

fn wake_first(line: &mut VecDeque<Weak<Notify>>, count: usize) {
    let mut woken = 0;
    while woken < count
        && let Some(place) = line.pop_front()
    {
        if let Some(place) = place.upgrade() {
            place.notify_one();
            woken += 1;
        }
    }
}

#[derive(Debug, Default)]
pub struct Waiters {
    /// Keyed by the agent types that the claimer takes; none is any.
    claimers: Lines<Vec<String>>,
    readers: Lines<String>,
    stopping: AtomicBool,
}

impl Waiters {
    pub(super) fn await_task(&self, agent_types: &[String]) -> Place {
        self.claimers.join(agent_types.to_vec())
    }

    pub(super) fn await_message(&self, agent_id: &str) -> Place {
        self.readers.join(agent_id.to_owned())
    }

    /// `count` tasks became ready; `agent_type` is theirs, `None` fits everybody.
    pub fn tasks_ready(&self, count: usize, agent_type: Option<&str>) {
        let fits = |types: &Vec<String>| match agent_type {
            Some(wanted) => types.is_empty() || types.iter().any(|one| one == wanted),
            None => true,
        };
        if 0 < count {
            self.claimers.wake(count, fits);
        }
    }

    pub(super) fn message_for(&self, agent_id: &str) {
        self.readers.wake(usize::MAX, |reader| reader == agent_id);
    }

    pub(super) fn message_for_many(&self) {
        self.readers.wake(usize::MAX, |_| true);
    }

    /// Nobody waits any longer: a server that stops answers everybody with what there is.
    pub fn stop(&self) {
        // Before the waking, so that whoever wakes sees it.
        self.stopping.store(true, Ordering::Release);
        self.claimers.wake(usize::MAX, |_| true);
        self.readers.wake(usize::MAX, |_| true);
    }

    /// How long a waiter may go on.
    pub(super) fn patience(&self, give_up: Instant) -> Duration {
        if self.stopping.load(Ordering::Acquire) {
            return Duration::ZERO;
        }
        give_up.saturating_duration_since(Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn is_woken(place: &Place) -> bool {
        tokio::time::timeout(Duration::ZERO, place.notified())
            .await
            .is_ok()
    }

    #[tokio::test]
    async fn one_ready_task_wakes_the_first_claimer_that_takes_its_type() {
        let waiters = Waiters::default();
        let other = waiters.await_task(&["b".to_owned()]);
        let first = waiters.await_task(&["a".to_owned()]);
        let second = waiters.await_task(&["a".to_owned()]);
        waiters.tasks_ready(1, Some("a"));
        assert!(is_woken(&first).await);
        assert!(!is_woken(&second).await && !is_woken(&other).await);
    }

    #[tokio::test]
    async fn a_waiter_that_left_is_passed_over() {
        let waiters = Waiters::default();
        drop(waiters.await_task(&[]));
        let second = waiters.await_task(&[]);
        waiters.tasks_ready(1, Some("a"));
        assert!(is_woken(&second).await);
    }

    #[tokio::test]
    async fn a_broadcast_wakes_every_reader_and_a_letter_one() {
        let waiters = Waiters::default();
        let one = waiters.await_message("one");
        let two = waiters.await_message("two");
        waiters.message_for("one");
        assert!(is_woken(&one).await && !is_woken(&two).await);
        waiters.message_for_many();
        assert!(is_woken(&two).await);
    }
}
