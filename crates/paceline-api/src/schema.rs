//! Schemas as tools publish them: every byte is paid for in every agent's context.
//!
//! Owns what is left out: annotations, the null that an absent optional field never needs, and in
//! answers the descriptions, the required names and the inside of nested objects. Refuses to
//! forbid what the full schema allows, with one exception: null for an optional field of a request
//! is accepted but not advertised.

use schemars::generate::{Contract, SchemaSettings};
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value};

/// The schema of a request.
pub fn input_schema<T: JsonSchema>() -> Schema {
    compact_schema::<T>(Contract::Deserialize)
}

/// The schema of an answer, one level deep: an agent that reads a list of tasks sees what a task
/// holds, and three copies of the whole task would take a quarter of the budget.
pub fn output_schema<T: JsonSchema>() -> Schema {
    let mut schema = compact_schema::<T>(Contract::Serialize);
    transform_subschemas(&mut Shallow, &mut schema);
    // Names say enough of an answer that the agent is about to see.
    schema.remove("required");
    schema
}

fn compact_schema<T: JsonSchema>(contract: Contract) -> Schema {
    let mut settings = SchemaSettings::draft2020_12().with_transform(Compact);
    settings.meta_schema = None;
    settings.inline_subschemas = true;
    settings.contract = contract;
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    // The tool has a description of its own.
    schema.remove("description");
    schema
}

#[derive(Clone)]
struct Compact;

impl Transform for Compact {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        if let Some(object) = schema.as_object_mut() {
            drop_annotations(object);
            drop_enum_description(object);
            drop_null_of_optional(object);
        }
    }
}

struct Shallow;

impl Transform for Shallow {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let Some(object) = schema.as_object_mut() else {
            return;
        };
        object.remove("description");
        if object.contains_key("properties") {
            object.retain(|keyword, _| keyword == "type");
        }
    }
}

fn drop_annotations(schema: &mut Map<String, Value>) {
    schema.remove("title");
    schema.remove("default");
    let format = schema
        .get("format")
        .and_then(Value::as_str)
        .unwrap_or_default();
    if format == "double" || format.starts_with("uint") {
        schema.remove("format");
    }
    if schema.get("minimum") == Some(&Value::from(0)) {
        schema.remove("minimum");
    }
    if schema.get("maximum") == Some(&Value::from(u8::MAX)) {
        schema.remove("maximum");
    }
}

/// The values speak for themselves.
fn drop_enum_description(schema: &mut Map<String, Value>) {
    if schema.contains_key("enum") {
        schema.remove("description");
    }
}

fn drop_null_of_optional(schema: &mut Map<String, Value>) {
    let required = schema.get("required").cloned().unwrap_or_default();
    let is_required = |name: &str| {
        required
            .as_array()
            .is_some_and(|names| names.iter().any(|one| one.as_str() == Some(name)))
    };
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        if let Some(property) = property.as_object_mut()
            && !is_required(name)
        {
            drop_null(property);
        }
    }
}

fn drop_null(property: &mut Map<String, Value>) {
    if let Some(Value::Array(values)) = property.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    let Some(Value::Array(types)) = property.get_mut("type") else {
        return;
    };
    types.retain(|one| one.as_str() != Some("null"));
    if let [only] = types.as_slice() {
        let only = only.clone();
        property.insert("type".to_owned(), only);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_go_and_meaning_stays() {
        let schema = input_schema::<crate::LeaderCampaignRequest>();
        let expected = serde_json::json!({
            "type": "object",
            "properties": {
                "agent_id": {"type": "string"},
                "ttl_ms": {
                    "description": "How long a lead lasts unrenewed (10000).",
                    "type": "integer"
                }
            },
            "additionalProperties": false,
            "required": ["agent_id"]
        });
        assert_eq!(schema.to_value(), expected);
    }

    #[test]
    fn an_answer_that_writes_null_may_hold_null() {
        let schema = output_schema::<crate::LeaderState>().to_value();
        assert_eq!(
            schema["properties"]["leader"]["type"],
            serde_json::json!(["string", "null"])
        );
        let task = output_schema::<crate::Task>().to_value();
        assert_eq!(task["properties"]["error"]["type"], "string");
    }

    #[test]
    fn an_answer_is_described_one_level_deep() {
        let claimed = output_schema::<crate::TaskClaimed>().to_value();
        assert_eq!(
            claimed["properties"]["task"],
            serde_json::json!({"type": "object"})
        );
    }
}
