//! Operations by name, over HTTP or over MCP. Owns the way from a name and arguments to an answer
//! or a refusal on either surface; refuses to know any operation in particular: routes come from
//! the published list.

use std::io;

use paceline_api::Operation;
use serde_json::{Map, Value, json};

use crate::http::{Answer, Connection};

/// What the error of an answer says.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub code: String,
    pub message: String,
    pub hint: Option<String>,
    pub details: Value,
}

impl Refusal {
    pub fn read(body: &Value) -> Self {
        let error = &body["error"];
        let text = |field: &str| error[field].as_str().map(str::to_owned);
        Self {
            code: text("code").unwrap_or_else(|| panic!("an error without a code: {body}")),
            message: text("message").unwrap_or_default(),
            hint: text("hint"),
            details: error["details"].clone(),
        }
    }
}

/// Nothing came back at all.
#[derive(Debug)]
pub enum Trouble {
    Refused(Refusal),
    Silence(io::Error),
}

pub type Outcome = Result<Value, Trouble>;

/// An answer that a test takes for granted.
pub trait Expect {
    fn granted(self) -> Value;
    fn refused(self) -> Refusal;
}

impl Expect for Outcome {
    #[track_caller]
    fn granted(self) -> Value {
        match self {
            Ok(value) => value,
            Err(trouble) => panic!("expected an answer, got {trouble:?}"),
        }
    }

