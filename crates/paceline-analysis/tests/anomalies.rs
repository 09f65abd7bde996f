//! What the detectors promise, on weeks whose truth is known. Owns recall, false alarms, the course of
//! one anomaly, feedback and survival of any input; refuses single lucky seeds: each promise is kept
//! over several. `examples/anomalies.rs` prints the same over many more.

mod weeks;

use paceline_analysis::anomaly::{Detector, Evidence, Kind, Options, Signal};
use weeks::{
    DAY, HOUR, MINUTE_MS, NOISES, Planted, WEEK, at_ms, began, clean, outcome, peer_gone_slow,
    planted,
};

const SEEDS: u64 = 5;

fn every_minute() -> Options {
    Options::every(MINUTE_MS)
}

/// Nine of ten of each kind, over all kinds of noise in which it can be seen.
#[test]
fn nine_of_ten_planted_anomalies_are_told() {
    for kind in Planted::ALL {
        let (mut found, mut all, mut others, mut missed) = (0, 0, 0, Vec::new());
        for noise in NOISES.iter().filter(|noise| kind.fits(noise)) {
            for seed in 100..100 + SEEDS {
                let week = planted(noise, kind, seed);
                let outcome = outcome(&every_minute(), &week, kind);
                all += 1;
                others += outcome.others;
                found += usize::from(outcome.delay.is_some());
                if outcome.delay.is_none() {
                    missed.push((noise.name, seed));
                }
            }
        }
        assert!(
            9 * all <= 10 * found,
            "{kind:?}: {found} of {all}: {missed:?}"
        );
        assert!(others <= all, "{kind:?}: {others} others in {all} weeks");
    }
}

#[test]
fn an_agent_that_is_twice_as_slow_as_its_peers_is_told() {
    let outcomes: Vec<_> = (0..10).map(|seed| peer_gone_slow(seed, 2.0)).collect();
    let found = outcomes.iter().filter(|(delay, _)| delay.is_some()).count();
    let others: usize = outcomes.iter().map(|(_, others)| others).sum();
    assert!(9 <= found && others <= 10, "{outcomes:?}");
}

/// At most one a week, whatever the noise.
#[test]
fn clean_weeks_have_at_most_one_false_anomaly_on_average() {
    for noise in NOISES {
        let told = (0..SEEDS).map(|seed| began(&every_minute(), &clean(noise, seed)).len());
        let told: usize = told.sum();
        assert!(
            told as u64 <= SEEDS,
            "{}: {told} in {SEEDS} weeks",
            noise.name
        );
    }
}

#[test]
fn shapes_of_clean_weeks_are_not_unusual() {
    for noise in NOISES {
        let told = (0..3).flat_map(|seed| began(&every_minute().key(), &clean(noise, seed)));
        let shapes = told.filter(|(_, signal)| signal.evidence().kind == Kind::UnusualShape);
        let shapes = shapes.count();
        assert!(shapes <= 1, "{}: {shapes} in 3 weeks", noise.name);
    }
}

fn feed(
    detector: &mut Detector,
    minutes: std::ops::Range<usize>,
    value: impl Fn(usize) -> f64,
) -> Vec<(usize, Signal)> {
    let told = minutes.filter_map(|minute| {
        let signal = detector.observe(at_ms(minute), Some(value(minute)))?;
        Some((minute, signal))
    });
    told.collect()
}

