//! Messages, looked at by people: the fleet's, newest first, or one.

use paceline_api::{MessageListQuery, MessageListed, Operation, Page};
use paceline_core::{AgentId, MessageId, message};

use super::failure::invalid;
use super::{ApiFailure, Caller, Operations, page, wire};

impl Operations {
    /// Newest first; reading moves no cursor. A page may hold fewer than `limit` and still have a
    /// next one: it looks at a bounded number of messages.
    ///
    /// # Errors
    /// When an agent's token asks, or a field is out of bounds.
    pub async fn message_list(
        &self,
        caller: &Caller,
        query: MessageListQuery,
    ) -> Result<Page<MessageListed>, ApiFailure> {
        caller.require_operator("list the messages of others")?;
        let mut passage = self.gate.open(Operation::MessageList, caller);
        let result = async {
            let page = page(query.limit, query.cursor.clone())?;
            let filter = filter(query)?;
            let found = passage.take(passage.store().messages(filter, page).await)?;
            Ok(Page {
                items: found.items.into_iter().map(wire::listed).collect(),
                next_cursor: found.next_cursor,
            })
        }
        .await;
        passage.finish(result)
    }

    /// # Errors
    /// When an agent's token asks, or there is no such message.
    pub async fn message_get(
        &self,
        caller: &Caller,
        message_id: String,
    ) -> Result<MessageListed, ApiFailure> {
        caller.require_operator("look at the messages of others")?;
        let mut passage = self.gate.open(Operation::MessageList, caller);
        let result = async {
            let message_id = MessageId::parse(message_id)?;
            passage.about(message_id.as_str());
            passage
                .take(passage.store().message(message_id).await)
                .map(wire::listed)
        }
        .await;
        passage.finish(result)
    }
}

fn filter(query: MessageListQuery) -> Result<message::Filter, ApiFailure> {
    let to = match (query.role, query.topic) {
        (Some(_), Some(_)) => return Err(invalid("topic", "and `role` exclude each other")),
        (Some(role), None) => Some(message::Recipient::Role(role)),
        (None, Some(topic)) => Some(message::Recipient::Topic(topic)),
        (None, None) => None,
    };
    Ok(message::Filter {
        agent: query.agent_id.map(AgentId::parse).transpose()?,
        to,
        kind: query.r#type,
    })
}
