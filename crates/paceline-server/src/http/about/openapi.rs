//! The list of routes as an OpenAPI 3.1 document. Owns the translation; refuses to add anything
//! that the routes do not say.
//!
//! A generator of its own instead of utoipa: the MCP tools and this document then share one derive
//! (schemars), and one list of routes makes the router and the document.

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::super::caller::{IDEMPOTENCY_KEY, SESSION_ID};
use super::super::input::InputShape;
use super::super::route::{About, AnswerShape, Route};
use paceline_api::{ErrorBody, ErrorCode, Operation};
use paceline_core::limits::{ID_LENGTH_MAX, IDEMPOTENCY_KEY_LENGTH_MAX};

/// Schemas of a WebSocket's messages, in the answer that opens it.
pub const FROM_CLIENT: &str = "x-websocket-from-client";
pub const FROM_SERVER: &str = "x-websocket-from-server";

pub fn document(routes: &[Route]) -> Value {
    let mut generator = generator();
    let mut paths = Map::new();
    for route in routes {
        let operation = operation(route, &mut generator);
        let path = paths.entry(route.about.path).or_insert_with(|| json!({}));
        path[route.about.method.to_ascii_lowercase()] = operation;
    }
    let error = generator.subschema_for::<ErrorBody>();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Paceline",
            "summary": "Coordination for fleets of AI agents, with every operation on the record.",
            "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "responses": {"Error": {"description": errors(), "content": json_content(&error)}},
            "parameters": {"idempotency_key": idempotency_key(), "session_id": session_id()},
            "securitySchemes": {"token": {
                "type": "http",
                "scheme": "bearer",
                "description": "An agent's token, or an operator's, where the server asks for one.",
            }},
            "schemas": generator.take_definitions(true),
        },
    })
}

pub fn generator() -> SchemaGenerator {
    SchemaSettings::draft2020_12()
        .with(|settings| {
            settings.definitions_path = "/components/schemas".into();
            settings.meta_schema = None;
        })
        .into_generator()
}

fn operation(route: &Route, generator: &mut SchemaGenerator) -> Value {
    let about = &route.about;
    let input = (route.input)(generator);
    let mut operation = json!({
        "operationId": about.name,
        "summary": about.operation.map_or(about.summary, Operation::title),
        "description": about.summary,
        "tags": [tag(about)],
        "responses": responses(route, generator),
    });
    let parameters = parameters(about, &input);
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    if let Some(body) = &input.body {
        let required = !input.body_is_optional;
        operation["requestBody"] = json!({"required": required, "content": json_content(body)});
    }
    if about.public {
        operation["security"] = json!([]);
    }
    operation
}

/// What a route is about: the word after `/api/`, but for what lies in an agent's mailbox.
pub fn tag(about: &About) -> &'static str {
    if about.path.contains("/messages") {
        return "messages";
    }
    match about
        .path
        .strip_prefix("/api/")
        .and_then(|rest| rest.split('/').next())
    {
        Some("openapi.json" | "docs") | None => "server",
        Some(
            "performance" | "agent-performance" | "report" | "reports" | "benchmarks"
            | "benchmark-history",
        ) => "performance",
        Some(word) => word,
    }
}

fn responses(route: &Route, generator: &mut SchemaGenerator) -> Value {
    let mut responses = Map::new();
    let success = route.about.success;
    let description = success.canonical_reason().unwrap_or("Success");
    let mut answer = json!({"description": description});
    match route.answer {
        AnswerShape::Json { schema, .. } => answer["content"] = json_content(&schema(generator)),
        AnswerShape::Text(content_type) => answer["content"] = json!({content_type: {}}),
        // OpenAPI has no word for what follows an upgrade, but a place for words of one's own.
        AnswerShape::Frames {
            from_client,
            from_server,
        } => {
            answer[FROM_CLIENT] = from_client(generator).into();
            answer[FROM_SERVER] = from_server(generator).into();
        }
    }
    responses.insert(success.as_str().to_owned(), answer);
    if matches!(
        route.answer,
        AnswerShape::Json {
            may_be_empty: true,
            ..
        }
    ) {
        responses.insert("204".to_owned(), json!({"description": "Nothing now."}));
    }
    let error = json!({"$ref": "#/components/responses/Error"});
    responses.insert("default".to_owned(), error);
    responses.into()
}

