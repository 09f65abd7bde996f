//! What each agent did since the server started: tasks, quality, tool calls. Owns counters that
//! rise until the agent was idle for long; refuses history, which the stored series are.

use std::collections::{BTreeMap, HashMap};

use paceline_metrics::MetricKind;
use parking_lot::Mutex;

use super::family::{About, Family, number};
use crate::record_format::ToolRecord;

/// Agents counted at a time; what more of them do is counted for none.
const AGENTS_MAX: usize = 20_000;
/// Tools of one agent; the rest share `other`.
const TOOLS_MAX: usize = 100;
/// An agent that did nothing for so long is forgotten; it starts at zero when it comes back.
const IDLE_MS: i64 = 3_600_000;

/// How an agent's hold on a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskOutcome {
    Completed,
    Failed,
    Released,
}

impl TaskOutcome {
    const ALL: [&'static str; 3] = ["completed", "failed", "released"];
}

#[derive(Debug, Default)]
pub struct AgentBooks(Mutex<HashMap<String, Book>>);

#[derive(Debug, Default)]
struct Book {
    /// In the order of [`TaskOutcome::ALL`].
    tasks: [u64; 3],
    task_ms: i64,
    tasks_timed: u64,
    quality: Option<f64>,
    tools: BTreeMap<String, ToolBook>,
    touched_ms: i64,
}

#[derive(Debug, Default)]
struct ToolBook {
    ok: u64,
    failed: u64,
    ms: f64,
}

impl AgentBooks {
    pub fn task_ended(&self, agent: &str, outcome: TaskOutcome, ran_ms: Option<i64>, now_ms: i64) {
        self.with(agent, now_ms, |book| {
            book.tasks[outcome as usize] += 1;
            if let Some(ran_ms) = ran_ms {
                book.task_ms += ran_ms.max(0);
                book.tasks_timed += 1;
            }
        });
    }

    /// `score` is the overall one, 0 to 10.
    pub fn assessed(&self, agent: &str, score: f64, now_ms: i64) {
        self.with(agent, now_ms, |book| book.quality = Some(score));
    }

