//! How fast and how well: the report, operations, agents. Owns which of the store's figures and
//! record's lines go into which answer; the judgement is `paceline-analysis`'.

use std::sync::Arc;

use paceline_analysis::{Period, Report};
use paceline_api::{AgentPerformanceQuery, ErrorCode, Operation, PerformanceQuery, ReportQuery};
use paceline_store::AgentFigures;
use serde_json::{Value, json};

use super::caller::Surface;
use super::failure::invalid;
use super::gate::Passage;
use super::{ApiFailure, Caller, Operations, page};
use crate::report::{self, ReportError};

impl Operations {
    /// The whole report of a period.
    ///
    /// # Errors
    /// When the period makes no sense or the record cannot be read.
    pub async fn perf_report(
        &self,
        caller: &Caller,
        query: ReportQuery,
    ) -> Result<Value, ApiFailure> {
        let mut report = self.report_of(caller, query).await?;
        if caller.surface == Surface::Mcp {
            // Points of charts are paid for in the agent's context, and it draws none.
            report.timelines.clear();
        }
        as_json(&report)
    }

    /// The same, for whoever lays it out.
    pub(crate) async fn report_of(
        &self,
        caller: &Caller,
        query: ReportQuery,
    ) -> Result<Report, ApiFailure> {
        let passage = self.gate.open(Operation::PerfReport, caller);
        let result = match self.period_named(&query) {
            Ok(period) => self.report(&passage, period, None).await,
            Err(failure) => Err(failure),
        };
        passage.finish(result)
    }

    /// The report's part about operations and tools, with each operation's share of the time.
    ///
    /// # Errors
    /// When the period makes no sense or the record cannot be read.
    pub async fn performance(
        &self,
        caller: &Caller,
        query: PerformanceQuery,
    ) -> Result<Value, ApiFailure> {
        let passage = self.gate.open(Operation::PerfReport, caller);
        let result = match self.period_of(&query) {
            Ok(period) => self.report(&passage, period, query.operation.clone()).await,
            Err(failure) => Err(failure),
        };
        let result = result.and_then(|mut report| {
            if let Some(wanted) = &query.operation {
                report.operations.retain(|row| row.operation == *wanted);
                report.slowest.retain(|row| row.operation == *wanted);
            }
            let mut by_share = report.most_frequent;
            by_share.sort_by(|a, b| b.time_share.total_cmp(&a.time_share));
            Ok(json!({
                "period": as_json(&report.period)?,
                "reliability": as_json(&report.reliability)?,
                "operations": as_json(&report.operations)?,
                "bottlenecks": as_json(&by_share)?,
                "slowest": as_json(&report.slowest)?,
                "tools": as_json(&report.tools)?,
            }))
        });
        passage.finish(result)
    }

    fn period_named(&self, query: &ReportQuery) -> Result<Period, ApiFailure> {
        if query.month.is_some() && query.days.is_some() {
            return Err(invalid("days", "and `month` exclude each other"));
        }
        let now = self.gate.now().wall;
        report::period(query.month.as_deref(), query.days, now).map_err(|error| {
            ApiFailure::new(ErrorCode::InvalidArgument, error.to_string())
                .hint("give `month=2026-10` or `days=7`")
        })
    }

    /// From one moment to another, else the last days.
    fn period_of(&self, query: &PerformanceQuery) -> Result<Period, ApiFailure> {
        let (from, to) = match (query.from, query.to, query.days) {
            (None, None, days) => return self.period_named(&ReportQuery { month: None, days }),
            (Some(from), Some(to), None) => (from, to),
            (_, _, Some(_)) => return Err(invalid("days", "excludes `from` and `to`")),
            (None, Some(_), None) => return Err(invalid("from", "belongs to `to`")),
            (Some(_), None, None) => return Err(invalid("to", "belongs to `from`")),
        };
        Period::between(from.0, to.0).map_err(|error| invalid("to", &error.to_string()))
    }

