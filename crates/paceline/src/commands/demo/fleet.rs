//! The whole simulated fleet. Owns who is in it; refuses to end by itself: whoever aborts it, ends
//! all of it.

use paceline_client::Client;
use tokio::task::JoinSet;

use super::dice::Dice;
use super::{leader, planner, worker};

const CANDIDATES: u64 = 3;
/// Numbers of dice that no worker has.
const PLANNER: u64 = 1 << 40;
const FIRST_CANDIDATE: u64 = 1 << 41;

/// Runs until it is dropped: a set of tasks ends with its owner.
pub async fn run(client: &Client, agents: u32, seed: u64) {
    let mut fleet = JoinSet::new();
    let dice = |number| Dice::new(seed, number);
    for number in 0..u64::from(agents) {
        fleet.spawn(worker::live(client.clone(), number, dice(number)));
    }
    fleet.spawn(planner::live(
        client.clone(),
        u64::from(agents),
        dice(PLANNER),
    ));
    for number in 0..CANDIDATES {
        let dice = dice(FIRST_CANDIDATE + number);
        fleet.spawn(leader::live(client.clone(), number, dice));
    }
    while fleet.join_next().await.is_some() {}
}
