//! The [`Store`] trait for SQLite: one line a verb. Owns nothing but the delegation.

use async_trait::async_trait;
use paceline_core::{
    AgentId, ElectionName, Json, MessageId, Now, TaskId, Timestamp, agent, alert, election, memory,
    message, quality, task, tool_call,
};

use super::SqliteStore;
use super::election::office;
use super::memory as entry;
use super::{
    agent as agents, alert as alerts, import as imports, message as messages, record, standing,
    task as tasks, token, work,
};
use crate::import::{Batch, Outcome};
use crate::{
    AgentFigures, Answer, Context, Hold, HoldEvents, NewToken, Page, PageRequest, Sizes, Span,
    Standing, Store, TaskEvent, TaskFigures, TaskGraph, TokenInfo, TokenOwner, Watch,
};

#[async_trait]
impl Store for SqliteStore {
    async fn register_agent(&self, ctx: Context, command: agent::Register) -> Answer<agent::Agent> {
        self.write(ctx, move |txn| agents::register::run(txn, &command))
            .await
    }

    async fn update_agent(
        &self,
        ctx: Context,
        command: agent::UpdateStatus,
    ) -> Answer<agent::Agent> {
        self.write(ctx, move |txn| agents::update::run(txn, &command))
            .await
    }

    async fn heartbeat(&self, ctx: Context, agent: AgentId) -> Answer<agent::Agent> {
        self.write(ctx, move |txn| agents::update::heartbeat(txn, &agent))
            .await
    }

    async fn deregister_agent(&self, ctx: Context, agent: AgentId) -> Answer<agent::Released> {
        self.write(ctx, move |txn| agents::leave::deregister(txn, &agent))
            .await
    }

    async fn agents(&self, page: PageRequest) -> Answer<Page<agent::Agent>> {
        self.read(move |db| agents::list::run(db, &page)).await
    }

    async fn agent(&self, agent: AgentId) -> Answer<agent::Agent> {
        self.read(move |db| agents::list::one(db, &agent)).await
    }

    async fn token_owner(&self, hash: [u8; 32]) -> Answer<Option<TokenOwner>> {
        self.read(move |db| token::owner(db, &hash)).await
    }

    async fn create_token(&self, ctx: Context, token: NewToken) -> Answer<TokenInfo> {
        self.write(ctx, move |txn| token::create(txn, &token)).await
    }

    async fn tokens(&self) -> Answer<Vec<TokenInfo>> {
        self.read(token::all).await
    }

    async fn revoke_token(&self, ctx: Context, token_id: String) -> Answer<TokenInfo> {
        self.write(ctx, move |txn| token::revoke(txn, &token_id))
            .await
    }

    async fn enqueue_tasks(
        &self,
        ctx: Context,
        tasks: Vec<task::NewTask>,
    ) -> Answer<Vec<task::Enqueued>> {
        self.write(ctx, move |txn| tasks::enqueue::run(txn, &tasks))
            .await
    }

    async fn claim_task(
        &self,
        ctx: Context,
        command: task::Claim,
    ) -> Answer<Option<task::Claimed>> {
        self.write(ctx, move |txn| tasks::claim::run(txn, &command))
            .await
    }

    async fn renew_task(
        &self,
        ctx: Context,
        holder: task::Holder,
        lease_ms: i64,
    ) -> Answer<task::Progress> {
        self.write(ctx, move |txn| tasks::renew::run(txn, &holder, lease_ms))
            .await
    }

    async fn complete_task(
        &self,
        ctx: Context,
        holder: task::Holder,
        result: Option<Json>,
    ) -> Answer<task::Progress> {
        self.write(ctx, move |txn| {
            tasks::complete::run(txn, &holder, result.as_ref())
        })
        .await
    }

    async fn fail_task(
        &self,
        ctx: Context,
        holder: task::Holder,
        error: Option<String>,
        retry: bool,
    ) -> Answer<task::Progress> {
        self.write(ctx, move |txn| {
            tasks::fail::run(txn, &holder, error.as_deref(), retry)
        })
        .await
    }

