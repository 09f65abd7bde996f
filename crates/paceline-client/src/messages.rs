//! Messages. Owns their routes; refuses to acknowledge on its own.

use paceline_api::*;

use crate::service::route;
use crate::{Client, ClientError};

impl Client {
    pub async fn send_message(
        &self,
        request: &MessageSendRequest,
    ) -> Result<MessageSent, ClientError> {
        self.create(const { route(Operation::MessageSend) }, request)
            .await
    }

    pub async fn read_messages(
        &self,
        agent_id: &str,
        query: &MessageReadQuery,
    ) -> Result<MessageReadResponse, ClientError> {
        let wait_seconds = query.wait_seconds.unwrap_or(0);
        let route = const { route(Operation::MessageRead) };
        self.wait(route, &[agent_id], query, wait_seconds).await
    }

    pub async fn ack_messages(
        &self,
        agent_id: &str,
        request: &MessageAckRequest,
    ) -> Result<MessageAcked, ClientError> {
        self.write(const { route(Operation::MessageAck) }, &[agent_id], request)
            .await
    }

    /// For operators.
    pub async fn list_messages(
        &self,
        query: &MessageListQuery,
    ) -> Result<Page<MessageListed>, ClientError> {
        self.read(const { route(Operation::MessageList) }, &[], query)
            .await
    }
}
