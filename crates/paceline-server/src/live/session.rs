//! One connection. Owns its subscriptions, what its messages do and when its frames leave; refuses
//! to end for a message that is wrong: that is answered, and the rest goes on.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket};
use futures_util::StreamExt;
use paceline_api::{
    ErrorCode, LiveError, LiveFrame, LivePong, LiveRequest, LiveRequestKind, Timestamp,
};
use paceline_core::limits::ID_LENGTH_MAX;
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};

use super::limits::{
    CLOSE_READ_MAX, MESSAGE_BYTES_MAX, PING_PAUSE, QUERIES_MAX, SELECTORS_MAX, SERIES_MAX,
    SILENCE_MAX, SUBSCRIPTIONS_MAX,
};
use super::opening::{Begun, Opened, Opening, Wanted};
use super::outbox::{Ending, Outbox, outbox};
use super::pipe::{Event, Inlet, Outlet, pipe};
use super::snapshot::Last;
use super::subscription::{Subscription, TooMany};
use super::topics::{Out, Subscribed, Topics};
use super::{Follow, Live, Place, opening, selector};
use crate::http::body;
use crate::http::failure::shown;
use crate::operations::ApiFailure;
use crate::operations::failure::invalid;
use crate::recorder::live::CutOff;

/// Talks until one of both sides ends it.
pub(super) async fn converse(socket: WebSocket, place: Place) {
    let live = &place.live;
    let (sink, mut messages) = socket.split();
    let (outbox, line) = outbox(Arc::clone(&live.counts));
    let writing = tokio::spawn(line.write(sink));
    let (inlet, mut outlet) = pipe();
    let mut session = Session {
        live: Arc::clone(live),
        inlet,
        outbox,
        subscriptions: HashMap::new(),
        topics: Topics::new(Arc::clone(live)),
        opening: None,
        seq: 0,
        heard: Instant::now(),
    };
    let stop = live.stop.subscribe();
    let Err(ending) = session.run(&mut messages, &mut outlet, stop.clone()).await;
    if let Ending::CutOff(reason) = ending {
        live.counts.cut_off(reason);
        tracing::warn!(reason = reason.as_str(), "a live subscriber was cut off");
    }
    // The engine need not go on for it while it says goodbye.
    drop((session.subscriptions, session.topics));
    session.outbox.end(ending);
    if writing.await.is_ok() && ending != Ending::Left {
        // Its own close frame; a connection that is closed before it was read loses ours.
        let farewell = async { while let Some(Ok(_)) = messages.next().await {} };
        let _ = timeout(CLOSE_READ_MAX, farewell).await;
    }
    drop(stop);
}

type Messages = futures_util::stream::SplitStream<WebSocket>;

struct Session {
    live: Arc<Live>,
    inlet: Inlet,
    outbox: Outbox,
    /// By the number under which the engine's writer knows them.
    subscriptions: HashMap<u32, (Follow, Subscription)>,
    topics: Topics,
    /// What one subscription begins with. Meanwhile no message is taken, so there is one at most.
    opening: Option<Opening>,
    /// Of the frame that left last.
    seq: u64,
    heard: Instant,
}

