//! How often the ranking is wrong and how often it finds what is there, as a table: `cargo run
//! --release -p paceline-analysis --example ranking`.

#[path = "../tests/fleet/mod.rs"]
mod fleet;

use fleet::{Fleet, NOISES, Noise, ODD, Odd};
use paceline_analysis::ranking::{Standing, Verdict};

const FLEETS: u64 = 400;
const EQUAL_FLEETS: u64 = 5_000;

fn main() {
    println!("| 20 equal agents, {EQUAL_FLEETS} fleets | judged | above, % | below, % |");
    println!("|---|---|---|---|");
    for noise in NOISES {
        let mut counts = [0_u64; 3];
        for seed in 0..EQUAL_FLEETS {
            for agent in Fleet::equal(100_000 + seed, *noise)
                .tally()
                .ranking()
                .agents
            {
                counts[0] += u64::from(agent.verdict != Verdict::NotEnoughData);
                counts[1] += u64::from(agent.verdict == Verdict::AboveExpected);
                counts[2] += u64::from(agent.verdict == Verdict::BelowExpected);
            }
        }
        let percent = |count: u64| 100.0 * count as f64 / counts[0] as f64;
        let (above, below) = (percent(counts[1]), percent(counts[2]));
        println!("| {noise:?} | {} | {above:.3} | {below:.3} |", counts[0]);
    }
    println!("\n| found, %, {FLEETS} fleets | 30 | 60 | 100 | 200 | 300 | 500 |");
    println!("|---|---|---|---|---|---|---|");
    for noise in NOISES {
        for slower in [1.25, 1.5, 2.0] {
            row(*noise, &format!("{slower} times as long"), slower, 0.0);
        }
    }
    for fails_more in [0.10, 0.15, 0.25] {
        let what = format!("{:.0} points more failures", 100.0 * fails_more);
        row(Noise::LogNormal, &what, 1.0, fails_more);
    }
}

/// One row: by the number of the odd agent's tasks.
fn row(noise: Noise, what: &str, slower: f64, fails_more: f64) {
    print!("| {noise:?}, {what} |");
    for tasks in [30, 60, 100, 200, 300, 500] {
        let odd = Odd {
            tasks,
            slower,
            fails_more,
        };
        let found = (0..FLEETS).filter(|seed| is_found(*seed, noise, odd));
        print!(" {:.1} |", 100.0 * found.count() as f64 / FLEETS as f64);
    }
    println!();
}

fn is_found(seed: u64, noise: Noise, odd: Odd) -> bool {
    let ranking = Fleet::with(7_000 + seed, noise, odd).tally().ranking();
    let is_odd = |agent: &Standing| agent.agent == ODD && agent.verdict == Verdict::BelowExpected;
    ranking.agents.iter().any(is_odd)
}
