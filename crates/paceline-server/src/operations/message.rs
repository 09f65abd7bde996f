//! Messages: send, read (which can wait), acknowledge.

use std::time::Duration;

use paceline_api::{
    MessageAckRequest, MessageAcked, MessageReadQuery, MessageReadResponse, MessageSendRequest,
    MessageSent, Operation, Recipient,
};
use paceline_core::limits::{PAGE_DEFAULT, PAGE_MAX};
use paceline_core::{AgentId, MessageId, message};
use paceline_store::Context;

use super::failure::invalid;
use super::gate::Passage;
use super::{ApiFailure, Caller, Operations, wire};
use crate::ids;

const LOOK_AGAIN: Duration = Duration::from_secs(5);

impl Operations {
    /// # Errors
    /// When the recipient does not exist or a field is out of bounds.
    pub async fn message_send(
        &self,
        caller: &Caller,
        request: MessageSendRequest,
    ) -> Result<MessageSent, ApiFailure> {
        let mut passage = self.gate.open(Operation::MessageSend, caller);
        let result = async {
            let ctx = caller.context(Operation::MessageSend, "", &request, self.gate.now())?;
            let from = caller.author(request.agent_id)?;
            self.note_author(&mut passage, from.as_ref());
            let command = message::Send {
                message_id: MessageId::trusted(ids::new_id("msg")),
                from,
                to: to(request.to)?,
                kind: request.r#type,
                payload: request.payload.map(wire::from_json),
                reply_to: request.reply_to.map(MessageId::parse).transpose()?,
            };
            let sent = passage.take(passage.store().send_message(ctx, command).await)?;
            passage.about(sent.message_id.as_str());
            match &sent.to {
                message::Recipient::Agent(agent) => self.waiters.message_for(agent.as_str()),
                _ => self.waiters.message_for_many(),
            }
            Ok(MessageSent {
                message_id: sent.message_id.into_string(),
                position: sent.position,
                sequence: sent.sequence,
                sent_at: wire::time(sent.sent_at),
                to: wire::recipient(sent.to),
            })
        }
        .await;
        passage.finish(result)
    }

    /// Reads on from the reader's cursor unless `after` says otherwise; reading moves no cursor.
    ///
    /// # Errors
    /// When the reader does not exist or is another.
    pub async fn message_read(
        &self,
        caller: &Caller,
        agent_id: String,
        query: MessageReadQuery,
    ) -> Result<MessageReadResponse, ApiFailure> {
        let mut passage = self.gate.open(Operation::MessageRead, caller);
        let result = self.read(caller, agent_id, query, &mut passage).await;
        passage.finish(result)
    }

    async fn read(
        &self,
        caller: &Caller,
        agent_id: String,
        query: MessageReadQuery,
        passage: &mut Passage<'_>,
    ) -> Result<MessageReadResponse, ApiFailure> {
        let wait = super::task::wait_of(query.wait_seconds)?;
        let limit = query.limit.unwrap_or(PAGE_DEFAULT);
        if !(1..=PAGE_MAX).contains(&limit) {
            return Err(invalid(
                "limit",
                &format!("must be 1 to {PAGE_MAX}, got {limit}"),
            ));
        }
        let reader = caller.acting_as(agent_id)?;
        self.note_author(passage, Some(&reader));
        if let Some(through) = query.ack_through {
            let ctx = Context::at(self.gate.now());
            passage.take(
                passage
                    .store()
                    .ack_messages(ctx, reader.clone(), through)
                    .await,
            )?;
        }
        let read = message::Read {
            after: query.after,
            topic: query.topic,
            limit,
        };
        let give_up = tokio::time::Instant::now() + wait;
        loop {
            let place = (!wait.is_zero()).then(|| self.waiters.await_message(reader.as_str()));
            let store = passage.store();
            let page = passage.take(store.read_messages(reader.clone(), read.clone()).await)?;
            let left = self.waiters.patience(give_up);
            let (true, Some(place), false) = (page.messages.is_empty(), place, left.is_zero())
            else {
                return self.delivered(passage, reader, page).await;
            };
            // Woken, or time to look again: the loop tells which by looking.
            let _ = tokio::time::timeout(left.min(LOOK_AGAIN), place.notified()).await;
            self.presence.saw(&reader, self.gate.now());
            passage.restart();
        }
    }

    /// What this reader was never given before has its delivery stored before it is given.
    async fn delivered(
        &self,
        passage: &mut Passage<'_>,
        reader: AgentId,
        page: message::Page,
    ) -> Result<MessageReadResponse, ApiFailure> {
        let now = self.gate.now();
        if let Some((newest, _)) = page.first_delivered.last() {
            let store = passage.store();
            passage.take(
                store
                    .mark_delivered(Context::at(now), reader, *newest)
                    .await,
            )?;
        }
        for (_, sent_at) in &page.first_delivered {
            self.recorder()
                .observe(Operation::MessageDeliver, now.wall - *sent_at, None);
        }
        let first = page
            .first_delivered
            .first()
            .map_or(u64::MAX, |(position, _)| *position);
        let items = page.messages.into_iter().map(|message| {
            let delivered_at = (first <= message.position).then_some(now.wall);
            wire::message(message, delivered_at)
        });
        Ok(MessageReadResponse {
            items: items.collect(),
            next_after: page.next_after,
            acked_through: page.acked_through,
        })
    }

    /// # Errors
    /// When the reader does not exist, is another, or `through` lies ahead of every message.
    pub async fn message_ack(
        &self,
        caller: &Caller,
        agent_id: String,
        request: MessageAckRequest,
    ) -> Result<MessageAcked, ApiFailure> {
        let mut passage = self.gate.open(Operation::MessageAck, caller);
        let result = async {
            let reader = caller.acting_as(agent_id)?;
            self.note_author(&mut passage, Some(&reader));
            let ctx = caller.context(
                Operation::MessageAck,
                reader.as_str(),
                &request,
                self.gate.now(),
            )?;
            let store = passage.store();
            let done = passage.take(
                store
                    .ack_messages(ctx, reader.clone(), request.through)
                    .await,
            )?;
            Ok(MessageAcked {
                agent_id: reader.into_string(),
                acked_through: done.acked_through,
            })
        }
        .await;
        passage.finish(result)
    }
}

fn to(recipient: Recipient) -> Result<message::Recipient, ApiFailure> {
    Ok(match recipient {
        Recipient::Agent(id) => message::Recipient::Agent(AgentId::parse(id)?),
        Recipient::Role(name) => message::Recipient::Role(name),
        Recipient::Topic(name) => message::Recipient::Topic(name),
        Recipient::All => message::Recipient::All,
    })
}
