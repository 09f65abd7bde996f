//! Tool calls of one step of work. Owns which calls follow each other, which fail, and that a flaky
//! tool is tried again and some agents are caught in a loop; refuses to wait and to record.

use std::time::Duration;

use super::dice::Dice;
use super::kinds::Kind;

/// How often a failed call is made at most.
const ATTEMPTS_MAX: u32 = 3;
/// A loop is this long, or a few calls longer.
const LOOP_CALLS_MIN: u64 = 5;

struct Tool {
    name: &'static str,
    category: &'static str,
    ms: (u64, u64),
    fails_one_in: u64,
    error: &'static str,
}

const TOOLS: &[Tool] = &[
    Tool {
        name: "Read",
        category: "files",
        ms: (2, 40),
        fails_one_in: 200,
        error: "no such file",
    },
    Tool {
        name: "Edit",
        category: "files",
        ms: (3, 60),
        fails_one_in: 60,
        error: "the text to replace occurs twice",
    },
    Tool {
        name: "Grep",
        category: "search",
        ms: (5, 200),
        fails_one_in: 200,
        error: "the pattern has an open bracket",
    },
    Tool {
        name: "Bash",
        category: "shell",
        ms: (50, 1_200),
        fails_one_in: 20,
        error: "exit status 1",
    },
    // The flaky one.
    Tool {
        name: "WebFetch",
        category: "network",
        ms: (150, 1_500),
        fails_one_in: 3,
        error: "503 from upstream",
    },
];

/// One call before it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    pub tool: &'static str,
    pub category: &'static str,
    pub pause_before: Duration,
    pub took: Duration,
    /// Why it fails, where it does.
    pub error: Option<&'static str>,
    pub input_size: u64,
    pub output_size: u64,
}

/// What a step of this kind of work calls.
pub fn step(kind: &Kind, dice: &mut Dice) -> Vec<Planned> {
    let mut calls = Vec::new();
    for name in kind.tools {
        // Not every step needs everything.
        if dice.one_in(3) {
            continue;
        }
        if let Some(tool) = tool(name) {
            with_retries(tool, dice, &mut calls);
        }
    }
    calls
}

/// The same command with the same failure, again and again.
pub fn stuck(dice: &mut Dice) -> Vec<Planned> {
    let Some(bash) = tool("Bash") else {
        return Vec::new();
    };
    let mut call = planned(bash, dice);
    call.error = Some(bash.error);
    call.took = dice.millis(80, 200);
    let times = LOOP_CALLS_MIN + dice.below(4);
    (0..times).map(|_| call.clone()).collect()
}

fn tool(name: &str) -> Option<&'static Tool> {
    TOOLS.iter().find(|tool| tool.name == name)
}

fn with_retries(tool: &Tool, dice: &mut Dice, calls: &mut Vec<Planned>) {
    let mut call = planned(tool, dice);
    for attempt in 1..=ATTEMPTS_MAX {
        let fails = dice.one_in(tool.fails_one_in);
        call.error = fails.then_some(tool.error);
        call.took = dice.millis(tool.ms.0, tool.ms.1);
        calls.push(call.clone());
        if !fails {
            return;
        }
        call.pause_before = Duration::from_millis(100) * attempt;
    }
}

fn planned(tool: &Tool, dice: &mut Dice) -> Planned {
    Planned {
        tool: tool.name,
        category: tool.category,
        pause_before: Duration::ZERO,
        took: dice.millis(tool.ms.0, tool.ms.1),
        error: None,
        input_size: 50 + dice.below(2_000),
        output_size: dice.below(20_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::demo::kinds;

    #[test]
    fn every_tool_that_a_kind_reaches_for_exists() {
        for kind in kinds::ALL {
            for name in kind.tools {
                assert!(tool(name).is_some(), "`{name}` of `{}`", kind.name);
            }
        }
    }

    #[test]
    fn one_tool_is_flaky_and_is_tried_again() {
        let mut dice = Dice::new(1, 1);
        let mut calls = Vec::new();
        for _ in 0..300 {
            calls.extend(step(&kinds::DOCS, &mut dice));
        }
        let failed_share = |name: &str| {
            let of_tool = calls.iter().filter(|call| call.tool == name);
            let failed = of_tool.clone().filter(|call| call.error.is_some());
            failed.count() as f64 / of_tool.count() as f64
        };
        assert!((0.25..0.42).contains(&failed_share("WebFetch")));
        assert!(failed_share("Read") < 0.05);
        let retried = calls.windows(2).filter(|pair| {
            pair[0].error.is_some()
                && pair[0].tool == pair[1].tool
                && !pair[1].pause_before.is_zero()
        });
        assert!(50 < retried.count());
    }

    #[test]
    fn a_loop_is_one_call_with_one_outcome() {
        let calls = stuck(&mut Dice::new(2, 2));
        assert!(LOOP_CALLS_MIN as usize <= calls.len());
        assert!(
            calls
                .iter()
                .all(|call| *call == calls[0] && call.error.is_some())
        );
    }
}
