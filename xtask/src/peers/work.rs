//! What a client is asked to do, and what it says that it did: the same words for the clients
//! written here and for those in `xtask/peers`. Owns those words; refuses to count what they mean.

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

/// What is handed from one agent to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Claimed by one worker, then completed.
    Task,
    /// Read by the one it was sent to.
    Message,
    /// Kept under a name for everybody.
    Note,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Task, Self::Message, Self::Note];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Message => "message",
            Self::Note => "note",
        }
    }
}

/// One phase: so many of a kind, numbered from `first`, by so many clients at the same time.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    pub kind: Kind,
    pub clients: u64,
    pub first: u64,
    pub count: u64,
    /// After this long a client begins nothing new.
    pub seconds: u64,
    /// How many acknowledgements come before the server is killed under its writers; half of the
    /// time is enough, too.
    pub kill_after: Option<u64>,
}

impl Work {
    pub fn to_json(self, verb: &str) -> Value {
        json!({
            "do": verb, "kind": self.kind.name(), "clients": self.clients, "first": self.first,
            "count": self.count, "seconds": self.seconds, "kill_after": self.kill_after,
        })
    }
}

/// One operation that the peer acknowledged: which one, and how long its caller waited.
pub type Timed = (u64, f64);

/// Why a phase was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// All of it was done.
    Done,
    /// The peer said, to every client and more than once, that nothing is left.
    Empty,
    /// The time was up first.
    TimeUp,
    /// Calls failed, because the server was killed or for reasons of its own.
    Failed,
}

/// What a phase came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Writes acknowledged; or tasks, messages and notes handed out, in the order that clients saw.
    pub operations: Vec<Timed>,
    pub seconds: f64,
    /// Calls that the peer refused, with the first refusal's words.
    pub refused: u64,
    pub refusal: Option<String>,
    pub end: End,
}

impl Outcome {
    pub fn ids(&self) -> Vec<u64> {
        self.operations.iter().map(|(id, _)| *id).collect()
    }

    pub fn from_json(answer: &Value) -> Result<Self> {
        let operations = answer["operations"].as_array().context("no `operations`")?;
        let operations = operations.iter().map(|one| {
            let id = one[0].as_u64().context("an operation without a number")?;
            Ok((id, one[1].as_f64().context("an operation without a time")?))
        });
        Ok(Self {
            operations: operations.collect::<Result<_>>()?,
            seconds: answer["seconds"].as_f64().context("no `seconds`")?,
            refused: answer["refused"].as_u64().unwrap_or(0),
            refusal: answer["refusal"].as_str().map(str::to_owned),
            end: match answer["end"].as_str() {
                Some("done") => End::Done,
                Some("empty") => End::Empty,
                Some("time up") => End::TimeUp,
                Some("failed") => End::Failed,
                other => bail!("a phase ended with {other:?}"),
            },
        })
    }
}

/// Somebody who does phases at a peer.
pub trait Driver {
    /// Writes; calls `kill` when it is the moment, where the work says so.
    fn write(&mut self, work: Work, kill: &mut dyn FnMut() -> Result<()>) -> Result<Outcome>;
    /// Claims and completes tasks, reads messages, or gets notes.
    fn read(&mut self, work: Work) -> Result<Outcome>;
}
