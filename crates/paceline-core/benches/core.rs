//! The rules by themselves: what a score and a plan cost without a server around them. Owns the
//! inputs; refuses to test, which the tests do, and to gate, which depends on the machine.
//!
//! Targets, where two cores were shared with others: a score under 1 microsecond, a plan of 100
//! tasks under 100 microseconds and of 10,000 under 20 milliseconds.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use paceline_core::Timestamp;
use paceline_core::dependency::levels;
use paceline_core::priority::{Inputs, Weights, next_change, score};
use paceline_core::task::Source;

const LAYERS: usize = 10;

fn inputs() -> Inputs {
    Inputs {
        base_priority: 7,
        dependency_depth: 3,
        deadline: Some(Timestamp(1_790_000_900_000)),
        estimated_duration_seconds: Some(600),
        dependents_waiting: 2,
        source: Source::AgentPlanner,
        submitted_at: Timestamp(1_790_000_000_000),
    }
}

/// Ten layers, each task waiting for two of the layer before.
fn layered(count: usize) -> Vec<Vec<usize>> {
    let width = count / LAYERS;
    let prerequisites = |task: usize| match task.checked_sub(width) {
        Some(before) => vec![before, before - before % width + (before + 1) % width],
        None => Vec::new(),
    };
    (0..count).map(prerequisites).collect()
}

/// One chain: as many levels as tasks.
fn chained(count: usize) -> Vec<Vec<usize>> {
    (0..count)
        .map(|task: usize| task.checked_sub(1).into_iter().collect())
        .collect()
}

fn priority(criterion: &mut Criterion) {
    let (inputs, weights) = (inputs(), Weights::default());
    let now = Timestamp(1_790_000_300_000);
    criterion.bench_function("priority of one task", |bencher| {
        bencher.iter(|| score(black_box(&inputs), black_box(&weights), black_box(now)));
    });
    criterion.bench_function("next change of one task's priority", |bencher| {
        bencher.iter(|| next_change(black_box(&inputs), black_box(&weights), black_box(now)));
    });
}

fn plan(criterion: &mut Criterion) {
    for count in [100, 10_000] {
        let layered = layered(count);
        criterion.bench_function(
            &format!("plan of {count} tasks in {LAYERS} layers"),
            |bencher| {
                bencher.iter(|| levels(black_box(&layered)));
            },
        );
        let chained = chained(count);
        criterion.bench_function(&format!("plan of {count} tasks in one chain"), |bencher| {
            bencher.iter(|| levels(black_box(&chained)));
        });
    }
}

criterion_group!(benches, priority, plan);
criterion_main!(benches);
