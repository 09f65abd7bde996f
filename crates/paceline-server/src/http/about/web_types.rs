//! The wire's schemas as TypeScript, for the dashboard. Owns the translation and the check that `web/src/lib/wire.ts` is what it
//! makes; refuses types that no schema has.
//!
//! Only the tests have it: the file is in the repository, so that the page builds without the server.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Map, Value};

use super::openapi_document::DOCUMENT;

const HEAD: &str = "// The wire's types, generated from paceline-api's schemas by `cargo xtask web-types`; a test fails when they are out of date.\n";

#[test]
fn the_dashboards_types_are_those_of_the_wire() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/src/lib/wire.ts");
    let expected = types(&DOCUMENT["components"]["schemas"]);
    if std::env::var_os("PACELINE_WRITE_WEB_TYPES").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    let is_fresh = found == expected;
    assert!(
        is_fresh,
        "web/src/lib/wire.ts is out of date: `cargo xtask web-types`"
    );
}

#[test]
fn schemas_become_types() {
    let check = |schema: &str, expected: &str| {
        let schema: Value = serde_json::from_str(schema).unwrap();
        assert_eq!(kind(&schema), expected, "{schema}");
    };
    check(r#"{"type": "string", "format": "date-time"}"#, "string");
    check(r#"{"type": ["integer", "null"]}"#, "number | null");
    check(r#"{"enum": ["a", "b"], "type": "string"}"#, r#""a" | "b""#);
    check(r#"{"const": true}"#, "true");
    check(r##"{"$ref": "#/components/schemas/Task"}"##, "Task");
    check(
        r#"{"type": "array", "items": {"enum": ["a", "b"]}}"#,
        r#"("a" | "b")[]"#,
    );
    check(
        r#"{"type": "object", "additionalProperties": {"type": "string"}}"#,
        "Record<string, string>",
    );
    check(
        r##"{"anyOf": [{"$ref": "#/x/A"}, {"type": "null"}]}"##,
        "A | null",
    );
    check("{}", "unknown");
    check("true", "unknown");
    check(
        r##"{"$ref": "#/x/A", "type": "object", "properties": {"type": {"const": "a"}}, "required": ["type"]}"##,
        r#"A & { type: "a" }"#,
    );
}

fn types(schemas: &Value) -> String {
    let mut text = HEAD.to_owned();
    for (name, schema) in object(schemas) {
        text.push('\n');
        document(&mut text, "", schema);
        let is_plain = schema["properties"].is_object() && schema["$ref"].is_null();
        // Writing to a String cannot fail.
        if is_plain {
            let _ = writeln!(text, "export interface {name} {{");
            fields(&mut text, schema);
            text.push_str("}\n");
        } else {
            let _ = writeln!(text, "export type {name} = {};", kind(schema));
        }
    }
    text
}

fn fields(text: &mut String, schema: &Value) {
    for (name, field) in object(&schema["properties"]) {
        document(text, "  ", field);
        let _ = writeln!(text, "  {name}{}: {};", mark(schema, name), kind(field));
    }
}

fn mark(schema: &Value, name: &str) -> &'static str {
    let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
    if required.iter().any(|one| one == name) {
        ""
    } else {
        "?"
    }
}

fn document(text: &mut String, indent: &str, schema: &Value) {
    if let Some(words) = schema["description"].as_str() {
        let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
        let _ = writeln!(text, "{indent}/** {} */", line.replace("*/", "* /"));
    }
}

fn kind(schema: &Value) -> String {
    let own = own_kind(schema);
    let Some(reference) = schema["$ref"].as_str() else {
        return own;
    };
    let name = reference.rsplit('/').next().unwrap_or_default();
    if own == "unknown" {
        name.to_owned()
    } else {
        format!("{name} & {own}")
    }
}

/// A schema without what it refers to.
fn own_kind(schema: &Value) -> String {
    if let Some(value) = schema.get("const") {
        return value.to_string();
    }
    let choices = ["oneOf", "anyOf", "enum"]
        .iter()
        .find_map(|key| schema[*key].as_array());
    if let Some(choices) = choices {
        let is_value = schema["enum"].is_array();
        let words = choices.iter().map(|one| {
            if is_value {
                one.to_string()
            } else {
                grouped(one)
            }
        });
        return words.collect::<Vec<_>>().join(" | ");
    }
    match &schema["type"] {
        Value::Array(names) => {
            let words = names
                .iter()
                .filter_map(Value::as_str)
                .map(|name| named(schema, name));
            words.collect::<Vec<_>>().join(" | ")
        }
        Value::String(name) => named(schema, name),
        _ => "unknown".to_owned(),
    }
}

fn named(schema: &Value, name: &str) -> String {
    match name {
        "integer" | "number" => "number".to_owned(),
        "array" => format!("{}[]", grouped(&schema["items"])),
        "object" if schema["properties"].is_object() => inline(schema),
        "object" if schema["additionalProperties"].is_object() => {
            format!("Record<string, {}>", kind(&schema["additionalProperties"]))
        }
        "object" => "Record<string, unknown>".to_owned(),
        other => other.to_owned(),
    }
}

fn inline(schema: &Value) -> String {
    let fields = object(&schema["properties"])
        .iter()
        .map(|(name, field)| format!("{name}{}: {}", mark(schema, name), kind(field)));
    format!("{{ {} }}", fields.collect::<Vec<_>>().join("; "))
}

/// As part of something larger.
fn grouped(schema: &Value) -> String {
    let kind = kind(schema);
    if kind.contains(['|', '&']) {
        format!("({kind})")
    } else {
        kind
    }
}

fn object(value: &Value) -> &Map<String, Value> {
    static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
    value.as_object().unwrap_or(&NONE)
}
