//! What an agent does next. Owns the course of its days, which is that of `paceline demo`'s agents;
//! refuses requests, chance and clocks: the same fleet does the same.
//!
//! ```text
//! claim ──a task──▶ says what it works on ─▶ tools and signs of life ─▶ completes, fails or gives back
//!   ▲ └──nothing──▶ sign of life                                          │
//!   └──────────── looks around: tells, listens, remembers ◀─ is idle ◀────┘
//! ```

use std::collections::VecDeque;

/// Of tasks, and what agents are.
pub const KINDS: [&str; 5] = ["plan", "code", "test", "review", "docs"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Claim,
    Work,
    UseTools,
    Heartbeat,
    Finish(Ending),
    Rest,
    Tell,
    Listen,
    Acknowledge(u64),
    Remember,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Completed,
    Failed,
    GivenBack,
}

/// The right to finish a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub task_id: String,
    pub fence: u64,
}

pub struct Agent {
    pub id: String,
    pub number: usize,
    pub held: Option<Held>,
    /// Names its tool calls.
    pub calls: u64,
    days: usize,
    plan: VecDeque<Act>,
}

impl Agent {
    pub fn new(id: String, number: usize) -> Self {
        Self {
            id,
            number,
            held: None,
            calls: 0,
            days: 0,
            plan: VecDeque::new(),
        }
    }

    pub fn next(&mut self) -> Act {
        self.plan.pop_front().unwrap_or(Act::Claim)
    }

    /// A day of work, and what comes after it.
    pub fn got(&mut self, held: Held) {
        self.held = Some(held);
        let chance = self.chance();
        self.days += 1;
        self.plan.push_back(Act::Work);
        for _ in 0..=chance % 4 {
            self.plan.extend([Act::UseTools, Act::Heartbeat]);
        }
        let ending = match chance {
            chance if chance % 12 == 5 => Ending::Failed,
            chance if chance % 40 == 6 => Ending::GivenBack,
            _ => Ending::Completed,
        };
        self.plan.extend([Act::Finish(ending), Act::Rest]);
        let around = [(3, Act::Tell), (2, Act::Listen), (8, Act::Remember)];
        let around = around
            .into_iter()
            .filter(|(one_in, _)| chance.is_multiple_of(*one_in));
        self.plan.extend(around.map(|(_, act)| act));
    }

    pub fn got_nothing(&mut self) {
        self.plan.push_back(Act::Heartbeat);
    }

    pub fn read_through(&mut self, position: u64) {
        self.plan.push_front(Act::Acknowledge(position));
    }

    /// After a refusal it begins anew: its task's lease will end.
    pub fn was_refused(&mut self) {
        self.held = None;
        self.plan.clear();
    }

    /// Not the same for two agents on a day, nor for one on two days.
    fn chance(&self) -> usize {
        self.number * 7 + self.days * 11
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held() -> Held {
        Held {
            task_id: "tsk_1".into(),
            fence: 1,
        }
    }

    fn day(number: usize) -> Vec<Act> {
        let mut agent = Agent::new("agt_1".into(), number);
        assert_eq!(agent.next(), Act::Claim);
        agent.got(held());
        let acts = std::iter::from_fn(|| Some(agent.next()));
        acts.take_while(|act| *act != Act::Claim).collect()
    }

    #[test]
    fn a_day_goes_from_a_claim_to_the_next() {
        use Act::{Finish, Heartbeat, Listen, Remember, Rest, Tell, UseTools, Work};
        let rounds = |count: usize| [UseTools, Heartbeat].repeat(count);
        let check = |number, tools, ending, around: &[Act]| {
            let mut expected = vec![Work];
            expected.extend(rounds(tools));
            expected.extend([Finish(ending), Rest]);
            expected.extend(around);
            assert_eq!(day(number), expected, "{number}");
        };
        check(0, 1, Ending::Completed, &[Tell, Listen, Remember]);
        check(1, 4, Ending::Completed, &[]);
        check(2, 3, Ending::Completed, &[Listen]);
        check(11, 2, Ending::Failed, &[]);
        check(18, 3, Ending::GivenBack, &[Tell, Listen]);
    }

    #[test]
    fn what_was_read_is_acknowledged_before_all_else() {
        let mut agent = Agent::new("agt_1".into(), 0);
        agent.got(held());
        agent.read_through(7);
        assert_eq!(agent.next(), Act::Acknowledge(7));
        assert_eq!(agent.next(), Act::Work);
    }

    #[test]
    fn without_work_an_agent_shows_that_it_lives_and_asks_again() {
        let mut agent = Agent::new("agt_1".into(), 0);
        agent.got_nothing();
        assert_eq!([agent.next(), agent.next()], [Act::Heartbeat, Act::Claim]);
    }

    #[test]
    fn a_refusal_ends_the_day() {
        let mut agent = Agent::new("agt_1".into(), 0);
        agent.got(held());
        agent.was_refused();
        assert_eq!((agent.held.clone(), agent.next()), (None, Act::Claim));
    }
}
