//! Arguments of a tool call, taken apart: fields of the route's path, the idempotency key, the
//! token, and the request as HTTP takes it.
//!
//! Owns naming the argument that is wrong. Refuses what the tool does not know, and any key twice.

use std::borrow::Cow;
use std::fmt;

use paceline_api::ErrorCode;
use serde::de::{DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, de};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::toolbox::JsonObject;
use crate::operations::ApiFailure;

pub const IDEMPOTENCY_KEY: &str = "idempotency_key";
pub const TOKEN: &str = "token";
/// No tool takes half as many; looking for doubles compares each with each.
const ARGUMENTS_MAX: usize = 64;

/// Arguments of one call.
#[derive(Debug)]
pub struct Arguments<'a> {
    pub idempotency_key: Option<String>,
    pub token: Option<String>,
    /// Fields of the route's path, by name.
    path: Vec<(&'static str, String)>,
    /// The others, as they came.
    request: Vec<(String, &'a RawValue)>,
    known: Known<'a>,
}

/// What a tool takes, as its schema says.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a>(pub &'a JsonObject);

impl<'a> Arguments<'a> {
    pub fn parse(
        text: &'a str,
        path_fields: impl Iterator<Item = &'static str>,
        schema: &'a JsonObject,
    ) -> Result<Self, ApiFailure> {
        let known = Known(schema);
        let fields: Fields<'a> = serde_json::from_str(text).map_err(|error| {
            let message = without_position(&error);
            ApiFailure::new(ErrorCode::InvalidArgument, message)
        })?;
        let mut arguments = Self {
            idempotency_key: None,
            token: None,
            path: Vec::new(),
            request: fields.0,
            known,
        };
        arguments.refuse_unknown()?;
        arguments.refuse_missing()?;
        arguments.idempotency_key = arguments.take_text(IDEMPOTENCY_KEY)?;
        arguments.token = arguments.take_text(TOKEN)?;
        for name in path_fields {
            let value = arguments.take_text(name)?;
            let value = value.ok_or_else(|| known.missing(name))?;
            arguments.path.push((name, value));
        }
        Ok(arguments)
    }

    /// The field of the route's path; empty for a name that is not in it.
    pub fn path(&self, name: &str) -> String {
        let found = self.path.iter().find(|(field, _)| *field == name);
        found.map_or_else(String::new, |(_, value)| value.clone())
    }

    pub fn has(&self, name: &str) -> bool {
        self.request.iter().any(|(field, _)| field == name)
    }

    /// The request as the same operation takes it over HTTP.
    pub fn request<T: DeserializeOwned>(&self) -> Result<T, ApiFailure> {
        let text = self.request_text();
        // Read again when it is wrong: tracking the path costs every call for the few that fail.
        serde_json::from_str(&text).map_err(|error| self.known.explain::<T>(&text, &error))
    }

    /// For an argument that others make necessary.
    pub fn missing(&self, name: &str) -> ApiFailure {
        self.known.missing(name)
    }

    fn request_text(&self) -> String {
        let mut text = String::from("{");
        for (name, value) in &self.request {
            if 1 < text.len() {
                text.push(',');
            }
            text.push_str(&Value::from(name.as_str()).to_string());
            text.push(':');
            text.push_str(value.get());
        }
        text.push('}');
        text
    }

    fn take_text(&mut self, name: &str) -> Result<Option<String>, ApiFailure> {
        let Some(index) = self.request.iter().position(|(field, _)| field == name) else {
            return Ok(None);
        };
        let (_, value) = self.request.remove(index);
        serde_json::from_str(value.get()).map_err(|error| self.known.wrong(name, &error))
    }

    fn refuse_unknown(&self) -> Result<(), ApiFailure> {
        let unknown = self.request.iter().find(|(name, _)| !self.known.has(name));
        unknown.map_or(Ok(()), |(name, _)| Err(self.known.unknown(name)))
    }

    fn refuse_missing(&self) -> Result<(), ApiFailure> {
        let missing = self.known.required().find(|name| !self.has(name));
        missing.map_or(Ok(()), |name| Err(self.known.missing(name)))
    }
}

impl<'a> Known<'a> {
    fn names(self) -> impl Iterator<Item = &'a str> {
        let properties = self.0.get("properties").and_then(Value::as_object);
        properties
            .into_iter()
            .flatten()
            .map(|(name, _)| name.as_str())
    }

    fn has(self, name: &str) -> bool {
        self.names().any(|known| known == name)
    }

    fn required(self) -> impl Iterator<Item = &'a str> {
        let required = self.0.get("required").and_then(Value::as_array);
        required.into_iter().flatten().filter_map(Value::as_str)
    }

    fn unknown(self, name: &str) -> ApiFailure {
        self.refusal(Some(name), format!("there is no argument {}", quoted(name)))
    }

    fn missing(self, name: &str) -> ApiFailure {
        self.refusal(Some(name), format!("the argument `{name}` is missing"))
    }

    #[cold]
    fn explain<T: DeserializeOwned>(self, text: &str, error: &serde_json::Error) -> ApiFailure {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let path = match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
            Err(error) => error.path().to_string(),
            Ok(_) => String::new(),
        };
        self.wrong(&path, error)
    }

    fn wrong(self, path: &str, error: &serde_json::Error) -> ApiFailure {
        let fault = without_position(error);
        match path {
            "" | "." => self.refusal(None, format!("the arguments are wrong: {fault}")),
            path => {
                let message = format!("the argument {} is wrong: {fault}", quoted(path));
                self.refusal(Some(path), message)
            }
        }
    }

    fn refusal(self, name: Option<&str>, message: String) -> ApiFailure {
        let known: Vec<_> = self.names().collect();
        let hint = match known.as_slice() {
            [] => "this tool takes no arguments".to_owned(),
            known => format!("this tool takes {}", known.join(", ")),
        };
        ApiFailure::new(ErrorCode::InvalidArgument, message)
            .hint(hint)
            .details(json!({"field": name, "known": known}))
    }
}

/// The caller's own text, short enough to be shown back.
fn quoted(name: &str) -> Cow<'static, str> {
    let shown: String = name.chars().take(100).collect();
    format!("`{shown}`").into()
}

/// A position in text that was put together here would tell the caller nothing; the value itself,
/// which serde repeats, may be a megabyte.
fn without_position(error: &serde_json::Error) -> String {
    const FAULT_CHARS_MAX: usize = 600;
    let text = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    let fault = text.strip_suffix(&position).unwrap_or(&text);
    fault.chars().take(FAULT_CHARS_MAX).collect()
}

/// The fields of an object, in order, each once.
struct Fields<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of arguments")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields: Vec<(String, &'de RawValue)> = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
            if fields.iter().any(|(known, _)| *known == name) {
                let message = format!("the argument {} is there twice", quoted(&name));
                return Err(de::Error::custom(message));
            }
            if fields.len() == ARGUMENTS_MAX {
                let message = format!("there are more than {ARGUMENTS_MAX} arguments");
                return Err(de::Error::custom(message));
            }
            fields.push((name, value));
        }
        Ok(Fields(fields))
    }
}
