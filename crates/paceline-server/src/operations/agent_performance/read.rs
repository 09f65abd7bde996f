//! Counting: the log of tasks, what came from elsewhere, what runs, what was assessed. Owns the way
//! from the store's rows to the ranking's attempts and the bound of the work; the judging itself runs
//! on a thread where it holds up nobody.

use std::collections::BTreeMap;
use std::sync::Arc;

use paceline_analysis::ranking::{Attempt, End, Ranking, Tally};
use paceline_api::ErrorCode;
use paceline_core::task::{Event, Status};
use paceline_core::{AgentId, Timestamp};
use paceline_store::{Answer, HoldEvent, PageRequest, Span, Stages, Store, TaskFigures};

use super::Question;
use super::counted::{Counted, Member, Quality};
use crate::operations::ApiFailure;

/// Rows of the log that one count looks at, the newest first: more than a million tasks leave.
const EVENTS_MAX: u64 = 4_000_000;
const IMPORTED_MAX: usize = 1_000_000;
const RUNNING_MAX: usize = 100_000;
const ASSESSMENTS_MAX: usize = 200_000;

fn request(cursor: Option<String>) -> PageRequest {
    let limit = paceline_core::limits::FIGURES_PAGE_MAX;
    PageRequest { limit, cursor }
}

/// Reads page by page and adds up where the time went.
pub(super) struct Reader {
    store: Arc<dyn Store>,
    pub stages: Stages,
}

impl Reader {
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            stages: Stages::default(),
        }
    }

    fn take<T>(&mut self, answer: Answer<T>) -> Result<T, ApiFailure> {
        let done = answer.map_err(|failure| ApiFailure::from(failure.error))?;
        self.stages.queue_ns += done.stages.queue_ns;
        self.stages.execute_ns += done.stages.execute_ns;
        Ok(done.value)
    }
}

/// Calls `$store.$list($args.., page)` until there is no further page or `$most` were seen; answers
/// whether there was none.
macro_rules! each_page {
    ($reader:ident, $list:ident ( $($arg:expr),* ), $most:expr, $use_page:expr) => {{
        let (mut cursor, mut seen) = (None, 0);
        loop {
            let answer = $reader.store.$list($($arg,)* request(cursor)).await;
            let page = $reader.take(answer)?;
            seen += page.items.len();
            page.items.iter().for_each($use_page);
            cursor = page.next_cursor;
            if cursor.is_none() || $most <= seen {
                break cursor.is_none();
            }
        }
    }};
}

pub(super) async fn count(
    reader: &mut Reader,
    question: &Question,
    span: Span,
    now: Timestamp,
) -> Result<Counted, ApiFailure> {
    let kind = question.agent_type.as_deref();
    let mut tally = Tally::default();
    let mut is_complete = count_log(reader, span, kind, &mut tally).await?;
    is_complete &= each_page!(reader, ended_elsewhere(span), IMPORTED_MAX, |task| {
        add_imported(&mut tally, task, kind);
    });
    // What runs now belongs to a period that reaches up to now.
    if now <= span.to {
        is_complete &= each_page!(reader, running_figures(), RUNNING_MAX, |task| {
            add_running(&mut tally, task, kind, now);
        });
    }
    let mut qualities: BTreeMap<String, Quality> = BTreeMap::new();
    is_complete &= each_page!(reader, assessments_between(span), ASSESSMENTS_MAX, |one| {
        let agent = one.agent_id.as_ref().filter(|_| !one.automatic);
        if let (Some(agent), None) = (agent, kind) {
            qualities.entry(agent.to_string()).or_default().add(one);
        }
    });
    let ranking = judge(tally).await?;
    let mut members = members(&ranking, qualities);
    if question.is_of_all_time() {
        add_reported(reader, &mut members).await?;
    }
    Ok(Counted {
        span,
        at: now,
        is_complete: is_complete && ranking.left_out == 0,
        ranking,
        members: members.into_values().collect(),
    })
}

async fn judge(tally: Tally) -> Result<Ranking, ApiFailure> {
    let judging = tokio::task::spawn_blocking(move || tally.ranking());
    judging
        .await
        .map_err(|error| ApiFailure::new(ErrorCode::Internal, error.to_string()))
}