    async fn release_task(
        &self,
        ctx: Context,
        holder: task::Holder,
        reason: Option<String>,
    ) -> Answer<task::Progress> {
        self.write(ctx, move |txn| {
            tasks::release::run(txn, &holder, reason.as_deref())
        })
        .await
    }

    async fn update_task(&self, ctx: Context, command: task::Update) -> Answer<task::Task> {
        self.write(ctx, move |txn| tasks::update::run(txn, &command))
            .await
    }

    async fn cancel_task(
        &self,
        ctx: Context,
        task: TaskId,
        reason: Option<String>,
    ) -> Answer<task::Cancelled> {
        self.write(ctx, move |txn| {
            tasks::cancel::run(txn, &task, reason.as_deref())
        })
        .await
    }

    async fn task(&self, now: Now, task: TaskId) -> Answer<task::Task> {
        self.read(move |db| {
            let row = tasks::row::by_id(db, &task)?;
            tasks::row::whole(db, row, now)
        })
        .await
    }

    async fn tasks(
        &self,
        now: Now,
        filter: task::Filter,
        page: PageRequest,
    ) -> Answer<Page<task::Task>> {
        self.read(move |db| tasks::list::run(db, now, &filter, &page))
            .await
    }

    async fn task_figures(&self, page: PageRequest) -> Answer<Page<TaskFigures>> {
        self.read(move |db| tasks::list::figures(db, &page)).await
    }

    async fn hold_events(&self, span: Span, page: PageRequest) -> Answer<HoldEvents> {
        self.read(move |db| work::events::run(db, span, &page))
            .await
    }

    async fn running_figures(&self, page: PageRequest) -> Answer<Page<TaskFigures>> {
        self.read(move |db| work::tasks::running(db, &page)).await
    }

    async fn ended_elsewhere(&self, span: Span, page: PageRequest) -> Answer<Page<TaskFigures>> {
        self.read(move |db| work::tasks::ended_elsewhere(db, span, &page))
            .await
    }

    async fn holds_of(&self, agent: AgentId, span: Span, page: PageRequest) -> Answer<Page<Hold>> {
        self.read(move |db| work::holds::run(db, &agent, span, &page))
            .await
    }

    async fn queue_status(&self) -> Answer<task::QueueStatus> {
        self.read(tasks::status::run).await
    }

    async fn prerequisites(&self, tasks: Vec<TaskId>) -> Answer<Vec<Vec<TaskId>>> {
        self.read(move |db| tasks::graph::prerequisites(db, &tasks))
            .await
    }

    async fn task_graph(&self, task: TaskId, limit: u32) -> Answer<TaskGraph> {
        self.read(move |db| tasks::around::run(db, &task, limit))
            .await
    }

    async fn task_story(&self, task: TaskId) -> Answer<Vec<TaskEvent>> {
        self.read(move |db| tasks::story::run(db, &task)).await
    }

    async fn send_message(&self, ctx: Context, command: message::Send) -> Answer<message::Sent> {
        self.write(ctx, move |txn| messages::send::run(txn, &command))
            .await
    }

    async fn read_messages(&self, reader: AgentId, read: message::Read) -> Answer<message::Page> {
        self.read(move |db| messages::read::run(db, &reader, &read))
            .await
    }

    async fn mark_delivered(&self, ctx: Context, reader: AgentId, position: u64) -> Answer<()> {
        self.write(ctx, move |txn| {
            messages::cursor::delivered(txn, &reader, position)
        })
        .await
    }

    async fn ack_messages(
        &self,
        ctx: Context,
        reader: AgentId,
        through: u64,
    ) -> Answer<message::Acked> {
        self.write(ctx, move |txn| messages::cursor::ack(txn, &reader, through))
            .await
    }

    async fn messages(
        &self,
        filter: message::Filter,
        page: PageRequest,
    ) -> Answer<Page<message::Listed>> {
        self.read(move |db| messages::list::run(db, &filter, &page))
            .await
    }

