//! Series whose truth is known, for tests and examples. Owns the families of noise and the shapes
//! laid over them; refuses chance: the same seed gives the same series. Noise has a standard
//! deviation of 1 where that is finite and says something (else its core has), around a level of 20.

#[path = "../../src/random.rs"]
mod random;

pub(crate) use random::Random;

pub const LEVEL: f64 = 20.0;

/// A family of noise: its name, and the values of a length.
#[derive(Clone, Copy)]
pub struct Noise {
    pub name: &'static str,
    make: fn(usize, &mut Source) -> Vec<f64>,
}

impl Noise {
    /// `steps` are places from which on so many standard deviations are added.
    pub fn series(&self, length: usize, seed: u64, steps: &[(usize, f64)]) -> Vec<f64> {
        let mut source = Source(Random::new(seed.wrapping_mul(0x2545_F491_4F6C_DD1D)));
        let noise = (self.make)(length, &mut source).into_iter().enumerate();
        let series = noise.map(|(at, value)| {
            let begun = steps.iter().filter(|(from, _)| *from <= at);
            LEVEL + value + begun.map(|(_, height)| height).sum::<f64>()
        });
        series.collect()
    }
}

/// The families that the promise names: no change, no alarm.
pub const NAMED: &[Noise] = &[
    Noise {
        name: "normal",
        make: |n, s| s.each(n, Source::normal),
    },
    Noise {
        name: "log-normal",
        make: |n, s| s.each(n, |s| (s.normal().exp() - 1.649) / 2.161),
    },
    Noise {
        name: "Student t, 3 degrees",
        make: |n, s| s.each(n, |s| s.student(3) / 3.0_f64.sqrt()),
    },
    Noise {
        name: "Student t, 2 degrees",
        make: |n, s| s.each(n, |s| s.student(2)),
    },
    Noise {
        name: "5 % outliers",
        make: |n, s| s.each(n, |s| s.normal() + s.seldom(0.05, 5.0, 15.0)),
    },
    Noise {
        name: "bimodal, half and half",
        make: |n, s| s.each(n, |s| s.modes(0.5, 6.0) / 3.16),
    },
    Noise {
        name: "bimodal, 15 %",
        make: |n, s| s.each(n, |s| s.modes(0.15, 8.0) / 3.02),
    },
    Noise {
        name: "AR(1) 0.3",
        make: |n, s| s.autoregressive(n, 0.3, Source::normal),
    },
    Noise {
        name: "AR(1) 0.6",
        make: |n, s| s.autoregressive(n, 0.6, Source::normal),
    },
];

