//! The performance of agents. Owns which agents and figures go into an answer and how long counted
//! figures are good for; refuses to judge: that is `paceline-analysis`' ranking.

mod counted;
mod kept;
mod read;
mod rows;
mod usage;

pub(super) use kept::Kept;

use std::sync::Arc;

use paceline_analysis::Period;
use paceline_analysis::ranking::{self, Standing, Verdict};
use paceline_api::{
    AgentPerformance, AgentPerformancePeriod, AgentPerformanceQuery, AgentSort, ErrorCode,
    FleetPerformance, Operation, RankingRule,
};
use paceline_core::Timestamp;
use paceline_store::Span;

use super::failure::invalid;
use super::gate::Passage;
use super::{ApiFailure, Caller, Operations, page, wire};
use counted::{Counted, Member};
use read::Reader;

/// What is counted: a period and a kind of task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question {
    days: Option<u32>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    agent_type: Option<String>,
}

impl Question {
    fn of(query: &AgentPerformanceQuery) -> Result<Self, ApiFailure> {
        let (from, to) = (
            query.from.map(wire::from_time),
            query.to.map(wire::from_time),
        );
        if query.days.is_some() && (from.is_some() || to.is_some()) {
            return Err(invalid("days", "and `from` or `to` exclude each other"));
        }
        if from.zip(to).is_some_and(|(from, to)| to <= from) {
            return Err(invalid("from", "must be before `to`"));
        }
        Ok(Self {
            days: query.days,
            from,
            to,
            agent_type: query.agent_type.clone(),
        })
    }

    fn span(&self, now: Timestamp) -> Result<Span, ApiFailure> {
        if let Some(days) = self.days {
            let period = Period::last_days(days, now.0).map_err(|error| {
                ApiFailure::new(ErrorCode::InvalidArgument, error.to_string())
                    .hint("give `days=7`, or `from` and `to`")
            })?;
            return Ok(Span {
                from: Timestamp(period.from.0),
                to: Timestamp(period.to.0),
            });
        }
        Ok(Span {
            from: self.from.unwrap_or(Span::ALL.from),
            // What ends in this very moment belongs to "until now".
            to: self.to.unwrap_or(now + 1),
        })
    }

    /// How much later another question that is otherwise the same begins.
    fn later_ms(&self, other: &Self) -> Option<i64> {
        if self == other {
            return Some(0);
        }
        let is_open = self.to.is_none() && other.to.is_none() && self.days == other.days;
        let (from, other_from) = self.from.zip(other.from)?;
        (is_open && self.agent_type == other.agent_type).then(|| other_from - from)
    }

    fn is_of_all_time(&self) -> bool {
        self.days.is_none() && self.from.is_none() && self.to.is_none()
    }
}

impl Operations {
    /// Agents with what they did and how it compares with the others on the same kinds of task.
    ///
    /// # Errors
    /// When agent metrics are switched off, the period makes no sense or the page is out of bounds.
    pub async fn agent_performance(
        &self,
        caller: &Caller,
        query: AgentPerformanceQuery,
    ) -> Result<AgentPerformance, ApiFailure> {
        self.require_agent_metrics()?;
        let mut passage = self.gate.open(Operation::PerfReport, caller);
        let result = self.performance_of_agents(&mut passage, query).await;
        passage.finish(result)
    }

    async fn performance_of_agents(
        &self,
        passage: &mut Passage<'_>,
        query: AgentPerformanceQuery,
    ) -> Result<AgentPerformance, ApiFailure> {
        let question = Question::of(&query)?;
        let request = page(query.limit, query.cursor)?;
        let skip = offset(request.cursor.as_deref())?;
        let counted = self.counted(passage, &question).await?;
        let sort = query.sort.unwrap_or_default();
        let members = chosen(&counted, query.agent_id.as_deref(), sort);
        let next = skip.saturating_add(request.limit as usize);
        let next_cursor = (next < members.len()).then(|| next.to_string());
        let shown: Vec<&Member> = members
            .into_iter()
            .skip(skip)
            .take(request.limit as usize)
            .collect();
        let items = rows::rows(passage, self.metrics.engine(), &counted, shown).await?;
        Ok(AgentPerformance {
            period: AgentPerformancePeriod {
                from: (Span::ALL.from < counted.span.from).then(|| wire::time(counted.span.from)),
                to: wire::time(counted.span.to),
                counted_at: wire::time(counted.at),
                is_complete: counted.is_complete,
            },
            fleet: fleet(&counted),
            rule: rule(),
            funnels: (skip == 0).then(|| rows::funnels(&counted.ranking)),
            items,
            next_cursor,
        })
    }

