//! What lies in the data directory for people to look at: monthly reports and results of
//! benchmarks. Owns reading them, off the threads that others wait for; refuses names that are none
//! of theirs, so that no path can be asked for.

use std::fs;
use std::path::{Path, PathBuf};

use paceline_analysis::{Period, Report};
use paceline_api::{
    BenchmarkHistory, ErrorCode, KeptBenchmark, KeptReport, ListQuery, Operation, Page,
};
use serde_json::Value;

use super::failure::invalid;
use super::{ApiFailure, Caller, Operations, page};
use crate::{benchmarks, report};

/// Where `paceline bench` keeps its results (`docs/format/bench-result.md`).
const BENCHMARKS: &str = benchmarks::FOLDER;

impl Operations {
    /// The newest month first.
    ///
    /// # Errors
    /// When the caller is no operator, or the page is out of bounds.
    pub async fn report_list(
        &self,
        caller: &Caller,
        query: ListQuery,
    ) -> Result<Page<KeptReport>, ApiFailure> {
        caller.require_operator("list the reports")?;
        let (cut, folder) = (Cut::of(query)?, self.data_dir.clone());
        let passage = self.gate.open(Operation::PerfReport, caller);
        let result = beside(move || {
            let mut months = report::kept_months(&folder);
            months.reverse();
            let (months, next_cursor) = cut.take(months);
            let items = months.into_iter().filter_map(|month| {
                let bytes = fs::metadata(report::place(&folder, &month)).ok()?.len();
                Some(KeptReport { month, bytes })
            });
            Ok(Page {
                items: items.collect(),
                next_cursor,
            })
        });
        passage.finish(result.await)
    }

    /// As it was written.
    ///
    /// # Errors
    /// When the caller is no operator, or there is no report of that month.
    pub async fn report_get(&self, caller: &Caller, month: String) -> Result<Value, ApiFailure> {
        caller.require_operator("read a report")?;
        let folder = self.data_dir.clone();
        let passage = self.gate.open(Operation::PerfReport, caller);
        let result = beside(move || {
            Period::month(&month).map_err(|error| invalid("month", &error.to_string()))?;
            let place = report::place(&folder, &month);
            read(
                &place,
                &format!("report of `{month}`"),
                "`GET /api/reports` lists them",
            )
        });
        passage.finish(result.await)
    }

    /// The same, for whoever lays it out.
    ///
    /// # Errors
    /// As [`Operations::report_get`], and when a newer version wrote it.
    pub(crate) async fn report_kept(
        &self,
        caller: &Caller,
        month: String,
    ) -> Result<Report, ApiFailure> {
        let report = self.report_get(caller, month).await?;
        serde_json::from_value(report).map_err(|error| {
            let message = format!("the kept report is of another form: {error}");
            ApiFailure::new(ErrorCode::Internal, message)
                .hint("remove it from `reports/`, and the server writes it again")
        })
    }

    /// All results that can be compared with the newest, over time.
    ///
    /// # Errors
    /// When the caller is no operator.
    pub(crate) async fn benchmark_history(
        &self,
        caller: &Caller,
    ) -> Result<BenchmarkHistory, ApiFailure> {
        caller.require_operator("read the benchmarks")?;
        let folder = self.data_dir.clone();
        let passage = self.gate.open(Operation::PerfReport, caller);
        let result = beside(move || Ok(benchmarks::history(&folder)));
        passage.finish(result.await)
    }

    /// The newest result first, each with the medians of its scenarios.
    ///
    /// # Errors
    /// When the caller is no operator, or the page is out of bounds.
    pub async fn benchmark_list(
        &self,
        caller: &Caller,
        query: ListQuery,
    ) -> Result<Page<KeptBenchmark>, ApiFailure> {
        caller.require_operator("list the benchmarks")?;
        let (cut, folder) = (Cut::of(query)?, self.data_dir.join(BENCHMARKS));
        let passage = self.gate.open(Operation::PerfReport, caller);
        let result = beside(move || {
            let (names, next_cursor) = cut.take(results(&folder));
            let items = names.into_iter().filter_map(|name| {
                let text = fs::read(folder.join(format!("{name}.json"))).ok()?;
                // A file that is no result is not listed; `bench history` says what is wrong with it.
                let mut whole: Value = serde_json::from_slice(&text).ok()?;
                whole
                    .as_object_mut()?
                    .insert("name".to_owned(), name.into());
                serde_json::from_value(whole).ok()
            });
            Ok(Page {
                items: items.collect(),
                next_cursor,
            })
        });
        passage.finish(result.await)
    }

    /// The whole result, in the form of its document.
    ///
    /// # Errors
    /// When the caller is no operator, or there is no such result.
    pub async fn benchmark_get(&self, caller: &Caller, name: String) -> Result<Value, ApiFailure> {
        caller.require_operator("read a benchmark")?;
        let folder = self.data_dir.join(BENCHMARKS);
        let passage = self.gate.open(Operation::PerfReport, caller);
        let result = beside(move || {
            let hint = "`GET /api/benchmarks` lists them";
            if !results(&folder).contains(&name) {
                let message = format!("no benchmark `{name}`");
                return Err(ApiFailure::new(ErrorCode::NotFound, message).hint(hint));
            }
            read(
                &folder.join(format!("{name}.json")),
                &format!("benchmark `{name}`"),
                hint,
            )
        });
        passage.finish(result.await)
    }
}

/// Names of results, which begin with their time: the newest first.
fn results(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let name = |entry: std::io::Result<fs::DirEntry>| {
        let name = entry.ok()?.file_name().into_string().ok()?;
        Some(name.strip_suffix(".json")?.to_owned())
    };
    let mut names: Vec<_> = entries.filter_map(name).collect();
    names.sort_unstable_by(|one, other| other.cmp(one));
    names
}

fn read(path: &PathBuf, what: &str, hint: &str) -> Result<Value, ApiFailure> {
    let text = fs::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            ApiFailure::new(ErrorCode::NotFound, format!("no {what}")).hint(hint)
        }
        _ => ApiFailure::new(
            ErrorCode::Internal,
            format!("the {what} cannot be read: {error}"),
        ),
    })?;
    serde_json::from_slice(&text).map_err(|error| {
        let message = format!("the {what} is damaged: {error}");
        ApiFailure::new(ErrorCode::Internal, message)
    })
}

/// Which part of a list is asked for; the cursor is a place in it.
struct Cut {
    from: usize,
    count: usize,
}

impl Cut {
    fn of(query: ListQuery) -> Result<Self, ApiFailure> {
        let wanted = page(query.limit, query.cursor)?;
        let from = wanted.cursor.as_deref().map_or(Ok(0), str::parse);
        Ok(Self {
            from: from.map_err(|_| invalid("cursor", "is not one that a page gave"))?,
            count: wanted.limit as usize,
        })
    }

    fn take(&self, list: Vec<String>) -> (Vec<String>, Option<String>) {
        let end = self.from.saturating_add(self.count);
        let next = (end < list.len()).then(|| end.to_string());
        (
            list.into_iter().skip(self.from).take(self.count).collect(),
            next,
        )
    }
}

async fn beside<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, ApiFailure> + Send + 'static,
) -> Result<T, ApiFailure> {
    let read = tokio::task::spawn_blocking(read).await;
    read.unwrap_or_else(|_| {
        let message = "what is kept could not be read";
        Err(ApiFailure::new(ErrorCode::Internal, message))
    })
}
