//! The JSON-RPC message of a request, read before the protocol library reads it.
//!
//! Owns what the library loses or answers without the protocol's own errors: the arguments exactly
//! as they were sent, and bodies that are no message. Refuses to judge methods or parameters.

use std::borrow::Cow;

use bytes::Bytes;
use http::StatusCode;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

/// The arguments of a tool call as text. A tree of values would have merged keys and rounded
/// numbers that stored JSON must keep.
#[derive(Clone, Debug)]
pub struct RawArguments(Bytes);

impl RawArguments {
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// What a message says, as far as it matters here.
#[derive(Debug)]
pub enum Envelope {
    Initialize,
    ToolCall {
        id: String,
        arguments: Option<RawArguments>,
    },
    Cancelled {
        request: String,
    },
    Other,
}

/// A body that is no message of the protocol, as its JSON-RPC error.
#[derive(Debug, PartialEq)]
pub struct NoMessage {
    pub status: StatusCode,
    pub error: Value,
}

#[derive(Deserialize)]
struct Message<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    method: Option<Cow<'a, str>>,
    #[serde(borrow)]
    params: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct CallParams<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    arguments: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct CancelledParams<'a> {
    #[serde(borrow, rename = "requestId")]
    request_id: &'a RawValue,
}

impl Envelope {
    pub fn read(body: &Bytes) -> Result<Self, NoMessage> {
        let message: Message<'_> =
            serde_json::from_slice(body).map_err(|error| refuse(body, &error))?;
        let params = message.params.map_or("{}", RawValue::get);
        Ok(match message.method.as_deref() {
            Some("initialize") => Self::Initialize,
            Some("tools/call") => Self::ToolCall {
                arguments: arguments(body, params).map_err(|problem| NoMessage {
                    status: StatusCode::OK,
                    error: rpc_error(message.id, -32602, &problem),
                })?,
                id: text(message.id),
            },
            Some("notifications/cancelled") => {
                serde_json::from_str(params).map_or(Self::Other, |params: CancelledParams<'_>| {
                    Self::Cancelled {
                        request: text(Some(params.request_id)),
                    }
                })
            }
            _ => Self::Other,
        })
    }
}

fn text(id: Option<&RawValue>) -> String {
    id.map_or_else(String::new, |id| id.get().to_owned())
}

/// The library takes a call of another shape for an unknown method.
fn arguments(body: &Bytes, params: &str) -> Result<Option<RawArguments>, String> {
    let params: CallParams<'_> =
        serde_json::from_str(params).map_err(|error| format!("a call names its tool: {error}"))?;
    let Some(arguments) = params.arguments else {
        return Ok(None);
    };
    let text = arguments.get();
    if !text.starts_with('{') {
        let tool: String = params.name.chars().take(100).collect();
        return Err(format!("the arguments of `{tool}` must be an object"));
    }
    Ok(Some(RawArguments(body.slice_ref(text.as_bytes()))))
}

#[cold]
fn refuse(body: &[u8], error: &serde_json::Error) -> NoMessage {
    let is_array = body.trim_ascii_start().starts_with(b"[");
    if is_array || error.classify() == serde_json::error::Category::Data {
        return no_message(&error.to_string());
    }
    let problem = format!("the body is not valid JSON: {error}");
    NoMessage {
        status: StatusCode::BAD_REQUEST,
        error: rpc_error(None, -32700, &problem),
    }
}

/// For JSON that is not one message of the protocol.
pub fn no_message(reason: &str) -> NoMessage {
    let problem = format!("the body is not one JSON-RPC message of the protocol: {reason}");
    NoMessage {
        status: StatusCode::BAD_REQUEST,
        error: rpc_error(None, -32600, &problem),
    }
}

fn rpc_error(id: Option<&RawValue>, code: i32, message: &str) -> Value {
    let id: Value = id
        .and_then(|id| serde_json::from_str(id.get()).ok())
        .unwrap_or_default();
    json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &'static str) -> Result<Envelope, NoMessage> {
        Envelope::read(&Bytes::from_static(text.as_bytes()))
    }

    #[test]
    fn arguments_are_kept_as_they_were_sent() {
        let call = r#"{"jsonrpc":"2.0","id":"a\"b","method":"tools/call","params":{"name":"n","arguments":{"x": 1.50, "x":2}}}"#;
        let Ok(Envelope::ToolCall { id, arguments }) = read(call) else {
            panic!("no call");
        };
        assert_eq!(id, r#""a\"b""#);
        assert_eq!(arguments.unwrap().as_str(), r#"{"x": 1.50, "x":2}"#);
    }

    #[test]
    fn a_cancellation_names_its_request() {
        let cancel =
            r#"{"method":"notifications/cancelled","params":{"requestId":7,"reason":"r"}}"#;
        assert!(matches!(read(cancel), Ok(Envelope::Cancelled { request }) if request == "7"));
        let other = r#"{"method":"notifications/cancelled"}"#;
        assert!(matches!(read(other), Ok(Envelope::Other)));
    }

    #[test]
    fn what_is_no_message_gets_the_protocols_error() {
        for (body, code) in [
            ("", -32700),
            ("{", -32700),
            ("nope", -32700),
            ("[]", -32600),
            ("3", -32600),
        ] {
            let NoMessage { error, .. } = read(body).unwrap_err();
            assert_eq!(error["error"]["code"], code, "{body}");
        }
    }
}
