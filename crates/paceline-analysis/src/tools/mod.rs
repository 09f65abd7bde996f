//! How an agent uses its tools. Owns counts and times by tool, the commonest sequences, loops and
//! retries of one agent's calls in their order; refuses to say whether a pattern is good.
//!
//! One pass over the calls, and three looks back from each; memory is bounded by the number of
//! different tools, which has a maximum.

mod loops;
mod sequences;
mod totals;

pub use loops::{Loop, Retries};
pub use sequences::Sequence;
pub use totals::ToolUse;

use serde::{Deserialize, Serialize};

/// Tools told apart; what else an agent used shares one name.
pub const TOOLS_MAX: usize = 100;
pub const OTHER: &str = "(other)";
/// A pause after which what follows is another piece of work.
const PAUSE_MS: f64 = 600_000.0;

/// One finished call. Where sizes are known they tell equal calls from others of the same tool.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    pub tool: &'a str,
    pub session: Option<&'a str>,
    pub started_at_ms: i64,
    pub duration_ms: f64,
    pub success: bool,
    pub input_size: Option<u64>,
    pub output_size: Option<u64>,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Patterns {
    pub calls: u64,
    pub failed: u64,
    /// The most used first.
    pub tools: Vec<ToolUse>,
    /// Of two calls in a row, the commonest first.
    pub pairs: Vec<Sequence>,
    /// Of three.
    pub triples: Vec<Sequence>,
    /// The longest first.
    pub loops: Vec<Loop>,
    /// All of them, the calls within.
    pub looped_calls: u64,
    pub retries: Retries,
}

/// What the calls of one agent show, in whichever order they come.
#[must_use]
pub fn patterns(calls: &[Call<'_>]) -> Patterns {
    let mut ordered: Vec<Call<'_>> = calls.to_vec();
    ordered.sort_by(|a, b| (a.session, a.started_at_ms).cmp(&(b.session, b.started_at_ms)));
    let names = totals::Names::of(&ordered);
    let tools = totals::totals(&ordered, &names);
    let pieces = pieces(&ordered);
    let (loops, looped_calls) = loops::loops(&pieces, &names);
    Patterns {
        calls: ordered.len() as u64,
        failed: ordered.iter().filter(|call| !call.success).count() as u64,
        tools,
        pairs: sequences::commonest::<2>(&pieces, &names),
        triples: sequences::commonest::<3>(&pieces, &names),
        loops,
        looped_calls,
        retries: loops::retries(&pieces),
    }
}

/// Calls of one session without a long pause between them.
fn pieces<'a, 'c>(ordered: &'a [Call<'c>]) -> Vec<&'a [Call<'c>]> {
    let goes_on = |before: &Call<'_>, after: &Call<'_>| {
        let ended = before.started_at_ms as f64 + before.duration_ms.max(0.0);
        before.session == after.session && after.started_at_ms as f64 - ended < PAUSE_MS
    };
    ordered.chunk_by(goes_on).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tools by letter, small ones failing, one a second.
    fn calls(letters: &'static str) -> Vec<Call<'static>> {
        let call = |(at, letter): (usize, &'static str)| Call {
            tool: match letter {
                "e" | "E" => "Edit",
                "r" | "R" => "Read",
                "b" | "B" => "Bash",
                _ => "Grep",
            },
            session: Some("s"),
            started_at_ms: 1_000 * at as i64,
            duration_ms: 10.0 * (at + 1) as f64,
            success: letter.chars().all(char::is_uppercase),
            input_size: Some(7),
            output_size: None,
        };
        let letters = (0..letters.len()).map(|at| &letters[at..=at]);
        letters.enumerate().map(call).collect()
    }

    fn told(sequences: &[Sequence]) -> Vec<(String, u64)> {
        let one = |sequence: &Sequence| (sequence.tools.join(" "), sequence.count);
        sequences.iter().map(one).collect()
    }

    #[test]
    fn tools_are_counted_and_the_commonest_sequences_named() {
        let found = patterns(&calls("REBREBb"));
        assert_eq!((found.calls, found.failed), (7, 1));
        let bash = &found.tools[0];
        assert_eq!(
            (bash.tool.as_str(), bash.calls, bash.failed),
            ("Bash", 3, 1)
        );
        assert!((bash.failure_rate - 1.0 / 3.0).abs() < 1e-12);
        assert!((bash.durations.p50_ms.unwrap() / 60.0 - 1.0).abs() < 0.04);
        let named = |sequences: &[(&str, u64)]| -> Vec<(String, u64)> {
            let one = |(tools, count): &(&str, u64)| ((*tools).to_owned(), *count);
            sequences.iter().map(one).collect()
        };
        assert_eq!(
            told(&found.pairs),
            named(&[("Edit Bash", 2), ("Read Edit", 2)])
        );
        assert_eq!(told(&found.triples), named(&[("Read Edit Bash", 2)]));
    }

    #[test]
    fn a_pause_and_another_session_end_a_sequence() {
        let mut apart = calls("RE");
        apart[1].started_at_ms = 700_000;
        assert!(patterns(&apart).pairs.is_empty());
        let mut two = calls("RE");
        two[1].session = Some("t");
        assert!(patterns(&two).pairs.is_empty());
    }

    #[test]
    fn the_same_call_with_the_same_outcome_again_and_again_is_a_loop() {
        let found = patterns(&calls("Rbbbbbe"));
        let looped = &found.loops[0];
        assert_eq!(
            (looped.tools.as_slice(), looped.times),
            (&["Bash".to_owned()][..], 5)
        );
        assert!(!looped.success);
        assert_eq!(
            (found.looped_calls, looped.from_ms, looped.to_ms),
            (5, 1_000, 5_060)
        );
        let found = patterns(&calls("REbEbEbEbR"));
        assert_eq!(
            (found.loops[0].tools.join(" "), found.loops[0].times),
            ("Edit Bash".into(), 4)
        );
        // Twice is no loop, and the same tool with other inputs is none either.
        assert!(patterns(&calls("RRE")).loops.is_empty());
        let mut others = calls("RRRRRR");
        (0..)
            .zip(&mut others)
            .for_each(|(size, call)| call.input_size = Some(size));
        assert!(patterns(&others).loops.is_empty());
        // Without sizes it takes more to tell.
        let mut unknown = calls("RRRR");
        unknown.iter_mut().for_each(|call| call.input_size = None);
        assert!(patterns(&unknown).loops.is_empty());
    }

    #[test]
    fn a_failed_call_followed_by_the_same_tool_is_a_retry() {
        let found = patterns(&calls("bBrRrEbbb"));
        assert_eq!((found.retries.retried, found.retries.succeeded), (4, 2));
        assert_eq!(patterns(&[]).retries, Retries::default());
    }

    #[test]
    fn more_tools_than_are_told_apart_share_a_name() {
        let names: Vec<String> = (0..250).map(|one| format!("tool{one:03}")).collect();
        let mut many: Vec<Call<'_>> = Vec::new();
        for name in names.iter().chain(&names[..60]) {
            let mut call = calls("R")[0];
            call.tool = name;
            call.started_at_ms = many.len() as i64;
            many.push(call);
        }
        let found = patterns(&many);
        assert_eq!(found.tools.len(), TOOLS_MAX + 1);
        assert_eq!(found.tools.iter().map(|tool| tool.calls).sum::<u64>(), 310);
        assert!(found.tools.iter().any(|tool| tool.tool == OTHER));
    }
}
