//! List: the log from its newest message back, for people. Owns which index a filter walks and how
//! much of it a page may look at; texts are read only of what the page shows.

use paceline_core::message::{Filter, Listed, Recipient, list};
use paceline_core::rejection::Kind;
use paceline_core::{AgentId, MessageId, Rejection, limits};
use rusqlite::{Connection, Row};

use super::audience::Readers;
use super::{row, stream};
use crate::sqlite::fault::Outcome;
use crate::sqlite::txn::{many, one};
use crate::sqlite::{page, sql};
use crate::{Page, PageRequest};

/// Messages that a walk looks at between two looks at its bound.
const STEP: usize = 500;

pub(crate) fn run(
    db: &Connection,
    filter: &Filter,
    request: &PageRequest,
) -> Outcome<Page<Listed>> {
    list::check(filter)?;
    let before = page::number(request)?.unwrap_or(i64::MAX);
    let limit = usize::try_from(page::limit(request)).unwrap_or(1);
    let found = match Walk::of(db, filter)? {
        Some(walk) => walk.back_from(before, limit)?,
        None => Found::default(),
    };
    let mut readers = Readers::new(db);
    let mut items = Vec::with_capacity(found.positions.len());
    for position in found.positions {
        items.extend(at(db, position, &mut readers)?);
    }
    Ok(Page {
        items,
        next_cursor: found.next.map(|before| before.to_string()),
    })
}

pub(crate) fn one_of(db: &Connection, message: &MessageId) -> Outcome<Listed> {
    let unknown = || Rejection::NotFound {
        kind: Kind::Message,
        id: message.to_string(),
    };
    let id = [message.as_str()];
    let position = one(db, sql::message::POSITION_OF, id, |row| row.get(0))?;
    let listed = match position {
        Some(position) => at(db, position, &mut Readers::new(db))?,
        None => None,
    };
    listed.ok_or_else(|| unknown().into())
}

fn at(db: &Connection, position: i64, readers: &mut Readers<'_>) -> Outcome<Option<Listed>> {
    let message = one(db, sql::message::AT, [position], |row| {
        row::read(row, stream::recipient(row.get(8)?, row.get(9)?))
    })?;
    message.map(|message| readers.of(message)).transpose()
}

#[derive(Default)]
struct Found {
    positions: Vec<i64>,
    /// Below which the next page begins.
    next: Option<i64>,
}

/// A way back through the log that passes every message of a filter.
struct Walk<'a> {
    db: &'a Connection,
    filter: &'a Filter,
    /// The agent's own, where the filter names one that was ever written to.
    mailbox: Option<i64>,
    ways: Vec<Way<'a>>,
}

enum Way<'a> {
    All,
    Stream(i64),
    Sender(&'a AgentId),
}

/// What a filter decides by.
struct Candidate {
    position: i64,
    stream: i64,
    sender: Option<String>,
    kind: String,
}

impl<'a> Walk<'a> {
    /// `None` where nothing was ever sent there.
    fn of(db: &'a Connection, filter: &'a Filter) -> Outcome<Option<Self>> {
        let number = |recipient: &Recipient| {
            let found = stream::find(db, recipient)?;
            Outcome::Ok(found.map(|stream| stream.number))
        };
        let agent = filter.agent.clone();
        let mailbox = match agent.map(Recipient::Agent) {
            Some(recipient) => number(&recipient)?,
            None => None,
        };
        let ways = match (&filter.to, &filter.agent) {
            (Some(recipient), _) => match number(recipient)? {
                Some(stream) => vec![Way::Stream(stream)],
                None => return Ok(None),
            },
            (None, Some(agent)) => mailbox
                .map(Way::Stream)
                .into_iter()
                .chain([Way::Sender(agent)])
                .collect(),
            (None, None) => vec![Way::All],
        };
        Ok(Some(Self {
            db,
            filter,
            mailbox,
            ways,
        }))
    }

    fn back_from(&self, mut before: i64, limit: usize) -> Outcome<Found> {
        let mut positions = Vec::new();
        let mut visits_left = limits::PAGE_VISITS_MAX as usize;
        loop {
            let step = self.step(before)?;
            let is_last = step.len() < STEP;
            visits_left = visits_left.saturating_sub(step.len());
            for candidate in step {
                if self.passes(&candidate) {
                    if positions.len() == limit {
                        let next = Some(before);
                        return Ok(Found { positions, next });
                    }
                    positions.push(candidate.position);
                }
                before = candidate.position;
            }
            if is_last || visits_left == 0 {
                let next = (!is_last).then_some(before);
                return Ok(Found { positions, next });
            }
        }
    }

    /// The next messages of all ways together, each once.
    fn step(&self, before: i64) -> Outcome<Vec<Candidate>> {
        let mut found = Vec::new();
        for way in &self.ways {
            found.extend(way.step(self.db, before)?);
        }
        found.sort_unstable_by_key(|one| std::cmp::Reverse(one.position));
        found.dedup_by_key(|one| one.position);
        found.truncate(STEP);
        Ok(found)
    }

    fn passes(&self, candidate: &Candidate) -> bool {
        let Filter { agent, kind, .. } = self.filter;
        let is_kind = kind.as_ref().is_none_or(|kind| *kind == candidate.kind);
        let is_agents = agent.as_ref().is_none_or(|agent| {
            candidate.sender.as_deref() == Some(agent.as_str())
                || self.mailbox == Some(candidate.stream)
        });
        is_kind && is_agents
    }
}

impl Way<'_> {
    fn step(&self, db: &Connection, before: i64) -> Outcome<Vec<Candidate>> {
        let step = STEP as i64;
        match self {
            Self::All => many(db, sql::message::BELOW, (before, step), candidate),
            Self::Stream(stream) => {
                let params = (before, step, stream);
                many(db, sql::message::BELOW_IN_STREAM, params, candidate)
            }
            Self::Sender(agent) => {
                let params = (before, step, agent.as_str());
                many(db, sql::message::BELOW_BY_SENDER, params, candidate)
            }
        }
    }
}

fn candidate(row: &Row<'_>) -> rusqlite::Result<Candidate> {
    Ok(Candidate {
        position: row.get(0)?,
        stream: row.get(1)?,
        sender: row.get(2)?,
        kind: row.get(3)?,
    })
}
