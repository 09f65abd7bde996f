//! What the others did on one kind of task. Owns their mean without the agent itself and how sure it
//! is; refuses to let one agent be the others: nobody weighs more than four typical ones, and who is
//! found to stand out is no measure for the rest.

use crate::robust::median;

/// In typical agents of the kind.
const WEIGHT_MAX: f64 = 4.0;
/// Peers that must be left when those who stand out are taken away.
const PEERS_LEFT_MIN: usize = 2;

/// One agent's tasks of the kind, and the mean of what is compared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    pub agent: u32,
    pub count: f64,
    pub mean: f64,
}

/// Sums over the agents that are a measure.
#[derive(Clone, Debug, Default)]
pub(super) struct Peers {
    shares: Vec<Share>,
    weight_max: f64,
    outstanding: Vec<u32>,
    agents: usize,
    tasks: f64,
    weight: f64,
    mean: f64,
    /// Of squared weights over counts: what the mean's variance is a multiple of.
    spread: f64,
}

/// The others' mean, as seen by one agent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Others {
    pub agents: usize,
    pub tasks: f64,
    pub weight: f64,
    pub mean: f64,
    /// The mean's variance is this times that of one task.
    pub spread: f64,
}

impl Peers {
    /// `outstanding` is sorted.
    pub fn of(shares: Vec<Share>, outstanding: &[u32]) -> Self {
        let counts: Vec<f64> = shares.iter().map(|share| share.count).collect();
        let weight_max = WEIGHT_MAX * median(&counts).unwrap_or(1.0).max(1.0);
        let mut peers = Self {
            weight_max,
            outstanding: outstanding.to_vec(),
            ..Self::default()
        };
        let is_measure = |share: &&Share| outstanding.binary_search(&share.agent).is_err();
        if shares.iter().filter(is_measure).count() <= PEERS_LEFT_MIN {
            peers.outstanding.clear();
        }
        for share in &shares {
            peers.count(share, 1.0);
        }
        peers.shares = shares;
        peers
    }

    pub fn shares(&self) -> &[Share] {
        &self.shares
    }

    fn is_measure(&self, agent: u32) -> bool {
        self.outstanding.binary_search(&agent).is_err()
    }

    fn count(&mut self, share: &Share, sign: f64) {
        if !self.is_measure(share.agent) || share.count <= 0.0 {
            return;
        }
        let weight = share.count.min(self.weight_max);
        self.agents = self.agents.saturating_add_signed(sign as isize);
        self.tasks += sign * share.count;
        self.weight += sign * weight;
        self.mean += sign * weight * share.mean;
        self.spread += sign * weight * weight / share.count;
    }

    /// `None` where nobody else is there.
    pub fn without(&self, share: &Share) -> Option<Others> {
        let mut rest = Self {
            shares: Vec::new(),
            outstanding: self.outstanding.clone(),
            ..*self
        };
        rest.count(share, -1.0);
        (0 < rest.agents && 0.0 < rest.weight).then(|| Others {
            agents: rest.agents,
            tasks: rest.tasks,
            weight: rest.weight,
            mean: rest.mean / rest.weight,
            spread: rest.spread / (rest.weight * rest.weight),
        })
    }

    /// How many others there are in all, those who stand out included.
    pub fn others(&self) -> usize {
        self.shares.len().saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(of: &[(f64, f64)]) -> Vec<Share> {
        let share = |(agent, (count, mean)): (usize, &(f64, f64))| Share {
            agent: agent as u32,
            count: *count,
            mean: *mean,
        };
        of.iter().enumerate().map(share).collect()
    }

    #[test]
    fn the_agent_itself_is_not_among_the_others() {
        let all = shares(&[(10.0, 9.0), (10.0, 1.0), (20.0, 2.5)]);
        let others = Peers::of(all.clone(), &[]).without(&all[0]).unwrap();
        assert_eq!((others.agents, others.tasks), (2, 30.0));
        assert!((others.mean - 2.0).abs() < 1e-12);
        assert!((others.spread - 1.0 / 30.0).abs() < 1e-12);
        assert_eq!(
            Peers::of(shares(&[(5.0, 1.0)]), &[]).without(&all[0].clone()),
            None
        );
    }

    #[test]
    fn the_busiest_does_not_outweigh_the_rest_and_who_stands_out_is_no_measure() {
        let all = shares(&[(10.0, 0.0), (10.0, 0.0), (10.0, 0.0), (10_000.0, 1.0)]);
        let others = Peers::of(all.clone(), &[]).without(&all[0]).unwrap();
        assert!((others.mean - 40.0 / 60.0).abs() < 1e-9, "{others:?}");
        let others = Peers::of(all.clone(), &[3]).without(&all[0]).unwrap();
        assert_eq!((others.agents, others.mean), (2, 0.0));
        // Of three agents, two would not be left to measure by.
        let few = shares(&[(10.0, 0.0), (10.0, 0.0), (10.0, 1.0)]);
        assert_eq!(
            Peers::of(few.clone(), &[2])
                .without(&few[0])
                .unwrap()
                .agents,
            2
        );
    }
}
