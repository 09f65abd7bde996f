//! The report from a data directory, its store and its series. Owns what goes into it; which lines
//! and files could not be used is said in it, and the judgement is `paceline-analysis`'.
//!
//! Files are streamed on threads of their own and the store page by page, so memory does not grow
//! with the record.

mod age;
mod kept;
mod records;
mod store;

pub(crate) use kept::place;
pub use kept::{KeepError, Written, is_kept, kept_months, write, write_file};
pub(crate) use store::{each_page, mean};

use std::io;
use std::path::Path;
use std::sync::Arc;

use paceline_analysis::report::age::Age;
use paceline_analysis::{Period, PeriodError, Report, ReportBuilder};
use paceline_core::{Now, Timestamp};
use paceline_metrics::SeriesSource;
use paceline_store::{Store, StoreError};

#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    #[error("the record in `{folder}` cannot be read: {cause}")]
    Unreadable { folder: String, cause: io::Error },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the report stopped unexpectedly: {0}")]
    Stopped(String),
}

/// The period that a report is asked for: a month such as `2026-10`, else so many days up to `now`,
/// else seven.
///
/// # Errors
/// When it is no month, or too many or too few days.
pub fn period(
    month: Option<&str>,
    days: Option<u32>,
    now: Timestamp,
) -> Result<Period, PeriodError> {
    const DAYS_DEFAULT: u32 = 7;
    match month {
        Some(month) => Period::month(month),
        None => Period::last_days(days.unwrap_or(DAYS_DEFAULT), now.0),
    }
}

/// Where a report's numbers come from.
pub struct Sources<'a> {
    pub store: &'a dyn Store,
    /// The server's own series are asked for its age.
    pub series: Arc<dyn SeriesSource>,
    pub data_dir: &'a Path,
    pub now: Now,
}

/// The report of a period, with the period before beside it.
///
/// # Errors
/// When the data directory cannot be listed or the store does not answer. A line or a file that
/// cannot be used is told in the report.
pub async fn build_report(from: Sources<'_>, period: Period) -> Result<Report, ReportError> {
    let blank = ReportBuilder::new;
    build(from, period, blank).await
}

/// The same, with the slowest of one operation in place of the slowest of all.
///
/// # Errors
/// As [`build_report`].
pub async fn build_report_on(
    from: Sources<'_>,
    period: Period,
    operation: String,
) -> Result<Report, ReportError> {
    let blank = move |period| ReportBuilder::new(period).slowest_of(&operation);
    build(from, period, blank).await
}

async fn build(
    from: Sources<'_>,
    period: Period,
    blank: impl Fn(Period) -> ReportBuilder + Clone + Send + Sync + 'static,
) -> Result<Report, ReportError> {
    let (folder, of_record) = (from.data_dir.to_owned(), period.clone());
    let begin = blank.clone();
    let record = tokio::task::spawn_blocking(move || {
        let builder = read_record(&folder, &of_record, || begin(of_record.clone()))?;
        Ok::<_, ReportError>((builder, age::read(&*from.series, &of_record)))
    });
    let mut builder = blank(period.clone());
    store::add(from.store, from.now, &period, &mut builder).await?;
    let (of_record, age): (ReportBuilder, Age) = record
        .await
        .map_err(|error| ReportError::Stopped(error.to_string()))??;
    builder.merge(of_record);
    builder.age(age);
    match kept::last_kept(from.data_dir, period.from.0) {
        Some(Ok(earlier)) => builder.earlier(earlier),
        Some(Err(told)) => builder.gap(told),
        None => {}
    }
    let finished = tokio::task::spawn_blocking(move || builder.finish());
    finished
        .await
        .map_err(|error| ReportError::Stopped(error.to_string()))
}

/// The part of a report that needs no store.
fn read_record(
    folder: &Path,
    period: &Period,
    begin: impl Fn() -> ReportBuilder + Sync,
) -> Result<ReportBuilder, ReportError> {
    records::read(folder, period, begin).map_err(|cause| ReportError::Unreadable {
        folder: folder.display().to_string(),
        cause,
    })
}

#[cfg(test)]
mod tests;
