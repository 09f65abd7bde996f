//! What topics are told from: the present state of the fleet, kept while somebody follows a topic
//! and for a minute after. Owns waking, reading anew and falling asleep; refuses to be the truth:
//! the store is, and where something was lost the hub reads it again.
//!
//! ```text
//! store's writer --commit--\
//!                            inbox --taken in when a frame is made--> state --> frames
//! recorder -----closed-----/ bounded                                  versioned rows
//! ```
//!
//! Waking: open the ears, wait for one write of its own (whatever was being committed is committed
//! then), forget what was heard so far, read how things stand, take in what is heard from there on.

mod agents;
mod events;
mod followed;
mod inbox;
mod moments;
mod ring;
mod state;
mod tasks;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use paceline_core::{AgentId, Clock};
use paceline_store::{Changes, Context, Store, StoreError, Watch};
use parking_lot::Mutex;
use tokio::sync::{Notify, watch};
use tokio::time::{Instant, MissedTickBehavior, interval};

pub use agents::AgentRow;
pub use state::State;
pub use tasks::Row as TaskRow;

use super::limits::{AGENTS_MAX, FOLLOW_READINGS_MAX, LINGER, RECENT_EVENTS, UPKEEP_PAUSE};
use crate::ids::new_id;
use crate::operations::ApiFailure;
use crate::recorder::{Fact, Listener, Recorder};
use inbox::{Inbox, Note};

pub struct Hub {
    store: Arc<dyn Store>,
    recorder: Arc<Recorder>,
    clock: Arc<dyn Clock>,
    /// Whether anybody is listening.
    open: Arc<AtomicBool>,
    inbox: Inbox,
    state: Mutex<State>,
    /// Told after something was put into the inbox.
    changed: watch::Sender<()>,
    read_anew: Notify,
    followers: AtomicUsize,
    left: Mutex<Instant>,
    /// Whether the hub is awake; held while it wakes, reads and falls asleep.
    awake: tokio::sync::Mutex<bool>,
}

