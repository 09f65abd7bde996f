//! Agents beside others of their type, by how long their tasks took. Owns the rounds in which they are
//! compared and what a person does not want to hear; refuses the comparison itself.
//!
//! A task counts for the type that it asked for, so that like is compared with like. A round takes a
//! minute; where tasks take longer, until half of those at work have finished one, or ten minutes.

use std::collections::BTreeMap;

use paceline_analysis::anomaly::{OutOfLine, PeerOptions, PeerSignal, Peers};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use super::book::Book;
use super::limits::{AGENTS_MAX, MUTED_MAX, TYPES_MAX};
use super::words::about_peer;

const ROUND_MS_MIN: i64 = 60_000;
const ROUND_MS_MAX: i64 = 600_000;
/// Who finished nothing for so long is not at work.
const AT_WORK_MS: i64 = 3_600_000;
/// A person who called this far out normal hears of what is further out by so much.
const MUTED_BEYOND: f64 = 1.25;

/// Milliseconds and tasks of each agent.
type Sums = BTreeMap<String, (i64, u64)>;

/// Tasks that ended since the last turn, noted by whoever answers the request.
#[derive(Debug, Default)]
pub struct Finished(Mutex<BTreeMap<String, Sums>>);

impl Finished {
    pub fn add(&self, agent_type: &str, agent: &str, ran_ms: i64) {
        let mut types = self.0.lock();
        if !types.contains_key(agent_type) {
            if TYPES_MAX <= types.len() {
                return;
            }
            types.insert(agent_type.to_owned(), Sums::new());
        }
        if let Some(sums) = types.get_mut(agent_type) {
            add(sums, agent, (ran_ms.max(0), 1));
        }
    }

    pub fn take(&self) -> BTreeMap<String, Sums> {
        std::mem::take(&mut *self.0.lock())
    }
}

fn add(sums: &mut Sums, agent: &str, (ms, tasks): (i64, u64)) {
    if let Some(sum) = sums.get_mut(agent) {
        *sum = (sum.0.saturating_add(ms), sum.1 + tasks);
    } else if sums.len() < AGENTS_MAX {
        sums.insert(agent.to_owned(), (ms, tasks));
    }
}

#[derive(Default)]
pub struct PeerTypes(pub BTreeMap<String, PeerType>);

/// Agents that do tasks for one type.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PeerType {
    peers: Peers,
    /// Who is out of line, and the anomaly that tells it.
    pub open: BTreeMap<String, String>,
    /// Up to how many deviations out an agent is called normal.
    muted: BTreeMap<String, f64>,
    #[serde(skip)]
    round: Round,
}

#[derive(Clone, Debug, Default)]
struct Round {
    begun_ms: Option<i64>,
    sums: Sums,
    /// When each last finished a task.
    at_work: BTreeMap<String, i64>,
}

impl PeerTypes {
    pub fn turn(&mut self, finished: BTreeMap<String, Sums>, now_ms: i64, book: &mut Book) {
        for (agent_type, sums) in finished {
            if TYPES_MAX <= self.0.len() && !self.0.contains_key(&agent_type) {
                continue;
            }
            let of_type = self.0.entry(agent_type).or_insert_with(PeerType::new);
            of_type.round.take(sums, now_ms);
        }
        for (agent_type, of_type) in &mut self.0 {
            if let Some(sums) = of_type.round.finish(now_ms) {
                of_type.compare(agent_type, &sums, now_ms, book);
            }
        }
    }

    /// Nobody is compared any more.
    pub fn pause(&mut self, now_ms: i64, book: &mut Book) {
        for of_type in self.0.values_mut() {
            of_type.round = Round::default();
            for anomaly_id in std::mem::take(&mut of_type.open).into_values() {
                book.end(&anomaly_id, now_ms);
            }
        }
    }

    pub fn dismiss(&mut self, anomaly_id: &str, out: &OutOfLine) {
        for of_type in self.0.values_mut() {
            let is_it = |(_, open): &(&String, &String)| *open == anomaly_id;
            let Some((agent, _)) = of_type.open.iter().find(is_it) else {
                continue;
            };
            let agent = agent.clone();
            of_type.open.remove(&agent);
            of_type.mute(agent, out.deviations);
        }
    }

    pub fn reconcile(&mut self, book: &Book) {
        for of_type in self.0.values_mut() {
            of_type
                .open
                .retain(|_, anomaly_id| book.is_open(anomaly_id));
        }
    }

    /// Who was compared of late.
    pub fn agents(&self) -> usize {
        self.0
            .values()
            .map(|of_type| of_type.round.at_work.len())
            .sum()
    }
}

impl PeerType {
    fn new() -> Self {
        let options = PeerOptions {
            agents_max: AGENTS_MAX,
            ..PeerOptions::default()
        };
        Self {
            peers: Peers::new(options),
            open: BTreeMap::new(),
            muted: BTreeMap::new(),
            round: Round::default(),
        }
    }

    fn compare(&mut self, agent_type: &str, sums: &Sums, now_ms: i64, book: &mut Book) {
        let mean = |(ms, tasks): (i64, u64)| ms as f64 / tasks.max(1) as f64;
        let values: Vec<(&str, f64)> = sums
            .iter()
            .map(|(agent, sum)| (agent.as_str(), mean(*sum)))
            .collect();
        for signal in self.peers.observe(now_ms, &values) {
            match signal {
                PeerSignal::Began { out } => self.begin(agent_type, out, book),
                PeerSignal::Ended { out, until_ms } => {
                    if let Some(anomaly_id) = self.open.remove(&out.agent) {
                        book.end(&anomaly_id, until_ms);
                    }
                }
            }
        }
    }

