//! One write on its way through the writer. Owns the envelope that every command shares:
//! idempotency key, guard, answer; refuses to know any command.

use paceline_core::election;
use rusqlite::types::ValueRef;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::oneshot;

use super::fault::{Fault, Outcome};
use super::txn::{Txn, one};
use super::{election as office, sql};
use crate::{Answer, Context, Done, Failure, IdempotencyKey, Stages, StoreError};

/// A command may run twice: when a neighbour breaks the group, everybody starts over.
pub(crate) trait Job: Send {
    /// Runs the command and keeps what it says.
    fn run(&mut self, txn: &mut Txn<'_>, started_ns: u64, clock: &dyn Fn() -> u64) -> Ran;
    /// Replaces whatever the command said by the group's misfortune.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>, ended_ns: u64);
    /// Makes an error the command's own answer.
    fn blame(&mut self, error: StoreError);
}

/// What the writer has to know of a command that ran.
pub(crate) enum Ran {
    Kept,
    Rejected,
    Broken(Fault),
}

pub(crate) struct Command<T, F> {
    ctx: Context,
    execute: F,
    reply: oneshot::Sender<Answer<T>>,
    submitted_ns: u64,
    stages: Stages,
    finished_ns: u64,
    said: Option<Result<(T, bool), StoreError>>,
}

impl<T, F> Command<T, F>
where
    T: Serialize + DeserializeOwned + Send + 'static,
    F: FnMut(&mut Txn<'_>) -> Outcome<T> + Send + 'static,
{
    pub(crate) fn new(
        ctx: Context,
        execute: F,
        submitted_ns: u64,
    ) -> (Self, oneshot::Receiver<Answer<T>>) {
        let (reply, answer) = oneshot::channel();
        let command = Self {
            ctx,
            execute,
            reply,
            submitted_ns,
            stages: Stages::default(),
            finished_ns: submitted_ns,
            said: None,
        };
        (command, answer)
    }

    fn attempt(&mut self, txn: &mut Txn<'_>) -> Outcome<(T, bool)> {
        txn.now = self.ctx.now;
        if let Some(key) = &self.ctx.key
            && let Some(first) = earlier_answer(txn, key)?
        {
            return Ok((first, true));
        }
        if let Some(guard) = &self.ctx.guard {
            let state = office::row::load(txn.db, &guard.election)?;
            election::guard::check_guard(state.as_ref(), guard, txn.now)?;
        }
        let value = (self.execute)(txn)?;
        if let Some(key) = &self.ctx.key {
            remember(txn, key, &value)?;
        }
        Ok((value, false))
    }
}

impl<T, F> Job for Command<T, F>
where
    T: Serialize + DeserializeOwned + Send + 'static,
    F: FnMut(&mut Txn<'_>) -> Outcome<T> + Send + 'static,
{
    fn run(&mut self, txn: &mut Txn<'_>, started_ns: u64, clock: &dyn Fn() -> u64) -> Ran {
        // A claim for a caller who has hung up would hold its task until the lease ends.
        if self.reply.is_closed() {
            self.said = Some(Err(StoreError::Closed));
            return Ran::Rejected;
        }
        let outcome = self.attempt(txn);
        self.finished_ns = clock();
        self.stages = Stages {
            queue_ns: started_ns.saturating_sub(self.submitted_ns),
            execute_ns: self.finished_ns.saturating_sub(started_ns),
            commit_ns: 0,
        };
        match outcome {
            Ok(said) => {
                self.said = Some(Ok(said));
                Ran::Kept
            }
            Err(Fault::Rejected(rejection)) => {
                self.said = Some(Err(StoreError::Rejected(rejection)));
                Ran::Rejected
            }
            Err(fault) => Ran::Broken(fault),
        }
    }

    fn blame(&mut self, error: StoreError) {
        self.said = Some(Err(error));
    }

    fn answer(mut self: Box<Self>, committed: Result<(), StoreError>, ended_ns: u64) {
        let stages = Stages {
            commit_ns: ended_ns.saturating_sub(self.finished_ns),
            ..self.stages
        };
        let unsaid = || Err(StoreError::Failed("the command did not run".to_owned()));
        let said = match committed {
            Ok(()) => self.said.take().unwrap_or_else(unsaid),
            Err(error) => Err(error),
        };
        let answer = said
            .map(|(value, replayed)| Done {
                value,
                stages,
                replayed,
            })
            .map_err(|error| Failure { error, stages });
        // Whoever asked may have gone away; what was committed stays.
        drop(self.reply.send(answer));
    }
}

fn earlier_answer<T: DeserializeOwned>(txn: &Txn<'_>, key: &IdempotencyKey) -> Outcome<Option<T>> {
    let found = one(txn.db, sql::record::FIND_KEY, [&key.key], |row| {
        let same = matches!(row.get_ref(0)?, ValueRef::Blob(stored) if stored == key.fingerprint);
        Ok((same, row.get::<_, Vec<u8>>(1)?))
    })?;
    match found {
        None => Ok(None),
        Some((false, _)) => Err(Fault::Rejected(paceline_core::Rejection::KeyReused {
            key: key.key.clone(),
        })),
        Some((true, answer)) => serde_json::from_slice(&answer)
            .map(Some)
            .map_err(|error| Fault::Nonsense(format!("answer under `{}`: {error}", key.key))),
    }
}

fn remember<T: Serialize>(txn: &mut Txn<'_>, key: &IdempotencyKey, value: &T) -> Outcome<()> {
    let answer = serde_json::to_vec(value)
        .map_err(|error| Fault::Nonsense(format!("answer for `{}`: {error}", key.key)))?;
    let created_at = txn.now.wall.0;
    txn.execute(
        sql::record::INSERT_KEY,
        (&key.key, &key.fingerprint[..], answer, created_at),
    )?;
    txn.count_rows("idempotency_keys", 1);
    Ok(())
}
