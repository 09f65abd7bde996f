//! Counts and times by tool. Owns which tools are told apart; refuses more of them than the maximum.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Call, OTHER, TOOLS_MAX};
use crate::ranking::Durations;
use crate::report::history::{Sketch, place};

/// One tool in the hands of one agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolUse {
    pub tool: String,
    pub calls: u64,
    pub failed: u64,
    pub failure_rate: f64,
    pub total_ms: f64,
    pub durations: Durations,
}

/// Tools by number, the most used first; the last number is everything else.
pub(super) struct Names<'a> {
    places: HashMap<&'a str, u8>,
    all: Vec<&'a str>,
}

impl<'a> Names<'a> {
    pub fn of(calls: &[Call<'a>]) -> Self {
        let mut counts: HashMap<&str, u64> = HashMap::new();
        for call in calls {
            *counts.entry(call.tool).or_default() += 1;
        }
        let mut by_use: Vec<(&str, u64)> = counts.into_iter().collect();
        by_use.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let named = by_use.into_iter().take(TOOLS_MAX);
        let mut all: Vec<&str> = named.map(|(tool, _)| tool).collect();
        let places = (0..)
            .zip(&all)
            .map(|(place, tool)| (*tool, place))
            .collect();
        all.push(OTHER);
        Self { places, all }
    }

    pub fn place(&self, tool: &str) -> u8 {
        let last = u8::try_from(self.all.len() - 1).unwrap_or(u8::MAX);
        self.places.get(tool).copied().unwrap_or(last)
    }

    pub fn name(&self, place: u8) -> &'a str {
        self.all.get(usize::from(place)).copied().unwrap_or(OTHER)
    }
}

#[derive(Clone, Default)]
struct Total {
    calls: u64,
    failed: u64,
    total_ms: f64,
    durations: Sketch,
}

pub(super) fn totals(calls: &[Call<'_>], names: &Names<'_>) -> Vec<ToolUse> {
    let mut totals = vec![Total::default(); names.all.len()];
    for call in calls {
        let total = &mut totals[usize::from(names.place(call.tool))];
        total.calls += 1;
        total.failed += u64::from(!call.success);
        if call.duration_ms.is_finite() {
            total.total_ms += call.duration_ms;
            total.durations.add(place(call.duration_ms), 1.0);
        }
    }
    let used = (0..).zip(totals).filter(|(_, total)| 0 < total.calls);
    let mut tools: Vec<ToolUse> = used
        .map(|(place, total): (u8, Total)| ToolUse {
            tool: names.name(place).to_owned(),
            calls: total.calls,
            failed: total.failed,
            failure_rate: total.failed as f64 / total.calls as f64,
            total_ms: total.total_ms,
            durations: Durations::of(&total.durations, total.total_ms),
        })
        .collect();
    tools.sort_by(|a, b| b.calls.cmp(&a.calls).then_with(|| a.tool.cmp(&b.tool)));
    tools
}