/// Normal noise of deviation 1 about 50.
fn noise(minute: usize) -> f64 {
    let mut mixed = (minute as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let halves = (0..12).map(|_| {
        mixed ^= mixed >> 30;
        mixed = mixed.wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed ^= mixed >> 27;
        (mixed >> 11) as f64 / (1_u64 << 53) as f64
    });
    44.0 + halves.sum::<f64>()
}

fn kinds(told: &[(usize, Signal)]) -> Vec<(&'static str, Kind)> {
    let kind = |(_, signal): &(usize, Signal)| match signal {
        Signal::Began { evidence } => ("began", evidence.kind),
        Signal::Continues { evidence } => ("continues", evidence.kind),
        Signal::Ended { evidence, .. } => ("ended", evidence.kind),
    };
    told.iter().map(kind).collect()
}

#[test]
fn a_level_shift_is_one_anomaly_with_a_beginning_and_an_end() {
    let mut detector = Detector::new(every_minute());
    let from = 2 * DAY;
    let value = |minute| {
        noise(minute)
            + if (from..from + 90).contains(&minute) {
                20.0
            } else {
                0.0
            }
    };
    let told = feed(&mut detector, 0..3 * DAY, value);
    let expected = [
        ("began", Kind::Spike),
        ("continues", Kind::LevelShift),
        ("ended", Kind::LevelShift),
    ];
    assert_eq!(kinds(&told), expected, "{told:?}");
    let (
        _,
        Signal::Ended {
            evidence,
            until_ms,
            is_new_normal,
        },
    ) = &told[2]
    else {
        panic!("{told:?}");
    };
    assert_eq!(evidence.since_ms, at_ms(from));
    assert!(
        (at_ms(from + 89)..at_ms(from + 100)).contains(until_ms),
        "{until_ms}"
    );
    assert!(!is_new_normal);
    assert!((46.0..49.0).contains(&evidence.low) && (51.0..54.0).contains(&evidence.high));
    assert!(!detector.is_anomalous());
}

#[test]
fn a_level_that_stays_is_the_new_normal_after_six_hours() {
    let mut detector = Detector::new(every_minute());
    let from = 2 * DAY;
    let value = |minute| noise(minute) + if from <= minute { 20.0 } else { 0.0 };
    let told = feed(&mut detector, 0..5 * DAY, value);
    let Some((
        minute,
        Signal::Ended {
            is_new_normal: true,
            ..
        },
    )) = told.last()
    else {
        panic!("{told:?}");
    };
    assert_eq!(*minute, from + 6 * HOUR);
    assert_eq!(told.len(), 3, "{told:?}");
    let (low, high) = detector.normal_range(at_ms(5 * DAY)).unwrap();
    assert!(low < 70.0 && 70.0 < high && 64.0 < low, "{low} {high}");
}

/// Remove the floor and the second excursion is told.
#[test]
fn a_thumb_down_silences_excursions_of_that_size_and_no_larger_ones() {
    let mut detector = Detector::new(every_minute());
    let (first, second, third) = (2 * DAY, 2 * DAY + 300, 2 * DAY + 600);
    let value = |minute: usize| match minute {
        minute if minute == first || minute == second => 65.0,
        minute if minute == third => 90.0,
        minute => noise(minute),
    };
    let told = feed(&mut detector, 0..second, value);
    let Some((_, Signal::Began { evidence })) = told.first() else {
        panic!("{told:?}");
    };
    detector.thumb_down(evidence);
    assert_eq!(feed(&mut detector, second..third, value), []);
    let told = feed(&mut detector, third..third + 60, value);
    assert_eq!(
        kinds(&told),
        [("began", Kind::Spike), ("ended", Kind::Spike)]
    );
}

#[test]
fn rounding_and_small_moves_of_a_constant_are_no_anomaly() {
    let mut detector = Detector::new(every_minute());
    let value = |minute: usize| 1_234.5 * (1.0 + 1e-12 * (minute % 7) as f64);
    assert_eq!(feed(&mut detector, 0..2 * DAY, value), []);
    assert_eq!(feed(&mut detector, 2 * DAY..3 * DAY, |_| 1_236.0), []);
    let told = feed(&mut detector, 3 * DAY..3 * DAY + 1, |_| 1_400.0);
    assert_eq!(kinds(&told), [("began", Kind::Spike)]);
}

#[test]
fn state_kept_across_a_restart_says_the_same() {
    for options in [every_minute(), every_minute().key()] {
        let mut detector = Detector::new(options);
        feed(&mut detector, 0..2 * DAY + 17, noise);
        detector.observe(at_ms(2 * DAY + 17), None);
        let text = serde_json::to_string(&detector).unwrap();
        let mut again: Detector = serde_json::from_str(&text).unwrap();
        let value = |minute: usize| noise(minute) + if minute % 500 < 3 { 15.0 } else { 0.0 };
        let rest = 2 * DAY + 18..4 * DAY;
        let told = feed(&mut detector, rest.clone(), value);
        let kinds_again = kinds(&feed(&mut again, rest, value));
        assert_eq!(kinds(&told), kinds_again);
        assert!(!told.is_empty());
    }
}

/// Wild input from a seed: values, gaps and clocks that jump.
fn wild(bits: u64, at_ms: &mut i64) -> Option<f64> {
    *at_ms = match bits % 97 {
        0 => i64::MAX,
        1 => i64::MIN,
        2 => 0,
        3 => at_ms.saturating_sub(7_200_000),
        4 => at_ms.saturating_add(30 * 86_400_000),
        5 => *at_ms,
        _ => at_ms.saturating_add(60_000),
    };
    match (bits >> 8) % 31 {
        0 => Some(f64::NAN),
        1 => Some(f64::INFINITY),
        2 => Some(f64::NEG_INFINITY),
        3 => Some(f64::MAX),
        4 => Some(f64::MIN),
        5 => Some(f64::MIN_POSITIVE / 2.0),
        6..=8 => None,
        _ => Some((bits >> 20) as f64 / 1e9),
    }
}

#[test]
fn no_input_panics_poisons_or_grows_the_state() {
    for seed in 1..=12_u64 {
        let options = if seed % 2 == 0 {
            every_minute().key()
        } else {
            every_minute()
        };
        let bound = if seed % 2 == 0 { 80_000 } else { 8_000 };
        let mut detector = Detector::new(options);
        let (mut bits, mut time_ms, mut last): (u64, i64, Option<Evidence>) = (seed, 0, None);
        for turn in 0..6_000 {
            bits = bits
                .wrapping_mul(0x5851_F42D_4C95_7F2D)
                .wrapping_add(0x1405_7B7E_F767_814F);
            let mixed = bits ^ (bits >> 31);
            let value = wild(mixed, &mut time_ms);
            if let Some(signal) = detector.observe(time_ms, value) {
                let evidence = signal.evidence();
                assert!(evidence.value.is_finite() && evidence.low <= evidence.high);
                assert!(evidence.low.is_finite() && evidence.high.is_finite());
                assert!(evidence.size.is_finite());
                last = Some(evidence.clone());
            }
            if let Some(told) = last.as_ref().filter(|_| turn % 1_000 == 999) {
                detector.thumb_down(told);
            }
            if turn % 500 == 0 {
                let text = serde_json::to_string(&detector).unwrap();
                detector = serde_json::from_str(&text).unwrap();
            }
        }
        assert!(detector.bytes() < bound, "{}", detector.bytes());
    }
}

#[test]
fn after_wild_values_a_series_is_watched_as_before() {
    let mut detector = Detector::new(every_minute());
    let value = |minute: usize| match minute % 1_000 {
        0 => f64::NAN,
        1 => f64::INFINITY,
        _ => noise(minute),
    };
    feed(&mut detector, 0..2 * DAY, value);
    let (low, high) = detector.normal_range(at_ms(2 * DAY)).unwrap();
    assert!(
        (46.0..49.0).contains(&low) && (51.0..54.0).contains(&high),
        "{low} {high}"
    );
    assert_eq!(feed(&mut detector, 2 * DAY..WEEK, noise), []);
}

/// An hour back is a late value; more is a clock that was set.
#[test]
fn late_values_are_left_out_and_a_clock_that_was_set_is_followed() {
    let mut detector = Detector::new(every_minute());
    feed(&mut detector, 0..DAY, noise);
    let before = detector.clone();
    assert_eq!(detector.observe(at_ms(DAY - 30), Some(1e9)), None);
    assert_eq!(detector, before);
    let told = feed(&mut detector, DAY - 300..DAY + 600, noise);
    assert_eq!(told, []);
}