fn json_content(schema: &Schema) -> Value {
    json!({"application/json": {"schema": schema}})
}

fn parameters(about: &About, input: &InputShape) -> Vec<Value> {
    let mut parameters: Vec<_> = path_fields(about.path)
        .map(|name| {
            let schema = json!({"type": "string", "minLength": 1});
            json!({"name": name, "in": "path", "required": true, "schema": schema})
        })
        .collect();
    if let Some(query) = &input.query {
        parameters.extend(query_parameters(query));
    }
    if let Some(operation) = about.operation {
        let own = ["idempotency_key", "session_id"];
        let taken = if operation.is_write() {
            &own[..]
        } else {
            &own[1..]
        };
        let reference = |name| json!({"$ref": format!("#/components/parameters/{name}")});
        parameters.extend(taken.iter().map(reference));
    }
    parameters
}

pub fn path_fields(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

fn query_parameters(query: &Schema) -> Vec<Value> {
    let none = Map::new();
    let properties = query
        .get("properties")
        .and_then(Value::as_object)
        .unwrap_or(&none);
    let required = query.get("required").and_then(Value::as_array);
    let is_required = |name: &str| required.is_some_and(|list| list.iter().any(|one| one == name));
    properties
        .iter()
        .map(|(name, schema)| {
            let mut parameter = json!({"name": name, "in": "query", "schema": schema});
            if is_required(name) {
                parameter["required"] = true.into();
            }
            parameter
        })
        .collect()
}

fn idempotency_key() -> Value {
    json!({
        "name": IDEMPOTENCY_KEY,
        "in": "header",
        "description": "Repeated with the same key, a request gets its first answer for a day.",
        "schema": {"type": "string", "minLength": 1, "maxLength": IDEMPOTENCY_KEY_LENGTH_MAX},
    })
}

fn session_id() -> Value {
    json!({
        "name": SESSION_ID,
        "in": "header",
        "description": "The session that the record names.",
        "schema": {"type": "string", "minLength": 1, "maxLength": ID_LENGTH_MAX},
    })
}

fn errors() -> String {
    let codes = ErrorCode::ALL
        .iter()
        .map(|code| format!("`{code}` {}", code.http_status()));
    format!(
        "Refused or failed: {}.",
        codes.collect::<Vec<_>>().join(", ")
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::super::routes::routes;
    use super::*;

    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(object) => {
                if let Some(Value::String(reference)) = object.get("$ref") {
                    found.insert(reference.clone());
                }
                object.values().for_each(|value| references(value, found));
            }
            Value::Array(list) => list.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document(&routes());
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        assert!(20 < found.len());
        for reference in found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }

    #[test]
    fn every_route_is_documented_under_a_name_of_its_own() {
        let routes = routes();
        let document = document(&routes);
        let mut names = BTreeSet::new();
        for route in &routes {
            let method = route.about.method.to_ascii_lowercase();
            let operation = &document["paths"][route.about.path][&method];
            assert_eq!(operation["operationId"], route.about.name);
            assert!(names.insert(route.about.name), "{} twice", route.about.name);
        }
    }

    #[test]
    fn a_query_becomes_parameters_and_a_body_a_schema() {
        let document = document(&routes());
        let list = &document["paths"]["/api/tasks"]["get"]["parameters"];
        let names: Vec<_> = list
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["name"])
            .collect();
        assert!(names.contains(&&json!("exclude_status")), "{names:?}");
        let body = &document["paths"]["/api/tasks"]["post"]["requestBody"]["content"];
        let choices = &body["application/json"]["schema"]["oneOf"];
        assert_eq!(choices[1]["$ref"], "#/components/schemas/TaskBatchRequest");
    }
}
