//! How fast and how well: the report and operations. Owns which of the store's figures and
//! record's lines go into which answer; the judgement is `paceline-analysis`'.

use std::sync::Arc;

use paceline_analysis::{Period, Report};
use paceline_api::{ErrorCode, Operation, PerformanceQuery, ReportQuery};
use serde_json::{Value, json};

use super::caller::Surface;
use super::failure::invalid;
use super::gate::Passage;
use super::{ApiFailure, Caller, Operations};
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
}

fn as_json(value: &impl serde::Serialize) -> Result<Value, ApiFailure> {
    serde_json::to_value(value)
        .map_err(|error| ApiFailure::new(ErrorCode::Internal, error.to_string()))
}