impl Session {
    /// Ends with a reason only.
    async fn run(
        &mut self,
        messages: &mut Messages,
        outlet: &mut Outlet,
        mut stop: watch::Receiver<bool>,
    ) -> Result<Infallible, Ending> {
        let mut pings = interval(PING_PAUSE);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut events = Vec::new();
        loop {
            let due = self.due();
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return Err(Ending::Stopping),
                () = outlet.receive(&mut events) => {
                    if outlet.is_overflown() {
                        return Err(Ending::CutOff(CutOff::TooMuch));
                    }
                    self.take(&mut events)?;
                }
                message = messages.next(), if self.opening.is_none() => {
                    let message = message.ok_or(Ending::Left)?;
                    self.heard = Instant::now();
                    self.message(message.map_err(|error| ending_of(&error))?)?;
                }
                opened = opening::done(&mut self.opening) => self.begin(opened)?,
                news = self.topics.news() => {
                    let at = Timestamp(self.live.metrics.now_ms());
                    let out = self.topics.take(news, self.seq + 1, at);
                    out.into_iter().try_for_each(|out| self.put(out))?;
                }
                () = sleep_until(due.unwrap_or_else(Instant::now)), if due.is_some() => {}
                _ = pings.tick() => self.ping()?,
            }
            self.flush(Instant::now())?;
        }
    }

    fn ping(&self) -> Result<(), Ending> {
        if SILENCE_MAX <= self.heard.elapsed() {
            return Err(Ending::CutOff(CutOff::Silent));
        }
        self.outbox.ping()
    }

    fn due(&self) -> Option<Instant> {
        let all = self.subscriptions.values();
        all.filter_map(|(_, subscription)| subscription.due())
            .chain(self.topics.due())
            .min()
    }

    /// Events of a subscription that has ended are for nobody.
    fn take(&mut self, events: &mut Vec<Event>) -> Result<(), Ending> {
        for event in events.drain(..) {
            let (number, full) = match event {
                Event::Row {
                    subscription,
                    at_ms,
                    samples,
                } => {
                    if let Some((_, one)) = self.subscriptions.get_mut(&subscription) {
                        one.row(at_ms, &samples);
                    }
                    continue;
                }
                Event::Found {
                    subscription,
                    labels,
                } => {
                    let one = self.subscriptions.get_mut(&subscription);
                    (subscription, one.map(|(_, one)| one.found(labels)))
                }
                Event::Full { subscription } => (subscription, Some(Err(TooMany))),
            };
            if full == Some(Err(TooMany)) {
                self.is_full(number)?;
            }
        }
        Ok(())
    }

    /// Said once: the subscription stays as it is.
    fn is_full(&mut self, number: u32) -> Result<(), Ending> {
        let Some((_, subscription)) = self.subscriptions.get_mut(&number) else {
            return Ok(());
        };
        if !subscription.tell_full() {
            return Ok(());
        }
        let id = subscription.id.clone();
        let message = format!("more than {SERIES_MAX} series came; new ones are left out");
        let failure = ApiFailure::new(ErrorCode::LimitExceeded, message)
            .hint("subscribe again, which forgets series that ended, or narrow the selectors");
        self.refuse(Some(id), failure)
    }

    /// Sends what is due.
    fn flush(&mut self, now: Instant) -> Result<(), Ending> {
        let is_due = |due: Option<Instant>| due.is_some_and(|due| due <= now);
        let at = Timestamp(self.live.metrics.now_ms());
        if is_due(self.topics.due()) {
            let out = self.topics.flush(now, self.seq, at);
            out.into_iter().try_for_each(|out| self.put(out))?;
        }
        if !self
            .subscriptions
            .values()
            .any(|(_, one)| is_due(one.due()))
        {
            return Ok(());
        }
        if let Err(failure) = self.live.metrics.require_enabled() {
            return self.give_up(&failure);
        }
        for (_, subscription) in self.subscriptions.values_mut() {
            if is_due(subscription.due())
                && let Some(delta) = subscription.delta(self.seq + 1, at, now)
            {
                self.seq += 1;
                self.outbox.send(written(&LiveFrame::Delta(delta)))?;
            }
        }
        Ok(())
    }

    fn put(&mut self, out: Out) -> Result<(), Ending> {
        match out {
            Out::Frame(frame) => {
                self.seq += 1;
                self.outbox.send(written(&frame))
            }
            Out::Ended(id, failure) => self.refuse(Some(id), failure),
        }
    }

    /// The switch was turned off under the subscriptions.
    fn give_up(&mut self, failure: &ApiFailure) -> Result<(), Ending> {
        for (_, subscription) in std::mem::take(&mut self.subscriptions).into_values() {
            self.refuse(Some(subscription.id), failure.clone())?;
        }
        Ok(())
    }

    fn message(&mut self, message: Message) -> Result<(), Ending> {
        let text = match &message {
            Message::Text(text) => text.as_str(),
            Message::Binary(_) => {
                let failure = ApiFailure::new(
                    ErrorCode::InvalidArgument,
                    "a binary message came; this protocol is JSON",
                );
                return self.refuse(None, failure.hint("send the object as a text message"));
            }
            Message::Ping(_) | Message::Pong(_) => return Ok(()),
            Message::Close(_) => return Err(Ending::Left),
        };
        match read(text) {
            Ok(request) => {
                let id = request.id.clone();
                let done = match request.kind {
                    LiveRequestKind::Subscribe => self.subscribe(request),
                    LiveRequestKind::Unsubscribe => self.unsubscribe(&request),
                    LiveRequestKind::Ping => match opening::check_alone(&request, "ping") {
                        Ok(()) => return self.pong(request.id),
                        Err(failure) => Err(failure),
                    },
                };
                done.or_else(|failure| self.refuse(Some(id), failure))
            }
            Err(failure) => self.refuse(None, failure),
        }
    }

    fn pong(&mut self, id: String) -> Result<(), Ending> {
        let at_ms = self.live.hub.clock().wall_us() as f64 / 1e3;
        self.outbox
            .send(written(&LiveFrame::Pong(LivePong { id, at_ms })))
    }

    fn subscribe(&mut self, request: LiveRequest) -> Result<(), ApiFailure> {
        let wanted = Wanted::of(&request)?;
        let pause = wanted.pause(request.frames_per_second)?;
        if wanted.is_of_agents() {
            self.live.metrics.require_enabled()?;
        }
        self.check_room(&request)?;
        let number = match &wanted {
            Wanted::Series(_) => Some(self.follow(&request, pause)?),
            _ => None,
        };
        if number.is_none() {
            wanted.check()?;
            self.remove(&request.id);
        }
        self.opening = Some(Opening {
            number,
            id: request.id,
            pause,
            task: tokio::spawn(wanted.open(Arc::clone(&self.live))),
        });
        Ok(())
    }

    /// The engine knows the subscription before its snapshot is read.
    fn follow(&mut self, request: &LiveRequest, pause: Duration) -> Result<u32, ApiFailure> {
        let selectors = selector::read_all(&request.series)?;
        // The one it replaces ends with the first event that it would not have got.
        self.remove(&request.id);
        let count = selectors.len();
        let follow = self.live.follow(selectors, self.inlet.clone());
        let number = follow.number;
        let subscription = Subscription::new(request.id.clone(), count, pause, Instant::now());
        self.subscriptions.insert(number, (follow, subscription));
        Ok(number)
    }

    fn check_room(&self, request: &LiveRequest) -> Result<(), ApiFailure> {
        let others = self.subscriptions.values();
        let others = others.filter(|(_, other)| other.id != request.id);
        let mut subscriptions = 1 + self.topics.others(&request.id);
        let mut selectors = request.series.len();
        for (_, other) in others {
            subscriptions += 1;
            selectors += other.selectors;
        }
        let queries = self.topics.other_queries(&request.id) + usize::from(request.query.is_some());
        for (what, got, max) in [
            ("subscriptions", subscriptions, SUBSCRIPTIONS_MAX),
            ("selectors", selectors, SELECTORS_MAX),
            ("queries", queries, QUERIES_MAX),
        ] {
            if max < got {
                let message = format!("{got} {what} on one connection, at most {max} are allowed");
                return Err(ApiFailure::new(ErrorCode::LimitExceeded, message)
                    .hint("unsubscribe from what is not shown, or match more with one selector"));
            }
        }
        Ok(())
    }

    fn unsubscribe(&mut self, request: &LiveRequest) -> Result<(), ApiFailure> {
        opening::check_alone(request, "unsubscribe")?;
        if self.remove(&request.id) {
            return Ok(());
        }
        let message = format!("no subscription `{}`", shown(&request.id));
        Err(ApiFailure::new(ErrorCode::NotFound, message).hint("it may have ended with an error"))
    }

    fn remove(&mut self, id: &str) -> bool {
        let before = self.subscriptions.len();
        self.subscriptions.retain(|_, (_, one)| one.id != id);
        // Each id is either's.
        self.topics.remove(id) || self.subscriptions.len() < before
    }

    /// What a subscription begins with was read, or not.
    fn begin(&mut self, opened: Opened) -> Result<(), Ending> {
        let Opened {
            number,
            id,
            pause,
            begun,
        } = opened;
        match begun {
            Ok(Begun::Series(series)) => self.begin_series(number, series),
            Ok(Begun::Topic(topic, awake)) => {
                self.topics.add(Subscribed::new(id, topic, pause, awake));
                Ok(())
            }
            Err(failure) => {
                self.remove(&id);
                self.refuse(Some(id), failure)
            }
        }
    }

    fn begin_series(&mut self, number: Option<u32>, series: Vec<Last>) -> Result<(), Ending> {
        let one = number.and_then(|number| self.subscriptions.get_mut(&number));
        let Some((_, subscription)) = one else {
            return Ok(());
        };
        self.seq += 1;
        let at = Timestamp(self.live.metrics.now_ms());
        let snapshot = subscription.begin(series, self.seq, at);
        self.outbox.send(written(&LiveFrame::Snapshot(snapshot)))
    }

    fn refuse(&self, id: Option<String>, failure: ApiFailure) -> Result<(), Ending> {
        let error = failure.body.error;
        let id = id.map(|id| shown(&id));
        self.outbox
            .send(written(&LiveFrame::Error(LiveError { id, error })))
    }
}

