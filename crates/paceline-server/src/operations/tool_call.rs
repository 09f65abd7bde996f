//! Tool calls: record a batch, each on its own: a bad one is told and the rest are kept.

use paceline_api::{ErrorCode, Operation, RejectedItem, ToolCallRecordRequest, ToolCallRecorded};
use paceline_core::limits::TOOL_CALLS_PER_BATCH_MAX;
use paceline_core::{Timestamp, tool_call};

use super::failure::invalid;
use super::{ApiFailure, Caller, Operations, wire};
use crate::record_format::ToolRecord;

impl Operations {
    /// # Errors
    /// When the batch is too large or the store refuses; a bad call is in `rejected`.
    pub async fn tool_call_record(
        &self,
        caller: &Caller,
        request: ToolCallRecordRequest,
    ) -> Result<ToolCallRecorded, ApiFailure> {
        let mut passage = self.gate.open(Operation::ToolCallRecord, caller);
        let result = async {
            if TOOL_CALLS_PER_BATCH_MAX < request.calls.len() {
                let problem = format!(
                    "must hold at most {TOOL_CALLS_PER_BATCH_MAX}, got {}",
                    request.calls.len()
                );
                return Err(invalid("calls", &problem));
            }
            let ctx = caller.context(Operation::ToolCallRecord, "", &request, self.gate.now())?;
            let (calls, rejected) = self.sorted(caller, request);
            if let Some(by) = calls.iter().find_map(|call| call.agent_id.as_ref()) {
                self.note_author(&mut passage, Some(by));
            }
            let lines: Vec<_> = calls.iter().map(|call| line(call, ctx.now.wall)).collect();
            let answer = passage.store().record_tool_calls(ctx, calls).await;
            let replayed = answer.as_ref().is_ok_and(|done| done.replayed);
            let done = passage.take(answer)?;
            if !replayed {
                let fresh = (0..)
                    .zip(lines)
                    .filter(|(at, _)| done.duplicates.binary_search(at).is_err());
                self.recorder()
                    .tool_calls(fresh.map(|(_, line)| line).collect());
            }
            Ok(ToolCallRecorded {
                accepted: done.accepted.into(),
                duplicates: done.duplicates.len() as u64,
                rejected,
            })
        }
        .await;
        passage.finish(result)
    }

    fn sorted(
        &self,
        caller: &Caller,
        request: ToolCallRecordRequest,
    ) -> (Vec<tool_call::ToolCall>, Vec<RejectedItem>) {
        let (mut calls, mut rejected) = (Vec::new(), Vec::new());
        for (index, call) in request.calls.into_iter().enumerate() {
            match core_call(caller, call) {
                Ok(call) => calls.push(call),
                Err(failure) => {
                    let error = failure.body.error;
                    rejected.push(RejectedItem {
                        index,
                        code: error.code,
                        message: error.message,
                    });
                }
            }
        }
        (calls, rejected)
    }
}

fn core_call(
    caller: &Caller,
    call: paceline_api::ToolCall,
) -> Result<tool_call::ToolCall, ApiFailure> {
    let call = tool_call::ToolCall {
        call_id: call.call_id,
        agent_id: caller.author(call.agent_id)?,
        session_id: call.session_id.or_else(|| caller.session_id.clone()),
        tool: call.tool,
        category: call.category,
        started_at: wire::from_time(call.started_at),
        duration_ms: call.duration_ms,
        success: call.success,
        success_reported: false,
        error: call.error,
        input_size: call.input_size,
        output_size: call.output_size,
    };
    tool_call::check(&call)
        .map_err(|rejection| ApiFailure::new(ErrorCode::InvalidArgument, rejection.to_string()))?;
    Ok(call)
}

fn line(call: &tool_call::ToolCall, now: Timestamp) -> ToolRecord<'static> {
    #[expect(clippy::cast_possible_truncation, reason = "checked to be a duration")]
    let end_time = call.started_at + call.duration_ms as i64;
    ToolRecord {
        timestamp: now,
        session_id: call.session_id.clone().map(Into::into),
        agent_id: call.agent_id.as_ref().map(|id| id.to_string().into()),
        tool: call.tool.clone().into(),
        call_id: call.call_id.clone().into(),
        start_time: call.started_at,
        end_time,
        duration_ms: call.duration_ms,
        input_size: call.input_size,
        output_size: call.output_size,
        success: call.success,
        category: call.category.clone().map(Into::into),
        success_reported: None,
    }
}
