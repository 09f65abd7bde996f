//! Assess: somebody judges a task. Owns the bounds of a score and the weights of the overall one.

use super::{Assess, Scores};
use crate::{Rejection, limits, text};

/// # Errors
/// `Invalid` names the first field that breaks a limit.
pub fn check(command: &Assess) -> Result<(), Rejection> {
    for (field, score, _) in weighted(&command.scores) {
        // Written so that a score that is no number fails too.
        if !(0.0..=SCORE_MAX).contains(&score) {
            let problem = format!("must be 0 to {SCORE_MAX}, got {score}");
            return Err(Rejection::invalid(field, problem));
        }
    }
    text::optional("notes", command.notes.as_deref(), limits::NOTE_LENGTH_MAX)?;
    text::required("assessed_by", &command.assessed_by, limits::NAME_LENGTH_MAX)
}

/// The weighted mean, 0 to 10.
#[must_use]
pub fn overall(scores: &Scores) -> f64 {
    weighted(scores)
        .iter()
        .map(|(_, score, weight)| score * weight)
        .sum()
}

const SCORE_MAX: f64 = 10.0;

fn weighted(scores: &Scores) -> [(&'static str, f64, f64); 5] {
    [
        ("completeness", scores.completeness, 0.30),
        ("code_quality", scores.code_quality, 0.25),
        ("documentation", scores.documentation, 0.15),
        ("efficiency", scores.efficiency, 0.15),
        ("impact", scores.impact, 0.15),
    ]
}
