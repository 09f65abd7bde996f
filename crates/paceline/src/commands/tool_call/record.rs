//! `paceline tool-call record`. Owns its flags; refuses to say that all went well when something
//! was not taken.

use std::io::{BufReader, IsTerminal, stdin};

use clap::Args;
use paceline_api::{Timestamp, ToolCall, ToolCallRecordRequest, ToolCallRecorded};
use paceline_client::Client;

use super::lines;
use crate::failure::Failure;
use crate::terminal::words::count;
use crate::terminal::{Part, Present, Table, View};
use crate::values::{Guard, time_or_span_back};

/// Record finished tool calls: one by flags, or many as JSON lines from the input
#[derive(Args, Debug)]
#[command(after_help = "Examples:
  paceline tool-call record --call-id call_1 --tool Bash --duration-ms 120.5 --success=true
  paceline tool-call record < calls.jsonl

A line is an object with `call_id`, `tool`, `started_at`, `duration_ms`, `success` and, where known,
`agent_id`, `session_id`, `category`, `error`, `input_size`, `output_size`. A `call_id` counts once.")]
pub struct Record {
    /// What makes the call unique; without it, lines are read from the input
    #[arg(long, value_name = "ID", requires_all = ["tool", "duration_ms"])]
    call_id: Option<String>,
    #[command(flatten)]
    call: Call,
    #[command(flatten)]
    guard: Guard,
}

#[derive(Args, Debug)]
struct Call {
    /// Name of the tool
    #[arg(long, value_name = "NAME", requires = "call_id")]
    tool: Option<String>,
    /// How long it took
    #[arg(long, value_name = "MS", requires = "call_id")]
    duration_ms: Option<f64>,
    /// When it began; so long ago that it ends now, unless said
    #[arg(long, value_parser = time_or_span_back, value_name = "TIME", requires = "call_id")]
    started_at: Option<Timestamp>,
    /// `--success=false` for a failed one
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true",
        require_equals = true, requires = "call_id")]
    success: Option<bool>,
    /// The agent that called
    #[arg(long, env = "PACELINE_AGENT_ID", value_name = "ID")]
    agent_id: Option<String>,
    /// The session that it belongs to
    #[arg(long, value_name = "ID", requires = "call_id")]
    session_id: Option<String>,
    /// Kind of tool
    #[arg(long, requires = "call_id")]
    category: Option<String>,
    /// What went wrong; says that it failed unless `--success` says otherwise
    #[arg(long, value_name = "TEXT", requires = "call_id")]
    error: Option<String>,
    /// What went in
    #[arg(long, value_name = "BYTES", requires = "call_id")]
    input_size: Option<u64>,
    /// What came out
    #[arg(long, value_name = "BYTES", requires = "call_id")]
    output_size: Option<u64>,
}

impl Record {
    pub async fn ask(self, client: &Client) -> Result<ToolCallRecorded, Failure> {
        match self.call_id {
            Some(call_id) => {
                let request = ToolCallRecordRequest {
                    calls: vec![self.call.finished(call_id)],
                    election: self.guard.election,
                    epoch: self.guard.epoch,
                };
                Ok(client.record_tool_calls(&request).await?)
            }
            None if stdin().is_terminal() => Err(Failure::usage("no tool call is given")
                .hint("pass `--call-id`, `--tool` and `--duration-ms`, or JSON lines as input")),
            None => lines::send(BufReader::new(stdin()), client, &self.guard).await,
        }
    }
}

impl Call {
    fn finished(self, call_id: String) -> ToolCall {
        let duration_ms = self.duration_ms.unwrap_or_default();
        let started_at = self.started_at.unwrap_or_else(|| {
            let now = jiff::Timestamp::now().as_millisecond();
            Timestamp::from_millis(now.saturating_sub(duration_ms as i64))
        });
        ToolCall {
            agent_id: self.agent_id,
            session_id: self.session_id,
            call_id,
            tool: self.tool.unwrap_or_default(),
            category: self.category,
            started_at,
            duration_ms,
            success: self.success.unwrap_or(self.error.is_none()),
            error: self.error,
            input_size: self.input_size,
            output_size: self.output_size,
        }
    }
}

pub(super) fn all_taken(answer: &ToolCallRecorded) -> Result<(), Failure> {
    match answer.rejected.len() as u64 {
        0 => Ok(()),
        refused => Err(
            Failure::new(format!("{} not taken", count(refused, "tool call"))).hint(
                "the list of refusals says why; what was taken stays, so only send those again",
            ),
        ),
    }
}

impl Present for ToolCallRecorded {
    fn view(&self) -> View {
        let view = View::sentence(format!(
            "{} recorded, {} known already, {} refused.",
            count(self.accepted, "tool call"),
            self.duplicates,
            self.rejected.len()
        ));
        let row = |item: &paceline_api::RejectedItem| {
            vec![
                item.index.to_string(),
                item.code.to_string(),
                item.message.clone(),
            ]
        };
        let rows: Vec<_> = self.rejected.iter().map(row).collect();
        if rows.is_empty() {
            return view;
        }
        view.and(Part::Table(Table::new(&["#index", "code", "why"], rows)))
    }
}