    #[track_caller]
    fn refused(self) -> Refusal {
        match self {
            Err(Trouble::Refused(refusal)) => refusal,
            other => panic!("expected a refusal, got {other:?}"),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Surface {
    Http,
    Mcp,
}

pub struct Caller {
    surface: Surface,
    connection: Connection,
    calls: u64,
}

impl Caller {
    pub fn over_http(url: &str) -> Self {
        Self::new(Surface::Http, url)
    }

    /// MCP 2025-11-25: shakes hands at once.
    pub fn over_mcp(url: &str) -> Self {
        let mut caller = Self::new(Surface::Mcp, url);
        caller.shake_hands().expect("an MCP handshake");
        caller
    }

    fn new(surface: Surface, url: &str) -> Self {
        Self {
            surface,
            connection: Connection::to(url),
            calls: 0,
        }
    }

    pub fn with_token(mut self, token: &str) -> Self {
        let bearer = format!("Bearer {token}");
        self.connection = self.connection.with_header("authorization", &bearer);
        self
    }

    /// Arguments are those of the MCP tool: fields of the route's path among the others.
    pub fn call(&mut self, operation: &str, arguments: Value) -> Outcome {
        self.call_once(operation, arguments, None)
    }

    /// Under an idempotency key.
    pub fn call_once(&mut self, operation: &str, arguments: Value, key: Option<&str>) -> Outcome {
        match self.surface {
            Surface::Http => self.call_http(operation, arguments, key),
            Surface::Mcp => self.call_mcp(operation, arguments, key),
        }
    }

    fn call_http(&mut self, operation: &str, arguments: Value, key: Option<&str>) -> Outcome {
        let operation: Operation = operation.parse().expect("a published operation");
        let route = operation.route().expect("an operation with a route");
        let Value::Object(mut fields) = arguments else {
            panic!("arguments are an object");
        };
        let mut path = route.path.to_owned();
        for name in operation.path_fields() {
            let value = fields.remove(name).unwrap_or_else(|| panic!("no `{name}`"));
            path = path.replace(&format!("{{{name}}}"), &escape(&plain(&value)));
        }
        let in_query = matches!(route.method, "GET" | "DELETE");
        let body = if in_query {
            path.push_str(&query(&fields));
            String::new()
        } else {
            Value::Object(fields).to_string()
        };
        let key = key.map(|key| ("idempotency-key", key));
        let headers: Vec<_> = key.into_iter().collect();
        let sent = self
            .connection
            .send(route.method, &path, &headers, body.as_bytes());
        let answer = sent.map_err(Trouble::Silence)?;
        if answer.status < 300 {
            return Ok(answer.json());
        }
        Err(Trouble::Refused(Refusal::read(&answer.json())))
    }

    fn call_mcp(&mut self, operation: &str, mut arguments: Value, key: Option<&str>) -> Outcome {
        if let Some(key) = key {
            arguments["idempotency_key"] = key.into();
        }
        let params = json!({"name": operation, "arguments": arguments});
        let reply = self
            .request("tools/call", params)
            .map_err(Trouble::Silence)?;
        let result = &reply["result"];
        assert!(result.is_object(), "a protocol error: {reply}");
        if result["isError"] == true {
            let text = result["content"][0]["text"].as_str().unwrap_or_default();
            let body = serde_json::from_str(text).expect("the error as JSON");
            return Err(Trouble::Refused(Refusal::read(&body)));
        }
        Ok(result["structuredContent"].clone())
    }

    fn shake_hands(&mut self) -> io::Result<()> {
        let client = json!({"name": "paceline-tests", "version": "0"});
        let params = json!({
            "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client,
        });
        let reply = self.request("initialize", params)?;
        assert_eq!(reply["result"]["protocolVersion"], "2025-11-25", "{reply}");
        let version = ("mcp-protocol-version".to_owned(), "2025-11-25".to_owned());
        self.connection.headers.push(version);
        let notice = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
        let answer = self.post_mcp(&notice)?;
        assert!(answer.status < 300, "{}", answer.text());
        Ok(())
    }

    fn request(&mut self, method: &str, params: Value) -> io::Result<Value> {
        self.calls += 1;
        let request =
            json!({"jsonrpc": "2.0", "id": self.calls, "method": method, "params": params});
        let answer = self.post_mcp(&request)?;
        if let Some(session) = answer.header("mcp-session-id") {
            let session = ("mcp-session-id".to_owned(), session.to_owned());
            self.connection.headers.push(session);
        }
        Ok(message_in(&answer))
    }

    fn post_mcp(&mut self, message: &Value) -> io::Result<Answer> {
        let accept = [("accept", "application/json, text/event-stream")];
        self.connection
            .send("POST", "/mcp", &accept, message.to_string().as_bytes())
    }
}

/// A reply comes as JSON, or as the last event of a stream.
fn message_in(answer: &Answer) -> Value {
    let is_stream = answer
        .header("content-type")
        .is_some_and(|kind| kind.starts_with("text/event-stream"));
    if !is_stream {
        return answer.json();
    }
    let text = answer.text();
    let mut data = text.lines().filter_map(|line| line.strip_prefix("data:"));
    let last = data.rfind(|data| !data.trim().is_empty());
    serde_json::from_str(last.expect("an event with data")).expect("JSON in the event")
}

fn query(fields: &Map<String, Value>) -> String {
    let pairs: Vec<_> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", escape(&plain(value))))
        .collect();
    if pairs.is_empty() {
        String::new()
    } else {
        format!("?{}", pairs.join("&"))
    }
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

/// A registered agent's id.
pub fn register(caller: &mut Caller, name: &str) -> String {
    let agent = caller
        .call("agent_register", json!({"name": name}))
        .granted();
    text(&agent, "agent_id")
}

pub fn enqueue(caller: &mut Caller, description: &str) -> String {
    let task = caller
        .call("task_enqueue", json!({"description": description}))
        .granted();
    text(&task, "task_id")
}

/// Every item of a list, page by page.
pub fn list_all(caller: &mut Caller, operation: &str, arguments: &Value) -> Vec<Value> {
    let mut items = Vec::new();
    let mut arguments = arguments.clone();
    arguments["limit"] = 500.into();
    loop {
        let page = caller.call(operation, arguments.clone()).granted();
        items.extend(page["items"].as_array().expect("items").iter().cloned());
        match page["next_cursor"].as_str() {
            Some(cursor) => arguments["cursor"] = cursor.into(),
            None => return items,
        }
    }
}

#[track_caller]
pub fn text(value: &Value, field: &str) -> String {
    value[field]
        .as_str()
        .unwrap_or_else(|| panic!("no `{field}` in {value}"))
        .to_owned()
}

#[track_caller]
pub fn number(value: &Value, field: &str) -> u64 {
    value[field]
        .as_u64()
        .unwrap_or_else(|| panic!("no `{field}` in {value}"))
}