    async fn message(&self, message: MessageId) -> Answer<message::Listed> {
        self.read(move |db| messages::list::one_of(db, &message))
            .await
    }

    async fn set_memory(&self, ctx: Context, command: memory::Set) -> Answer<memory::Entry> {
        self.write(ctx, move |txn| entry::set::run(txn, &command))
            .await
    }

    async fn memory(&self, now: Now, namespace: String, key: String) -> Answer<memory::Entry> {
        self.read(move |db| entry::row::get(db, &namespace, &key, now.wall))
            .await
    }

    async fn delete_memory(&self, ctx: Context, command: memory::Delete) -> Answer<memory::Entry> {
        self.write(ctx, move |txn| entry::delete::run(txn, &command))
            .await
    }

    async fn search_memory(
        &self,
        now: Now,
        search: memory::Search,
        page: PageRequest,
    ) -> Answer<Page<memory::Hit>> {
        self.read(move |db| entry::search::run(db, now, &search, &page))
            .await
    }

    async fn memory_namespaces(&self, page: PageRequest) -> Answer<Page<memory::Namespace>> {
        self.read(move |db| entry::namespaces::run(db, &page)).await
    }

    async fn campaign(&self, ctx: Context, command: election::Campaign) -> Answer<election::View> {
        self.write(ctx, move |txn| office::run_campaign(txn, &command))
            .await
    }

    async fn renew_office(&self, ctx: Context, office: election::Office) -> Answer<election::View> {
        self.write(ctx, move |txn| office::run_renew(txn, &office))
            .await
    }

    async fn resign(&self, ctx: Context, office: election::Office) -> Answer<election::View> {
        self.write(ctx, move |txn| office::run_resign(txn, &office))
            .await
    }

    async fn election(
        &self,
        now: Now,
        name: ElectionName,
    ) -> Answer<(election::View, Vec<election::Term>)> {
        self.read(move |db| office::view(db, now, &name)).await
    }

    async fn elections(&self, page: PageRequest) -> Answer<Page<election::State>> {
        self.read(move |db| office::list(db, &page)).await
    }

    async fn leaders(&self, now: Now) -> Answer<Vec<election::View>> {
        self.read(move |db| office::leaders(db, now)).await
    }

    async fn assess(&self, ctx: Context, command: quality::Assess) -> Answer<quality::Assessment> {
        self.write(ctx, move |txn| record::judge(txn, &command))
            .await
    }

    async fn assessments(&self, page: PageRequest) -> Answer<Page<quality::Assessment>> {
        self.read(move |db| record::assessments(db, &page)).await
    }

    async fn assessments_of(
        &self,
        agent: AgentId,
        page: PageRequest,
    ) -> Answer<Page<quality::Assessment>> {
        self.read(move |db| work::calls::assessments_of(db, &agent, &page))
            .await
    }

    async fn assessments_between(
        &self,
        span: Span,
        page: PageRequest,
    ) -> Answer<Page<quality::Assessment>> {
        self.read(move |db| work::calls::assessments_between(db, span, &page))
            .await
    }

    async fn record_tool_calls(
        &self,
        ctx: Context,
        calls: Vec<tool_call::ToolCall>,
    ) -> Answer<tool_call::Recorded> {
        self.write(ctx, move |txn| record::record_tool_calls(txn, &calls))
            .await
    }

    async fn agent_figures(&self) -> Answer<Vec<AgentFigures>> {
        self.read(record::figures).await
    }

    async fn tool_figures(&self, page: PageRequest) -> Answer<Page<tool_call::ToolCall>> {
        self.read(move |db| record::tool_calls(db, &page)).await
    }

    async fn tool_calls_of(
        &self,
        agent: AgentId,
        span: Span,
        page: PageRequest,
    ) -> Answer<Page<tool_call::ToolCall>> {
        self.read(move |db| work::calls::tool_calls_of(db, &agent, span, &page))
            .await
    }

    async fn record_alerts(&self, ctx: Context, changes: alert::Changes) -> Answer<()> {
        self.write(ctx, move |txn| alerts::record(txn, &changes))
            .await
    }

