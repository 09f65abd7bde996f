//! Ctrl-C. Owns the difference between the first, which lets what is running finish early, and the
//! second, which gives up at once; refuses to end the process itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::sync::Notify;

/// How often the user has asked to stop.
#[derive(Clone, Debug, Default)]
pub struct Interrupt {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    asked: AtomicU8,
    changed: Notify,
}

impl Interrupt {
    /// Counts the signals of this process; needs a running reactor.
    pub fn on_ctrl_c() -> Self {
        let interrupt = Self::default();
        let raised = interrupt.clone();
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                raised.raise();
            }
        });
        interrupt
    }

    pub fn raise(&self) {
        self.shared.asked.fetch_add(1, Ordering::Relaxed);
        self.shared.changed.notify_waiters();
    }

    pub fn is_raised(&self) -> bool {
        0 < self.asked()
    }

    fn asked(&self) -> u8 {
        self.shared.asked.load(Ordering::Relaxed)
    }

    /// Returns once the user has asked `times` times.
    pub async fn raised(&self, times: u8) {
        loop {
            let changed = self.shared.changed.notified();
            if times <= self.asked() {
                return;
            }
            changed.await;
        }
    }
}
