//! What one simulated agent is like. Owns who is slow, careless, fragile or only passing through;
//! refuses chance: the same number is the same agent in every run.

use super::kinds::{Kind, kind_of, takes};

/// How much longer the slow one takes than others of its kind.
const SLOWNESS: f64 = 2.5;
/// The slow one; a coder, so that there are others of its kind in a small fleet.
const SLOW: u64 = 5;
const CARELESS: u64 = 8;
const LOOPY: u64 = 3;
/// One agent in so many dies now and then, or leaves and comes back.
const FRAGILE_ONE_IN: u64 = 50;
const CONTRACTOR_ONE_IN: u64 = 50;

#[derive(Clone, Debug)]
pub struct Character {
    pub number: u64,
    pub name: String,
    pub kind: &'static Kind,
    pub takes: Vec<String>,
    pub slowness: f64,
    pub temper: Temper,
}

/// What sets an agent apart, at most one thing each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Temper {
    Steady,
    /// Reviewers find more in its work.
    Careless,
    /// Makes the same failing call again and again.
    Loopy,
    /// Falls silent in the middle of a task.
    Fragile,
    /// Leaves after a few tasks and joins again later.
    Contractor,
}

impl Character {
    pub fn of(number: u64, agents: u64) -> Self {
        let kind = kind_of(number);
        Self {
            number,
            name: format!("{}-{number}", kind.name),
            kind,
            takes: takes(number, agents),
            slowness: if number == SLOW { SLOWNESS } else { 1.0 },
            temper: temper(number),
        }
    }

    pub fn is(&self, temper: Temper) -> bool {
        self.temper == temper
    }
}

fn temper(number: u64) -> Temper {
    match number {
        SLOW => Temper::Steady,
        CARELESS => Temper::Careless,
        LOOPY => Temper::Loopy,
        number if number % FRAGILE_ONE_IN == 11 => Temper::Fragile,
        number if number % CONTRACTOR_ONE_IN == 13 => Temper::Contractor,
        _ => Temper::Steady,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_agent_is_slow_and_it_has_peers() {
        let fleet: Vec<_> = (0..50).map(|number| Character::of(number, 50)).collect();
        let slow: Vec<_> = fleet.iter().filter(|one| 1.0 < one.slowness).collect();
        assert_eq!(slow.len(), 1);
        let peers = fleet.iter().filter(|one| one.kind == slow[0].kind);
        assert!(10 < peers.count());
    }

    #[test]
    fn the_usual_fleet_has_one_of_every_temper() {
        use Temper::{Careless, Contractor, Fragile, Loopy};
        for temper in [Careless, Loopy, Fragile, Contractor] {
            let count = (0..50).filter(|&n| Character::of(n, 50).is(temper)).count();
            assert_eq!(count, 1, "{temper:?}");
        }
    }
}
