//! The report from a data directory and its store. Owns which files and tables go into it, and
//! saying which of their lines could not be used; the judgement is `paceline-analysis`'.
//!
//! Files are streamed on a thread of their own and the store page by page, so memory does not grow
//! with the record.

mod store;

pub(crate) use store::{each_page, mean};

use std::io;
use std::path::{Path, PathBuf};

use paceline_analysis::report::OperationSample;
use paceline_analysis::{Period, PeriodError, Report, ReportBuilder};
use paceline_core::Timestamp;
use paceline_store::{Store, StoreError};

use crate::record_format::{
    BadLine, BadLines, PERF_METRICS, PERF_METRICS_IMPORTED, PerfRecord, read_perf, record_files,
};

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

/// The report of a period, with the period before beside it.
///
/// # Errors
/// When the data directory cannot be listed or the store does not answer. A line or a file that
/// cannot be used is told in the report.
pub async fn build_report(
    store: &dyn Store,
    data_dir: &Path,
    period: Period,
) -> Result<Report, ReportError> {
    let folder = data_dir.to_owned();
    let read = tokio::task::spawn_blocking(move || read_record(&folder, period));
    let mut builder = read
        .await
        .map_err(|error| ReportError::Stopped(error.to_string()))??;
    store::add(store, &mut builder).await?;
    Ok(builder.finish())
}

/// The part of a report that needs no store.
fn read_record(folder: &Path, period: Period) -> Result<ReportBuilder, ReportError> {
    let files = files(folder, &period).map_err(|cause| ReportError::Unreadable {
        folder: folder.display().to_string(),
        cause,
    })?;
    let mut builder = ReportBuilder::new(period);
    let mut bad = BadLines::default();
    for (file, imported) in files {
        let read = read_perf(&file, &mut bad, |record| add(&mut builder, &record));
        match read {
            Ok(lines) if imported && 0 < lines => builder.gap(format!(
                "{lines} records were imported from another system's files and measured by it."
            )),
            Ok(_) => {}
            // Put away or deleted since the directory was listed.
            Err(error) => builder.gap(format!("`{}` could not be opened: {error}.", name(&file))),
        }
    }
    tell_bad_lines(&bad, &mut builder);
    Ok(builder)
}

/// With whether they were imported.
fn files(folder: &Path, period: &Period) -> io::Result<Vec<(PathBuf, bool)>> {
    let (from, to) = (Timestamp(period.previous_from.0), Timestamp(period.to.0));
    let imported = record_files(folder, PERF_METRICS_IMPORTED, from, to)?;
    let own = record_files(folder, PERF_METRICS, from, to)?;
    let imported = imported.into_iter().map(|file| (file, true));
    Ok(imported
        .chain(own.into_iter().map(|file| (file, false)))
        .collect())
}

fn add(builder: &mut ReportBuilder, record: &PerfRecord<'_>) {
    builder.operation(&OperationSample {
        at_ms: record.timestamp.0,
        operation: &record.operation_type,
        duration_ms: record.duration_ms,
        success: record.success,
        weight: record.weight,
        error: record.error.as_deref(),
        session_id: record.session_id.as_deref(),
        agent_id: record.agent_id.as_deref(),
        context: record.context.as_deref(),
        stages_ms: record
            .stages_ms
            .map(|stages| [stages.queue, stages.execute, stages.commit]),
    });
}

fn tell_bad_lines(bad: &BadLines, builder: &mut ReportBuilder) {
    if let Some(first) = bad.examples.first() {
        let BadLine { file, line, reason } = first;
        builder.gap(format!(
            "{} lines of the record could not be used; the first is line {line} of `{file}`: \
             {reason}.",
            bad.total
        ));
    }
}

fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests;
