//! Ageing. Owns the question whether an operation costs the same in an old store as in a young
//! one; refuses to compare servers that were measured at different times: one small turn of each,
//! again and again, so that whatever disturbs the machine disturbs all ages.

mod aged;
mod growth;
mod operation;
mod past;

use anyhow::Result;
use indicatif::ProgressBar;

use crate::clock;
use crate::interrupt::Interrupt;
use crate::options::Options;
use crate::process::Launcher;
use crate::report::{AgeFigures, AgeRow};
use crate::tally::Tally;
use aged::Aged;
use operation::Operation;
use past::Past;

/// Turns that each server gets, in each of which it does every operation some times. Few at a time:
/// a young store must not grow old by being measured.
const TURNS: usize = 40;
const OPERATIONS_PER_TURN: usize = 10;
/// Turns before counting begins: caches fill and statements are prepared.
const WARM_UP_TURNS: usize = 2;

/// One server of a certain age and what was measured on it.
struct Contestant {
    aged: Aged,
    /// In the order of [`Operation::ALL`].
    measured: Vec<Measured>,
}

#[derive(Default)]
struct Measured {
    tally: Tally,
    /// The median of each turn.
    turns_ms: Vec<f64>,
}

/// Ages one server each and compares them. Interrupted, it answers what there is by then.
pub async fn compare(
    options: &Options,
    launcher: &Launcher,
    interrupt: &Interrupt,
    progress: &ProgressBar,
) -> Result<Vec<AgeRow>> {
    let mut contestants = Vec::with_capacity(options.ages.len());
    for &stored in &options.ages {
        let past = Past {
            stored,
            clients: options.concurrency,
            interrupt: interrupt.clone(),
            progress: progress.clone(),
        };
        let aged = past.server(launcher).await?;
        if interrupt.is_raised() {
            return Ok(Vec::new());
        }
        let measured = Operation::ALL.iter().map(|_| Measured::default());
        contestants.push(Contestant {
            aged,
            measured: measured.collect(),
        });
    }
    for contestant in &mut contestants {
        contestant.aged.reconnect().await?;
    }
    for turn in 0..WARM_UP_TURNS + TURNS {
        progress.set_message(format!("ages, turn {turn} of {}", WARM_UP_TURNS + TURNS));
        for contestant in &mut contestants {
            contestant.turn(WARM_UP_TURNS <= turn).await;
        }
        if interrupt.is_raised() {
            break;
        }
    }
    let rows = Operation::ALL.iter().enumerate();
    let rows = rows.map(|(place, &one)| row(one, place, &contestants));
    let rows = rows.collect();
    for contestant in contestants {
        contestant.aged.stop().await;
    }
    Ok(rows)
}

impl Contestant {
    async fn turn(&mut self, counts: bool) {
        for (&operation, measured) in Operation::ALL.iter().zip(&mut self.measured) {
            let mut turn = Tally::new();
            for _ in 0..OPERATIONS_PER_TURN {
                match self.aged.measure(operation).await {
                    Ok(latency) => turn.record(latency, clock::now()),
                    Err(error) => measured.tally.fail(|| format!("{error:#}")),
                }
            }
            if counts && 0 < turn.operations() {
                measured.turns_ms.push(turn.quantile_ms(0.5));
                measured.tally.merge(&turn);
            }
        }
    }
}

fn row(operation: Operation, place: usize, contestants: &[Contestant]) -> AgeRow {
    let measured = contestants.iter().map(|one| &one.measured[place]);
    let tallies = measured.clone().map(|one| &one.tally);
    let figures = |one: &Contestant| {
        let measured = &one.measured[place];
        AgeFigures {
            stored: one.aged.stored(),
            operations: measured.tally.operations(),
            p50_ms: measured.tally.quantile_ms(0.5),
            p99_ms: measured.tally.quantile_ms(0.99),
            max_ms: measured.tally.max_ms(),
            turns_ms: measured.turns_ms.clone(),
        }
    };
    let ages: Vec<_> = contestants.iter().map(figures).collect();
    let growth = growth::fit(&ages);
    AgeRow {
        operation: operation.name().to_owned(),
        ratio: growth::ratio(&ages),
        check: growth::check(growth.as_ref()),
        growth,
        errors: tallies.clone().map(|tally| tally.errors).sum(),
        first_error: tallies.clone().find_map(|tally| tally.first_error.clone()),
        ages,
    }
}
