//! How much a value knows of the one before it. Owns estimates of the correlation of neighbours and
//! what it costs a mean; refuses long memory: all but the first lag is judged by [`excess`] alone.
//!
//! S. Chakar, E. Lebarbier, C. Lévy-Leduc, S. Robin, "A Robust Approach for Estimating Change-Points
//! in the Mean of an AR(1) Process", Bernoulli 23(2), 2017 (differences, which a step hardly moves);
//! W. K. Newey and K. D. West, "A Simple, Positive Semi-Definite, Heteroskedasticity and
//! Autocorrelation Consistent Covariance Matrix", Econometrica 55, 1987 (weights of lags).

/// Nearer to 1 a series of any length that is measured here is a random walk.
const MAX: f64 = 0.97;

/// From the differences of neighbours and of their neighbours: a step moves one of the first and two
/// of the second, whatever its height. At least 0: a series that alternates is safely called
/// uncorrelated.
pub(crate) fn from_differences(values: &[f64]) -> f64 {
    let (first, second) = (
        mean_square_difference(values, 1),
        mean_square_difference(values, 2),
    );
    if first <= 0.0 {
        return 0.0;
    }
    (second / first - 1.0).clamp(0.0, MAX)
}

/// Of what is left when the levels are taken out.
pub(crate) fn of_residuals(residuals: &[f64]) -> f64 {
    let inner = residuals.get(1..residuals.len().saturating_sub(1));
    let power: f64 = inner
        .unwrap_or_default()
        .iter()
        .map(|value| value * value)
        .sum();
    if power <= 0.0 {
        return 0.0;
    }
    (lagged_product(residuals, 1) / power).clamp(0.0, MAX)
}

/// How many times more a long mean varies than of independent values: at least 1, and exactly 1
/// where the neighbours of `residuals` are as good as independent.
pub(crate) fn excess(residuals: &[f64]) -> f64 {
    let power = lagged_product(residuals, 0);
    if power <= 0.0 {
        return 1.0;
    }
    let lags = (LAGS * (residuals.len() as f64).cbrt()).round() as usize;
    let lags = lags.min(residuals.len() / 3).max(1);
    let weighted = (1..=lags).map(|lag| {
        let weight = 1.0 - lag as f64 / (lags + 1) as f64;
        2.0 * weight * lagged_product(residuals, lag) / power
    });
    (1.0 + weighted.sum::<f64>() - BY_CHANCE).max(1.0)
}

/// Lags to look at, per cube root of the length.
const LAGS: f64 = 1.5;
/// The sum over lags scatters by about this much around that of independent values.
const BY_CHANCE: f64 = 0.25;

fn mean_square_difference(values: &[f64], lag: usize) -> f64 {
    let pairs = values.iter().zip(values.iter().skip(lag));
    let sum: f64 = pairs.map(|(from, to)| (to - from) * (to - from)).sum();
    sum / values.len().saturating_sub(lag).max(1) as f64
}

fn lagged_product(values: &[f64], lag: usize) -> f64 {
    let pairs = values.iter().zip(values.iter().skip(lag));
    pairs.map(|(from, to)| from * to).sum()
}
