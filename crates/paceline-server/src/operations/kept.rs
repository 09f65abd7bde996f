//! What is kept in the data directory beside the store: reports of past months, results of
//! benchmarks. They are files, so nothing passes the gate to the store.

use std::path::Path;
use std::time::UNIX_EPOCH;

use paceline_analysis::{Period, Report};
use paceline_api::{BenchmarkHistory, ErrorCode, KeptReport, KeptReportsQuery, Page, Timestamp};

use super::{ApiFailure, Operations, page};
use crate::{benchmarks, report};

impl Operations {
    /// The kept reports, newest month first.
    ///
    /// # Errors
    /// When the page is out of bounds.
    pub(crate) async fn reports_kept(
        &self,
        query: KeptReportsQuery,
    ) -> Result<Page<KeptReport>, ApiFailure> {
        let page = page(query.limit, query.cursor)?;
        self.with_data_dir(move |data_dir| {
            let mut months = report::kept_months(data_dir);
            months.reverse();
            if let Some(after) = page.cursor {
                months.retain(|month| *month < after);
            }
            let limit = page.limit as usize;
            let has_more = limit < months.len();
            months.truncate(limit);
            let next_cursor = months.last().filter(|_| has_more).cloned();
            let items = months.into_iter().filter_map(|month| about(data_dir, month));
            Page {
                items: items.collect(),
                next_cursor,
            }
        })
        .await
    }

    /// The report of a past month as it was written then.
    ///
    /// # Errors
    /// When the text is no month, none is kept of it, or what is kept cannot be read.
    pub(crate) async fn report_kept(&self, month: String) -> Result<Report, ApiFailure> {
        Period::month(&month).map_err(|error| {
            ApiFailure::new(ErrorCode::InvalidArgument, error.to_string())
                .details(serde_json::json!({"field": "month"}))
        })?;
        let read = self.with_data_dir(move |data_dir| {
            if !report::is_kept(data_dir, &month) {
                return Err(not_kept(&month));
            }
            report::read_kept(data_dir, &month).map_err(|problem| {
                ApiFailure::new(
                    ErrorCode::Internal,
                    format!("read the kept report of `{month}`: {problem}"),
                )
                .hint("remove the file from `reports/` and the server writes it again")
            })
        });
        read.await?
    }

    /// What `paceline bench` kept, over time.
    ///
    /// # Errors
    /// When the thread that reads it cannot run.
    pub(crate) async fn benchmarks(&self) -> Result<BenchmarkHistory, ApiFailure> {
        self.with_data_dir(benchmarks::history).await
    }

    /// Reads files on a thread that may block.
    async fn with_data_dir<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Path) -> T + Send + 'static,
    ) -> Result<T, ApiFailure> {
        let folder = self.data_dir.clone();
        let read = tokio::task::spawn_blocking(move || read(&folder));
        read.await
            .map_err(|error| ApiFailure::new(ErrorCode::Internal, error.to_string()))
    }
}

/// None when it was removed meanwhile.
fn about(data_dir: &Path, month: String) -> Option<KeptReport> {
    let file = report::about_kept(data_dir, &month).ok()?;
    let written = file.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(KeptReport {
        name: Period::month(&month).ok()?.name,
        written_at: Timestamp::from_millis(i64::try_from(written.as_millis()).ok()?),
        bytes: file.len(),
        month,
    })
}

fn not_kept(month: &str) -> ApiFailure {
    ApiFailure::new(
        ErrorCode::NotFound,
        format!("no report of `{month}` is kept"),
    )
    .hint(format!(
        "`GET /api/reports` lists what is kept; `GET /api/report?month={month}` makes one now"
    ))
}