    async fn report(
        &self,
        passage: &Passage<'_>,
        period: Period,
        operation: Option<String>,
    ) -> Result<Report, ApiFailure> {
        let now = self.gate.now();
        let from = report::Sources {
            store: passage.store(),
            series: Arc::clone(self.metrics.engine()) as _,
            data_dir: &self.data_dir,
            now,
        };
        let built = match operation {
            Some(operation) => report::build_report_on(from, period, operation).await,
            None => report::build_report(from, period).await,
        };
        built.map_err(|error| match error {
            ReportError::Store(error) => error.into(),
            error => {
                tracing::error!(%error, "the report failed");
                ApiFailure::new(ErrorCode::Internal, error.to_string())
            }
        })
    }

    /// Agents by completed tasks. Counts and durations are what stored tasks prove; what imported
    /// files claimed stands beside them as `reported`.
    ///
    /// # Errors
    /// When agent metrics are switched off, or the page is out of bounds.
    pub async fn agent_performance(
        &self,
        caller: &Caller,
        query: AgentPerformanceQuery,
    ) -> Result<Value, ApiFailure> {
        self.require_agent_metrics()?;
        let mut passage = self.gate.open(Operation::PerfReport, caller);
        let result = async {
            let page = page(query.limit, query.cursor)?;
            let skip = offset(page.cursor.as_deref())?;
            let figures = passage.take(passage.store().agent_figures().await)?;
            let mut wanted: Vec<_> = figures
                .into_iter()
                .filter(|one| is_wanted(one, query.agent_id.as_deref()))
                .collect();
            wanted.sort_by(|a, b| (b.completed, &a.agent_id).cmp(&(a.completed, &b.agent_id)));
            let next = skip + page.limit as usize;
            let next_cursor = (next < wanted.len()).then(|| next.to_string());
            let items: Vec<_> = wanted
                .into_iter()
                .skip(skip)
                .take(page.limit as usize)
                .map(agent_row)
                .collect();
            Ok(json!({ "items": items, "next_cursor": next_cursor }))
        }
        .await;
        passage.finish(result)
    }
}

fn as_json(value: &impl serde::Serialize) -> Result<Value, ApiFailure> {
    serde_json::to_value(value)
        .map_err(|error| ApiFailure::new(ErrorCode::Internal, error.to_string()))
}

fn is_wanted(figures: &AgentFigures, agent_id: Option<&str>) -> bool {
    agent_id.is_none_or(|wanted| {
        figures
            .agent_id
            .as_ref()
            .is_some_and(|id| id.as_str() == wanted)
    })
}

fn offset(cursor: Option<&str>) -> Result<usize, ApiFailure> {
    cursor.map_or(Ok(0), |text| {
        text.parse()
            .map_err(|_| invalid("cursor", "is not one that a page gave"))
    })
}

#[expect(clippy::cast_precision_loss, reason = "means for people")]
fn agent_row(figures: AgentFigures) -> Value {
    let ended = figures.completed + figures.failed;
    let mean = |sum: f64, count: u64| (0 < count).then(|| sum / count as f64);
    let reported = figures.reported.map(|reported| {
        json!({
            "tasks_claimed": reported.claimed,
            "tasks_completed": reported.completed,
            "duration_ms_mean": reported.duration_ms_mean,
            "quality_mean": mean(reported.quality_scores.iter().sum(), reported.quality_scores.len() as u64),
            "quality_count": reported.quality_scores.len(),
            "contradictory": reported.claimed < reported.completed,
            "first_seen": reported.first_seen.map(|at| paceline_api::Timestamp(at.0)),
            "last_activity": reported.last_activity.map(|at| paceline_api::Timestamp(at.0)),
        })
    });
    json!({
        "agent_id": figures.agent_id,
        "tasks_claimed": figures.claimed,
        "tasks_completed": figures.completed,
        "tasks_failed": figures.failed,
        "tasks_released": figures.released,
        "success_rate": mean(figures.completed as f64, ended),
        "duration_ms_mean": mean(figures.duration_ms_sum as f64, ended),
        "quality_mean": mean(figures.quality_sum, figures.quality_count),
        "quality_count": figures.quality_count,
        "reported": reported,
    })
}
