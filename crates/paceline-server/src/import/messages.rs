//! `message-bus.jsonl` and its archives. Owns the recipients that others leave out or call by role,
//! and the two spellings of one event; refuses to invent when a message was delivered.

use paceline_core::{AgentId, MessageId, Timestamp, limits, message};
use paceline_store::import::Batch;
use serde_json::Value;

use super::feed::{Feed, digest};
use super::fields;
use super::sources::Source;
use crate::record_format::LineError;

/// Old spelling, new spelling.
const SAME_EVENTS: [(&str, &str); 1] = [("task_complete", "task_completed")];
const EVERYBODY: [&str; 4] = ["all", "*", "everyone", "broadcast"];

/// Over all files of one import.
#[derive(Default)]
pub(super) struct Counts {
    /// Files still to be read.
    files_left: usize,
    everybody: u64,
    roles: u64,
    respelt: u64,
    without_payload: u64,
    whole_seconds: u64,
    never_delivered: u64,
}

impl Counts {
    pub fn over(files_left: usize) -> Self {
        Self {
            files_left,
            ..Self::default()
        }
    }
}

pub(super) fn read(source: &Source, feed: &mut Feed<'_>) {
    let mut messages = Vec::new();
    let mut counts = std::mem::take(&mut feed.known.message_counts);
    feed.lines(source, |feed, _, line| {
        let row: Value = serde_json::from_slice(line)?;
        let message = message(&row, line, &mut counts, feed)?;
        let content = digest(format!("{message:?}").as_bytes());
        match feed
            .known
            .messages
            .insert(message.message_id.to_string(), content)
        {
            None => messages.push(message),
            Some(before) if before == content => feed.account.repeated += 1,
            Some(before) => {
                feed.known
                    .messages
                    .insert(message.message_id.to_string(), before);
                return Err(LineError(format!(
                    "`{}` is another message's id",
                    message.message_id
                )));
            }
        }
        Ok(())
    });
    // Positions are given in the order of arrival here, so the order of sending has to be made.
    messages.sort_by_key(|message: &message::Message| message.sent_at);
    feed.send_rest(messages, Batch::Messages);
    feed.note_count(
        feed.account.repeated,
        "rows are word for word messages of an earlier file",
    );
    counts.files_left = counts.files_left.saturating_sub(1);
    if counts.files_left == 0 {
        tell(&counts, feed);
    }
    feed.known.message_counts = counts;
}

fn message(
    row: &Value,
    line: &[u8],
    counts: &mut Counts,
    feed: &mut Feed<'_>,
) -> Result<message::Message, LineError> {
    if !row.is_object() {
        return Err("is no object".into());
    }
    let sent_at =
        fields::time(row, &["timestamp", "sent_at"]).ok_or("has no usable `timestamp`")?;
    let kind = fields::text(row, &["type", "message_type"]).ok_or("has no `type`")?;
    let from = fields::agent(row, &["from_agent", "from", "sender"]);
    feed.known.agents.extend(from.clone());
    let payload = row.get("payload").filter(|payload| !payload.is_null());
    if payload.is_some_and(|payload| limits::JSON_BYTES_MAX < payload.to_string().len()) {
        return Err(LineError(format!(
            "`payload` is longer than {} bytes",
            limits::JSON_BYTES_MAX
        )));
    }
    counts.without_payload += u64::from(payload.is_none());
    counts.whole_seconds += u64::from(row.get("timestamp").is_some_and(is_whole_second));
    counts.never_delivered += 1;
    Ok(message::Message {
        message_id: message_id(row, line)?,
        position: 0,
        sequence: 0,
        to: recipient(row, counts, feed),
        from,
        kind: fields::shortened(&event(kind, counts), limits::NAME_LENGTH_MAX),
        payload: payload.and_then(fields::json),
        reply_to: fields::text(row, &["reply_to", "in_reply_to"])
            .and_then(|id| MessageId::parse(id).ok()),
        sent_at: Timestamp(sent_at.0),
    })
}

/// A message without an id gets one from its content, the same at every import.
fn message_id(row: &Value, line: &[u8]) -> Result<MessageId, LineError> {
    let id = fields::text(row, &["message_id", "id"])
        .unwrap_or_else(|| format!("msg_imported_{:032x}", digest(line)));
    MessageId::parse(id).map_err(|error| LineError(error.to_string()))
}

fn is_whole_second(time: &Value) -> bool {
    time.as_str().is_some_and(|text| !text.contains('.'))
}

fn event(kind: String, counts: &mut Counts) -> String {
    match SAME_EVENTS.iter().find(|(old, _)| *old == kind) {
        Some((_, new)) => {
            counts.respelt += 1;
            (*new).to_owned()
        }
        None => kind,
    }
}

/// Nobody named means everybody; a name that is no agent's is a role.
fn recipient(row: &Value, counts: &mut Counts, feed: &Feed<'_>) -> message::Recipient {
    let Some(name) = fields::text(row, &["to_agent", "to", "recipient"]) else {
        counts.everybody += 1;
        return message::Recipient::All;
    };
    if EVERYBODY.contains(&name.as_str()) {
        counts.everybody += 1;
        return message::Recipient::All;
    }
    match AgentId::parse(name.clone()) {
        Ok(agent) if is_agent(&agent, feed) => message::Recipient::Agent(agent),
        _ => {
            counts.roles += 1;
            message::Recipient::Role(fields::shortened(&name, limits::NAME_LENGTH_MAX))
        }
    }
}

fn is_agent(agent: &AgentId, feed: &Feed<'_>) -> bool {
    let name = agent.as_str();
    name.starts_with("agent-") || name.starts_with("agt_") || feed.known.agents.contains(agent)
}

/// Once, after the last file: a fleet has dozens of archives that are all alike.
fn tell(counts: &Counts, feed: &mut Feed<'_>) {
    feed.note_count(
        counts.everybody,
        "rows name no recipient: they went to everybody",
    );
    feed.note_count(counts.roles, "rows went to a role rather than to an agent");
    feed.note_count(counts.without_payload, "rows have no payload");
    feed.note_count(counts.whole_seconds, "times have no milliseconds");
    feed.note_count(
        counts.respelt,
        "rows are spelt `task_complete`: with `task_completed` it is one event",
    );
    if 0 < counts.never_delivered {
        feed.note("there are no delivery times: no latency can be computed");
    }
}