/// What else comes along in practice.
pub const OTHERS: &[Noise] = &[
    Noise {
        name: "uniform",
        make: |n, s| s.each(n, |s| (s.unit() - 0.5) * 12.0_f64.sqrt()),
    },
    Noise {
        name: "exponential",
        make: |n, s| s.each(n, |s| s.exponential() - 1.0),
    },
    Noise {
        name: "gamma, shape 2",
        make: |n, s| {
            s.each(n, |s| {
                (s.exponential() + s.exponential() - 2.0) / 2.0_f64.sqrt()
            })
        },
    },
    Noise {
        name: "AR(1) 0.8",
        make: |n, s| s.autoregressive(n, 0.8, Source::normal),
    },
    Noise {
        name: "AR(1) 0.6 of Student t",
        make: |n, s| s.autoregressive(n, 0.6, |s| s.student(3) / 3.0_f64.sqrt()),
    },
    Noise {
        name: "AR(1) 0.6, log-normal",
        make: |n, s| {
            let noise = s.autoregressive(n, 0.6, Source::normal);
            noise
                .into_iter()
                .map(|value| ((0.5 * value).exp() - 1.133) / 0.604)
                .collect()
        },
    },
    Noise {
        name: "AR(1) 0.8 and as much white",
        make: |n, s| {
            let noise = s.autoregressive(n, 0.8, Source::normal);
            noise
                .into_iter()
                .map(|value| (value + s.normal()) / 2.0_f64.sqrt())
                .collect()
        },
    },
    Noise {
        name: "alternating, -0.4",
        make: |n, s| s.autoregressive(n, -0.4, Source::normal),
    },
    Noise {
        name: "rounded to 1 sd",
        make: |n, s| s.each(n, |s| s.normal().round()),
    },
    Noise {
        name: "rounded to 3 sd",
        make: |n, s| s.each(n, |s| 3.0 * (s.normal() / 3.0).round()),
    },
    Noise {
        name: "nine in ten the same",
        make: |n, s| s.each(n, |s| s.seldom(0.1, 1.0, 1.0)),
    },
    Noise {
        name: "week-ends",
        make: |n, s| s.placed(n, |s, at| s.normal() + if at % 7 < 2 { 2.5 } else { 0.0 }),
    },
    Noise {
        name: "days of hours",
        make: |n, s| {
            s.placed(n, |s, at| {
                s.normal() + (at as f64 / 24.0 * std::f64::consts::TAU).sin()
            })
        },
    },
    Noise {
        name: "noisier in its second half",
        make: |n, s| s.placed(n, |s, at| s.normal() * if 2 * at < n { 0.3 } else { 1.0 }),
    },
    Noise {
        name: "bursts of 1 to 4 outliers",
        make: |n, s| s.bursts(n),
    },
    Noise {
        name: "random walk",
        make: |n, s| {
            let steps = s.each(n, Source::normal);
            steps
                .into_iter()
                .scan(0.0, |sum, step| {
                    *sum += step;
                    Some(*sum)
                })
                .collect()
        },
    },
    Noise {
        name: "drift of 3 sd",
        make: |n, s| s.placed(n, |s, at| s.normal() + 3.0 * at as f64 / n as f64),
    },
    Noise {
        name: "drift of 6 sd",
        make: |n, s| s.placed(n, |s, at| s.normal() + 6.0 * at as f64 / n as f64),
    },
];

/// The source of all of it.
pub struct Source(Random);

impl Source {
    fn unit(&mut self) -> f64 {
        self.0.unit()
    }

    fn normal(&mut self) -> f64 {
        let (radius, angle) = (1.0 - self.unit(), self.unit());
        (-2.0 * radius.ln()).sqrt() * (angle * std::f64::consts::TAU).cos()
    }

    fn exponential(&mut self) -> f64 {
        -(1.0 - self.unit()).ln()
    }

    fn student(&mut self, degrees: usize) -> f64 {
        let squares: f64 = (0..degrees).map(|_| self.normal().powi(2)).sum();
        self.normal() / (squares / degrees as f64).sqrt()
    }

    /// Mostly nothing, else something between the two.
    fn seldom(&mut self, share: f64, low: f64, high: f64) -> f64 {
        if self.unit() < share {
            low + (high - low) * self.unit()
        } else {
            0.0
        }
    }

    fn modes(&mut self, share: f64, apart: f64) -> f64 {
        self.normal() + self.seldom(share, apart, apart) - share * apart
    }

    fn each(&mut self, length: usize, value: fn(&mut Self) -> f64) -> Vec<f64> {
        (0..length).map(|_| value(self)).collect()
    }

    fn placed(&mut self, length: usize, value: impl Fn(&mut Self, usize) -> f64) -> Vec<f64> {
        (0..length).map(|at| value(self, at)).collect()
    }

    fn autoregressive(
        &mut self,
        length: usize,
        correlation: f64,
        news: fn(&mut Self) -> f64,
    ) -> Vec<f64> {
        const SETTLING: usize = 60;
        let scale = (1.0 - correlation * correlation).sqrt();
        let mut value = 0.0;
        let values = (0..length + SETTLING).map(|_| {
            value = correlation * value + scale * news(self);
            value
        });
        values.skip(SETTLING).collect()
    }

    fn bursts(&mut self, length: usize) -> Vec<f64> {
        let mut left = 0;
        self.placed_mut(length, |source| {
            if left == 0 && source.unit() < 0.01 {
                left = 1 + (source.unit() * 4.0) as usize;
            }
            let outlier = if 0 < left { 12.0 } else { 0.0 };
            left = left.saturating_sub(1);
            source.normal() + outlier
        })
    }

    fn placed_mut(&mut self, length: usize, mut value: impl FnMut(&mut Self) -> f64) -> Vec<f64> {
        (0..length).map(|_| value(self)).collect()
    }
}
