//! Writing the fleets' formats back. Owns streaming them to wherever the caller wants them; refuses
//! to mix what tasks prove with what an imported file claimed, which goes along as `reported`.

mod agents;

use std::io::{self, Write};
use std::path::Path;
use std::str::FromStr;

use paceline_core::{Now, Timestamp, tool_call};
use paceline_store::{Store, StoreError};

use crate::record_format::{
    BadLines, PERF_METRICS, PERF_METRICS_IMPORTED, ToolRecord, read_perf, record_files,
};
use crate::report::each_page;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportKind {
    PerfMetrics,
    ToolTiming,
    AgentPerformance,
    AgentHealth,
}

impl ExportKind {
    pub const ALL: [Self; 4] = [
        Self::PerfMetrics,
        Self::ToolTiming,
        Self::AgentPerformance,
        Self::AgentHealth,
    ];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PerfMetrics => "perf-metrics",
            Self::ToolTiming => "tool-timing",
            Self::AgentPerformance => "agent-performance",
            Self::AgentHealth => "agent-health",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not something that export writes")]
pub struct UnknownExport(pub String);

impl FromStr for ExportKind {
    type Err = UnknownExport;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == name);
        found.ok_or_else(|| UnknownExport(name.to_owned()))
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("the record in `{folder}` cannot be read: {cause}")]
    Unreadable { folder: String, cause: io::Error },
    #[error("the output cannot be written: {0}")]
    Unwritable(#[from] io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What was written, and what could not be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exported {
    pub rows: u64,
    pub dropped: BadLines,
}

/// Writes one kind of file.
///
/// # Errors
/// When the record or the store cannot be read, or the output takes no more. A line of the record
/// that cannot be used is counted and left out.
pub async fn export(
    store: &dyn Store,
    data_dir: &Path,
    kind: ExportKind,
    now: Now,
    out: &mut (dyn Write + Send),
) -> Result<Exported, ExportError> {
    let exported = match kind {
        ExportKind::PerfMetrics => perf_metrics(data_dir, out)?,
        ExportKind::ToolTiming => tool_timing(store, out).await?,
        ExportKind::AgentPerformance => agents::performance(store, now, out).await?,
        ExportKind::AgentHealth => agents::health(store, now, out).await?,
    };
    out.flush()?;
    Ok(exported)
}

/// The imported record first, then our own from its oldest day on.
fn perf_metrics(data_dir: &Path, out: &mut (dyn Write + Send)) -> Result<Exported, ExportError> {
    let unreadable = |cause| ExportError::Unreadable {
        folder: data_dir.display().to_string(),
        cause,
    };
    let (from, to) = (Timestamp(i64::MIN), Timestamp(i64::MAX));
    let mut files = record_files(data_dir, PERF_METRICS_IMPORTED, from, to).map_err(unreadable)?;
    files.extend(record_files(data_dir, PERF_METRICS, from, to).map_err(unreadable)?);
    let mut exported = Exported::default();
    let (mut line, mut failed) = (Vec::new(), None);
    for file in files {
        let read = read_perf(&file, &mut exported.dropped, |record| {
            if failed.is_some() {
                return;
            }
            line.clear();
            record.write_line(&mut line);
            failed = out.write_all(&line).err();
            exported.rows += 1;
        });
        read.map_err(unreadable)?;
        if let Some(error) = failed.take() {
            return Err(error.into());
        }
    }
    Ok(exported)
}

async fn tool_timing(
    store: &dyn Store,
    out: &mut (dyn Write + Send),
) -> Result<Exported, ExportError> {
    let mut exported = Exported::default();
    let mut lines = Vec::new();
    let mut failed = None;
    each_page!(store, tool_figures, |calls: Vec<tool_call::ToolCall>| {
        lines.clear();
        calls
            .iter()
            .for_each(|call| record(call).write_line(&mut lines));
        exported.rows += calls.len() as u64;
        if failed.is_none() {
            failed = out.write_all(&lines).err();
        }
    });
    match failed {
        Some(error) => Err(error.into()),
        None => Ok(exported),
    }
}

fn record(call: &tool_call::ToolCall) -> ToolRecord<'_> {
    let end_time = call.started_at + call.duration_ms.round() as i64;
    ToolRecord {
        timestamp: end_time,
        session_id: call.session_id.as_deref().map(Into::into),
        agent_id: call.agent_id.as_ref().map(|agent| agent.as_str().into()),
        tool: call.tool.as_str().into(),
        call_id: call.call_id.as_str().into(),
        start_time: call.started_at,
        end_time,
        duration_ms: call.duration_ms,
        input_size: call.input_size,
        output_size: call.output_size,
        success: call.success,
        category: call.category.as_deref().map(Into::into),
        success_reported: Some(call.success_reported),
    }
}
