//! Tool calls as JSON lines. Owns how lines become batches and how refusals keep their line number;
//! refuses to give up at a bad line.

use std::io::BufRead;

use paceline_api::{ErrorCode, RejectedItem, ToolCall, ToolCallRecordRequest, ToolCallRecorded};
use paceline_client::Client;

use crate::failure::Failure;
use crate::values::Guard;

/// As many as one request may carry.
const BATCH: usize = 1_000;

/// Sends all lines; `index` of a refusal counts lines from 0.
pub async fn send(
    lines: impl BufRead,
    client: &Client,
    guard: &Guard,
) -> Result<ToolCallRecorded, Failure> {
    let mut total = ToolCallRecorded {
        accepted: 0,
        duplicates: 0,
        rejected: Vec::new(),
    };
    let mut batch = Vec::with_capacity(BATCH);
    for (index, line) in lines.lines().enumerate() {
        let line = line.map_err(|error| Failure::to("read the tool calls", &error))?;
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<ToolCall>(&line) {
            Ok(call) => batch.push((index, call)),
            Err(error) => total.rejected.push(RejectedItem {
                index,
                code: ErrorCode::InvalidArgument,
                message: error.to_string(),
            }),
        }
        if batch.len() == BATCH {
            flush(&mut batch, &mut total, client, guard).await?;
        }
    }
    if !batch.is_empty() {
        flush(&mut batch, &mut total, client, guard).await?;
    }
    total.rejected.sort_by_key(|item| item.index);
    Ok(total)
}

async fn flush(
    batch: &mut Vec<(usize, ToolCall)>,
    total: &mut ToolCallRecorded,
    client: &Client,
    guard: &Guard,
) -> Result<(), Failure> {
    let (indexes, calls): (Vec<_>, Vec<_>) = std::mem::take(batch).into_iter().unzip();
    let request = ToolCallRecordRequest {
        calls,
        election: guard.election.clone(),
        epoch: guard.epoch,
    };
    let answer = client.record_tool_calls(&request).await?;
    total.accepted += answer.accepted;
    total.duplicates += answer.duplicates;
    let in_lines = |item: RejectedItem| RejectedItem {
        index: indexes.get(item.index).copied().unwrap_or(item.index),
        ..item
    };
    total
        .rejected
        .extend(answer.rejected.into_iter().map(in_lines));
    Ok(())
}
