//! Weeks of a series whose truth is known. Owns kinds of noise and the anomalies laid over them;
//! refuses chance: the same seed gives the same week.

use paceline_analysis::anomaly::{Detector, Kind, Options, PeerOptions, PeerSignal, Peers, Signal};

#[path = "../../src/random.rs"]
mod random;

use random::Random;

pub const MINUTE_MS: i64 = 60_000;
pub const WEEK: usize = 7 * DAY;
pub const DAY: usize = 24 * HOUR;
pub const HOUR: usize = 60;
/// Monday, 2026-10-05.
pub const START_MS: i64 = 1_791_158_400_000;

pub struct Noise {
    pub name: &'static str,
    /// What one robust deviation is, for sizes of what is planted.
    pub scale: f64,
    /// Times the usual size; heavy tails hide what light ones show.
    pub harder: f64,
    make: fn(usize, &mut Source) -> Vec<f64>,
}

pub const NOISES: &[Noise] = &[
    Noise {
        name: "normal",
        scale: 1.0,
        harder: 1.0,
        make: |n, s| (0..n).map(|_| 50.0 + s.normal()).collect(),
    },
    Noise {
        name: "log-normal, 0.5",
        scale: 2.5,
        // One minute in a hundred thousand is fifteen deviations out by itself.
        harder: 3.5,
        make: |n, s| (0..n).map(|_| 5.0 * (0.5 * s.normal()).exp()).collect(),
    },
    Noise {
        name: "Student t, 3 degrees",
        scale: 1.0,
        harder: 1.0,
        make: |n, s| (0..n).map(|_| 50.0 + s.student(3)).collect(),
    },
    Noise {
        name: "daily season",
        scale: 1.0,
        harder: 1.0,
        make: |n, s| {
            let day = |at: usize| 5.0 * (at as f64 / DAY as f64 * std::f64::consts::TAU).sin();
            (0..n).map(|at| 50.0 + day(at) + s.normal()).collect()
        },
    },
    Noise {
        name: "hourly wave",
        scale: 1.0,
        harder: 1.0,
        make: |n, s| {
            let wave = |at: usize| 3.0 * (at as f64 / HOUR as f64 * std::f64::consts::TAU).sin();
            (0..n).map(|at| 50.0 + wave(at) + s.normal()).collect()
        },
    },
    Noise {
        name: "AR(1) 0.6",
        scale: 1.0,
        harder: 1.0,
        make: |n, s| s.autoregressive(n, 0.6),
    },
    Noise {
        name: "AR(1) 0.9",
        scale: 1.0,
        harder: 1.0,
        make: |n, s| s.autoregressive(n, 0.9),
    },
    Noise {
        name: "AR(1) 0.99",
        scale: 1.0,
        harder: 1.0,
        make: |n, s| s.autoregressive(n, 0.99),
    },
    Noise {
        name: "counts about 20",
        scale: 4.5,
        harder: 1.0,
        make: |n, s| (0..n).map(|_| s.poisson(20.0)).collect(),
    },
    Noise {
        name: "counts, mostly 0",
        scale: 1.0,
        harder: 1.5,
        make: |n, s| (0..n).map(|_| s.poisson(0.1)).collect(),
    },
    Noise {
        name: "constant",
        scale: 1.0,
        harder: 1.0,
        make: |n, _| vec![50.0; n],
    },
    Noise {
        name: "constant but for rounding",
        scale: 1.0,
        harder: 1.0,
        make: |n, s| (0..n).map(|_| 50.0 * (1.0 + 1e-12 * s.normal())).collect(),
    },
];

pub struct Source(Random);

impl Source {
    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.0.unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.0.unit()).cos()
    }

    fn student(&mut self, degrees: u32) -> f64 {
        let square: f64 = (0..degrees).map(|_| self.normal().powi(2)).sum();
        self.normal() / (square / f64::from(degrees)).sqrt()
    }

    /// D. E. Knuth, The Art of Computer Programming 2, 3.4.1.
    fn poisson(&mut self, mean: f64) -> f64 {
        let limit = (-mean).exp();
        let (mut product, mut count) = (self.0.unit(), 0.0);
        while limit < product {
            product *= self.0.unit();
            count += 1.0;
        }
        count
    }

    fn autoregressive(&mut self, count: usize, memory: f64) -> Vec<f64> {
        let fresh = (1.0 - memory * memory).sqrt();
        let mut level = self.normal();
        let values = (0..count).map(|_| {
            level = memory * level + fresh * self.normal();
            50.0 + level
        });
        values.collect()
    }
}

/// What is planted, of so many robust deviations, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planted {
    Spike,
    LevelShift,
    Drift,
    LostPeriodicity,
    FlatLine,
    Gone,
}

impl Planted {
    pub const ALL: [Self; 6] = [
        Self::Spike,
        Self::LevelShift,
        Self::Drift,
        Self::LostPeriodicity,
        Self::FlatLine,
        Self::Gone,
    ];

    /// Whether it can be seen in such noise at all.
    pub fn fits(self, noise: &Noise) -> bool {
        let varies = !noise.name.starts_with("constant");
        match self {
            Self::Spike => noise.name != "Student t, 3 degrees",
            // A correlation time of a hundred minutes: it goes that far by itself.
            Self::Drift => noise.name != "AR(1) 0.99" && noise.name != "counts, mostly 0",
            Self::LostPeriodicity => noise.name == "daily season" || noise.name == "hourly wave",
            Self::FlatLine => varies,
            Self::LevelShift | Self::Gone => true,
        }
    }