    fn begin(&mut self, agent_type: &str, out: OutOfLine, book: &mut Book) {
        let muted = self.muted.get(&out.agent);
        if muted.is_some_and(|deviations| out.deviations <= *deviations) {
            return;
        }
        let agent = out.agent.clone();
        let about = about_peer(agent_type, &agent, ROUND_MS_MIN);
        if let Some(anomaly_id) = book.begin_peer(about, out) {
            self.open.insert(agent, anomaly_id);
        }
    }

    fn mute(&mut self, agent: String, deviations: f64) {
        if MUTED_MAX <= self.muted.len() {
            self.muted.pop_first();
        }
        self.muted.insert(agent, MUTED_BEYOND * deviations);
    }
}

impl Round {
    fn take(&mut self, sums: Sums, now_ms: i64) {
        self.begun_ms.get_or_insert(now_ms);
        for (agent, sum) in sums {
            add(&mut self.sums, &agent, sum);
            self.at_work.insert(agent, now_ms);
        }
    }

    /// The sums of a round that is over.
    fn finish(&mut self, now_ms: i64) -> Option<Sums> {
        let lasted_ms = now_ms - self.begun_ms?;
        self.at_work
            .retain(|_, at_ms| now_ms.saturating_sub(*at_ms) < AT_WORK_MS);
        let are_enough = self.at_work.len() <= 2 * self.sums.len();
        let is_over = ROUND_MS_MIN <= lasted_ms && are_enough || ROUND_MS_MAX <= lasted_ms;
        if !is_over && 0 <= lasted_ms {
            return None;
        }
        self.begun_ms = None;
        Some(std::mem::take(&mut self.sums))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE_MS: i64 = 60_000;

    /// Each of six agents finishes a task a minute.
    fn minutes(
        types: &mut PeerTypes,
        book: &mut Book,
        minutes: std::ops::Range<i64>,
        slow_ms: i64,
    ) {
        for minute in minutes {
            let finished = Finished::default();
            for agent in 0..6 {
                let ran_ms = if agent == 0 {
                    slow_ms
                } else {
                    1_000 + 10 * agent
                };
                finished.add("developer", &format!("agt_{agent}"), ran_ms);
            }
            types.turn(finished.take(), minute * MINUTE_MS, book);
            types.turn(BTreeMap::new(), (minute + 1) * MINUTE_MS - 1, book);
        }
    }

    #[test]
    fn an_agent_that_becomes_slow_is_told_once_and_ends() {
        let (mut types, mut book) = (PeerTypes::default(), Book::default());
        minutes(&mut types, &mut book, 0..60, 1_000);
        assert_eq!(book.open(), 0);
        minutes(&mut types, &mut book, 60..120, 9_000);
        assert_eq!(book.open(), 1);
        let told = book.changes().remove(0);
        assert_eq!(told.agent.as_deref(), Some("agt_0"));
        assert!(
            told.body.contains("above the other 5 agents of its type"),
            "{}",
            told.body
        );
        assert!(told.body.contains("/agents/agt_0"), "{}", told.body);
        minutes(&mut types, &mut book, 120..240, 1_000);
        assert_eq!(book.open(), 0);
    }

    #[test]
    fn whom_a_person_called_normal_is_told_again_only_further_out() {
        let (mut types, mut book) = (PeerTypes::default(), Book::default());
        minutes(&mut types, &mut book, 0..60, 1_000);
        minutes(&mut types, &mut book, 60..160, 3_000);
        let told = book.changes().remove(0);
        let noted = book.get(&told.anomaly_id).unwrap().clone();
        types.dismiss(&told.anomaly_id, noted.out.as_ref().unwrap());
        assert!(book.dismiss(noted, 160 * MINUTE_MS).shown.is_dismissed);
        minutes(&mut types, &mut book, 160..260, 1_000);
        // As slow as before when it was told.
        minutes(&mut types, &mut book, 260..360, 2_000);
        assert_eq!(book.open(), 0);
        minutes(&mut types, &mut book, 360..460, 1_000);
        minutes(&mut types, &mut book, 460..560, 90_000);
        assert_eq!(book.open(), 1);
    }

    #[test]
    fn a_round_waits_for_half_of_those_at_work() {
        let mut round = Round::default();
        let all = |agents: std::ops::Range<i64>| -> Sums {
            agents.map(|agent| (agent.to_string(), (1, 1))).collect()
        };
        round.take(all(0..8), 0);
        assert_eq!(round.finish(MINUTE_MS - 1), None);
        assert_eq!(round.finish(MINUTE_MS).unwrap().len(), 8);
        round.take(all(0..3), 2 * MINUTE_MS);
        assert_eq!(round.finish(4 * MINUTE_MS), None);
        round.take(all(3..4), 4 * MINUTE_MS);
        assert_eq!(round.finish(4 * MINUTE_MS).unwrap().len(), 4);
        round.take(all(0..1), 5 * MINUTE_MS);
        assert_eq!(round.finish(14 * MINUTE_MS), None);
        assert_eq!(round.finish(15 * MINUTE_MS).unwrap().len(), 1);
        assert_eq!(round.finish(16 * MINUTE_MS), None);
    }
}
