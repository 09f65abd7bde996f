//! What every adapter must do, as one suite. Owns the cases and the hand-turned clock they run on;
//! refuses to know any adapter: whoever has one calls [`conformance_suite!`](crate::conformance_suite)
//! with a function that opens it empty.
//!
//! Each protection is proven by a case that was seen to fail without it; the case says which line
//! to take away.

pub mod agents;
pub mod alerts;
pub mod changes;
pub mod claims;
pub mod concurrency;
pub mod dependencies;
pub mod elections;
pub mod imports;
pub mod leases;
pub mod lists;
pub mod memories;
pub mod messages;
pub mod records;
pub mod replays;
pub mod time;
pub mod work;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use paceline_core::task::{Claim, Claimed, Enqueued, Holder, NewTask, Source, Status, Task};
use paceline_core::{
    AgentId, Clock, MessageId, Now, Rejection, Steady, TaskId, Timestamp, agent, message, task,
};

use crate::{Answer, Context, Store, StoreError};

/// A clock that only moves when a case turns it.
#[derive(Debug)]
pub struct HandClock {
    wall_ms: AtomicI64,
    stopwatch_ns: AtomicU64,
}

impl Default for HandClock {
    fn default() -> Self {
        Self {
            wall_ms: AtomicI64::new(1_700_000_000_000),
            stopwatch_ns: AtomicU64::new(0),
        }
    }
}