    async fn alert_documents(&self, kind: alert::Kind) -> Answer<Vec<alert::Kept>> {
        self.read(move |db| alerts::documents(db, kind)).await
    }

    async fn alert_events(
        &self,
        filter: alert::EventFilter,
        span: Span,
        page: PageRequest,
    ) -> Answer<Page<alert::Event>> {
        self.read(move |db| alerts::events(db, &filter, span, &page))
            .await
    }

    async fn alert_noise(&self, span: Span) -> Answer<Vec<alert::Noise>> {
        self.read(move |db| alerts::noise(db, span)).await
    }

    async fn alert_deliveries(&self, page: PageRequest) -> Answer<Page<alert::Delivery>> {
        self.read(move |db| alerts::deliveries(db, &page)).await
    }

    async fn alert_deliveries_waiting(
        &self,
        channel: String,
        limit: u32,
    ) -> Answer<Vec<alert::Delivery>> {
        self.read(move |db| alerts::waiting(db, &channel, limit))
            .await
    }

    async fn alert_channels_waiting(&self) -> Answer<Vec<String>> {
        self.read(alerts::channels_waiting).await
    }

    async fn anomalies(
        &self,
        filter: alert::AnomalyFilter,
        span: Span,
        page: PageRequest,
    ) -> Answer<Page<alert::Anomaly>> {
        self.read(move |db| alerts::anomalies(db, &filter, span, &page))
            .await
    }

    async fn anomaly(&self, anomaly_id: String) -> Answer<alert::Anomaly> {
        self.read(move |db| alerts::anomaly(db, &anomaly_id)).await
    }

    async fn expire_leases(&self, ctx: Context, limit: u32) -> Answer<Vec<TaskId>> {
        self.write(ctx, move |txn| tasks::sweep::expire_leases(txn, limit))
            .await
    }

    async fn wake_scheduled(&self, ctx: Context, limit: u32) -> Answer<u32> {
        self.write(ctx, move |txn| tasks::sweep::wake_scheduled(txn, limit))
            .await
    }

    async fn refresh_priorities(&self, ctx: Context, limit: u32) -> Answer<u32> {
        self.write(ctx, move |txn| tasks::sweep::refresh_priorities(txn, limit))
            .await
    }

    async fn record_presence(&self, ctx: Context, seen: Vec<agent::Seen>) -> Answer<()> {
        self.write(ctx, move |txn| agents::update::presence(txn, &seen))
            .await
    }

    async fn judge_health(
        &self,
        ctx: Context,
        policy: agent::SilencePolicy,
        limit: u32,
    ) -> Answer<agent::Judged> {
        self.write(ctx, move |txn| agents::leave::judge(txn, policy, limit))
            .await
    }

    async fn end_terms(&self, ctx: Context, limit: u32) -> Answer<Vec<ElectionName>> {
        self.write(ctx, move |txn| office::end_terms(txn, limit))
            .await
    }

    async fn forget_expired(&self, ctx: Context, limit: u32) -> Answer<u32> {
        self.write(ctx, move |txn| record::forget(txn, limit)).await
    }

    async fn sizes(&self) -> Answer<Sizes> {
        let bytes = self.bytes();
        self.read(move |db| record::sizes(db, bytes)).await
    }

    fn watch(&self, watch: Watch) {
        self.watches.add(watch);
    }

    async fn standing(&self, agents: u32, events: u32) -> Answer<Standing> {
        self.read(move |db| standing::run(db, agents, events)).await
    }

    async fn oldest_ready(&self) -> Answer<Option<Timestamp>> {
        self.read(tasks::status::oldest_ready).await
    }

    async fn oldest_running(&self) -> Answer<Option<Timestamp>> {
        self.read(tasks::status::oldest_running).await
    }

    async fn import(&self, ctx: Context, batch: Batch) -> Answer<Outcome> {
        self.write(ctx, move |txn| imports::run(txn, &batch)).await
    }

    async fn close(&self) {
        self.shut().await;
    }
}
