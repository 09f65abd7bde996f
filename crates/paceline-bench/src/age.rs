//! Ageing. Owns the question whether an operation costs the same in an old store as in a young
//! one; refuses to compare servers that were measured at different times: one small turn of each,
//! again and again, so that whatever disturbs the machine disturbs all ages.

use std::time::{Duration, Instant};

use anyhow::Result;
use indicatif::ProgressBar;

use crate::age_load::Aged;
use crate::clock;
use crate::interrupt::Interrupt;
use crate::options::Options;
use crate::process::Launcher;
use crate::report::{AGE_RATIO_MAX, AgeFigures, AgeRow};
use crate::tally::Tally;
use crate::target::Check;

/// Turns that each server gets, in each of which it does every operation some times.
const TURNS: usize = 40;
const OPERATIONS_PER_TURN: usize = 25;
/// Turns before counting begins: caches fill and statements are prepared.
const WARM_UP_TURNS: usize = 2;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Enqueue,
    Claim,
    MessageRead,
}

impl Operation {
    const ALL: [Self; 3] = [Self::Enqueue, Self::Claim, Self::MessageRead];

    const fn name(self) -> &'static str {
        match self {
            Self::Enqueue => "enqueue",
            Self::Claim => "claim",
            Self::MessageRead => "message_read",
        }
    }
}

/// One server of a certain age and what was measured on it.
struct Contestant {
    aged: Aged,
    tallies: [Tally; 3],
}

/// Ages one server each and compares them.
pub async fn compare(
    options: &Options,
    launcher: &Launcher,
    interrupt: &Interrupt,
    progress: &ProgressBar,
) -> Result<Vec<AgeRow>> {
    let mut contestants = Vec::with_capacity(options.ages.len());
    for &stored in &options.ages {
        let aged =
            Aged::preload(launcher, stored, options.concurrency, interrupt, progress).await?;
        if interrupt.is_raised() {
            return Ok(Vec::new());
        }
        let tallies = std::array::from_fn(|_| Tally::new());
        contestants.push(Contestant { aged, tallies });
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
    let rows = Operation::ALL
        .iter()
        .enumerate()
        .map(|(place, &one)| row(one, place, &contestants));
    let rows = rows.collect();
    for contestant in contestants {
        contestant.aged.stop().await;
    }
    Ok(rows)
}

impl Contestant {
    async fn turn(&mut self, counts: bool) {
        for (operation, tally) in Operation::ALL.into_iter().zip(&mut self.tallies) {
            for _ in 0..OPERATIONS_PER_TURN {
                match self.aged.measure(operation).await {
                    Ok(latency) if counts => tally.record(latency, clock::now()),
                    Ok(_) => {}
                    Err(error) => tally.fail(|| format!("{error:#}")),
                }
            }
        }
    }
}

fn row(operation: Operation, place: usize, contestants: &[Contestant]) -> AgeRow {
    let figures = |one: &Contestant| {
        let tally = &one.tallies[place];
        AgeFigures {
            stored: one.aged.stored(),
            operations: tally.operations(),
            p50_ms: tally.quantile_ms(0.5),
            p99_ms: tally.quantile_ms(0.99),
            max_ms: tally.max_ms(),
        }
    };
    let ages: Vec<_> = contestants.iter().map(figures).collect();
    let ratio = ratio(&ages);
    let tallies = contestants.iter().map(|one| &one.tallies[place]);
    AgeRow {
        operation: operation.name().to_owned(),
        ratio,
        check: check(&ages, ratio),
        errors: tallies.clone().map(|tally| tally.errors).sum(),
        first_error: tallies.clone().find_map(|tally| tally.first_error.clone()),
        ages,
    }
}

/// The oldest by the youngest.
fn ratio(ages: &[AgeFigures]) -> f64 {
    let youngest = ages.iter().min_by_key(|age| age.stored);
    let oldest = ages.iter().max_by_key(|age| age.stored);
    match (youngest, oldest) {
        (Some(youngest), Some(oldest)) if 0.0 < youngest.p50_ms => oldest.p50_ms / youngest.p50_ms,
        _ => 0.0,
    }
}

fn check(ages: &[AgeFigures], ratio: f64) -> Check {
    let is_measured = 1 < ages.len() && ages.iter().all(|age| 0 < age.operations);
    Check {
        target: format!("<= {AGE_RATIO_MAX} times"),
        measured: is_measured.then_some(ratio),
        holds: is_measured && ratio <= AGE_RATIO_MAX,
    }
}

/// The time from `started` to now.
pub fn since(started: Instant) -> Duration {
    clock::now() - started
}

#[cfg(test)]
mod tests {
    use super::*;

    fn age(stored: u64, p50_ms: f64) -> AgeFigures {
        AgeFigures {
            stored,
            operations: 10,
            p50_ms,
            p99_ms: 1.0,
            max_ms: 1.0,
        }
    }

    #[test]
    fn the_oldest_is_compared_with_the_youngest() {
        let check_ages = |ages: &[AgeFigures], expected: f64, holds| {
            assert_eq!(ratio(ages), expected);
            assert_eq!(check(ages, ratio(ages)).holds, holds);
        };
        check_ages(&[age(1_000_000, 0.5), age(1_000, 0.25)], 2.0, false);
        check_ages(
            &[age(1_000, 0.5), age(10, 9.0), age(1_000_000, 13.5)],
            1.5,
            true,
        );
        check_ages(&[], 0.0, false);
        check_ages(&[age(1_000, 0.5)], 1.0, false);
    }
}
