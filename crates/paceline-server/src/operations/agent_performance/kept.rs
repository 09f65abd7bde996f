//! Counted figures, kept for a little while. Owns how long: counting may take a twentieth of the
//! time at most, however often a page asks.
//!
//! Whoever asks while it is counted waits for that count, since the lock is held over it. Keeping
//! figures up to date with every task was the alternative: it costs each completion a row more
//! to write, for numbers that few ask for.

use std::collections::VecDeque;
use std::sync::Arc;

use super::Question;
use super::counted::Counted;

const KEPT_MAX: usize = 4;
/// How many times as long as counting took, figures are good for.
const GOOD_FOR: u64 = 20;
/// Between two requests of one page, beside the time that passed.
const ASKED_TOGETHER_MS: i64 = 1_000;

#[derive(Debug, Default)]
pub(in crate::operations) struct Kept(VecDeque<One>);

#[derive(Debug)]
struct One {
    question: Question,
    counted: Arc<Counted>,
    counted_ns: u64,
    good_until_ns: u64,
}

impl One {
    /// "The last day" begins a little later each time that it is asked for.
    fn answers(&self, question: &Question, now_ns: u64) -> bool {
        let passed_ns = now_ns.saturating_sub(self.counted_ns);
        let passed_ms = i64::try_from(passed_ns / 1_000_000).unwrap_or(i64::MAX);
        let later_ms = self.question.later_ms(question);
        later_ms.is_some_and(|ms| ms == 0 || ms.abs() <= passed_ms + ASKED_TOGETHER_MS)
    }
}

impl Kept {
    pub fn fresh(&self, question: &Question, now_ns: u64) -> Option<Arc<Counted>> {
        let mut kept = self.0.iter();
        let found = kept.find(|one| now_ns <= one.good_until_ns && one.answers(question, now_ns));
        found.map(|one| Arc::clone(&one.counted))
    }

    pub fn keep(&mut self, question: Question, counted: Arc<Counted>, from_ns: u64, to_ns: u64) {
        self.0.retain(|one| one.question != question);
        if KEPT_MAX <= self.0.len() {
            self.0.pop_front();
        }
        let took_ns = to_ns.saturating_sub(from_ns);
        self.0.push_back(One {
            question,
            counted,
            counted_ns: to_ns,
            good_until_ns: to_ns.saturating_add(took_ns.saturating_mul(GOOD_FOR)),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use paceline_analysis::ranking::Tally;
    use paceline_core::Timestamp;
    use paceline_store::Span;

    fn question(days: u32) -> Question {
        Question {
            days: Some(days),
            from: None,
            to: None,
            agent_type: None,
        }
    }

    #[test]
    fn figures_are_good_for_twenty_times_as_long_as_counting_took() {
        let mut kept = Kept::default();
        let counted = || {
            Arc::new(Counted {
                span: Span::ALL,
                at: Timestamp(0),
                is_complete: true,
                ranking: Tally::default().ranking(),
                members: Vec::new(),
            })
        };
        kept.keep(question(7), counted(), 100, 110);
        assert!(kept.fresh(&question(7), 310).is_some());
        assert!(kept.fresh(&question(7), 311).is_none());
        assert!(kept.fresh(&question(8), 200).is_none());
        let since = |from: i64, to: Option<i64>| Question {
            days: None,
            from: Some(Timestamp(from)),
            to: to.map(Timestamp),
            agent_type: None,
        };
        kept.keep(since(5_000, None), counted(), 0, 1_000_000_000);
        // A second and a half later, a window that moves along is the same one.
        assert!(kept.fresh(&since(6_500, None), 2_500_000_000).is_some());
        assert!(kept.fresh(&since(9_000, None), 2_500_000_000).is_none());
        assert!(
            kept.fresh(&since(5_000, Some(9_000)), 2_500_000_000)
                .is_none()
        );
        for days in 1..=6 {
            kept.keep(question(days), counted(), 100, 110);
        }
        assert_eq!(kept.0.len(), KEPT_MAX);
    }
}
