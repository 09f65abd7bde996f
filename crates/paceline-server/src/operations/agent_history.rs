//! One agent's history: the tasks it held, the tools it called.

use paceline_api::{
    AgentHold, AgentTimelineQuery, HoldOutcome, Operation, Page, RecordedToolCall,
    ToolCallListQuery,
};
use paceline_core::task::Event;
use paceline_core::{AgentId, Timestamp, tool_call};
use paceline_store::{Hold, Span};

use super::failure::invalid;
use super::{ApiFailure, Caller, Operations, page, wire};

impl Operations {
    /// The tasks that an agent held: those that run, then those that ended, the newest first; what
    /// was imported comes last. A page may hold fewer than `limit` and still have a next one.
    ///
    /// # Errors
    /// When the page is out of bounds.
    pub async fn agent_timeline(
        &self,
        caller: &Caller,
        agent_id: String,
        query: AgentTimelineQuery,
    ) -> Result<Page<AgentHold>, ApiFailure> {
        let mut passage = self.gate.open(Operation::PerfReport, caller);
        let result = async {
            let page = page(query.limit, query.cursor)?;
            let agent_id = AgentId::parse(agent_id)?;
            let span = span(query.from, query.to)?;
            let answer = passage.store().holds_of(agent_id, span, page).await;
            let found = passage.take(answer)?;
            Ok(Page {
                items: found.items.into_iter().map(hold).collect(),
                next_cursor: found.next_cursor,
            })
        }
        .await;
        passage.finish(result)
    }

    /// Tool calls, the newest first: of one agent by when they started, of everybody by when they
    /// were recorded.
    ///
    /// # Errors
    /// When the page is out of bounds, or a time is given without an agent.
    pub async fn tool_call_list(
        &self,
        caller: &Caller,
        query: ToolCallListQuery,
    ) -> Result<Page<RecordedToolCall>, ApiFailure> {
        let mut passage = self.gate.open(Operation::PerfReport, caller);
        let result = async {
            let page = page(query.limit, query.cursor)?;
            let span = span(query.from, query.to)?;
            let answer = match query.agent_id {
                Some(agent_id) => {
                    let agent_id = AgentId::parse(agent_id)?;
                    // Shown, not counted: pages stay small.
                    passage.store().tool_calls_of(agent_id, span, page).await
                }
                None if span != Span::ALL => {
                    return Err(invalid("from", "and `to` need an `agent_id`"));
                }
                None => passage.store().tool_figures(page).await,
            };
            let found = passage.take(answer)?;
            Ok(Page {
                items: found.items.into_iter().map(recorded).collect(),
                next_cursor: found.next_cursor,
            })
        }
        .await;
        passage.finish(result)
    }
}

fn span(
    from: Option<paceline_api::Timestamp>,
    to: Option<paceline_api::Timestamp>,
) -> Result<Span, ApiFailure> {
    let span = Span {
        from: from.map_or(Span::ALL.from, wire::from_time),
        to: to.map_or(Span::ALL.to, wire::from_time),
    };
    if span.to <= span.from {
        return Err(invalid("from", "must be before `to`"));
    }
    Ok(span)
}

fn hold(hold: Hold) -> AgentHold {
    let between = |from: Option<Timestamp>, to: Option<Timestamp>| {
        let ms = from.zip(to).map(|(from, to)| to - from)?;
        u64::try_from(ms).ok()
    };
    AgentHold {
        task_id: hold.task_id.into_string(),
        agent_type: hold.agent_type,
        summary: hold.summary,
        fence: hold.fence,
        waited_ms: between(hold.ready_at, hold.claimed_at),
        duration_ms: between(hold.claimed_at, hold.ended_at),
        ready_at: wire::times(hold.ready_at),
        claimed_at: wire::times(hold.claimed_at),
        ended_at: wire::times(hold.ended_at),
        outcome: outcome(hold.event),
        reported: hold.imported,
    }
}

fn outcome(event: Event) -> HoldOutcome {
    match event {
        Event::Completed => HoldOutcome::Completed,
        Event::Failed => HoldOutcome::Failed,
        Event::WillRetry => HoldOutcome::WillRetry,
        Event::Released => HoldOutcome::Released,
        Event::LeaseExpired => HoldOutcome::LeaseExpired,
        Event::AgentDied => HoldOutcome::AgentDied,
        Event::AgentLeft => HoldOutcome::AgentLeft,
        Event::Cancelled | Event::CascadeCancelled => HoldOutcome::Cancelled,
        Event::Submitted
        | Event::BecameReady
        | Event::Claimed
        | Event::Renewed
        | Event::Updated => HoldOutcome::Running,
    }
}

fn recorded(call: tool_call::ToolCall) -> RecordedToolCall {
    RecordedToolCall {
        call_id: call.call_id,
        agent_id: call.agent_id.map(AgentId::into_string),
        session_id: call.session_id,
        tool: call.tool,
        category: call.category,
        started_at: wire::time(call.started_at),
        duration_ms: call.duration_ms,
        success: call.success,
        success_reported: call.success_reported,
        error: call.error,
        input_size: call.input_size,
        output_size: call.output_size,
    }
}
