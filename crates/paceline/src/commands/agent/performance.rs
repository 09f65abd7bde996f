//! `paceline agent performance`. Owns its flags and the form of its table; refuses to rank by itself.

use clap::Args;
use paceline_api::{
    AgentPerformance, AgentPerformanceQuery, AgentPerformanceRow, AgentSort, Timestamp,
};
use paceline_client::{Client, ClientError};

use crate::terminal::words::{duration_ms, share};
use crate::terminal::{Present, View};
use crate::values::time_or_span_back;

/// Agents by what they did, compared with the others on the same kinds of task
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline agent performance --days 7
  paceline agent performance --sort verdict --limit 10
  paceline agent performance --agent-id agt_0199c5f2 --format json

Verdicts need 30 tasks of kinds that at least three other agents do; docs/agent-performance.md has
the formulas.")]
pub struct Performance {
    /// The last days, up to now; all that was recorded unless said
    #[arg(long)]
    days: Option<u32>,
    /// From this time on, such as 2026-10-05T14:00:00Z
    #[arg(long, value_parser = time_or_span_back, conflicts_with = "days")]
    from: Option<Timestamp>,
    /// Before this time
    #[arg(long, value_parser = time_or_span_back, conflicts_with = "days")]
    to: Option<Timestamp>,
    /// Only this agent
    #[arg(long)]
    agent_id: Option<String>,
    /// Only tasks for this kind of agent
    #[arg(long, value_name = "TYPE")]
    agent_type: Option<String>,
    /// completed, cost or verdict
    #[arg(long)]
    sort: Option<AgentSort>,
    /// At most so many, 1 to 500
    #[arg(long)]
    limit: Option<u32>,
    /// Where the list before this one ended
    #[arg(long)]
    cursor: Option<String>,
}

impl Performance {
    pub async fn ask(self, client: &Client) -> Result<AgentPerformance, ClientError> {
        let query = AgentPerformanceQuery {
            days: self.days,
            from: self.from,
            to: self.to,
            agent_id: self.agent_id,
            agent_type: self.agent_type,
            sort: self.sort,
            limit: self.limit,
            cursor: self.cursor,
        };
        client.agent_performance(&query).await
    }
}

impl Present for AgentPerformance {
    fn view(&self) -> View {
        let head = &[
            "!agent",
            "#completed",
            "#failed",
            "#retried",
            "#mean task",
            "#p95 task",
            "#quality",
            "#cost",
            "verdict",
            "reported by a file",
        ];
        let empty = "no agents with a record; `paceline task claim` begins one";
        let mut view = View::list(head, self.items.iter().map(row).collect(), empty);
        for one in self.items.iter().filter(|one| is_notable(one)) {
            view = view.and_say(format!(
                "{} is {}. {}",
                one.name.as_deref().unwrap_or(&one.agent_id),
                one.verdict.words(),
                one.evidence
            ));
        }
        if !self.period.is_complete {
            view = view.and_say("Only the newest of the period was looked at: there is more than is counted at once.");
        }
        view.and_more(self.next_cursor.as_deref())
    }
}

fn is_notable(one: &AgentPerformanceRow) -> bool {
    use paceline_api::AgentVerdict::{AboveExpected, BelowExpected};
    [AboveExpected, BelowExpected].contains(&one.verdict)
}

fn row(one: &AgentPerformanceRow) -> Vec<String> {
    let or_nothing = |value: Option<f64>, words: fn(f64) -> String| value.map(words);
    let cost = |one: &AgentPerformanceRow| {
        let place = one
            .place
            .filter(|_| one.duration.count + one.tasks_failed > 0)?;
        let (low, high) = (place.cost_low, place.cost_high);
        Some(format!("{:.2} ({low:.2} to {high:.2})", place.cost))
    };
    vec![
        one.agent_id.clone(),
        one.tasks_completed.to_string(),
        failed(one),
        one.tasks_retried.to_string(),
        or_nothing(one.duration.mean_ms, duration_ms).unwrap_or_default(),
        or_nothing(one.duration.p95_ms, duration_ms).unwrap_or_default(),
        or_nothing(one.quality_mean, |mean| format!("{mean:.2}")).unwrap_or_default(),
        cost(one).unwrap_or_default(),
        one.verdict.words().to_owned(),
        reported(one).unwrap_or_default(),
    ]
}

fn failed(one: &AgentPerformanceRow) -> String {
    match one.success_rate {
        Some(rate) if 0 < one.tasks_failed => {
            format!("{} ({})", one.tasks_failed, share(1.0 - rate))
        }
        _ => one.tasks_failed.to_string(),
    }
}

fn reported(one: &AgentPerformanceRow) -> Option<String> {
    let reported = one.reported.as_ref()?;
    let doubt = if reported.contradictory {
        ", contradictory"
    } else {
        ""
    };
    Some(format!("{} completed{doubt}", reported.tasks_completed))
}
