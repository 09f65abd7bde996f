//! From the engine's writer to a subscriber's task. Owns what may wait between the two; refuses to
//! make the writer wait: what does not fit is lost, and the subscriber with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

use paceline_metrics::Labels;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::limits::{EVENTS_WAITING_MAX, SAMPLES_WAITING_MAX};

/// What a subscription gets from the engine. Watches count the series that it matches, from 0.
#[derive(Debug)]
pub enum Event {
    /// Before the first sample of a series.
    Found { subscription: u32, labels: Labels },
    Row {
        subscription: u32,
        at_ms: i64,
        /// Watches and their values.
        samples: Vec<(u32, f64)>,
    },
    /// More series match than a subscription may have; said once.
    Full { subscription: u32 },
}

#[derive(Default)]
struct Level {
    samples: AtomicUsize,
    overflown: AtomicBool,
}

/// The writer's end; one a subscriber, shared by its subscriptions.
#[derive(Clone)]
pub struct Inlet {
    events: Sender<Event>,
    level: Arc<Level>,
}

/// The subscriber's end.
pub struct Outlet {
    events: Receiver<Event>,
    level: Arc<Level>,
}

pub fn pipe() -> (Inlet, Outlet) {
    let (sender, receiver) = channel(EVENTS_WAITING_MAX);
    let level = Arc::<Level>::default();
    let inlet = Inlet {
        events: sender,
        level: Arc::clone(&level),
    };
    let outlet = Outlet {
        events: receiver,
        level,
    };
    (inlet, outlet)
}

impl Inlet {
    /// Never waits.
    pub fn send(&self, event: Event) {
        let samples = event.samples();
        // Relaxed: the number is a limit, it orders nothing.
        let before = self.level.samples.fetch_add(samples, Relaxed);
        if SAMPLES_WAITING_MAX < before + samples || self.events.try_send(event).is_err() {
            self.level.samples.fetch_sub(samples, Relaxed);
            // Where the subscriber is gone already, nobody looks.
            self.level.overflown.store(true, Relaxed);
        }
    }
}

impl Outlet {
    /// Waits for at least one event.
    pub async fn receive(&mut self, into: &mut Vec<Event>) {
        self.events.recv_many(into, EVENTS_WAITING_MAX).await;
        let samples = into.iter().map(Event::samples).sum();
        self.level.samples.fetch_sub(samples, Relaxed);
    }

    /// Whether something was lost.
    pub fn is_overflown(&self) -> bool {
        self.level.overflown.load(Relaxed)
    }
}

impl Event {
    fn samples(&self) -> usize {
        match self {
            Self::Row { samples, .. } => samples.len(),
            Self::Found { .. } | Self::Full { .. } => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(samples: usize) -> Event {
        Event::Row {
            subscription: 1,
            at_ms: 0,
            samples: vec![(0, 1.0); samples],
        }
    }

    #[tokio::test]
    async fn what_does_not_fit_is_lost_and_said_to_be() {
        let (inlet, mut outlet) = pipe();
        inlet.send(row(SAMPLES_WAITING_MAX));
        assert!(!outlet.is_overflown());
        inlet.send(row(1));
        assert!(outlet.is_overflown());
        let mut events = Vec::new();
        outlet.receive(&mut events).await;
        assert_eq!(events.len(), 1);

        let (inlet, mut outlet) = pipe();
        for _ in 0..EVENTS_WAITING_MAX {
            inlet.send(row(1));
        }
        assert!(!outlet.is_overflown());
        inlet.send(row(1));
        assert!(outlet.is_overflown());
        events.clear();
        outlet.receive(&mut events).await;
        assert_eq!(events.len(), EVENTS_WAITING_MAX);
    }
}
