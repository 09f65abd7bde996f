//! All detectors and what they found. Owns what a pause, a dismissal and a restart do to them; refuses to
//! wait: whoever holds it is in the way of the next turn.

use std::collections::BTreeSet;

use super::book::{Book, Noted};
use super::custom::{CustomSeries, Metric};
use super::families::Counts;
use super::limits::GRACE_MS;
use super::own::OwnSeries;
use super::peers::PeerTypes;
use super::state::{self, Line};
use super::words;

/// A clock that moved by more between two turns was set, or nobody was there.
const PAUSE_MS: i64 = 3_600_000;

pub struct Watch {
    pub own: OwnSeries,
    pub custom: CustomSeries,
    pub peers: PeerTypes,
    pub book: Book,
    /// Nothing is judged before.
    pub judging_from_ms: i64,
    pub turned_ms: i64,
    pub counted_ms: i64,
}

impl Watch {
    pub fn new(now_ms: i64) -> Self {
        Self {
            own: OwnSeries::default(),
            custom: CustomSeries::default(),
            peers: PeerTypes::default(),
            book: Book::default(),
            judging_from_ms: now_ms + GRACE_MS,
            turned_ms: now_ms,
            counted_ms: i64::MIN,
        }
    }

    /// A time in which nobody watched makes no series old.
    pub fn notice_pause(&mut self, now_ms: i64) {
        let passed_ms = now_ms.saturating_sub(self.turned_ms);
        if !(-PAUSE_MS..PAUSE_MS).contains(&passed_ms) {
            self.custom.skip(passed_ms);
            self.judging_from_ms = now_ms.saturating_add(GRACE_MS);
        }
        self.turned_ms = now_ms;
    }

    pub fn dismiss(&mut self, noted: Noted, now_ms: i64) -> Noted {
        let anomaly_id = &noted.shown.anomaly_id;
        if let Some(out) = &noted.out {
            self.peers.dismiss(anomaly_id, out);
        }
        let own = self.own.watched.get_mut(&noted.key);
        let watched = match own {
            Some(watched) => Some(watched),
            None => self.custom.get_mut(&noted.key).map(|one| &mut one.watched),
        };
        if let (Some(watched), Some(told)) = (watched, &noted.evidence) {
            // What goes on may have become larger than what was told of it.
            let current = watched.detector.current().cloned();
            let is_same = |now: &paceline_analysis::anomaly::Evidence| now.kind == told.kind;
            watched.dismiss(anomaly_id, told);
            if let Some(now) = current.filter(is_same)
                && noted.shown.ended_at.is_none()
            {
                watched.detector.thumb_down(&now);
            }
        }
        self.book.dismiss(noted, now_ms)
    }

    pub fn count(&self, refused: u64) -> Counts {
        let own = self.own.watched.values().map(|watched| watched.bytes());
        let custom = self.custom.awake().chain(self.custom.asleep.values());
        let watched = self.own.watched.len() + self.custom.awake().count() + self.peers.agents();
        Counts {
            open: 0,
            watched: watched as u64,
            refused,
            bytes: (own.sum::<usize>() + custom.map(Metric::bytes).sum::<usize>()) as u64,
        }
    }

    pub fn own_lines(&self) -> Vec<Line> {
        let own = self.own.watched.iter().map(|(key, watched)| Line::Own {
            key: key.clone(),
            of: Box::new(watched.clone()),
        });
        let peers = self.peers.0.iter().map(|(agent_type, of)| Line::Peers {
            agent_type: agent_type.clone(),
            of: Box::new(of.clone()),
        });
        own.chain(peers).collect()
    }

    pub fn restore(&mut self, lines: Vec<Line>, now_ms: i64) {
        let mut saved_ms = now_ms;
        for line in lines {
            match line {
                Line::Saved { at_ms } => saved_ms = at_ms,
                Line::Own { key, of } => {
                    self.own.watched.insert(key, *of);
                }
                Line::Metric {
                    labels,
                    step_ms,
                    is_rate,
                    seen_ms,
                    of,
                } => {
                    let labels = state::labels(labels);
                    let metric = Metric::kept(labels.clone(), (step_ms, is_rate), seen_ms, *of);
                    self.custom.asleep.insert(words::selector(&labels), metric);
                }
                Line::Peers { agent_type, of } => {
                    self.peers.0.insert(agent_type, *of);
                }
            }
        }
        self.custom.skip(now_ms - saved_ms);
        self.reconcile(now_ms);
    }

    /// The store knows what was told, the file what goes on; only what both know goes on.
    fn reconcile(&mut self, now_ms: i64) {
        let book = &mut self.book;
        self.own
            .watched
            .values_mut()
            .for_each(|watched| watched.reconcile(book));
        // Until it comes again nobody knows how it goes on.
        let asleep = self.custom.asleep.values_mut();
        asleep.for_each(|metric| metric.watched.reconcile(book));
        self.peers.reconcile(book);
        let own = self.own.watched.values();
        let custom = self.custom.asleep.values().map(|metric| &metric.watched);
        let open = own
            .chain(custom)
            .flat_map(|watched| [&watched.open, &watched.drift]);
        let mut held: BTreeSet<String> = open.flatten().cloned().collect();
        held.extend(
            self.peers
                .0
                .values()
                .flat_map(|of| of.open.values().cloned()),
        );
        book.end_all_but(&held, now_ms);
    }
}
