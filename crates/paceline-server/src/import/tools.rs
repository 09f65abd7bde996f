//! `tool-timing.jsonl`: calls of tools. Owns the choice among several rows of one call: the one
//! with the most fields filled in, and of those the first, because later copies were timed later.

use std::collections::HashMap;

use paceline_core::{AgentId, tool_call};
use paceline_store::import::Batch;

use super::feed::{Feed, digest};
use super::sources::Source;
use crate::record_format::{BadLines, LineError, ToolRecord, read_lines};

/// A size that is the same in so many rows was not measured.
const SAME_SIZE_ROWS_MIN: u64 = 100;

pub(super) fn read(source: &Source, feed: &mut Feed<'_>) {
    let mut survey = Survey::default();
    feed.lines(source, |_, number, line| {
        let record = ToolRecord::parse(line)?;
        tool_call::check(&call(&record)).map_err(|error| LineError(error.to_string()))?;
        survey.add(number, &record);
        Ok(())
    });
    survey.tell(feed);
    send_chosen(source, &survey, feed);
}

/// What the rows are like, and which of them stand for their calls.
#[derive(Default)]
struct Survey {
    /// By digest of the call's id: how complete the best row is, and its line.
    chosen: HashMap<u128, (u8, u64)>,
    rows: u64,
    rows_without_agent: u64,
    rows_without_session: u64,
    input_sizes: Option<(u64, u64)>,
}

impl Survey {
    fn add(&mut self, number: u64, record: &ToolRecord<'_>) {
        let complete = completeness(record);
        let best = self
            .chosen
            .entry(digest(record.call_id.as_bytes()))
            .or_insert((complete, number));
        if best.0 < complete {
            *best = (complete, number);
        }
        self.rows += 1;
        self.rows_without_agent += u64::from(record.agent_id.is_none());
        self.rows_without_session += u64::from(record.session_id.is_none());
        if let Some(size) = record.input_size {
            let (low, high) = self.input_sizes.unwrap_or((size, size));
            self.input_sizes = Some((low.min(size), high.max(size)));
        }
    }

    fn stands_for_its_call(&self, number: u64, record: &ToolRecord<'_>) -> bool {
        let best = self.chosen.get(&digest(record.call_id.as_bytes()));
        best.is_some_and(|(_, line)| *line == number)
    }

    fn tell(&self, feed: &mut Feed<'_>) {
        let repeated = self.rows - self.chosen.len() as u64;
        feed.account.repeated = repeated;
        feed.note_count(
            repeated,
            "rows repeat a call: of one `call_id` the first row with the most fields is kept",
        );
        feed.note_count(self.rows_without_session, "rows name no session");
        if 0 < self.rows && self.rows_without_agent == self.rows {
            feed.note("no row names its agent, so no call is counted for one");
        }
        match self.input_sizes {
            Some((low, high)) if low == high && SAME_SIZE_ROWS_MIN <= self.rows => {
                feed.note(format!(
                    "`input_size` is {low} in every row: it was not measured"
                ));
            }
            _ => {}
        }
        if 0 < self.rows {
            feed.note("`success` is kept as reported: the file does not prove it");
        }
    }
}

fn completeness(record: &ToolRecord<'_>) -> u8 {
    let filled = [
        record.session_id.is_some(),
        record.agent_id.is_some(),
        record.output_size.is_some(),
        record.input_size.is_some(),
        record.category.is_some(),
    ];
    filled.into_iter().map(u8::from).sum()
}

fn send_chosen(source: &Source, survey: &Survey, feed: &mut Feed<'_>) {
    let mut calls = Vec::new();
    // What cannot be used was counted by the survey.
    let mut counted = BadLines::default();
    let read = read_lines(&source.path, &mut counted, |number, line| {
        let record = ToolRecord::parse(line)?;
        if survey.stands_for_its_call(number, &record) {
            calls.push(call(&record));
            feed.send_full(&mut calls, Batch::ToolCalls);
        }
        Ok(())
    });
    if let Err(error) = read {
        feed.drop_row(0, &format!("cannot be opened again: {error}"));
    }
    feed.send_rest(calls, Batch::ToolCalls);
}

fn call(record: &ToolRecord<'_>) -> tool_call::ToolCall {
    let text = |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().map(str::to_owned);
    tool_call::ToolCall {
        call_id: record.call_id.to_string(),
        agent_id: record
            .agent_id
            .as_deref()
            .and_then(|id| AgentId::parse(id).ok()),
        session_id: text(&record.session_id),
        tool: record.tool.to_string(),
        category: text(&record.category),
        started_at: record.start_time,
        duration_ms: record.duration_ms,
        success: record.success,
        success_reported: record.success_reported.unwrap_or(true),
        error: None,
        input_size: record.input_size.map(storable),
        output_size: record.output_size.map(storable),
    }
}

/// Stores count to 2^63.
fn storable(size: u64) -> u64 {
    size.min(i64::MAX.unsigned_abs())
}
