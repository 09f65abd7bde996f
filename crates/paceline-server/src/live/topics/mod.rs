//! What can be followed beside series. Owns, for one connection, when each topic's frame is due;
//! refuses sockets.
//!
//! ```text
//! quiet --something changed--> looked at --nothing for it--> quiet, for a moment deaf
//!                                  \--a frame--> waits for its interval --over--> looked at
//! ```
//! A query has its own beat: it is evaluated once a second, and its answer is what is looked at.

mod agent;
mod alerts;
mod fleet;
mod operations;
mod query;
mod tasks;

use std::mem;
use std::sync::Arc;
use std::time::Duration;

use paceline_api::{ErrorCode, LiveFrame, Timestamp};
use paceline_promql::Value;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

pub use agent::Agent;
pub use alerts::Alerts;
pub use fleet::Fleet;
pub use operations::Operations;
pub use query::Query;
pub use tasks::Tasks;

use super::Live;
use super::hub::Awake;
use super::limits::{QUERIES_MAX, QUERY_PAUSE, QUERY_REST, QUIET_PAUSE};
use crate::operations::ApiFailure;

/// What every frame begins with.
pub struct Head {
    pub id: String,
    pub seq: u64,
    pub at: Timestamp,
}

pub enum Topic {
    Fleet(Fleet),
    Operations(Operations),
    Tasks(Tasks),
    Agent(Agent),
    Query(Query),
    Alerts(Alerts),
}

pub struct Subscribed {
    pub id: String,
    topic: Topic,
    /// Between two frames.
    pause: Duration,
    /// Before that, nothing is sent.
    next: Instant,
    /// Nothing was found; looked at again when something changes.
    is_quiet: bool,
    /// Of a query, while it is being evaluated.
    evaluating: Option<Evaluating>,
    /// Of everything else: the hub is awake.
    _awake: Option<Awake>,
}

/// Ends the evaluation with the subscription.
struct Evaluating {
    number: u64,
    since: Instant,
    task: JoinHandle<()>,
}

impl Drop for Evaluating {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Evaluated {
    number: u64,
    result: Result<Value, ApiFailure>,
}

/// What a look led to.
pub enum Out {
    Frame(LiveFrame),
    /// The subscription has ended.
    Ended(String, ApiFailure),
}

pub struct Topics {
    live: Arc<Live>,
    all: Vec<Subscribed>,
    changed: watch::Receiver<()>,
    tell: mpsc::Sender<Evaluated>,
    evaluated: mpsc::Receiver<Evaluated>,
    /// Of the evaluation that began last.
    newest: u64,
}

impl Subscribed {
    pub fn new(id: String, topic: Topic, pause: Duration, awake: Option<Awake>) -> Self {
        Self {
            id,
            topic,
            pause,
            next: Instant::now(),
            is_quiet: false,
            evaluating: None,
            _awake: awake,
        }
    }

    fn due(&self) -> Option<Instant> {
        (!self.is_quiet && self.evaluating.is_none()).then_some(self.next)
    }

    /// Whether the switch for agents' metrics ends it.
    fn is_of_agents(&self) -> bool {
        matches!(self.topic, Topic::Agent(_) | Topic::Query(_))
    }

    /// # Errors
    /// When there will be no further frame.
    fn look(&mut self, live: &Live, head: Head) -> Result<Option<LiveFrame>, ApiFailure> {
        // The hub knows nothing of them.
        if let Topic::Alerts(alerts) = &mut self.topic {
            return Ok(alerts.frame(head, &live.alerts).map(LiveFrame::Alerts));
        }
        let hub = &live.hub;
        let figures = hub.recorder().window.figures();
        let now = hub.clock().now();
        let looked = hub.look(|state| match &mut self.topic {
            Topic::Fleet(fleet) => {
                let sources = fleet::Sources {
                    figures: &figures,
                    now,
                    shows_figures: live.metrics.require_enabled().is_ok(),
                };
                let frame = fleet.frame(head, state, &sources);
                Ok(frame.map(|frame| LiveFrame::Fleet(Box::new(frame))))
            }
            Topic::Operations(one) => {
                let frame = one.frame(head, &figures);
                Ok(frame.map(|frame| LiveFrame::Operations(Box::new(frame))))
            }
            Topic::Tasks(tasks) => Ok(tasks.frame(head, state).map(LiveFrame::Tasks)),
            Topic::Agent(agent) => {
                let frame = agent.frame(head, state)?;
                Ok(frame.map(|frame| LiveFrame::Agent(Box::new(frame))))
            }
            Topic::Query(_) | Topic::Alerts(_) => Ok(None),
        });
        // Nothing while everything is read anew; the end of that is a change.
        looked.unwrap_or(Ok(None))
    }
}

impl Topics {
    pub fn new(live: Arc<Live>) -> Self {
        // As many as can be under way, so that none waits.
        let (tell, evaluated) = mpsc::channel(2 * QUERIES_MAX);
        Self {
            changed: live.hub.changed(),
            live,
            all: Vec::new(),
            tell,
            evaluated,
            newest: 0,
        }
    }

