//! THE list of tools: which operations agents call over MCP, what each takes, does and answers.
//!
//! Owns the order and the calls. Refuses to word an operation anew: titles and summaries are those
//! of [`Operation`].

use std::pin::Pin;

use paceline_api::schema::{input_schema, output_schema};
use paceline_api::*;
use schemars::Schema;

use super::answer::Answer;
use super::arguments::Arguments;
use super::forms::{self, NoArguments};
use crate::operations::{ApiFailure, Caller, Operations};

type Answering<'a> = Pin<Box<dyn Future<Output = Result<Answer, ApiFailure>> + Send + 'a>>;
type Call = for<'a> fn(&'a Operations, &'a Caller, Arguments<'a>) -> Answering<'a>;

/// What a tool does to the world, which clients ask before they let an agent call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Reads,
    /// Adds something; the same call again adds another, unless it has the same idempotency key.
    Adds,
    /// Adds to a history that holds each moment once, so that no key is needed.
    Logs,
    /// Sets a state; the same call again changes nothing more.
    Sets,
    /// Like `Sets`, and what was there before is gone.
    Overwrites,
    /// Ends or removes something.
    Ends,
}

pub struct ToolEntry {
    pub operation: Operation,
    pub effect: Effect,
    /// Of the request as HTTP takes it; fields of the route's path come on top.
    pub request: fn() -> Schema,
    pub answer: fn() -> Schema,
    pub call: Call,
}

macro_rules! tools {
    ($($operation:ident $effect:ident $request:expr => $answer:expr,
        |$operations:ident, $caller:ident, $arguments:ident| $call:expr;)+) => {
        /// In the order in which clients see them.
        pub const TOOLS: &[ToolEntry] = &[$(ToolEntry {
            operation: Operation::$operation,
            effect: Effect::$effect,
            request: $request,
            answer: $answer,
            call: |$operations, $caller, $arguments| {
                Box::pin(async move { Answer::of(&$call.await?) })
            },
        },)+];
    };
}

tools! {
    AgentRegister Adds input_schema::<AgentRegisterRequest> => output_schema::<AgentRegistered>,
        |ops, caller, args| ops.agent_register(caller, args.request()?);
    AgentDeregister Ends input_schema::<AgentDeregisterQuery> => output_schema::<AgentDeregistered>,
        |ops, caller, args| ops.agent_deregister(caller, args.path("agent_id"), args.request()?);
    AgentHeartbeat Sets input_schema::<forms::HeartbeatArguments> => output_schema::<forms::Beat>,
        |ops, caller, args| forms::heartbeat(ops, caller, args);
    AgentUpdateStatus Sets input_schema::<AgentUpdateStatusRequest> => output_schema::<Agent>,
        |ops, caller, args| ops.agent_update_status(caller, args.path("agent_id"), args.request()?);
    AgentStatus Reads input_schema::<AgentStatusQuery> => output_schema::<AgentStatusResponse>,
        |ops, caller, args| ops.agent_status(caller, args.request()?);
    TaskEnqueue Adds forms::enqueue_arguments => forms::enqueue_answer,
        |ops, caller, args| forms::enqueue(ops, caller, args);
    TaskClaim Adds input_schema::<TaskClaimRequest> => output_schema::<forms::MaybeClaimed>,
        |ops, caller, args| forms::claim(ops, caller, args);
    TaskUpdate Adds input_schema::<TaskUpdateRequest> => forms::task_changed,
        |ops, caller, args| ops.task_update(caller, args.path("task_id"), args.request()?);
    TaskComplete Sets input_schema::<TaskCompleteRequest> => output_schema::<TaskCompleted>,
        |ops, caller, args| ops.task_complete(caller, args.path("task_id"), args.request()?);
    TaskFail Sets input_schema::<TaskFailRequest> => output_schema::<TaskFailed>,
        |ops, caller, args| ops.task_fail(caller, args.path("task_id"), args.request()?);
    TaskGet Reads input_schema::<NoArguments> => output_schema::<Task>,
        |ops, caller, args| ops.task_get(caller, args.path("task_id"));
    TaskList Reads input_schema::<TaskListQuery> => output_schema::<Page<Task>>,
        |ops, caller, args| ops.task_list(caller, args.request()?);
    TaskQueueStatus Reads input_schema::<NoArguments> => output_schema::<paceline_api::TaskQueueStatus>,
        |ops, caller, _args| ops.task_queue_status(caller);
    TaskCancel Ends input_schema::<TaskCancelRequest> => output_schema::<TaskCancelled>,
        |ops, caller, args| ops.task_cancel(caller, args.path("task_id"), args.request()?);
    TaskExecutionPlan Reads input_schema::<TaskPlanRequest> => output_schema::<paceline_api::TaskExecutionPlan>,
        |ops, caller, args| ops.task_execution_plan(caller, args.request()?);
    MessageSend Adds input_schema::<MessageSendRequest> => output_schema::<MessageSent>,
        |ops, caller, args| ops.message_send(caller, args.request()?);
    MessageRead Sets input_schema::<MessageReadQuery> => output_schema::<MessageReadResponse>,
        |ops, caller, args| ops.message_read(caller, args.path("agent_id"), args.request()?);
    MemorySet Overwrites input_schema::<MemorySetRequest> => output_schema::<MemoryEntry>,
        |ops, caller, args|
            ops.memory_set(caller, args.path("namespace"), args.path("key"), args.request()?);
    MemoryGet Reads input_schema::<NoArguments> => output_schema::<MemoryEntry>,
        |ops, caller, args| ops.memory_get(caller, args.path("namespace"), args.path("key"));
    MemorySearch Reads input_schema::<MemorySearchQuery> => output_schema::<Page<MemoryHit>>,
        |ops, caller, args| ops.memory_search(caller, args.request()?);
    MemoryDelete Ends input_schema::<MemoryDeleteQuery> => output_schema::<MemoryDeleted>,
        |ops, caller, args|
            ops.memory_delete(caller, args.path("namespace"), args.path("key"), args.request()?);
    LeaderCampaign Sets input_schema::<LeaderCampaignRequest> => output_schema::<LeaderState>,
        |ops, caller, args| ops.leader_campaign(caller, args.path("election"), args.request()?);
    LeaderResign Sets input_schema::<LeaderResignRequest> => output_schema::<LeaderState>,
        |ops, caller, args| ops.leader_resign(caller, args.path("election"), args.request()?);
    QualityAssess Adds input_schema::<QualityAssessRequest> => output_schema::<QualityAssessment>,
        |ops, caller, args| ops.quality_assess(caller, args.request()?);
    MetricRecord Logs input_schema::<MetricRecordRequest> => output_schema::<MetricRecorded>,
        |ops, caller, args| ops.metric_record(caller, args.request()?);
    ToolCallRecord Adds input_schema::<ToolCallRecordRequest> => output_schema::<ToolCallRecorded>,
        |ops, caller, args| ops.tool_call_record(caller, args.request()?);
    PerfReport Reads input_schema::<ReportQuery> => output_schema::<Report>,
        |ops, caller, args| ops.perf_report(caller, args.request()?);
}
