//! Samples as JSON lines. Owns how lines become pushes and how refusals keep their line number;
//! refuses to give up at a bad line.

use std::io::BufRead;

use paceline_api::{ErrorCode, MetricRecordRequest, MetricRecorded, MetricSample, RejectedItem};
use paceline_client::Client;

use crate::failure::Failure;

/// Small enough for a request, whatever labels they have.
const BATCH: usize = 2_000;

/// Sends all lines; `index` of a refusal counts lines from 0.
pub async fn send(lines: impl BufRead, client: &Client) -> Result<MetricRecorded, Failure> {
    let mut total = MetricRecorded::default();
    let mut batch = Vec::with_capacity(BATCH);
    for (index, line) in lines.lines().enumerate() {
        let line = line.map_err(|error| Failure::to("read the samples", &error))?;
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str::<MetricSample>(&line) {
            Ok(sample) => batch.push((index, sample)),
            Err(error) => total.rejected.push(RejectedItem {
                index,
                code: ErrorCode::InvalidArgument,
                message: error.to_string(),
            }),
        }
        if batch.len() == BATCH {
            flush(&mut batch, &mut total, client).await?;
        }
    }
    if !batch.is_empty() {
        flush(&mut batch, &mut total, client).await?;
    }
    total.rejected.sort_by_key(|item| item.index);
    Ok(total)
}

async fn flush(
    batch: &mut Vec<(usize, MetricSample)>,
    total: &mut MetricRecorded,
    client: &Client,
) -> Result<(), Failure> {
    let (indexes, samples): (Vec<_>, Vec<_>) = std::mem::take(batch).into_iter().unzip();
    let request = MetricRecordRequest {
        samples,
        rows: Vec::new(),
    };
    let answer = client.record_metrics(&request).await?;
    total.accepted += answer.accepted;
    let in_lines = |item: RejectedItem| RejectedItem {
        index: indexes.get(item.index).copied().unwrap_or(item.index),
        ..item
    };
    total
        .rejected
        .extend(answer.rejected.into_iter().map(in_lines));
    Ok(())
}