fn read(text: &str) -> Result<LiveRequest, ApiFailure> {
    if MESSAGE_BYTES_MAX < text.len() {
        let kib = MESSAGE_BYTES_MAX / 1024;
        let message = format!("the message is longer than {kib} KiB");
        return Err(ApiFailure::new(ErrorCode::PayloadTooLarge, message)
            .hint("match more with one selector, such as `{agent=~\"a|b\"}`"));
    }
    let request: LiveRequest = body::parse_as(text.as_bytes(), "the message")?;
    let length = request.id.chars().count();
    if length == 0 || ID_LENGTH_MAX < length {
        return Err(invalid(
            "id",
            &format!("must be 1 to {ID_LENGTH_MAX} characters"),
        ));
    }
    Ok(request)
}

fn ending_of(error: &axum::Error) -> Ending {
    tracing::debug!(%error, "a live connection broke off");
    // Its type is the WebSocket library's, which is axum's business; the words have to do.
    match error.to_string().contains("too long") {
        true => Ending::MessageTooLong,
        false => Ending::Left,
    }
}

fn written<T: Serialize>(frame: &T) -> String {
    serde_json::to_string(frame).unwrap_or_else(|error| {
        tracing::error!(%error, "a frame cannot be written as JSON");
        String::new()
    })
}
