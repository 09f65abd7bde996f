//! `paceline agent performance`. Owns its flags; refuses to rank by itself.

use clap::Args;
use paceline_api::AgentPerformanceQuery;
use paceline_client::Client;
use serde::Serialize;
use serde_json::Value;

use crate::failure::Failure;
use crate::terminal::words::{duration_ms, share};
use crate::terminal::{Present, View};

/// Agents by what they proved, beside what imported files claimed
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline agent performance --days 7
  paceline agent performance --agent-id agt_0199c5f2 --format json")]
pub struct Performance {
    /// The last days, up to now
    #[arg(long)]
    days: Option<u32>,
    /// Only this agent
    #[arg(long)]
    agent_id: Option<String>,
    /// At most so many, 1 to 500
    #[arg(long)]
    limit: Option<u32>,
    /// Where the list before this one ended
    #[arg(long)]
    cursor: Option<String>,
}

impl Performance {
    pub async fn ask(self, client: &Client) -> Result<Ranking, Failure> {
        let query = AgentPerformanceQuery {
            days: self.days,
            agent_id: self.agent_id,
            limit: self.limit,
            cursor: self.cursor,
        };
        Ok(Ranking(client.agent_performance(&query).await?))
    }
}

/// Free-form on the wire: what is absent shows as nothing.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Ranking(Value);

impl Present for Ranking {
    fn view(&self) -> View {
        let head = &[
            "!agent",
            "#completed",
            "#failed",
            "#success",
            "#mean task",
            "#quality",
            "reported by a file",
        ];
        let items = self.0["items"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let empty = "no agents with a record; `paceline task claim` begins one";
        View::list(head, items.iter().map(row).collect(), empty)
            .and_more(self.0["next_cursor"].as_str())
    }
}

fn row(agent: &Value) -> Vec<String> {
    let number = |name: &str, words: fn(f64) -> String| agent[name].as_f64().map(words);
    let count = |value: &Value| {
        value
            .as_u64()
            .map(|count| count.to_string())
            .unwrap_or_default()
    };
    let reported = &agent["reported"];
    let doubt = if reported["contradictory"] == true {
        ", contradictory"
    } else {
        ""
    };
    vec![
        agent["agent_id"].as_str().unwrap_or_default().to_owned(),
        count(&agent["tasks_completed"]),
        count(&agent["tasks_failed"]),
        number("success_rate", share).unwrap_or_default(),
        number("duration_ms_mean", duration_ms).unwrap_or_default(),
        number("quality_mean", |mean| format!("{mean:.2}")).unwrap_or_default(),
        match reported.is_object() {
            true => format!("{} completed{doubt}", count(&reported["tasks_completed"])),
            false => String::new(),
        },
    ]
}
