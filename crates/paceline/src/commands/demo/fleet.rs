//! The whole simulated fleet. Owns who is in it; refuses to end by itself: whoever aborts it, ends
//! all of it.

use paceline_client::Client;
use tokio::task::JoinSet;

use super::character::Character;
use super::dice::Dice;
use super::pace::Pace;
use super::{leader, metrics, planner, worker};

const CANDIDATES: u64 = 3;
/// Numbers of dice that no worker has.
const PLANNER: u64 = 1 << 40;
const FIRST_CANDIDATE: u64 = 1 << 41;

/// Runs until it is dropped: a set of tasks ends with its owner.
pub async fn run(client: &Client, agents: u32, seed: u64) {
    for definition in metrics::definitions() {
        // Where per-agent metrics are off, they are refused, and the fleet lives on without.
        let _ = client.define_metric(&definition).await;
    }
    let pace = Pace {
        agents: u64::from(agents),
    };
    let mut fleet = JoinSet::new();
    let dice = |number| Dice::new(seed, number);
    for number in 0..pace.agents {
        let character = Character::of(number, pace.agents);
        fleet.spawn(worker::live(client.clone(), character, pace, dice(number)));
    }
    fleet.spawn(planner::live(client.clone(), pace, dice(PLANNER)));
    for number in 0..CANDIDATES {
        let dice = dice(FIRST_CANDIDATE + number);
        fleet.spawn(leader::live(client.clone(), number, dice));
    }
    while fleet.join_next().await.is_some() {}
}
