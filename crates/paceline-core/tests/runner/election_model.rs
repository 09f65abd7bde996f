//! Elections under any sequence of commands, against a model that keeps nothing but who leads
//! until when.

use paceline_core::election::*;
use paceline_core::{AgentId, ElectionName, Now};
use proptest::prelude::*;

use crate::samples::at;

#[derive(Clone, Debug)]
enum Step {
    Campaign {
        agent: usize,
        ttl_ms: i64,
    },
    Renew {
        agent: usize,
        epochs_ago: Option<u64>,
    },
    Resign {
        agent: usize,
        epochs_ago: Option<u64>,
    },
    Sweep,
    Depart {
        agent: usize,
    },
    Pass {
        ms: i64,
    },
}

fn any_step() -> impl Strategy<Value = Step> {
    let agent = 0..3_usize;
    let epoch = proptest::option::of(0..3_u64);
    prop_oneof![
        4 => (agent.clone(), 100..2_000_i64).prop_map(|(agent, ttl_ms)| Step::Campaign { agent, ttl_ms }),
        2 => (agent.clone(), epoch.clone()).prop_map(|(agent, epochs_ago)| Step::Renew { agent, epochs_ago }),
        1 => (agent.clone(), epoch).prop_map(|(agent, epochs_ago)| Step::Resign { agent, epochs_ago }),
        1 => Just(Step::Sweep),
        1 => agent.prop_map(|agent| Step::Depart { agent }),
        3 => (0..1_500_i64).prop_map(|ms| Step::Pass { ms }),
    ]
}

/// The truth, kept the simplest way.
#[derive(Default)]
struct Model {
    epoch: u64,
    office: Option<(usize, i64)>,
    ttl_ms: i64,
}

impl Model {
    fn leader(&self, ms: i64) -> Option<usize> {
        self.office
            .filter(|(_, ends)| ms < *ends)
            .map(|(agent, _)| agent)
    }

    /// Whether the words of `agent`, naming the epoch of so many leaderships ago, count.
    fn may_speak(&self, agent: usize, epochs_ago: Option<u64>, ms: i64) -> bool {
        self.leader(ms) == Some(agent) && epochs_ago.unwrap_or(0).min(self.epoch) == 0
    }
}

fn name(agent: usize) -> AgentId {
    AgentId::trusted(format!("a{agent}"))
}

/// A run: the real state beside the model, and the history that the outcomes told.
struct Run {
    state: State,
    model: Model,
    ms: i64,
    open: Option<Term>,
    terms: Vec<Term>,
}

impl Run {
    fn new() -> Self {
        Self {
            state: State::new(ElectionName::trusted("e")),
            model: Model::default(),
            ms: 0,
            open: None,
            terms: Vec::new(),
        }
    }

    fn now(&self) -> Now {
        at(self.ms)
    }

    fn take(&mut self, outcome: Outcome) {
        assert!(self.state.epoch <= outcome.next.epoch, "an epoch fell");
        if let Some(ended) = outcome.ended {
            let open = self.open.take().expect("a term that ends had begun");
            assert_eq!(
                (ended.epoch, &ended.leader, ended.from),
                (open.epoch, &open.leader, open.from)
            );
            assert!(Some(ended.from) <= ended.to && ended.ended_by.is_some());
            self.terms.push(ended);
        }
        if let Some(began) = outcome.began {
            assert!(self.open.is_none(), "two terms at once");
            let last = self.terms.last();
            assert!(
                last.is_none_or(|last| last.epoch < began.epoch && last.to <= Some(began.from))
            );
            self.open = Some(began);
        }
        self.state = outcome.next;
    }

    fn campaign(&mut self, agent: usize, ttl_ms: i64) {
        let command = Campaign {
            election: self.state.election.clone(),
            agent_id: name(agent),
            ttl_ms,
        };
        let outcome = campaign::campaign(&self.state, &command, self.now()).expect("valid");
        let before = self.model.leader(self.ms);
        if before.is_none() {
            self.model.epoch += 1;
        }
        if before.is_none_or(|leader| leader == agent) {
            self.model.office = Some((agent, self.ms + ttl_ms));
            self.model.ttl_ms = ttl_ms;
        }
        assert_eq!(outcome.began.is_some(), before.is_none());
        assert_eq!(
            outcome.view.is_leader,
            self.model.leader(self.ms) == Some(agent)
        );
        self.take(outcome);
    }

    fn speak(&mut self, agent: usize, epochs_ago: Option<u64>, resigns: bool) {
        let office = Office {
            election: self.state.election.clone(),
            agent_id: name(agent),
            epoch: epochs_ago.map(|ago| self.model.epoch.saturating_sub(ago)),
        };
        let counts = self.model.may_speak(agent, epochs_ago, self.ms);
        let outcome = if resigns {
            resign::resign(&self.state, &office, self.now())
        } else {
            renew::renew(&self.state, &office, self.now())
        };
        assert_eq!(
            outcome.is_ok(),
            counts,
            "{office:?} at epoch {}",
            self.model.epoch
        );
        let Ok(outcome) = outcome else { return };
        self.model.office = (!resigns).then_some((agent, self.ms + self.model.ttl_ms));
        self.take(outcome);
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Campaign { agent, ttl_ms } => self.campaign(agent, ttl_ms),
            Step::Renew { agent, epochs_ago } => self.speak(agent, epochs_ago, false),
            Step::Resign { agent, epochs_ago } => self.speak(agent, epochs_ago, true),
            Step::Sweep => {
                if let Some(outcome) = expire::expire(&self.state, self.now()) {
                    assert_eq!(self.model.leader(self.ms), None, "swept while in office");
                    self.take(outcome);
                }
            }
            Step::Depart { agent } => {
                let gone = depart::depart(&self.state, &name(agent), TermEnd::Died, self.now());
                if self.model.leader(self.ms) == Some(agent) {
                    self.model.office = None;
                }
                gone.into_iter().for_each(|outcome| self.take(outcome));
            }
            Step::Pass { ms } => self.ms += ms,
        }
    }

    fn agree(&self) {
        let now = self.now();
        let leader = self.model.leader(self.ms).map(name);
        let told = view(&self.state, None, now);
        assert_eq!(
            (told.leader.as_ref(), told.epoch),
            (leader.as_ref(), self.model.epoch)
        );
        let claimants =
            (0..3).filter(|agent| view(&self.state, Some(&name(*agent)), now).is_leader);
        assert_eq!(
            claimants.count(),
            usize::from(leader.is_some()),
            "at most one leader"
        );
        for epoch in 0..=self.model.epoch + 1 {
            let guard = Guard {
                election: self.state.election.clone(),
                epoch,
            };
            let holds = guard::check_guard(Some(&self.state), &guard, now).is_ok();
            assert_eq!(
                holds,
                leader.is_some() && epoch == self.model.epoch,
                "guard {epoch}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn at_most_one_leads_and_epochs_strictly_rise(steps in prop::collection::vec(any_step(), 1..60)) {
        let mut run = Run::new();
        for step in steps {
            run.step(step);
            run.agree();
        }
    }
}
