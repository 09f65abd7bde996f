//! Custom series by values that are made up and a clock that is counted. Owns no engine; refuses to wait.

use super::*;

const MINUTE_MS: i64 = 60_000;

fn no_definition(_name: &str) -> Option<Metadata> {
    None
}

/// Normal enough, and the same in every run.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        let mut sum = 0.0;
        for _ in 0..4 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            sum += (self.0 >> 40) as f64 / (1_u64 << 24) as f64;
        }
        sum - 2.0
    }
}

#[derive(Default)]
struct World {
    custom: CustomSeries,
    book: Book,
    now_ms: i64,
}

impl World {
    fn found(&mut self, place: u32, labels: &[(&str, &str)]) {
        let labels = Labels::from_pairs(labels.iter().copied());
        let taken = Taken {
            found: vec![(place, labels)],
            ..Taken::default()
        };
        self.turn(taken);
    }

    fn turn(&mut self, taken: Taken) -> Vec<u32> {
        let now = (self.now_ms, true);
        self.custom.turn(taken, now, &no_definition, &mut self.book)
    }

    /// A step later each place has a value.
    fn step(&mut self, step_ms: i64, values: &[(u32, f64)]) -> Vec<u32> {
        self.now_ms += step_ms;
        let at_ms = self.now_ms;
        let samples = values.iter().map(|&(place, value)| Sample {
            place,
            at_ms,
            value,
        });
        self.turn(Taken {
            samples: samples.collect(),
            ..Taken::default()
        })
    }

    fn told(&mut self) -> Vec<String> {
        let changes = self.book.changes();
        let sentences = changes.iter().map(|one| {
            let noted = self.book.get(&one.anomaly_id).unwrap();
            noted.shown.sentence.clone()
        });
        sentences.collect()
    }
}

#[test]
fn a_series_is_looked_at_as_often_as_it_comes() {
    let check = |interval_ms: i64, expected: Option<i64>| {
        let mut world = World::default();
        world.found(0, &[("__name__", "heat")]);
        for _ in 0..20 {
            world.step(interval_ms, &[(0, 1.0)]);
        }
        let step_ms = world.custom.awake().next().map(|metric| metric.step_ms);
        assert_eq!(step_ms, expected, "{interval_ms}");
    };
    check(100, Some(1_000));
    check(1_000, Some(1_000));
    check(9_700, Some(10_000));
    check(300_000, Some(300_000));
    check(310_000, None);
}

#[test]
fn a_counter_is_watched_by_its_rate_and_may_begin_anew() {
    let mut world = World::default();
    let mut noise = Noise(7);
    world.found(0, &[("__name__", "calls_total")]);
    let mut count = 1e6;
    for minute in 0..200 {
        count += 600.0 + 30.0 * noise.next();
        if minute == 150 {
            count = 580.0;
        }
        world.step(MINUTE_MS, &[(0, count)]);
    }
    assert_eq!(world.told(), Vec::<String>::new());
    for _ in 0..5 {
        count += 6_000.0;
        world.step(MINUTE_MS, &[(0, count)]);
    }
    let told = world.told();
    assert!(
        told[0].starts_with("calls_total a second is 100, normally"),
        "{told:?}"
    );
}

#[test]
fn that_a_series_is_gone_is_told_unless_it_is_an_agents() {
    let mut world = World::default();
    let mut noise = Noise(7);
    world.found(0, &[("__name__", "heat")]);
    world.found(1, &[("__name__", "heat"), ("agent", "agt_1")]);
    for _ in 0..120 {
        let value = 20.0 + noise.next();
        world.step(MINUTE_MS, &[(0, value), (1, value)]);
    }
    assert_eq!(world.told(), Vec::<String>::new());
    for _ in 0..20 {
        world.step(MINUTE_MS, &[]);
    }
    let told = world.told();
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("heat sends no values"), "{told:?}");
    assert_eq!(world.book.open(), 1);
    // In the evening nobody looks any more, and nothing goes on that nobody sees.
    for _ in 0..360 {
        world.step(MINUTE_MS, &[]);
    }
    assert_eq!(world.custom.awake().count(), 0);
    assert_eq!((world.custom.asleep.len(), world.book.open()), (2, 0));
    world.step(FORGET_AFTER_MS, &[]);
    assert_eq!(world.custom.asleep.len(), 0);
}

#[test]
fn a_series_that_says_that_it_ends_sleeps_and_wakes_with_what_it_knew() {
    let mut world = World::default();
    let mut noise = Noise(7);
    let labels = [("__name__", "heat")];
    world.found(0, &labels);
    for _ in 0..120 {
        world.step(MINUTE_MS, &[(0, 20.0 + noise.next())]);
    }
    let free = world.step(MINUTE_MS, &[(0, paceline_metrics::stale_marker())]);
    assert_eq!((free, world.custom.asleep.len()), (vec![0], 1));
    for _ in 0..60 {
        world.step(MINUTE_MS, &[]);
    }
    world.found(3, &labels);
    for _ in 0..5 {
        world.step(MINUTE_MS, &[(3, 20.0 + noise.next())]);
    }
    assert_eq!(world.told(), Vec::<String>::new());
    for _ in 0..5 {
        world.step(MINUTE_MS, &[(3, 90.0)]);
    }
    assert_eq!(world.told().len(), 1, "what was known of it is still known");
}

#[test]
fn values_that_are_none_and_samples_of_another_time_are_left_out() {
    let mut world = World::default();
    let mut noise = Noise(7);
    world.found(0, &[("__name__", "heat")]);
    for minute in 0..200 {
        world.step(MINUTE_MS, &[(0, 20.0 + noise.next())]);
        if minute % 3 == 0 {
            world.step(1, &[(0, f64::NAN)]);
            world.step(1, &[(0, f64::INFINITY)]);
            let at_ms = world.now_ms - 2 * SKEW_MS_MAX;
            let old = Sample {
                place: 0,
                at_ms,
                value: 1e9,
            };
            world.turn(Taken {
                samples: vec![old],
                ..Taken::default()
            });
        }
    }
    assert_eq!(world.told(), Vec::<String>::new());
}

#[test]
fn a_clock_that_jumps_tells_nothing() {
    for jump_ms in [-10 * 86_400_000, -1_800_000, 1_800_000, 10 * 86_400_000] {
        let mut world = World::default();
        let mut noise = Noise(7);
        world.now_ms = 1_790_000_000_000;
        world.found(0, &[("__name__", "heat")]);
        for minute in 0..300 {
            world.step(MINUTE_MS, &[(0, 20.0 + noise.next())]);
            if minute == 150 {
                world.now_ms += jump_ms;
                world.custom.skip(jump_ms);
            }
        }
        assert_eq!(world.told(), Vec::<String>::new(), "{jump_ms}");
        assert_eq!(world.custom.awake().count(), 1);
    }
}

#[test]
fn those_that_sleep_make_room() {
    let mut world = World::default();
    for number in 0..SERIES_MAX + 5 {
        let labels = Labels::from_pairs([("__name__", "m"), ("n", &*number.to_string())]);
        let watched = Watched::new(Options::every(MINUTE_MS), 0);
        let metric = Metric::kept(labels.clone(), (MINUTE_MS, false), number as i64, watched);
        world.custom.asleep.insert(selector(&labels), metric);
    }
    world.found(0, &[("__name__", "new")]);
    assert_eq!(world.custom.asleep.len(), SERIES_MAX - 1);
    assert!(!world.custom.asleep.contains_key("m{n=\"5\"}"));
    assert!(world.custom.asleep.contains_key("m{n=\"6\"}"));
}