    pub fn tool_calls(&self, lines: &[ToolRecord<'_>], now_ms: i64) {
        for line in lines {
            let Some(agent) = &line.agent_id else {
                continue;
            };
            self.with(agent, now_ms, |book| {
                let tool = book.tool(&line.tool);
                tool.ms += line.duration_ms;
                if line.success {
                    tool.ok += 1;
                } else {
                    tool.failed += 1;
                }
            });
        }
    }

    /// Forgets those that were idle for long, and answers who they are.
    pub fn forget_idle(&self, now_ms: i64) -> Vec<String> {
        let mut books = self.0.lock();
        let idle = books
            .iter()
            .filter(|(_, book)| book.touched_ms < now_ms - IDLE_MS);
        let idle: Vec<String> = idle.map(|(agent, _)| agent.clone()).collect();
        for agent in &idle {
            books.remove(agent);
        }
        idle
    }

    /// For while nothing is collected.
    pub fn clear(&self) {
        self.0.lock().clear();
    }

    fn with(&self, agent: &str, now_ms: i64, change: impl FnOnce(&mut Book)) {
        let mut books = self.0.lock();
        if !books.contains_key(agent) {
            if AGENTS_MAX <= books.len() {
                return;
            }
            books.insert(agent.to_owned(), Book::default());
        }
        if let Some(book) = books.get_mut(agent) {
            book.touched_ms = now_ms;
            change(book);
        }
    }

    pub(super) fn families(&self) -> Vec<Family<'static>> {
        let mut families = ABOUT.map(Family::of);
        let [tasks, task_seconds, quality, calls, call_seconds] = &mut families;
        for (agent, book) in self.0.lock().iter() {
            let labels = || vec![("agent", agent.clone().into())];
            let with = |name, value: &str| {
                let mut labels = labels();
                labels.push((name, value.to_owned().into()));
                labels
            };
            for (outcome, count) in TaskOutcome::ALL.iter().zip(book.tasks) {
                tasks.add(with("outcome", outcome), number(count));
            }
            task_seconds.add_sum(labels(), seconds(book.task_ms as f64), book.tasks_timed);
            if let Some(score) = book.quality {
                quality.add(labels(), score);
            }
            for (tool, one) in &book.tools {
                for (outcome, count) in [("ok", one.ok), ("error", one.failed)] {
                    let mut labels = with("tool", tool);
                    labels.push(("outcome", outcome.into()));
                    calls.add(labels, number(count));
                }
                call_seconds.add_sum(with("tool", tool), seconds(one.ms), one.ok + one.failed);
            }
        }
        families.into()
    }
}

impl Book {
    fn tool(&mut self, name: &str) -> &mut ToolBook {
        let is_known = self.tools.contains_key(name);
        let name = if is_known || self.tools.len() < TOOLS_MAX {
            name
        } else {
            "other"
        };
        self.tools.entry(name.to_owned()).or_default()
    }
}

fn seconds(ms: f64) -> f64 {
    ms / 1e3
}

const ABOUT: [About; 5] = [
    About {
        name: "paceline_agent_tasks_total",
        kind: MetricKind::Counter,
        unit: "",
        help: "Tasks that an agent held, by how its hold ended.",
    },
    About {
        name: "paceline_agent_task_seconds",
        kind: MetricKind::Summary,
        unit: "seconds",
        help: "Time from claim to end of an agent's finished tasks.",
    },
    About {
        name: "paceline_agent_quality",
        kind: MetricKind::Gauge,
        unit: "",
        help: "Overall quality of the agent's task that was assessed last, 0 to 10.",
    },
    About {
        name: "paceline_tool_calls_total",
        kind: MetricKind::Counter,
        unit: "",
        help: "Tool calls of an agent, by tool and outcome.",
    },
    About {
        name: "paceline_tool_call_seconds",
        kind: MetricKind::Summary,
        unit: "seconds",
        help: "Time that an agent's tool calls took.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn value(books: &AgentBooks, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let families = books.families();
        let family = families
            .iter()
            .find(|one| name.starts_with(one.about.name))?;
        let suffix = &name[family.about.name.len()..];
        let found = family.points.iter().find(|point| {
            point.suffix == suffix
                && labels.iter().all(|(name, value)| {
                    let mut own = point.labels.iter();
                    own.any(|label| label.0 == *name && label.1 == *value)
                })
        });
        found.map(|point| point.value)
    }

    #[test]
    fn an_agents_counters_rise_and_are_forgotten_after_an_idle_hour() {
        let books = AgentBooks::default();
        books.task_ended("a", TaskOutcome::Completed, Some(1_500), 0);
        books.task_ended("a", TaskOutcome::Completed, Some(500), 0);
        books.task_ended("a", TaskOutcome::Released, None, 0);
        books.assessed("b", 7.5, IDLE_MS);
        let completed = [("agent", "a"), ("outcome", "completed")];
        let check = |name, labels: &[_], expected| {
            assert_eq!(value(&books, name, labels), expected, "{name}");
        };
        check("paceline_agent_tasks_total", &completed, Some(2.0));
        check(
            "paceline_agent_task_seconds_sum",
            &[("agent", "a")],
            Some(2.0),
        );
        check(
            "paceline_agent_task_seconds_count",
            &[("agent", "a")],
            Some(2.0),
        );
        check("paceline_agent_quality", &[("agent", "a")], None);
        check("paceline_agent_quality", &[("agent", "b")], Some(7.5));
        assert_eq!(books.forget_idle(IDLE_MS), Vec::<String>::new());
        assert_eq!(books.forget_idle(IDLE_MS + 1), ["a"]);
        check("paceline_agent_tasks_total", &completed, None);
    }

    #[test]
    fn an_agent_with_a_thousand_tools_has_a_hundred_series() {
        let books = AgentBooks::default();
        for at in 0..1_000 {
            books.with("a", 0, |book| book.tool(&format!("tool{at}")).ok += 1);
        }
        let families = books.families();
        assert_eq!(families[3].points.len(), 2 * (TOOLS_MAX + 1));
        let other = [("tool", "other"), ("outcome", "ok")];
        assert_eq!(
            value(&books, "paceline_tool_calls_total", &other),
            Some(900.0)
        );
    }
}