    /// How many there are beside the one with that id.
    pub fn others(&self, id: &str) -> usize {
        self.all.iter().filter(|one| one.id != id).count()
    }

    pub fn other_queries(&self, id: &str) -> usize {
        let queries = self
            .all
            .iter()
            .filter(|one| matches!(one.topic, Topic::Query(_)));
        queries.filter(|one| one.id != id).count()
    }

    pub fn add(&mut self, subscribed: Subscribed) {
        self.all.push(subscribed);
    }

    pub fn remove(&mut self, id: &str) -> bool {
        let before = self.all.len();
        self.all.retain(|one| one.id != id);
        self.all.len() < before
    }

    pub fn due(&self) -> Option<Instant> {
        self.all.iter().filter_map(Subscribed::due).min()
    }

    /// Returns when something may have become due before its time. What it answers goes to
    /// [`Self::take`]; it may be dropped at any time.
    pub async fn news(&mut self) -> News {
        let quiet = self
            .all
            .iter()
            .filter(|one| one.is_quiet)
            .map(|one| one.next)
            .min();
        let changed = &mut self.changed;
        let changing = async {
            match quiet {
                Some(deaf_until) => {
                    sleep_until(deaf_until).await;
                    // The sender is the hub's, which lives as long as the server.
                    let _ = changed.changed().await;
                }
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            evaluated = self.evaluated.recv() => News(evaluated),
            () = changing => News(None),
        }
    }

    /// Takes in what became known; `seq` is the number of the frame that it may become.
    pub fn take(&mut self, News(news): News, seq: u64, at: Timestamp) -> Option<Out> {
        let now = Instant::now();
        let Some(evaluated) = news else {
            for one in self
                .all
                .iter_mut()
                .filter(|one| one.is_quiet && one.next <= now)
            {
                one.is_quiet = false;
            }
            return None;
        };
        let asked = |one: &Evaluating| one.number == evaluated.number;
        let is_its = |one: &Subscribed| one.evaluating.as_ref().is_some_and(asked);
        let place = self.all.iter().position(is_its)?;
        let one = &mut self.all[place];
        let took = one
            .evaluating
            .take()
            .map_or(Duration::ZERO, |one| one.since.elapsed());
        one.next = now + QUERY_PAUSE.saturating_sub(took).max(took * QUERY_REST);
        let Topic::Query(query) = &mut one.topic else {
            return None;
        };
        let head = Head {
            id: one.id.clone(),
            seq,
            at,
        };
        let frame = evaluated.result.and_then(|value| query.frame(head, value));
        match frame {
            // Others ask much at the moment; the next second may have room.
            Err(failure) if failure.body.error.code == ErrorCode::Unavailable => None,
            Ok(frame) => frame.map(|frame| Out::Frame(LiveFrame::Values(frame))),
            Err(failure) => Some(Out::Ended(self.all.swap_remove(place).id, failure)),
        }
    }

    /// Looks at what is due; `seq` is the number of the frame that left last.
    pub fn flush(&mut self, now: Instant, mut seq: u64, at: Timestamp) -> Vec<Out> {
        let mut out = Vec::new();
        let live = Arc::clone(&self.live);
        for mut one in mem::take(&mut self.all) {
            if one.due().is_none_or(|due| now < due) {
                self.all.push(one);
                continue;
            }
            let is_refused = one
                .is_of_agents()
                .then(|| live.metrics.require_enabled().err());
            if let Some(failure) = is_refused.flatten() {
                out.push(Out::Ended(one.id, failure));
                continue;
            }
            if let Topic::Query(query) = &one.topic {
                let expression = Arc::clone(&query.expression);
                one.evaluating = Some(self.evaluate(expression));
                self.all.push(one);
                continue;
            }
            let head = Head {
                id: one.id.clone(),
                seq: seq + 1,
                at,
            };
            match one.look(&live, head) {
                Ok(Some(frame)) => {
                    seq += 1;
                    one.next = now + one.pause;
                    out.push(Out::Frame(frame));
                }
                Ok(None) => {
                    // The hub's changes are not theirs: they are looked at again by the clock.
                    let is_of_alerts = matches!(one.topic, Topic::Alerts(_));
                    one.next = now + if is_of_alerts { one.pause } else { QUIET_PAUSE };
                    one.is_quiet = !is_of_alerts;
                }
                Err(failure) => {
                    out.push(Out::Ended(one.id, failure));
                    continue;
                }
            }
            self.all.push(one);
        }
        out
    }

    fn evaluate(&mut self, expression: Arc<paceline_promql::Query>) -> Evaluating {
        self.newest += 1;
        let number = self.newest;
        let (live, tell) = (Arc::clone(&self.live), self.tell.clone());
        let task = tokio::spawn(async move {
            let result = live.evaluate(expression).await;
            // The connection may have ended.
            let _ = tell.send(Evaluated { number, result }).await;
        });
        Evaluating {
            number,
            since: Instant::now(),
            task,
        }
    }
}

/// A query's answer, or that something changed.
pub struct News(Option<Evaluated>);