impl Hub {
    /// Asleep.
    pub fn start(
        store: Arc<dyn Store>,
        recorder: Arc<Recorder>,
        clock: Arc<dyn Clock>,
    ) -> Arc<Self> {
        let open = Arc::new(AtomicBool::new(false));
        let hub = Arc::new(Self {
            store: Arc::clone(&store),
            recorder: Arc::clone(&recorder),
            clock,
            open: Arc::clone(&open),
            inbox: Inbox::default(),
            state: Mutex::default(),
            changed: watch::Sender::default(),
            read_anew: Notify::new(),
            followers: AtomicUsize::new(0),
            left: Mutex::new(Instant::now()),
            awake: tokio::sync::Mutex::default(),
        });
        // The store and the recorder outlive the hub, and must not keep it.
        let ears = Arc::downgrade(&hub);
        store.watch(Watch::while_open(Arc::clone(&open), move |changes| {
            if let Some(hub) = ears.upgrade() {
                hub.put_commit(changes);
            }
        }));
        let ears = Arc::downgrade(&hub);
        let hear = move |fact: &Fact<'_>| {
            if let Some(hub) = ears.upgrade() {
                Note::of_fact(fact)
                    .into_iter()
                    .for_each(|note| hub.inbox.put(note));
                hub.changed.send_replace(());
            }
        };
        let hear = Box::new(hear);
        recorder.listen(Listener { open, hear });
        hub
    }

    fn put_commit(&self, changes: &Arc<Changes>) {
        self.inbox.put(Note::Commit(Arc::clone(changes)));
        self.changed.send_replace(());
    }

    pub fn recorder(&self) -> &Arc<Recorder> {
        &self.recorder
    }

    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Told of every change from now on.
    pub fn changed(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// The state with everything that was heard of; `None` while it is being read anew.
    pub fn look<T>(&self, at: impl FnOnce(&mut State) -> T) -> Option<T> {
        let mut state = self.state.lock();
        self.catch_up(&mut state);
        state.is_current.then(|| at(&mut state))
    }

    /// Only with the state's lock, so that notes are taken in their order.
    fn catch_up(&self, state: &mut State) {
        let taken = self.inbox.take();
        for note in taken.notes {
            state.take(note);
        }
        if taken.is_lost {
            state.is_current = false;
        }
        if !state.is_current {
            self.read_anew.notify_one();
        }
    }

    /// Ready to be looked at when this returns, for as long as the answer lives.
    pub async fn wake(self: &Arc<Self>, stop: watch::Receiver<bool>) -> Result<Awake, ApiFailure> {
        let follower = Awake::of(self);
        let mut awake = self.awake.lock().await;
        if !*awake {
            self.open.store(true, Ordering::Release);
            if let Err(failure) = self.begin().await {
                self.open.store(false, Ordering::Release);
                return Err(failure);
            }
            *awake = true;
            tokio::spawn(Arc::clone(self).keep(stop));
        }
        Ok(follower)
    }

    async fn begin(&self) -> Result<(), ApiFailure> {
        // A command that changes nothing: what was under way when the ears opened is committed when
        // it is answered. A disk that takes no writes answers too, and in its order.
        let barrier = self
            .store
            .forget_expired(Context::at(self.clock.now()), 0)
            .await;
        if let Err(failure) = barrier
            && matches!(failure.error, StoreError::Busy { .. } | StoreError::Closed)
        {
            return Err(failure.error.into());
        }
        *self.state.lock() = State {
            boot: new_id("boot"),
            ..State::default()
        };
        self.read().await
    }

    /// What was heard before the reading began is in what is read.
    async fn read(&self) -> Result<(), ApiFailure> {
        drop(self.inbox.take());
        let agents = u32::try_from(AGENTS_MAX).unwrap_or(u32::MAX);
        let standing = self.store.standing(agents, RECENT_EVENTS).await;
        let standing = standing.map_err(|failure| failure.error)?.value;
        let mut state = self.state.lock();
        state.load(standing, &self.recorder.agent_counts);
        self.catch_up(&mut state);
        drop(state);
        self.changed.send_replace(());
        Ok(())
    }

    /// Runs while the hub is awake.
    async fn keep(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut ticks = interval(UPKEEP_PAUSE);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = async { drop(stop.wait_for(|stop| *stop).await) } => return,
                () = self.read_anew.notified() => self.read_again().await,
                _ = ticks.tick() => {
                    if self.sleep().await {
                        return;
                    }
                    self.tick().await;
                }
            }
        }
    }

    async fn read_again(&self) {
        if self.state.lock().is_current {
            return;
        }
        if let Err(failure) = self.read().await {
            let error = failure.body.error.message;
            tracing::warn!(
                error,
                "the live feed could not read how things stand; it tries again"
            );
        }
    }

    async fn tick(&self) {
        // Also keeps the inbox short when nobody's frame is due.
        if self.look(|_| ()).is_none() {
            return self.read_again().await;
        }
        let Ok(since) = self.store.oldest_ready().await else {
            return;
        };
        let since = since.value.map(|at| at.0);
        let is_news = self.look(|state| {
            let is_news = state.oldest_ready_ms != since;
            state.oldest_ready_ms = since;
            is_news
        });
        if is_news == Some(true) {
            self.changed.send_replace(());
        }
    }

    /// After a while without followers: one that reloads its page finds everything as it was.
    async fn sleep(&self) -> bool {
        let mut awake = self.awake.lock().await;
        let is_left = self.followers.load(Ordering::SeqCst) == 0;
        if !is_left || self.left.lock().elapsed() < LINGER {
            return false;
        }
        *awake = false;
        self.open.store(false, Ordering::Release);
        let memory = std::mem::take(&mut *self.state.lock());
        drop((memory, self.inbox.take()));
        true
    }

    /// Keeps what the agent does from now on, while the answer lives.
    pub async fn follow(self: &Arc<Self>, agent_id: &str) -> Result<Following, ApiFailure> {
        let id = AgentId::parse(agent_id)?;
        self.state
            .lock()
            .followed
            .entry(agent_id.to_owned())
            .or_default()
            .followers += 1;
        let following = Following {
            hub: Arc::clone(self),
            agent_id: agent_id.to_owned(),
        };
        for _ in 0..FOLLOW_READINGS_MAX {
            let told = self.told(agent_id);
            let agent = self.store.agent(id.clone()).await;
            let agent = agent.map_err(|failure| failure.error)?.value;
            let mut state = self.state.lock();
            self.catch_up(&mut state);
            // What was told meanwhile may be newer than what was read.
            if let Some(followed) = state.followed.get_mut(agent_id)
                && (followed.told == told || followed.agent.is_some())
            {
                if followed.agent.is_none() {
                    followed.is(&agent);
                }
                break;
            }
        }
        Ok(following)
    }

    fn told(&self, agent_id: &str) -> u64 {
        let mut state = self.state.lock();
        self.catch_up(&mut state);
        state
            .followed
            .get(agent_id)
            .map_or(0, |followed| followed.told)
    }
}

/// Somebody follows a topic.
pub struct Awake(Arc<Hub>);

impl Awake {
    fn of(hub: &Arc<Hub>) -> Self {
        hub.followers.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(hub))
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        *self.0.left.lock() = Instant::now();
        self.0.followers.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Somebody follows one agent.
pub struct Following {
    hub: Arc<Hub>,
    agent_id: String,
}

impl Drop for Following {
    fn drop(&mut self) {
        let mut state = self.hub.state.lock();
        if let Some(followed) = state.followed.get_mut(&self.agent_id) {
            followed.followers = followed.followers.saturating_sub(1);
            if followed.followers == 0 {
                state.followed.remove(&self.agent_id);
            }
        }
    }
}
