//! Attributes as texts, numbers and truths. Owns the reading of `AnyValue`, generously: exporters
//! disagree on whether `true` and `12` are values or texts; refuses to guess a unit.

use std::borrow::Cow;

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};

use super::limits::TEXT_BYTES_MAX;

/// The attributes of one record and of whatever it belongs to; the nearest wins.
#[derive(Clone, Copy)]
pub struct Attributes<'a> {
    own: &'a [KeyValue],
    resource: &'a [KeyValue],
}

impl<'a> Attributes<'a> {
    pub fn new(own: &'a [KeyValue], resource: &'a [KeyValue]) -> Self {
        Self { own, resource }
    }

    /// Names of the record's own.
    pub fn own_names(self) -> impl Iterator<Item = &'a str> {
        self.own.iter().map(|pair| pair.key.as_str())
    }

    pub fn get(self, name: &str) -> Option<&'a Value> {
        find(self.own, name).or_else(|| find(self.resource, name))
    }

    /// Of the first name that has a text.
    pub fn text(self, names: &[&str]) -> Option<Cow<'a, str>> {
        let mut found = names.iter().filter_map(|name| self.get(name)).map(text);
        found.find(|text| !text.is_empty())
    }

    pub fn number(self, name: &str) -> Option<f64> {
        self.get(name).and_then(number)
    }

    pub fn truth(self, name: &str) -> Option<bool> {
        match self.get(name)? {
            Value::BoolValue(truth) => Some(*truth),
            Value::StringValue(text) => match text.to_ascii_lowercase().as_str() {
                "true" => Some(true),
                "false" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }

    /// A whole number of bytes or tokens.
    pub fn count(self, name: &str) -> Option<u64> {
        let number = self.number(name)?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked to be within"
        )]
        (0.0..9e15).contains(&number).then_some(number as u64)
    }
}

pub fn find<'a>(pairs: &'a [KeyValue], name: &str) -> Option<&'a Value> {
    let pair = pairs.iter().find(|pair| pair.key == name)?;
    pair.value.as_ref()?.value.as_ref()
}

fn number(value: &Value) -> Option<f64> {
    let number = match value {
        #[expect(clippy::cast_precision_loss, reason = "a measure, not an identity")]
        Value::IntValue(whole) => *whole as f64,
        Value::DoubleValue(number) => *number,
        Value::StringValue(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    number.is_finite().then_some(number)
}

/// As a label's value; lists and maps as JSON.
pub fn text(value: &Value) -> Cow<'_, str> {
    if let Value::StringValue(text) = value {
        return Cow::Borrowed(text);
    }
    let mut written = String::new();
    write(value, &mut written, Quotes::Outside);
    Cow::Owned(written)
}

#[derive(Clone, Copy, PartialEq)]
enum Quotes {
    /// A text stands for itself.
    Outside,
    /// A text is one among others.
    Inside,
}

fn write(value: &Value, out: &mut String, quotes: Quotes) {
    if TEXT_BYTES_MAX < out.len() {
        return;
    }
    match value {
        Value::StringValue(text) if quotes == Quotes::Outside => out.push_str(text),
        Value::StringValue(text) => {
            out.push_str(&serde_json::Value::from(text.as_str()).to_string())
        }
        Value::BoolValue(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Value::IntValue(whole) => out.push_str(&whole.to_string()),
        Value::DoubleValue(number) => out.push_str(&number.to_string()),
        Value::BytesValue(bytes) => {
            let shown = bytes.iter().take(TEXT_BYTES_MAX);
            out.extend(shown.map(|byte| format!("{byte:02x}")));
        }
        Value::ArrayValue(list) => {
            between(out, ['[', ']'], &list.values, |item, out| {
                any(item.value.as_ref(), out)
            });
        }
        Value::KvlistValue(map) => between(out, ['{', '}'], &map.values, |pair, out| {
            out.push_str(&serde_json::Value::from(pair.key.as_str()).to_string());
            out.push(':');
            any(value_of(pair), out);
        }),
        Value::StringValueStrindex(index) => out.push_str(&index.to_string()),
    }
}

fn between<T>(out: &mut String, ends: [char; 2], items: &[T], each: impl Fn(&T, &mut String)) {
    out.push(ends[0]);
    for (at, item) in items.iter().enumerate() {
        if TEXT_BYTES_MAX < out.len() {
            break;
        }
        if 0 < at {
            out.push(',');
        }
        each(item, out);
    }
    out.push(ends[1]);
}

fn any(value: Option<&Value>, out: &mut String) {
    match value {
        Some(value) => write(value, out, Quotes::Inside),
        None => out.push_str("null"),
    }
}

fn value_of(pair: &KeyValue) -> Option<&Value> {
    pair.value
        .as_ref()
        .and_then(|any: &AnyValue| any.value.as_ref())
}

#[cfg(test)]
mod tests {
    use opentelemetry_proto::tonic::common::v1::{ArrayValue, KeyValueList};

    use super::*;

    #[test]
    fn values_become_texts() {
        let any = |value| AnyValue { value: Some(value) };
        let check = |value: Value, expected: &str| assert_eq!(text(&value), expected);
        check(Value::StringValue("a b".into()), "a b");
        check(Value::BoolValue(true), "true");
        check(Value::IntValue(-3), "-3");
        check(Value::DoubleValue(0.5), "0.5");
        check(Value::BytesValue(vec![1, 255]), "01ff");
        let list = vec![
            any(Value::StringValue("a\"".into())),
            any(Value::IntValue(1)),
            AnyValue { value: None },
        ];
        check(
            Value::ArrayValue(ArrayValue { values: list }),
            r#"["a\"",1,null]"#,
        );
        let pair = KeyValue {
            key: "k".into(),
            value: Some(any(Value::BoolValue(false))),
            key_strindex: 0,
        };
        check(
            Value::KvlistValue(KeyValueList { values: vec![pair] }),
            r#"{"k":false}"#,
        );
    }
}
