//! How often chance raises an alarm, and how often a change is found, family by family:
//! `cargo run --release -p paceline-analysis --example power -- [series a cell] [part of a family's name]`.

#[path = "../tests/series/mod.rs"]
mod series;

use paceline_analysis::change_points;
use series::{NAMED, Noise, OTHERS, Random};

const LENGTHS: [usize; 6] = [20, 50, 100, 300, 1_000, 3_000];
const CHANGED_LENGTHS: [usize; 3] = [50, 100, 300];
/// Of the other families, the first so many are changed too.
const OTHERS_CHANGED: usize = 6;
/// Longer series are fewer.
const VALUES_MAX: usize = 1_000_000;
/// How near to the truth counts as found.
const TOLERANCE: usize = 10;
const BUMP_TOLERANCE: usize = 5;

/// A shape in a series of a length, at a place drawn from 0 to 1: where its levels begin, and by
/// how many standard deviations each differs from the one before.
type Shape = fn(usize, f64) -> Vec<(usize, f64)>;

const SHAPES: [(&str, Shape, usize); 6] = [
    (
        "step",
        |n, at| vec![(10 + (at * (n - 20) as f64) as usize, 3.0)],
        TOLERANCE,
    ),
    ("in the middle", |n, _| vec![(n / 2, 3.0)], TOLERANCE),
    ("10 from the end", |n, _| vec![(n - 10, 3.0)], TOLERANCE),
    (
        "bump of 10",
        |n, at| bump(10 + (at * (n - 30) as f64) as usize),
        BUMP_TOLERANCE,
    ),
    (
        "three steps",
        |n, _| vec![(n / 4, 3.0), (n / 2, -3.0), (3 * n / 4, 3.0)],
        TOLERANCE,
    ),
    ("step of 2 sd", |n, _| vec![(n / 2, 2.0)], TOLERANCE),
];

fn bump(from: usize) -> Vec<(usize, f64)> {
    vec![(from, 3.0), (from + 10, -3.0)]
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let count = arguments
        .next()
        .map_or(1_000, |text| text.parse().expect("a number of series"));
    let wanted = arguments.next().unwrap_or_default();
    let is_wanted = |noise: &&Noise| noise.name.contains(&wanted);
    let families: Vec<_> = NAMED.iter().chain(OTHERS).filter(is_wanted).collect();
    false_alarms(&families, count);
    let finite = families.len().min(NAMED.len() + OTHERS_CHANGED);
    power(&families[..finite], count.min(500));
}

fn false_alarms(families: &[&Noise], count: usize) {
    print!("{:30}", "alarms without a change, %");
    LENGTHS.iter().for_each(|length| print!("{length:>8}"));
    println!();
    for noise in families {
        print!("{:30}", noise.name);
        for length in LENGTHS {
            let count = count.min(VALUES_MAX / length);
            let is_alarm = |seed: &usize| {
                !found(&noise.series(length, 1_000_000 + *seed as u64, &[])).is_empty()
            };
            let alarms = (0..count).filter(is_alarm).count();
            print!("{:8.1}", percent(alarms, count));
        }
        println!();
    }
}

fn power(families: &[&Noise], count: usize) {
    println!("\nall changes found, % / more found than there are, %");
    for length in CHANGED_LENGTHS {
        print!("{:30}", format!("{length} values"));
        SHAPES.iter().for_each(|(name, ..)| print!("{name:>16}"));
        println!();
        for noise in families {
            print!("{:30}", noise.name);
            for (_, shape, tolerance) in SHAPES {
                let (all, more) = found_and_more(noise, length, shape, tolerance, count);
                print!(
                    "{:>16}",
                    format!("{:.1} / {:.1}", percent(all, count), percent(more, count))
                );
            }
            println!();
        }
    }
}

fn found_and_more(
    noise: &Noise,
    length: usize,
    shape: Shape,
    tolerance: usize,
    count: usize,
) -> (usize, usize) {
    let mut places = Random::new(length as u64);
    let (mut all, mut more) = (0, 0);
    for seed in 0..count {
        let sign = if seed % 2 == 0 { 1.0 } else { -1.0 };
        let mut truth = shape(length, places.unit());
        truth.iter_mut().for_each(|(_, height)| *height *= sign);
        let found = found(&noise.series(length, 2_000_000 + seed as u64, &truth));
        let is_found = |from: &usize| found.iter().any(|index| index.abs_diff(*from) <= tolerance);
        all += usize::from(truth.iter().all(|(from, _)| is_found(from)));
        more += usize::from(truth.len() < found.len());
    }
    (all, more)
}

fn found(values: &[f64]) -> Vec<usize> {
    change_points(values)
        .points
        .iter()
        .map(|point| point.index)
        .collect()
}

fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole as f64
}
