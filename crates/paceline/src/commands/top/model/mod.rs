//! What `paceline top` knows and what of it is looked at. Owns state only: frames of the live feed,
//! keys and ticks change it, views read it. Refuses I/O and clocks: the time comes with each change.

mod agents;
mod fleet;
mod headline;
mod history;
mod operations;
mod screen;

pub use agents::{AgentSort, agents};
pub use fleet::{AgentRow, Fleet};
pub use headline::{Headline, Mood, headline};
pub use history::{History, Second};
pub use operations::{OperationRow, OperationSort, Operations, operations};
pub use screen::{Effect, Focus, Screen};

use paceline_api::{LiveAlerts, LiveFrame};

/// Where the numbers come from, and whether they still come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Link {
    #[default]
    Connecting,
    Live,
    /// Why, and since when; what is shown is from then.
    Lost {
        why: String,
        since_ms: i64,
    },
}

/// Everything that the feed has told.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    pub fleet: Fleet,
    pub operations: Operations,
    pub alerts: Option<LiveAlerts>,
    pub history: History,
}

#[derive(Debug, Default)]
pub struct Model {
    pub url: String,
    pub link: Link,
    pub screen: Screen,
    now: Picture,
    /// What was there when the reader asked to hold still.
    held: Option<Box<Picture>>,
}

impl Model {
    pub fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            ..Self::default()
        }
    }

    pub fn picture(&self) -> &Picture {
        self.held.as_deref().unwrap_or(&self.now)
    }

    /// A frame that is about nothing here is passed over.
    pub fn frame(&mut self, frame: LiveFrame) {
        match frame {
            LiveFrame::Fleet(frame) => self.now.fleet.apply(*frame),
            LiveFrame::Operations(frame) => self.now.operations.apply(*frame),
            LiveFrame::Alerts(frame) => self.now.alerts = Some(frame),
            _ => {}
        }
    }

    /// Told again by every attempt that fails; it counts from the first.
    pub fn lost(&mut self, why: String, now_ms: i64) {
        let since_ms = match self.link {
            Link::Lost { since_ms, .. } => since_ms,
            _ => now_ms,
        };
        self.link = Link::Lost { why, since_ms };
    }

    /// Once a second.
    pub fn tick(&mut self) {
        self.now.fleet.tick();
        let fleet = &self.now.fleet;
        if let (Link::Live, Some(queue)) = (&self.link, fleet.queue) {
            self.now.history.push(Second {
                queue,
                rates: fleet.rates,
            });
        }
    }

    /// Whether both of what is followed has been seen.
    pub fn is_complete(&self) -> bool {
        self.now.fleet.is_known() && self.now.operations.is_known()
    }

    pub fn key(&mut self, key: ratatui::crossterm::event::KeyEvent) -> Effect {
        let rows = self.rows();
        let effect = self.screen.key(key, rows);
        if self.screen.is_paused != self.held.is_some() {
            let held = self.screen.is_paused.then(|| Box::new(self.now.clone()));
            self.held = held;
        }
        effect
    }

    /// How many rows the table in focus has.
    fn rows(&self) -> usize {
        let (picture, screen) = (self.picture(), &self.screen);
        match screen.focus {
            Focus::Operations => operations(&picture.operations, screen).len(),
            Focus::Agents => agents(&picture.fleet, screen).len(),
            Focus::Events => picture.fleet.events(screen).len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use paceline_api::{LiveFleet, LiveQueue};
    use ratatui::crossterm::event::{KeyCode, KeyEvent};

    use super::*;

    fn ready(ready: u64) -> LiveFrame {
        let queue = LiveQueue {
            ready,
            ..LiveQueue::default()
        };
        LiveFrame::Fleet(Box::new(LiveFleet {
            queue: Some(queue),
            ..LiveFleet::default()
        }))
    }

    #[test]
    fn a_pause_holds_what_is_shown_and_misses_nothing() {
        let shown = |model: &Model| model.picture().fleet.queue.unwrap().ready;
        let mut model = Model::new("http://127.0.0.1:7717");
        model.frame(ready(1));
        model.key(KeyEvent::from(KeyCode::Char('p')));
        model.frame(ready(2));
        assert_eq!(shown(&model), 1);
        model.key(KeyEvent::from(KeyCode::Char('p')));
        assert_eq!(shown(&model), 2);
    }

    #[test]
    fn a_connection_is_lost_since_the_first_that_was_heard_of_it() {
        let mut model = Model::new("");
        model.lost("refused".to_owned(), 5);
        model.lost("still refused".to_owned(), 9);
        let (why, since_ms) = ("still refused".to_owned(), 5);
        assert_eq!(model.link, Link::Lost { why, since_ms });
    }

    #[test]
    fn seconds_without_a_connection_are_no_history() {
        let mut model = Model::new("");
        model.frame(ready(1));
        model.tick();
        assert!(model.picture().history.seconds().is_empty());
        model.link = Link::Live;
        model.tick();
        assert_eq!(model.picture().history.seconds().len(), 1);
    }
}