async fn count_log(
    reader: &mut Reader,
    span: Span,
    kind: Option<&str>,
    tally: &mut Tally,
) -> Result<bool, ApiFailure> {
    let (mut cursor, mut visited) = (None, 0);
    loop {
        let answer = reader.store.hold_events(span, request(cursor)).await;
        let stretch = reader.take(answer)?;
        for event in &stretch.events {
            add_event(tally, event, kind);
        }
        visited += stretch.visited;
        cursor = stretch.next_cursor;
        if cursor.is_none() || EVENTS_MAX <= visited {
            return Ok(cursor.is_none());
        }
    }
}

fn is_wanted(kind: Option<&str>, agent_type: Option<&str>) -> bool {
    kind.is_none_or(|kind| agent_type == Some(kind))
}

fn ms_between(from: Option<Timestamp>, to: Option<Timestamp>) -> Option<f64> {
    from.zip(to).map(|(from, to)| (to - from) as f64)
}

fn add_event(tally: &mut Tally, event: &HoldEvent, kind: Option<&str>) {
    let agent_type = event.agent_type.as_deref();
    if !is_wanted(kind, agent_type) {
        return;
    }
    let agent = event.agent_id.as_str();
    let end = match event.event {
        Event::Claimed => return tally.claimed(agent),
        Event::Completed => End::Completed,
        Event::Failed => End::Failed,
        Event::WillRetry => End::WillRetry,
        Event::Released | Event::AgentLeft => End::Released,
        Event::LeaseExpired | Event::AgentDied => End::Lost,
        _ => return,
    };
    // Only a task that has ended still shows the times of this very hold.
    let ended = end == End::Completed;
    let timed = |ms: Option<f64>| ms.filter(|_| ended);
    tally.add(&Attempt {
        agent,
        kind: agent_type,
        end,
        took_ms: timed(ms_between(event.started_at, Some(event.at))),
        waited_ms: timed(ms_between(event.ready_at, event.started_at)),
    });
}

fn add_imported(tally: &mut Tally, task: &TaskFigures, kind: Option<&str>) {
    let agent_type = task.agent_type.as_deref();
    let (true, Some(agent)) = (is_wanted(kind, agent_type), &task.assigned_to) else {
        return;
    };
    let end = match task.status {
        Status::Completed => End::Completed,
        Status::Failed => End::Failed,
        _ => return,
    };
    tally.claimed(agent.as_str());
    tally.add(&Attempt {
        agent: agent.as_str(),
        kind: agent_type,
        end,
        took_ms: ms_between(task.started_at, task.finished_at),
        waited_ms: ms_between(task.ready_at, task.started_at),
    });
}

fn add_running(tally: &mut Tally, task: &TaskFigures, kind: Option<&str>, now: Timestamp) {
    let agent_type = task.agent_type.as_deref();
    let (true, Some(agent)) = (is_wanted(kind, agent_type), &task.assigned_to) else {
        return;
    };
    tally.add(&Attempt {
        agent: agent.as_str(),
        kind: agent_type,
        end: End::Running,
        took_ms: ms_between(task.started_at, Some(now)),
        waited_ms: ms_between(task.ready_at, task.started_at),
    });
}

fn members(ranking: &Ranking, qualities: BTreeMap<String, Quality>) -> BTreeMap<String, Member> {
    let mut members: BTreeMap<String, Member> = BTreeMap::new();
    for (at, standing) in ranking.agents.iter().enumerate() {
        member(&mut members, &standing.agent).standing = Some(at);
    }
    for (agent, quality) in qualities {
        member(&mut members, &agent).quality = quality;
    }
    members
}

fn member<'m>(members: &'m mut BTreeMap<String, Member>, agent: &str) -> &'m mut Member {
    members.entry(agent.to_owned()).or_insert_with(|| Member {
        agent_id: agent.to_owned(),
        ..Member::default()
    })
}

/// What files claimed is of no period, so it stands beside all of the record alone.
async fn add_reported(
    reader: &mut Reader,
    members: &mut BTreeMap<String, Member>,
) -> Result<(), ApiFailure> {
    let figures = reader.take(reader.store.agent_figures().await)?;
    for one in figures {
        let did = 0 < one.claimed + one.quality_count || one.reported.is_some();
        if let (Some(agent), true) = (one.agent_id.map(AgentId::into_string), did) {
            member(members, &agent).reported = one.reported;
        }
    }
    Ok(())
}
