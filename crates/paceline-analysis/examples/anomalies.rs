//! How many planted anomalies are told, how soon, how many others, and what watching costs. Owns the
//! figures that `docs/decisions` quotes. Run it with `cargo run --release -p paceline-analysis
//! --example anomalies -- 20 9000`: weeks a cell and the first seed; with a word after them, every false
//! anomaly in its sentence.

#[path = "../tests/weeks/mod.rs"]
mod weeks;

use std::ops::Range;
use std::time::Duration;

use paceline_analysis::anomaly::{Detector, Options, Unit, describe};
use weeks::{MINUTE_MS, NOISES, Noise, Planted, WEEK, at_ms, began, clean, outcome, planted};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let given = arguments.next().and_then(|text| text.parse().ok());
    let seeds: u64 = given.unwrap_or(40);
    let first = arguments.next().and_then(|text| text.parse().ok());
    let first: u64 = first.unwrap_or(0);
    let is_told = arguments.next().is_some();
    for (name, options) in [
        ("every series", Options::every(MINUTE_MS)),
        ("key series", Options::every(MINUTE_MS).key()),
    ] {
        println!("\n{name}, {seeds} weeks of minutes a cell\n");
        table(&options, first..first + seeds, is_told);
    }
    peers(first..first + seeds);
    seconds(first..first + seeds.min(8), is_told);
    cost("a minute", &Options::every(MINUTE_MS), MINUTE_MS);
    cost("a minute, key", &Options::every(MINUTE_MS).key(), MINUTE_MS);
    cost("a second", &Options::every(1_000), 1_000);
    cost("a second, key", &Options::every(1_000).key(), 1_000);
    fleet();
}

/// Recall in percent and the median delay in minutes.
fn table(options: &Options, seeds: Range<u64>, is_told: bool) {
    let count = seeds.end - seeds.start;
    print!("| noise | false a week, worst");
    Planted::ALL
        .iter()
        .for_each(|planted| print!(" | {planted:?}"));
    println!(" | others a week |\n|---|---|---|---|---|---|---|---|---|");
    for noise in NOISES {
        let (mean, worst) = false_alarms(noise, options, seeds.clone(), is_told);
        print!("| {} | {mean:.2}, {worst}", noise.name);
        let (mut others, mut weeks) = (0, 0);
        for kind in Planted::ALL {
            if !kind.fits(noise) {
                print!(" | -");
                continue;
            }
            let outcomes = seeds.clone().map(|seed| {
                let week = planted(noise, kind, 500 + seed);
                outcome(options, &week, kind)
            });
            let mut delays = Vec::new();
            for outcome in outcomes {
                delays.extend(outcome.delay);
                others += outcome.others;
                weeks += 1;
            }
            delays.sort_unstable();
            let found = 100.0 * delays.len() as f64 / count as f64;
            let delay = delays.get(delays.len() / 2).copied().unwrap_or_default();
            print!(" | {found:.0}, {delay}");
        }
        println!(" | {:.2} |", f64::from(others as u32) / f64::from(weeks));
    }
}

fn false_alarms(
    noise: &Noise,
    options: &Options,
    seeds: Range<u64>,
    is_told: bool,
) -> (f64, usize) {
    let count = seeds.end - seeds.start;
    let (mut all, mut worst) = (0, 0);
    for seed in seeds {
        let told = began(options, &clean(noise, seed));
        if is_told {
            for (minute, signal) in &told {
                let said = describe(noise.name, Unit::Plain, 0, signal.evidence());
                println!(
                    "  seed {seed}, minute {minute}: {:?}: {said}",
                    signal.evidence().kind
                );
            }
        }
        all += told.len();
        worst = worst.max(told.len());
    }
    (all as f64 / count as f64, worst)
}

fn peers(seeds: Range<u64>) {
    let count = seeds.end - seeds.start;
    for factor in [1.5, 2.0, 3.0] {
        let (mut found, mut others) = (Vec::new(), 0);
        for seed in seeds.clone() {
            let (delay, wrong) = weeks::peer_gone_slow(seed, factor);
            found.extend(delay);
            others += wrong;
        }
        found.sort_unstable();
        println!(
            "\npeer gone slow, {factor} times, of 20: {} of {count}, median delay {} min, {others} others",
            found.len(),
            found.get(found.len() / 2).copied().unwrap_or_default(),
        );
    }
}

/// A week of seconds without anything planted.
fn seconds(seeds: Range<u64>, is_told: bool) {
    let count = seeds.end - seeds.start;
    println!();
    for noise in NOISES {
        let mut told = 0;
        for seed in seeds.clone() {
            let mut detector = Detector::new(Options::every(1_000));
            let weeks = (0..60).flat_map(|part| clean(noise, seed * 1_000 + part));
            for (second, value) in weeks.enumerate() {
                let at_ms = weeks::START_MS + second as i64 * 1_000;
                let Some(signal) = detector.observe(at_ms, value) else {
                    continue;
                };
                if !matches!(signal, paceline_analysis::anomaly::Signal::Ended { .. }) {
                    told += 1;
                    if is_told {
                        println!("  {second}: {:?}", signal.evidence());
                    }
                }
            }
        }
        println!(
            "{}: {:.2} false a week of seconds",
            noise.name,
            told as f64 / count as f64
        );
    }
}

/// State in memory and as JSON after a week, and time for each observation.
fn cost(name: &str, options: &Options, step_ms: i64) {
    let mut detectors: Vec<Detector> = (0..50).map(|_| Detector::new(options.clone())).collect();
    let series: Vec<_> = (0..50)
        .map(|at| clean(&NOISES[at % NOISES.len()], at as u64))
        .collect();
    let begun = cpu();
    for at in 0..WEEK {
        for (detector, values) in detectors.iter_mut().zip(&series) {
            detector.observe(at_ms(0) + at as i64 * step_ms, values[at]);
        }
    }
    let each = (cpu() - begun).as_nanos() as f64 / (50 * WEEK) as f64;
    let bytes = detectors
        .iter()
        .map(Detector::bytes)
        .max()
        .unwrap_or_default();
    let json = detectors
        .iter()
        .map(|one| serde_json::to_vec(one).map_or(0, |text| text.len()));
    println!(
        "\n{name}: {each:.0} ns of processor time an observation, at most {bytes} bytes a series, as JSON {}",
        json.max().unwrap_or_default()
    );
}

/// Ten thousand series in turn, as a server watches them: no state is in the cache when its turn comes.
fn fleet() {
    let series: Vec<_> = (0..NOISES.len())
        .map(|at| clean(&NOISES[at], at as u64))
        .collect();
    let mut detectors: Vec<Detector> = (0..10_000)
        .map(|_| Detector::new(Options::every(1_000)))
        .collect();
    let seconds = 2 * 3_600;
    let begun = cpu();
    for second in 0..seconds {
        let time_ms = at_ms(0) + second as i64 * 1_000;
        for (at, detector) in detectors.iter_mut().enumerate() {
            let values = &series[at % series.len()];
            detector.observe(time_ms, values[(second + at) % values.len()]);
        }
    }
    let share = (cpu() - begun).as_secs_f64() / seconds as f64;
    println!(
        "\n10,000 series every second for two hours: {:.2} % of a core",
        100.0 * share
    );
}

/// What this process has used of the processor, so that other work on the machine does not count.
fn cpu() -> Duration {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = text
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace();
    let ticks: u64 = fields
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}
