//! Messages as people see them. Owns the columns; refuses JSON, which is the API's.

use paceline_api::{
    Message, MessageAcked, MessageReadResponse, MessageSent, Recipient, StrictJson,
};

use crate::terminal::words::{short, time};
use crate::terminal::{Present, View};

const PAYLOAD_SHOWN: usize = 100;

impl Present for MessageReadResponse {
    fn view(&self) -> View {
        let head = &[
            "#position",
            "!sent",
            "from",
            "to",
            "type",
            "payload",
            "!message",
        ];
        let rows = self.items.iter().map(row).collect();
        let view = View::list(
            head,
            rows,
            "no new messages; `--wait-seconds 60` waits for one",
        );
        match self.items.last() {
            Some(last) => view.and_say(format!(
                "acknowledged through {}; `paceline message ack AGENT_ID --through {}` marks these as done",
                self.acked_through, last.position
            )),
            None => view,
        }
    }
}

fn row(message: &Message) -> Vec<String> {
    let payload = message
        .payload
        .as_ref()
        .map(StrictJson::as_str)
        .unwrap_or_default();
    vec![
        message.position.to_string(),
        time(message.sent_at),
        message.from.clone().unwrap_or_default(),
        recipient(&message.to),
        message.r#type.clone(),
        short(payload, PAYLOAD_SHOWN),
        message.message_id.clone(),
    ]
}

fn recipient(to: &Recipient) -> String {
    match to {
        Recipient::Agent(id) => id.clone(),
        Recipient::Role(name) => format!("role:{name}"),
        Recipient::Topic(name) => format!("topic:{name}"),
        Recipient::All => "all".to_owned(),
    }
}

impl Present for MessageSent {
    fn view(&self) -> View {
        View::facts([
            ("message", self.message_id.clone()),
            ("to", recipient(&self.to)),
            ("position", self.position.to_string()),
            ("sequence", self.sequence.to_string()),
            ("sent", time(self.sent_at)),
        ])
    }
}

impl Present for MessageAcked {
    fn view(&self) -> View {
        let Self {
            agent_id,
            acked_through,
        } = self;
        View::sentence(format!("{agent_id} is done through {acked_through}."))
    }
}
