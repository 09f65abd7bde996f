//! Whether the engine's disk takes samples. Owns what it said last; refuses to try by itself.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use parking_lot::Mutex;

#[derive(Debug, Default)]
pub(super) struct Trouble {
    /// Looked at by every push, so that good times cost nothing.
    is_on: AtomicBool,
    said: Mutex<Option<String>>,
}

impl Trouble {
    pub(super) fn begin(&self, said: &str) {
        *self.said.lock() = Some(said.to_owned());
        self.is_on.store(true, Relaxed);
    }

    pub(super) fn end(&self) {
        if self.is_on.swap(false, Relaxed) {
            *self.said.lock() = None;
        }
    }

    pub(super) fn get(&self) -> Option<String> {
        self.said.lock().clone()
    }
}
