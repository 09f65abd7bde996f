//! One peer's turn: the same phases in the same order for everybody, then the kill. Owns that order;
//! refuses to judge the figures.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;

use super::count::{Delivery, Pace};
use super::home::Home;
use super::options::Options;
use super::peer::{Peer, Running};
use super::work::{End, Kind, Outcome, Work};

/// How many clients do what: a fleet of eight workers, four of which keep notes.
const WORKERS: u64 = 8;
const KEEPERS: u64 = 4;

/// What a phase is called in results. The order is that of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    EnqueueAlone,
    Enqueue,
    Drain,
    Send,
    Receive,
    SetNotes,
    GetNotes,
}

impl Phase {
    pub const ALL: [Self; 7] = [
        Self::EnqueueAlone,
        Self::Enqueue,
        Self::Drain,
        Self::Send,
        Self::Receive,
        Self::SetNotes,
        Self::GetNotes,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::EnqueueAlone => "enqueue, 1 client",
            Self::Enqueue => "enqueue, 8 clients",
            Self::Drain => "claim and complete, 8 workers",
            Self::Send => "send, 8 senders",
            Self::Receive => "read, 1 reader",
            Self::SetNotes => "set notes, 4 clients",
            Self::GetNotes => "get notes, 4 clients",
        }
    }

    /// Reading goes by whatever page a peer's own call answers, so a wait for one is no figure.
    pub const fn has_latency(self) -> bool {
        !matches!(self, Self::Receive | Self::GetNotes)
    }

    pub const fn kind(self) -> Kind {
        match self {
            Self::EnqueueAlone | Self::Enqueue | Self::Drain => Kind::Task,
            Self::Send | Self::Receive => Kind::Message,
            Self::SetNotes | Self::GetNotes => Kind::Note,
        }
    }
}

/// What one turn came to.
#[derive(Clone, Debug, Default)]
pub struct Round {
    pub paces: BTreeMap<Phase, Pace>,
    pub deliveries: BTreeMap<Kind, Delivery>,
    pub crash: Option<Delivery>,
    /// What went otherwise than asked: refusals, phases that were not finished.
    pub remarks: Vec<String>,
}

pub fn run(peer: &dyn Peer, home: &Home, options: &Options, folder: &Path) -> Result<Round> {
    let card = peer.card();
    let mut turn = Turn {
        running: peer.start(home, folder)?,
        round: Round::default(),
        seconds: options.seconds,
    };
    let sizes = options.sizes(card.group);
    for kind in Kind::ALL {
        if card.lack_of(kind).is_some() {
            continue;
        }
        let outcome = match kind {
            Kind::Task => turn.tasks(sizes.tasks),
            Kind::Message => turn.messages(sizes.messages),
            Kind::Note => turn.notes(sizes.notes),
        };
        turn.remark_on(&format!("{}s", kind.name()), outcome);
    }
    let outcome = turn.crash(card.crash, sizes.of(card.crash));
    turn.remark_on("kill and restart", outcome);
    Ok(turn.round)
}

struct Turn {
    running: Running,
    round: Round,
    seconds: u64,
}

impl Turn {
    /// What goes wrong with one kind does not take the others' figures with it.
    fn remark_on(&mut self, what: &str, outcome: Result<()>) {
        if let Err(error) = outcome {
            self.round
                .remarks
                .push(format!("{what} broke off: {error:#}"));
        }
    }

    fn tasks(&mut self, count: u64) -> Result<()> {
        let alone = count.div_ceil(4);
        let mut written = self.write(Phase::EnqueueAlone, 1, 0, alone)?;
        written.extend(self.write(Phase::Enqueue, WORKERS, alone, count)?);
        self.read(Phase::Drain, WORKERS, 0, alone + count, &written)
    }

    fn messages(&mut self, count: u64) -> Result<()> {
        let written = self.write(Phase::Send, WORKERS, 0, count)?;
        self.read(Phase::Receive, 1, 0, count, &written)
    }

    fn notes(&mut self, count: u64) -> Result<()> {
        let written = self.write(Phase::SetNotes, KEEPERS, 0, count)?;
        self.read(Phase::GetNotes, KEEPERS, 0, count, &written)
    }

    fn write(&mut self, phase: Phase, clients: u64, first: u64, count: u64) -> Result<Vec<u64>> {
        let work = self.work(phase.kind(), clients, first, count);
        let outcome = self.running.driver.write(work, &mut || Ok(()))?;
        self.note(phase.name(), &outcome);
        self.round
            .paces
            .extend(Pace::of(&outcome).map(|pace| (phase, pace)));
        Ok(outcome.ids())
    }

    fn read(
        &mut self,
        phase: Phase,
        clients: u64,
        first: u64,
        count: u64,
        written: &[u64],
    ) -> Result<()> {
        let work = self.work(phase.kind(), clients, first, count);
        let outcome = self.running.driver.read(work)?;
        self.note(phase.name(), &outcome);
        self.round
            .paces
            .extend(Pace::of(&outcome).map(|pace| (phase, pace)));
        let delivery = Delivery::of(written, &outcome);
        self.round.deliveries.insert(phase.kind(), delivery);
        Ok(())
    }

    /// Kills the server with half of the usual number acknowledged and more under way, starts it
    /// again on what it left, and looks for everything that it had acknowledged. A peer that is a
    /// process a client has one client here: what sharing a folder costs is counted before.
    fn crash(&mut self, kind: Kind, usual: u64) -> Result<()> {
        // Apart from the numbers of the phases before.
        let first = 1_000_000;
        let writers = if self.running.has_server() {
            KEEPERS
        } else {
            1
        };
        let mut work = self.work(kind, writers, first, usual.saturating_mul(1_000));
        work.kill_after = Some(usual.div_ceil(2));
        let (driver, server) = self.running.parts();
        let written = driver.write(work, &mut || Running::kill(server))?;
        self.running.start_again()?;
        let mut look = self.work(kind, writers, first, written.operations.len() as u64);
        if kind == Kind::Message {
            look.clients = 1;
        }
        // Notes are got by number, up to the last that was acknowledged.
        let last = written.ids().into_iter().max().unwrap_or(first);
        if kind == Kind::Note {
            look.count = last + 1 - first;
        }
        let mut found = self.running.driver.read(look)?;
        found.operations.retain(|(id, _)| first <= *id);
        self.round.crash = Some(Delivery::of(&written.ids(), &found));
        Ok(())
    }

    fn work(&self, kind: Kind, clients: u64, first: u64, count: u64) -> Work {
        Work {
            kind,
            clients,
            first,
            count,
            seconds: self.seconds,
            kill_after: None,
        }
    }

    fn note(&mut self, phase: &str, outcome: &Outcome) {
        if outcome.end == End::TimeUp {
            let done = outcome.operations.len();
            self.round.remarks.push(format!(
                "{phase}: not finished in {} s, {done} done",
                self.seconds
            ));
        }
        if 0 < outcome.refused {
            let words: String = outcome
                .refusal
                .as_deref()
                .unwrap_or("without a word")
                .chars()
                .take(120)
                .collect();
            self.round.remarks.push(format!(
                "{phase}: {} calls refused ({words})",
                outcome.refused
            ));
        }
    }
}