    /// Minutes.
    pub const fn lasts(self) -> usize {
        match self {
            Self::Spike => 1,
            Self::LevelShift => 2 * HOUR,
            Self::Drift => DAY,
            Self::LostPeriodicity => 12 * HOUR,
            Self::FlatLine => 3 * HOUR,
            Self::Gone => HOUR,
        }
    }

    pub fn is_found(self, signal: &Signal) -> bool {
        let kind = signal.evidence().kind;
        match self {
            Self::FlatLine => kind == Kind::FlatLine,
            Self::Gone => kind == Kind::Gone,
            _ => true,
        }
    }
}

/// A week, what is planted in it, and when that begins.
pub struct Week {
    pub values: Vec<Option<f64>>,
    pub from: usize,
}

pub fn clean(noise: &Noise, seed: u64) -> Vec<Option<f64>> {
    let mut source = Source(Random::new(
        seed.wrapping_mul(0x2545_F491_4F6C_DD1D) ^ 0xA11,
    ));
    (noise.make)(WEEK, &mut source)
        .into_iter()
        .map(Some)
        .collect()
}

pub fn planted(noise: &Noise, planted: Planted, seed: u64) -> Week {
    let mut values = clean(noise, seed);
    let mut random = Random::new(seed ^ 0x00C0_FFEE);
    let from = 4 * DAY + (random.unit() * 1.5 * DAY as f64) as usize;
    // Five to eight robust deviations.
    let size = (5.0 + 3.0 * random.unit()) * noise.scale * noise.harder;
    // One minute must show more than two hours: seven to ten, as a week has six by itself.
    let spike = (7.0 + 3.0 * random.unit()) * noise.scale * noise.harder;
    let sign = if noise.name.contains("counts") || noise.name.contains("log") {
        1.0
    } else if random.unit() < 0.5 {
        -1.0
    } else {
        1.0
    };
    let before = values[from - 1];
    for (at, value) in values
        .iter_mut()
        .enumerate()
        .skip(from)
        .take(planted.lasts())
    {
        let Some(number) = *value else { continue };
        let part = (at - from) as f64 / planted.lasts() as f64;
        *value = match planted {
            Planted::Spike => Some(number + sign * spike.round()),
            Planted::LevelShift => Some(number + sign * size.round()),
            Planted::Drift => Some(number + sign * size * part),
            Planted::LostPeriodicity => Some(without_period(noise, number, at)),
            Planted::FlatLine => before,
            Planted::Gone => None,
        };
    }
    Week { values, from }
}

fn without_period(noise: &Noise, value: f64, at: usize) -> f64 {
    let (height, period) = if noise.name == "hourly wave" {
        (3.0, HOUR)
    } else {
        (5.0, DAY)
    };
    value - height * (at as f64 / period as f64 * std::f64::consts::TAU).sin()
}

pub fn at_ms(minute: usize) -> i64 {
    START_MS + minute as i64 * MINUTE_MS
}

/// What began, with the minute in which it was told.
pub fn began(options: &Options, values: &[Option<f64>]) -> Vec<(usize, Signal)> {
    let mut detector = Detector::new(options.clone());
    let told = values.iter().enumerate().filter_map(|(minute, value)| {
        let signal = detector.observe(at_ms(minute), *value)?;
        (!matches!(signal, Signal::Ended { .. })).then_some((minute, signal))
    });
    told.collect()
}

pub struct Outcome {
    /// Minutes from the beginning until it was told.
    pub delay: Option<usize>,
    pub others: usize,
}

/// Told before it was over for long, and how much else was.
pub fn outcome(options: &Options, week: &Week, planted: Planted) -> Outcome {
    let told = began(options, &week.values);
    let until = week.from + planted.lasts() + 30;
    let inside = |minute: usize| (week.from..until).contains(&minute);
    let found = told
        .iter()
        .find(|(minute, signal)| inside(*minute) && planted.is_found(signal));
    // What returns to normal afterwards has moved as well.
    let aftermath = week.from + planted.lasts() + 12 * HOUR;
    let others = told.iter().filter(|(minute, signal)| {
        let is_new = matches!(signal, Signal::Began { .. });
        is_new && !(week.from..aftermath).contains(minute)
    });
    Outcome {
        delay: found.map(|(minute, _)| minute - week.from),
        others: others.count(),
    }
}

/// Twenty agents with log-normal durations; one takes twice as long for six hours. Whether it was
/// told, and how many others were.
pub fn peer_gone_slow(seed: u64, factor: f64) -> (Option<usize>, usize) {
    let mut source = Source(Random::new(seed ^ 0xBEE5));
    let mut peers = Peers::new(PeerOptions::default());
    let names: Vec<String> = (0..20).map(|agent| format!("agt_{agent:02}")).collect();
    let from = 4 * DAY + (source.0.unit() * DAY as f64) as usize;
    let (mut delay, mut others) = (None, 0);
    for minute in 0..WEEK {
        let slow = (from..from + 6 * HOUR).contains(&minute);
        let values = names.iter().enumerate().map(|(agent, name)| {
            let times = if agent == 7 && slow { factor } else { 1.0 };
            (name.as_str(), times * 40.0 * (0.4 * source.normal()).exp())
        });
        let values: Vec<(&str, f64)> = values.collect();
        for signal in peers.observe(at_ms(minute), &values) {
            match signal {
                PeerSignal::Began { out } if out.agent == names[7] && slow => {
                    delay = delay.or(Some(minute - from));
                }
                PeerSignal::Began { .. } => others += 1,
                PeerSignal::Ended { .. } => {}
            }
        }
    }
    (delay, others)
}
