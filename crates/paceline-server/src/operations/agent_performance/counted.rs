//! What was counted once and is shown page by page. Owns the shape; refuses anything of a single
//! page.

use paceline_analysis::ranking::Ranking;
use paceline_core::Timestamp;
use paceline_core::quality::Assessment;
use paceline_store::{ReportedFigures, Span};

#[derive(Debug)]
pub(crate) struct Counted {
    pub span: Span,
    pub at: Timestamp,
    /// Whether everything in the span was looked at.
    pub is_complete: bool,
    pub ranking: Ranking,
    /// By name.
    pub members: Vec<Member>,
}

/// An agent with anything to show.
#[derive(Debug, Default)]
pub(crate) struct Member {
    pub agent_id: String,
    /// Its place in the ranking's list.
    pub standing: Option<usize>,
    pub quality: Quality,
    pub reported: Option<ReportedFigures>,
}

/// Sums of what was assessed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Quality {
    pub count: u64,
    /// Overall, then the five criteria.
    sums: [f64; 6],
}

impl Quality {
    pub fn add(&mut self, assessment: &Assessment) {
        let scores = &assessment.scores;
        let all = [
            assessment.overall_score,
            scores.completeness,
            scores.code_quality,
            scores.documentation,
            scores.efficiency,
            scores.impact,
        ];
        self.count += 1;
        for (sum, score) in self.sums.iter_mut().zip(all) {
            *sum += score;
        }
    }

    pub fn means(&self) -> Option<[f64; 6]> {
        let count = self.count as f64;
        let mean = |sum: f64| paceline_analysis::summary::to_micros(sum / count);
        (0 < self.count).then(|| self.sums.map(mean))
    }
}