    /// One count at a time. Once begun it goes on, even when whoever asked has gone away: else a
    /// fleet that takes longer to count than a caller waits would be counted for ever.
    async fn counted(
        &self,
        passage: &mut Passage<'_>,
        question: &Question,
    ) -> Result<Arc<Counted>, ApiFailure> {
        let mut kept = Arc::clone(&self.counted_agents).lock_owned().await;
        let begun_ns = self.gate.stopwatch_ns();
        if let Some(counted) = kept.fresh(question, begun_ns) {
            return Ok(counted);
        }
        let now = self.gate.now().wall;
        let (question, span) = (question.clone(), question.span(now)?);
        let (mut reader, clock) = (Reader::new(self.gate.shared_store()), self.gate.clock());
        let counting = tokio::spawn(async move {
            let counted = Arc::new(read::count(&mut reader, &question, span, now).await?);
            kept.keep(
                question,
                Arc::clone(&counted),
                begun_ns,
                clock.stopwatch_ns(),
            );
            Ok::<_, ApiFailure>((counted, reader.stages))
        });
        let (counted, stages) = counting
            .await
            .map_err(|error| ApiFailure::new(ErrorCode::Internal, error.to_string()))??;
        passage.spent(stages);
        Ok(counted)
    }
}

fn offset(cursor: Option<&str>) -> Result<usize, ApiFailure> {
    cursor.map_or(Ok(0), |text| {
        text.parse()
            .map_err(|_| invalid("cursor", "is not one that a page gave"))
    })
}

fn chosen<'c>(counted: &'c Counted, agent_id: Option<&str>, sort: AgentSort) -> Vec<&'c Member> {
    let is_wanted = |member: &&Member| agent_id.is_none_or(|wanted| wanted == member.agent_id);
    let mut members: Vec<&Member> = counted.members.iter().filter(is_wanted).collect();
    let standing = |member: &Member| member.standing.map(|at| &counted.ranking.agents[at]);
    let completed = |member: &Member| standing(member).map_or(0, |one| one.work.completed);
    let rank = |member: &Member| {
        let verdict = standing(member).map_or(Verdict::NotEnoughData, |one| one.verdict);
        match verdict {
            Verdict::BelowExpected => 0,
            Verdict::AboveExpected => 1,
            Verdict::AsExpected => 2,
            Verdict::NotEnoughData => 3,
        }
    };
    let place = |member: &Member| {
        let place = standing(member).and_then(|one| one.place);
        place.map_or(usize::MAX, |place| place.place)
    };
    members.sort_by(|a, b| {
        let first = match sort {
            AgentSort::Completed => std::cmp::Ordering::Equal,
            AgentSort::Cost => place(a).cmp(&place(b)),
            AgentSort::Verdict => rank(a).cmp(&rank(b)),
        };
        let busiest = || completed(b).cmp(&completed(a));
        first
            .then_with(busiest)
            .then_with(|| a.agent_id.cmp(&b.agent_id))
    });
    members
}

fn fleet(counted: &Counted) -> FleetPerformance {
    let ranking = &counted.ranking;
    let of = |verdict: Verdict| {
        let is_it = |one: &&Standing| one.verdict == verdict;
        ranking.agents.iter().filter(is_it).count() as u64
    };
    let unranked = counted.members.len().saturating_sub(ranking.agents.len()) as u64;
    FleetPerformance {
        agents: counted.members.len() as u64,
        above_expected: of(Verdict::AboveExpected),
        as_expected: of(Verdict::AsExpected),
        below_expected: of(Verdict::BelowExpected),
        not_enough_data: of(Verdict::NotEnoughData) + unranked,
        kinds: ranking.kinds.iter().map(rows::kind).collect(),
    }
}

fn rule() -> RankingRule {
    RankingRule {
        limit: ranking::LIMIT,
        inner_limit: ranking::INNER_LIMIT,
        tasks_min: ranking::TASKS_MIN,
        peers_min: ranking::PEERS_MIN as u64,
        duration_margin: ranking::DURATION_MARGIN,
        failure_margin: ranking::FAILURE_MARGIN,
    }
}
