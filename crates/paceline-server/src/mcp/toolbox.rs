//! The tools as clients see them, made once. Owns what a tool adds to its operation's schemas and
//! looking it up by name; refuses to change while the server runs.

use std::collections::HashMap;
use std::sync::Arc;

use rmcp::model::{Tool, ToolAnnotations};
use schemars::Schema;
use serde_json::{Map, Value, json};

use super::arguments::{IDEMPOTENCY_KEY, TOKEN};
use super::tools::{Effect, TOOLS, ToolEntry};

pub type JsonObject = Map<String, Value>;

pub struct Tooled {
    pub entry: &'static ToolEntry,
    pub tool: Tool,
}

pub struct Toolbox {
    tooled: Vec<Tooled>,
    by_name: HashMap<&'static str, usize>,
}

impl Toolbox {
    pub fn new() -> Self {
        let tooled: Vec<_> = TOOLS
            .iter()
            .map(|entry| Tooled {
                entry,
                tool: tool(entry),
            })
            .collect();
        let names = TOOLS.iter().map(|entry| entry.operation.as_str());
        Self {
            tooled,
            by_name: names.zip(0..).collect(),
        }
    }

    pub fn find(&self, name: &str) -> Option<&Tooled> {
        self.by_name
            .get(name)
            .and_then(|index| self.tooled.get(*index))
    }

    /// In the order of the list.
    pub fn tools(&self) -> Vec<Tool> {
        self.tooled
            .iter()
            .map(|tooled| tooled.tool.clone())
            .collect()
    }
}

fn tool(entry: &ToolEntry) -> Tool {
    let operation = entry.operation;
    let mut tool = Tool::new(operation.as_str(), operation.summary(), arguments(entry));
    tool.title = Some(operation.title().to_owned());
    tool.output_schema = Some(Arc::new(answer(entry)));
    tool.annotations = Some(annotations(entry.effect));
    tool
}

/// The request's fields, those of the path, and what HTTP takes as headers.
fn arguments(entry: &ToolEntry) -> JsonObject {
    let mut schema = object((entry.request)());
    let path_fields: Vec<_> = entry.operation.path_fields().collect();
    let key = takes_key(entry.effect).then_some(IDEMPOTENCY_KEY);
    let properties = schema.entry("properties").or_insert_with(|| json!({}));
    for name in path_fields.iter().copied().chain(key).chain([TOKEN]) {
        properties[name] = json!({"type": "string"});
    }
    let required = schema.remove("required").unwrap_or_default();
    let required = required.as_array().cloned().unwrap_or_default();
    let required: Vec<_> = path_fields
        .into_iter()
        .map(Value::from)
        .chain(required)
        .collect();
    if !required.is_empty() {
        schema.insert("required".to_owned(), required.into());
    }
    schema
}

/// Where a retry without a key would do it twice, or be refused for its own first attempt.
const fn takes_key(effect: Effect) -> bool {
    matches!(effect, Effect::Adds | Effect::Overwrites)
}

fn answer(entry: &ToolEntry) -> JsonObject {
    let mut schema = object((entry.answer)());
    // Answers whose model is not fixed yet are objects all the same.
    schema.insert("type".to_owned(), json!("object"));
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for property in properties.into_iter().flat_map(Map::values_mut) {
        if let Some(property) = property.as_object_mut() {
            // An agent chooses among values only where it gives them.
            property.retain(|keyword, _| keyword != "enum" && keyword != "format");
        }
    }
    schema
}

fn annotations(effect: Effect) -> ToolAnnotations {
    let hints = ToolAnnotations::new().read_only(effect == Effect::Reads);
    match effect {
        Effect::Reads => hints,
        Effect::Adds | Effect::Logs => hints.destructive(false).idempotent(false),
        Effect::Sets => hints.destructive(false).idempotent(true),
        Effect::Overwrites | Effect::Ends => hints.destructive(true).idempotent(true),
    }
}

fn object(schema: Schema) -> JsonObject {
    match schema.to_value() {
        Value::Object(fields) => fields,
        _ => JsonObject::new(),
    }
}
