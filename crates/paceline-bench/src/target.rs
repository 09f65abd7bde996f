//! Targets. Owns comparing a figure with its limit; refuses to say what happens when it fails.

use serde::{Deserialize, Serialize};

use crate::report::Figures;

/// A limit that a scenario's medians must keep.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    RateAtLeast(f64),
    ShareOfCeilingAtLeast(f64),
    P50UnderMs(f64),
    P99UnderMs(f64),
}

/// A target and whether it was met.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Check {
    pub target: String,
    pub measured: Option<f64>,
    pub holds: bool,
}

impl Target {
    pub fn check(self, figures: &Figures, share_of_ceiling: Option<f64>) -> Check {
        let measured = match self {
            Self::RateAtLeast(_) => Some(figures.rate),
            Self::ShareOfCeilingAtLeast(_) => share_of_ceiling,
            Self::P50UnderMs(_) => Some(figures.p50_ms),
            Self::P99UnderMs(_) => Some(figures.p99_ms),
        };
        // Nothing measured keeps no limit, not even an upper one.
        let measured = measured.filter(|_| 0.0 < figures.rate);
        let holds = measured.is_some_and(|value| match self {
            Self::RateAtLeast(limit) | Self::ShareOfCeilingAtLeast(limit) => limit <= value,
            Self::P50UnderMs(limit) | Self::P99UnderMs(limit) => value < limit,
        });
        Check {
            target: self.to_string(),
            measured,
            holds,
        }
    }
}

impl std::fmt::Display for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::RateAtLeast(limit) => write!(f, "rate >= {limit}/s"),
            Self::ShareOfCeilingAtLeast(limit) => write!(f, ">= {limit} of ceiling"),
            Self::P50UnderMs(limit) => write!(f, "p50 < {limit} ms"),
            Self::P99UnderMs(limit) => write!(f, "p99 < {limit} ms"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_compares_its_own_figure() {
        let figures = Figures {
            rate: 9_000.0,
            p50_ms: 0.4,
            p99_ms: 21.0,
            ..Figures::default()
        };
        let check = |target: Target, share, expected| {
            assert_eq!(target.check(&figures, share).holds, expected, "{target}");
        };
        check(Target::RateAtLeast(9_000.0), None, true);
        check(Target::RateAtLeast(9_000.1), None, false);
        check(Target::P50UnderMs(0.5), None, true);
        check(Target::P99UnderMs(20.0), None, false);
        check(Target::ShareOfCeilingAtLeast(0.5), Some(0.5), true);
        check(Target::ShareOfCeilingAtLeast(0.5), None, false);
    }

    #[test]
    fn nothing_measured_holds_no_target() {
        assert!(
            !Target::P50UnderMs(0.5)
                .check(&Figures::default(), None)
                .holds
        );
    }
}