impl HandClock {
    pub fn advance(&self, ms: i64) {
        self.wall_ms.fetch_add(ms, Ordering::SeqCst);
        let ns = u64::try_from(ms).unwrap_or_default() * 1_000_000;
        self.stopwatch_ns.fetch_add(ns, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Now {
        let wall = self.wall_ms.load(Ordering::SeqCst);
        Now {
            wall: Timestamp(wall),
            // Apart from the wall clock, so that a mix-up of the two cannot pass.
            steady: Steady(wall - 600_000_000_000),
        }
    }

    /// Every look costs a microsecond, so that stages are never empty.
    fn stopwatch_ns(&self) -> u64 {
        self.stopwatch_ns.fetch_add(1_000, Ordering::SeqCst)
    }
}

/// A store to try, with the clock that it was opened with.
pub struct World {
    pub store: Arc<dyn Store>,
    pub clock: Arc<HandClock>,
}

impl World {
    #[must_use]
    pub fn ctx(&self) -> Context {
        Context::at(self.clock.now())
    }

    #[must_use]
    pub fn now(&self) -> Now {
        self.clock.now()
    }

    pub async fn register(&self, id: &str) -> AgentId {
        let agent = self.store.register_agent(self.ctx(), newcomer(id)).await;
        value(agent).agent_id
    }

    pub async fn enqueue(&self, new: NewTask) -> Enqueued {
        let enqueued = self.store.enqueue_tasks(self.ctx(), vec![new]).await;
        value(enqueued).remove(0)
    }

    /// A task that waits for the named ones.
    pub async fn enqueue_after(&self, id: &str, prerequisites: &[&str]) -> Enqueued {
        self.enqueue(after(id, prerequisites)).await
    }

    pub async fn claim(&self, agent: &AgentId) -> Option<Claimed> {
        value(self.store.claim_task(self.ctx(), any(agent)).await)
    }

    /// Claims the named task and answers the proof.
    pub async fn take(&self, agent: &AgentId, id: &str) -> Holder {
        let command = Claim {
            task_id: Some(tid(id)),
            ..any(agent)
        };
        let claimed = value(self.store.claim_task(self.ctx(), command).await);
        holder(agent, &claimed.expect("the task is ready"))
    }

    pub async fn complete(&self, holder: Holder) -> task::Progress {
        value(self.store.complete_task(self.ctx(), holder, None).await)
    }

    pub async fn task(&self, id: &str) -> Task {
        value(self.store.task(self.now(), tid(id)).await)
    }

    pub async fn status(&self, id: &str) -> Status {
        self.task(id).await.status
    }

    pub async fn send(&self, id: &str, from: Option<&AgentId>, to: message::Recipient) {
        let command = letter(id, from, to);
        value(self.store.send_message(self.ctx(), command).await);
    }

    /// The ids that the reader would be given.
    pub async fn inbox(&self, reader: &AgentId) -> Vec<String> {
        let read = message::Read {
            limit: 500,
            ..message::Read::default()
        };
        let page = value(self.store.read_messages(reader.clone(), read).await);
        let ids = page.messages.into_iter();
        ids.map(|message| message.message_id.into_string())
            .collect()
    }
}

#[must_use]
pub fn newcomer(id: &str) -> agent::Register {
    let mut token_hash = [0; 32];
    for (place, byte) in token_hash.iter_mut().zip(id.bytes()) {
        *place = byte;
    }
    agent::Register {
        agent_id: aid(id),
        name: Some(id.to_owned()),
        role: None,
        agent_types: Vec::new(),
        topics: Vec::new(),
        session_id: None,
        metadata: None,
        token_hash,
    }
}

#[must_use]
pub fn plain(id: &str) -> NewTask {
    NewTask {
        task_id: tid(id),
        description: format!("do {id}"),
        summary: None,
        source: Source::Human,
        agent_type: None,
        base_priority: 5,
        prerequisites: Vec::new(),
        deadline: None,
        not_before: None,
        estimated_duration_seconds: None,
        max_retries: 3,
        parent_task_id: None,
        session_id: None,
        input: None,
        submitted_by: None,
    }
}

#[must_use]
pub fn after(id: &str, prerequisites: &[&str]) -> NewTask {
    NewTask {
        prerequisites: prerequisites.iter().copied().map(tid).collect(),
        ..plain(id)
    }
}

#[must_use]
pub fn any(agent: &AgentId) -> Claim {
    Claim {
        agent_id: agent.clone(),
        agent_types: Vec::new(),
        task_id: None,
        lease_ms: 300_000,
    }
}

#[must_use]
pub fn letter(id: &str, from: Option<&AgentId>, to: message::Recipient) -> message::Send {
    message::Send {
        message_id: MessageId::trusted(id),
        from: from.cloned(),
        to,
        kind: "note".to_owned(),
        payload: None,
        reply_to: None,
    }
}

#[must_use]
pub fn holder(agent: &AgentId, claimed: &Claimed) -> Holder {
    Holder {
        task_id: claimed.task.task_id.clone(),
        agent_id: agent.clone(),
        fence: claimed.fence,
    }
}

#[must_use]
pub fn tid(id: &str) -> TaskId {
    TaskId::trusted(id)
}

#[must_use]
pub fn aid(id: &str) -> AgentId {
    AgentId::trusted(id)
}

/// # Panics
/// When the store refused.
pub fn value<T>(answer: Answer<T>) -> T {
    match answer {
        Ok(done) => done.value,
        Err(failure) => panic!("refused: {}", failure.error),
    }
}

/// # Panics
/// When the store accepted, or failed otherwise than by a rule.
pub fn rejection<T: std::fmt::Debug>(answer: Answer<T>) -> Rejection {
    match answer {
        Ok(done) => panic!("accepted: {:?}", done.value),
        Err(failure) => match failure.error {
            StoreError::Rejected(rejection) => rejection,
            error => panic!("failed: {error}"),
        },
    }
}

/// Makes one test of each case. `$open` is an `async fn(Arc<HandClock>) -> (Arc<dyn Store>, Guard)`;
/// the guard is kept until the case is over.
#[macro_export]
macro_rules! conformance_suite {
    ($open:path) => {
        $crate::conformance_cases! { $open,
            agents: [
                an_agent_is_registered_listed_and_changed,
                what_a_leaver_held_is_free_at_once,
                silence_is_judged_and_the_dead_release_their_tasks,
                who_is_nearest_to_death_is_judged_first,
                agents_are_counted_by_health_and_the_dead_need_not_be_visited,
                tokens_belong_to_agents_or_operators,
            ],
            alerts: [
                an_evaluation_is_kept_whole_and_its_noise_counted,
                deliveries_wait_in_order_until_they_are_settled,
                anomalies_are_listed_while_they_last,
                history_is_forgotten_after_ninety_days,
            ],
            changes: [
                a_watcher_is_shown_every_change_once_and_in_order,
                a_watcher_is_shown_agents_elections_and_what_the_dead_held,
                what_was_refused_or_replayed_is_not_shown,
                a_watcher_begins_with_how_things_stand,
            ],
            claims: [
                the_highest_score_comes_first_and_ties_go_to_the_earlier,
                who_names_no_type_takes_the_best_of_every_type,
                a_claim_takes_only_matching_types,
                a_named_task_is_claimed_or_refused_with_its_holder,
                unknown_agents_claim_nothing,
            ],
            concurrency: [
                each_of_many_tasks_gets_exactly_one_owner,
                messages_of_many_senders_are_numbered_without_gaps,
                two_candidates_never_both_win,
                versions_of_one_entry_are_given_once_each,
            ],
            dependencies: [
                the_last_prerequisite_makes_a_task_ready,
                a_batch_may_name_tasks_of_itself_in_any_order,
                a_taken_id_is_refused_and_nothing_of_the_batch_stays,
                a_cycle_is_refused_and_nothing_of_the_batch_stays,
                later_edges_cannot_close_a_cycle,
                failing_for_good_cancels_whatever_waits_each_once,
                prerequisites_must_exist_and_be_able_to_complete,
                dependents_raise_the_score_of_what_they_wait_for,
                a_graph_shows_what_a_task_waits_for_and_what_waits_for_it,
            ],
            elections: [
                epochs_rise_with_every_new_leader,
                servers_stand_for_elections_of_their_own,
                a_guarded_write_counts_only_in_its_epoch,
                terms_end_by_time_by_resignation_and_with_their_agent,
            ],
            imports: [
                importing_twice_changes_nothing,
                imported_prerequisites_may_come_in_any_order,
                an_imported_cycle_holds_nobody_up,
            ],
            leases: [
                an_old_fence_changes_nothing,
                an_expired_lease_sets_the_task_free,
                a_renewed_lease_holds,
                retries_run_out,
                a_released_task_is_ready_with_its_reason,
            ],
            lists: [
                pages_of_tasks_meet_without_gaps,
                filters_narrow_a_list,
                a_text_is_found_in_any_case,
                the_queue_status_counts_every_task_once,
                plans_are_asked_for_in_order,
            ],
            memories: [
                versions_protect_writers_from_each_other,
                a_deleted_key_never_reuses_a_version,
                entries_expire,
                namespaces_are_counted,
                search_finds_words_and_survives_any_query,
                a_word_that_many_entries_have_finds_the_newest_first,
            ],
            messages: [
                everybody_reads_what_is_meant_for_them,
                a_reader_starts_at_the_newest_message,
                cursors_only_move_forward,
                the_log_is_listed_newest_first_and_narrowed,
                a_rare_type_is_found_however_far_back,
                a_list_tells_when_its_one_recipient_had_a_message,
                a_list_counts_who_of_many_has_a_message,
                unknown_recipients_are_refused,
            ],
            records: [
                assessments_are_weighted_and_counted,
                tasks_are_listed_without_their_texts,
                a_tool_call_counts_once,
                figures_count_what_tasks_prove,
                a_task_tells_its_story,
            ],
            replays: [
                a_repeated_key_gets_the_first_answer,
                a_key_of_another_request_is_refused,
                keys_are_forgotten_after_a_day,
                every_answer_tells_its_stages,
            ],
            time: [
                a_scheduled_task_wakes_when_its_time_has_come,
                scores_rise_with_waiting,
            ],
            work: [
                claims_and_ends_are_told_of_who_held_the_task,
                holds_are_listed_with_the_claim_before_them,
                running_tasks_are_figures_too,
                calls_and_assessments_are_listed_by_agent,
            ],
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! conformance_cases {
    ($open:path, $($module:ident: [$($case:ident,)*],)*) => {
        $($(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                let clock = std::sync::Arc::new($crate::conformance::HandClock::default());
                let (store, _guard) = $open(std::sync::Arc::clone(&clock)).await;
                let world = $crate::conformance::World { store, clock };
                $crate::conformance::$module::$case(&world).await;
                world.store.close().await;
            }
        )*)*
    };
}
