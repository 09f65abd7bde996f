//! How much agents differ beyond chance. Owns that one variance; refuses to say who differs.
//!
//! Where all agents scatter more than their tasks explain, because something that is not in the
//! record differs, limits that only know tasks would accuse many. D. J. Spiegelhalter, "Handling
//! Over-dispersion of Performance Indicators", Quality and Safety in Health Care 14(5), 2005: the
//! outermost tenths of the standardised differences are drawn in to where the tenths begin; if what
//! is left is more than chance allows, a variance between agents is added, by the moments of R.
//! DerSimonian and N. Laird, "Meta-analysis in Clinical Trials", Controlled Clinical Trials 7(3),
//! 1986.

use crate::robust::{median, quantile};

/// The share on either side that is drawn in.
const DRAWN_IN: f64 = 0.10;
/// What drawing in leaves of a standard normal distribution's variance.
const VARIANCE_LEFT: f64 = 0.678_7;
/// Fewer agents say nothing about the scatter between agents.
const AGENTS_MIN: usize = 8;

/// The variance between agents, for standardised differences and each one's own variance. Only what
/// exceeds chance by two standard errors counts: a scatter that few agents merely seem to have would
/// hide the one who really differs.
pub(super) fn between(z: &[f64], variances: &[f64]) -> f64 {
    let centred = median(z).filter(|_| AGENTS_MIN <= z.len());
    let Some(centre) = centred else {
        return 0.0;
    };
    let centred: Vec<f64> = z.iter().map(|z| z - centre).collect();
    let at = |share: f64| quantile(&centred, share);
    let (Some(low), Some(high)) = (at(DRAWN_IN), at(1.0 - DRAWN_IN)) else {
        return 0.0;
    };
    let squares = |z: &f64| z.clamp(low, high).powi(2);
    let agents = centred.len() as f64;
    let ratio = centred.iter().map(squares).sum::<f64>() / agents / VARIANCE_LEFT;
    let sure = ratio - 2.0 * (2.0 / agents).sqrt();
    if sure <= 1.0 {
        return 0.0;
    }
    moments(agents * sure, variances)
}

/// The variance between agents when the weighted squares sum up to `squares`.
pub(super) fn moments(squares: f64, variances: &[f64]) -> f64 {
    let weights: Vec<f64> = variances.iter().map(|one| one.recip()).collect();
    let all: f64 = weights.iter().sum();
    let square: f64 = weights.iter().map(|one| one * one).sum();
    let freedom = variances.len() as f64 - 1.0;
    let scale = all - square / all;
    if scale <= 0.0 || !scale.is_finite() {
        return 0.0;
    }
    ((squares - freedom) / scale).max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normal;

    /// Standardised differences at even shares of a normal distribution.
    fn spread_out(agents: usize, deviation: f64) -> Vec<f64> {
        let at = |one: usize| normal::quantile((one as f64 + 0.5) / agents as f64) * deviation;
        (0..agents).map(at).collect()
    }

    #[test]
    fn chance_alone_adds_nothing_and_neither_does_one_who_stands_out() {
        let mut z = spread_out(20, 1.0);
        assert_eq!(between(&z, &[0.01; 20]), 0.0);
        z[19] = 12.0;
        assert_eq!(between(&z, &[0.01; 20]), 0.0);
        assert_eq!(between(&[9.0; 3], &[0.01; 3]), 0.0);
    }

    #[test]
    fn agents_that_all_differ_have_the_variance_that_makes_them_differ() {
        // Own variance 0.01, between agents 0.03: twice the standard deviation.
        let between = between(&spread_out(200, 2.0), &[0.01; 200]);
        assert!((between - 0.03).abs() < 0.003, "{between}");
    }
}
