//! The disk of coordination. Owns the [`Store`] trait, spoken in domain verbs, and its adapters;
//! refuses to decide anything: every rule is `paceline-core`'s, and a store only loads the state,
//! asks the rule, and makes the outcome durable.
//!
//! An answer means durable: whoever gets `Ok` from a write can pull the plug.

pub mod answer;
pub mod changes;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
pub mod import;
pub mod sqlite;
pub mod work;

use async_trait::async_trait;
use paceline_core::{
    AgentId, ElectionName, MessageId, Now, TaskId, Timestamp, agent, alert, election, memory,
    message, quality, task, tool_call,
};

pub use work::{Hold, HoldEvent, HoldEvents, Span};

pub use answer::{
    Answer, Context, Done, Failure, IdempotencyKey, Page, PageRequest, Stages, StoreError,
};
pub use changes::{Change, Changes, Standing, TaskChange, Watch};

/// Everything coordination asks of a disk. Reads see what was committed before they began.
#[async_trait]
pub trait Store: Send + Sync + 'static {
    async fn register_agent(&self, ctx: Context, command: agent::Register) -> Answer<agent::Agent>;
    async fn update_agent(
        &self,
        ctx: Context,
        command: agent::UpdateStatus,
    ) -> Answer<agent::Agent>;
    async fn heartbeat(&self, ctx: Context, agent: AgentId) -> Answer<agent::Agent>;
    async fn deregister_agent(&self, ctx: Context, agent: AgentId) -> Answer<agent::Released>;
    async fn agents(&self, page: PageRequest) -> Answer<Page<agent::Agent>>;
    async fn agent(&self, agent: AgentId) -> Answer<agent::Agent>;
    /// Whose token has this SHA-256.
    async fn token_owner(&self, hash: [u8; 32]) -> Answer<Option<TokenOwner>>;
    async fn create_token(&self, ctx: Context, token: NewToken) -> Answer<TokenInfo>;
    async fn tokens(&self) -> Answer<Vec<TokenInfo>>;
    async fn revoke_token(&self, ctx: Context, token_id: String) -> Answer<TokenInfo>;

    /// All or nothing; prerequisites may name tasks of the same batch. Each task has passed
    /// [`task::enqueue::check`].
    async fn enqueue_tasks(
        &self,
        ctx: Context,
        tasks: Vec<task::NewTask>,
    ) -> Answer<Vec<task::Enqueued>>;
    /// `None`: nothing to claim.
    async fn claim_task(&self, ctx: Context, command: task::Claim)
    -> Answer<Option<task::Claimed>>;
    async fn renew_task(
        &self,
        ctx: Context,
        holder: task::Holder,
        lease_ms: i64,
    ) -> Answer<task::Progress>;
    async fn complete_task(
        &self,
        ctx: Context,
        holder: task::Holder,
        result: Option<paceline_core::Json>,
    ) -> Answer<task::Progress>;
    async fn fail_task(
        &self,
        ctx: Context,
        holder: task::Holder,
        error: Option<String>,
        retry: bool,
    ) -> Answer<task::Progress>;
    async fn release_task(
        &self,
        ctx: Context,
        holder: task::Holder,
        reason: Option<String>,
    ) -> Answer<task::Progress>;
    async fn update_task(&self, ctx: Context, command: task::Update) -> Answer<task::Task>;
    async fn cancel_task(
        &self,
        ctx: Context,
        task: TaskId,
        reason: Option<String>,
    ) -> Answer<task::Cancelled>;
    async fn task(&self, now: Now, task: TaskId) -> Answer<task::Task>;
    async fn tasks(
        &self,
        now: Now,
        filter: task::Filter,
        page: PageRequest,
    ) -> Answer<Page<task::Task>>;
    /// Every task, the newest first, with what a report counts by.
    async fn task_figures(&self, page: PageRequest) -> Answer<Page<TaskFigures>>;
    /// Claims and ends of holds within a span, the newest first, a stretch of the log a page.
    async fn hold_events(&self, span: Span, page: PageRequest) -> Answer<HoldEvents>;
    /// Tasks that run now, without their texts.
    async fn running_figures(&self, page: PageRequest) -> Answer<Page<TaskFigures>>;
    /// Imported tasks that ended within a span, wherever they ran.
    async fn ended_elsewhere(&self, span: Span, page: PageRequest) -> Answer<Page<TaskFigures>>;
    /// One agent's holds that ended within a span, and those that last, the newest first.
    async fn holds_of(&self, agent: AgentId, span: Span, page: PageRequest) -> Answer<Page<Hold>>;
    async fn queue_status(&self) -> Answer<task::QueueStatus>;
    /// Direct prerequisites of each of the given tasks, in their order.
    async fn prerequisites(&self, tasks: Vec<TaskId>) -> Answer<Vec<Vec<TaskId>>>;
    /// The task, what it waits for and what waits for it, transitively: the nearest `limit` of them.
    async fn task_graph(&self, task: TaskId, limit: u32) -> Answer<TaskGraph>;
    async fn task_story(&self, task: TaskId) -> Answer<Vec<TaskEvent>>;

    async fn send_message(&self, ctx: Context, command: message::Send) -> Answer<message::Sent>;
    async fn read_messages(&self, reader: AgentId, read: message::Read) -> Answer<message::Page>;
    /// Remembers that the reader was given everything through `position` at `at`.
    async fn mark_delivered(&self, ctx: Context, reader: AgentId, position: u64) -> Answer<()>;
    async fn ack_messages(
        &self,
        ctx: Context,
        reader: AgentId,
        through: u64,
    ) -> Answer<message::Acked>;

    /// Newest first. A page may hold fewer than `limit` and still have a next one: it looks at a
    /// bounded number of messages.
    async fn messages(
        &self,
        filter: message::Filter,
        page: PageRequest,
    ) -> Answer<Page<message::Listed>>;

    async fn message(&self, message: MessageId) -> Answer<message::Listed>;

    async fn set_memory(&self, ctx: Context, command: memory::Set) -> Answer<memory::Entry>;
    async fn memory(&self, now: Now, namespace: String, key: String) -> Answer<memory::Entry>;
    async fn delete_memory(&self, ctx: Context, command: memory::Delete) -> Answer<memory::Entry>;
    async fn search_memory(
        &self,
        now: Now,
        search: memory::Search,
        page: PageRequest,
    ) -> Answer<Page<memory::Hit>>;
    /// By name.
    async fn memory_namespaces(&self, page: PageRequest) -> Answer<Page<memory::Namespace>>;

    async fn campaign(&self, ctx: Context, command: election::Campaign) -> Answer<election::View>;
    async fn renew_office(&self, ctx: Context, office: election::Office) -> Answer<election::View>;
    async fn resign(&self, ctx: Context, office: election::Office) -> Answer<election::View>;
    async fn election(
        &self,
        now: Now,
        name: ElectionName,
    ) -> Answer<(election::View, Vec<election::Term>)>;
    /// Every election that was ever held, by name.
    async fn elections(&self, page: PageRequest) -> Answer<Page<election::State>>;
    /// Every election that has a leader now.
    async fn leaders(&self, now: Now) -> Answer<Vec<election::View>>;

    async fn assess(&self, ctx: Context, command: quality::Assess) -> Answer<quality::Assessment>;
    async fn assessments(&self, page: PageRequest) -> Answer<Page<quality::Assessment>>;
    async fn assessments_of(
        &self,
        agent: AgentId,
        page: PageRequest,
    ) -> Answer<Page<quality::Assessment>>;
    async fn assessments_between(
        &self,
        span: Span,
        page: PageRequest,
    ) -> Answer<Page<quality::Assessment>>;
    async fn record_tool_calls(
        &self,
        ctx: Context,
        calls: Vec<tool_call::ToolCall>,
    ) -> Answer<tool_call::Recorded>;
    /// What tasks and assessments prove of each agent, and what imported files claimed.
    async fn agent_figures(&self) -> Answer<Vec<AgentFigures>>;
    async fn tool_figures(&self, page: PageRequest) -> Answer<Page<tool_call::ToolCall>>;
    async fn tool_calls_of(
        &self,
        agent: AgentId,
        span: Span,
        page: PageRequest,
    ) -> Answer<Page<tool_call::ToolCall>>;

    /// What one evaluation of alerts, or one attempt to deliver, led to: all of it or nothing.
    async fn record_alerts(&self, ctx: Context, changes: alert::Changes) -> Answer<()>;
    /// By key.
    async fn alert_documents(&self, kind: alert::Kind) -> Answer<Vec<alert::Kept>>;
    /// The newest first.
    async fn alert_events(
        &self,
        filter: alert::EventFilter,
        span: Span,
        page: PageRequest,
    ) -> Answer<Page<alert::Event>>;
    /// Of each rule that spoke on the days of a span.
    async fn alert_noise(&self, span: Span) -> Answer<Vec<alert::Noise>>;
    /// The newest first.
    async fn alert_deliveries(&self, page: PageRequest) -> Answer<Page<alert::Delivery>>;
    /// The oldest first, whether they are due or not.
    async fn alert_deliveries_waiting(
        &self,
        channel: String,
        limit: u32,
    ) -> Answer<Vec<alert::Delivery>>;
    /// Those that deliveries wait for, by name.
    async fn alert_channels_waiting(&self) -> Answer<Vec<String>>;
    /// Those that went on within a span, the newest first.
    async fn anomalies(
        &self,
        filter: alert::AnomalyFilter,
        span: Span,
        page: PageRequest,
    ) -> Answer<Page<alert::Anomaly>>;
    async fn anomaly(&self, anomaly_id: String) -> Answer<alert::Anomaly>;

    /// Housekeeping, each bounded to `limit` rows a call; answers how many it changed.
    async fn expire_leases(&self, ctx: Context, limit: u32) -> Answer<Vec<TaskId>>;
    async fn wake_scheduled(&self, ctx: Context, limit: u32) -> Answer<u32>;
    async fn refresh_priorities(&self, ctx: Context, limit: u32) -> Answer<u32>;
    async fn record_presence(&self, ctx: Context, seen: Vec<agent::Seen>) -> Answer<()>;
    async fn judge_health(
        &self,
        ctx: Context,
        policy: agent::SilencePolicy,
        limit: u32,
    ) -> Answer<agent::Judged>;
    async fn end_terms(&self, ctx: Context, limit: u32) -> Answer<Vec<ElectionName>>;
    async fn forget_expired(&self, ctx: Context, limit: u32) -> Answer<u32>;
    async fn sizes(&self) -> Answer<Sizes>;

    /// Shows the watcher what every later commit changes.
    fn watch(&self, watch: Watch);
    /// Where a watcher begins: up to `agents` of them, and the last `events` of tasks.
    async fn standing(&self, agents: u32, events: u32) -> Answer<Standing>;
    /// Since when the ready task that was submitted first is ready.
    async fn oldest_ready(&self) -> Answer<Option<Timestamp>>;
    /// Since when the task runs that was claimed first.
    async fn oldest_running(&self) -> Answer<Option<Timestamp>>;

    /// Takes another system's records; what is already there stays as it is.
    async fn import(&self, ctx: Context, batch: import::Batch) -> Answer<import::Outcome>;
    /// Commits what waits and closes the disk.
    async fn close(&self);
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenOwner {
    Agent(AgentId),
    /// A person or a script; may do everything.
    Operator {
        token_id: String,
        name: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewToken {
    pub token_id: String,
    pub name: String,
    pub hash: [u8; 32],
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TokenInfo {
    pub token_id: String,
    pub name: String,
    pub created_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct TaskEvent {
    pub at: Timestamp,
    pub event: task::Event,
    pub agent_id: Option<AgentId>,
    pub fence: u64,
    pub detail: Option<String>,
}

/// A task among those around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskNode {
    pub task_id: TaskId,
    pub status: task::Status,
    pub agent_type: Option<String>,
    pub assigned_to: Option<AgentId>,
    pub submitted_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
    /// The beginning of the description where there is none.
    pub summary: String,
    /// Those that are in the graph too.
    pub prerequisites: Vec<TaskId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskGraph {
    /// The task that was asked about first, then by distance from it.
    pub nodes: Vec<TaskNode>,
    /// More tasks belong to it.
    pub is_cut: bool,
}

/// A task without its texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskFigures {
    pub status: task::Status,
    pub agent_type: Option<String>,
    pub assigned_to: Option<AgentId>,
    pub ready_at: Option<Timestamp>,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
}

/// One agent's record. Counts are what stored tasks prove; `reported` is what a file said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AgentFigures {
    pub agent_id: Option<AgentId>,
    pub claimed: u64,
    pub completed: u64,
    pub failed: u64,
    pub released: u64,
    pub duration_ms_sum: i64,
    pub quality_count: u64,
    pub quality_sum: f64,
    pub reported: Option<ReportedFigures>,
}

#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct ReportedFigures {
    pub claimed: u64,
    pub completed: u64,
    pub duration_ms_mean: Option<f64>,
    pub quality_scores: Vec<f64>,
    pub first_seen: Option<Timestamp>,
    pub last_activity: Option<Timestamp>,
}

/// How large the store has grown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    pub rows: Vec<(&'static str, u64)>,
    pub bytes: u64,
    /// Agents that have not left: healthy, warning, stale, dead.
    pub agents: [u64; 4],
}
