//! Free-form JSON that somebody else's code will read back: payloads, results, metadata, values.
//!
//! Owns its one accepted form: compact text, keys in the order they came, numbers digit for digit
//! as they were sent. Refuses what readers disagree on or stores cannot hold: a key twice, NUL
//! characters, lone surrogates, nesting deeper than [`DEPTH_MAX`].
//!
//! A tree of values was the alternative; it would round large numbers and drop duplicates silently.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Error as _, Serialize, Serializer};
use serde_json::value::RawValue;

/// How deep arrays and objects may nest.
pub const DEPTH_MAX: usize = 64;

/// Any JSON value, as compact text.
///
/// It can be read from JSON text and from [`serde_json::Value`], not through `serde(flatten)` or
/// untagged enums, which buffer in a form of their own.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct StrictJson(Box<str>);

impl StrictJson {
    /// Takes text that this type wrote earlier. Text that is no JSON fails when it is serialised.
    pub fn trusted(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_boxed_str(self) -> Box<str> {
        self.0
    }

    pub fn to_value(&self) -> Result<serde_json::Value, serde_json::Error> {
        serde_json::from_str(self.as_str())
    }
}

impl FromStr for StrictJson {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_str(text)
    }
}

impl TryFrom<&serde_json::Value> for StrictJson {
    type Error = serde_json::Error;

    fn try_from(value: &serde_json::Value) -> Result<Self, Self::Error> {
        Self::deserialize(value)
    }
}

impl<'de> Deserialize<'de> for StrictJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let text = compact(raw.get()).map_err(D::Error::custom)?;
        Ok(Self(text.into_boxed_str()))
    }
}

impl Serialize for StrictJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(&self.0).map_err(S::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl fmt::Debug for StrictJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StrictJson({})", self.as_str())
    }
}

impl fmt::Display for StrictJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl JsonSchema for StrictJson {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Json".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({})
    }
}

/// Why JSON text was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Refusal {
    DuplicateKey(String),
    Nul,
    LoneSurrogate,
    TooDeep,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateKey(key) => write!(f, "the key `{key}` appears twice in one object"),
            Self::Nul => f.write_str("a string holds the NUL character"),
            Self::LoneSurrogate => f.write_str("a string holds half of a surrogate pair"),
            Self::TooDeep => write!(f, "the JSON nests deeper than {DEPTH_MAX} levels"),
        }
    }
}

/// Compacts and checks text whose syntax is known to be valid.
fn compact(text: &str) -> Result<String, Refusal> {
    let mut compactor = Compactor {
        out: String::with_capacity(text.len()),
        open: Vec::new(),
    };
    let mut rest = text;
    while let Some(&byte) = rest.as_bytes().first() {
        let token_length = match byte {
            b'"' => string_length(rest),
            _ => 1,
        };
        let (token, after) = rest.split_at(token_length);
        compactor.take(byte, token)?;
        rest = after;
    }
    Ok(compactor.out)
}

/// Length of the string literal that the text begins with, quotes included.
fn string_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

struct Compactor {
    out: String,
    open: Vec<Container>,
}

enum Container {
    Array,
    Object {
        keys: HashSet<String>,
        key_is_next: bool,
    },
}

impl Compactor {
    fn take(&mut self, byte: u8, token: &str) -> Result<(), Refusal> {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => return Ok(()),
            b'"' => return self.take_string(token),
            b'[' => self.enter(Container::Array)?,
            b'{' => self.enter(Container::Object {
                keys: HashSet::new(),
                key_is_next: true,
            })?,
            b']' | b'}' => drop(self.open.pop()),
            b',' => self.expect_key(),
            _ => {}
        }
        self.out.push_str(token);
        Ok(())
    }

    fn enter(&mut self, container: Container) -> Result<(), Refusal> {
        if self.open.len() == DEPTH_MAX {
            return Err(Refusal::TooDeep);
        }
        self.open.push(container);
        Ok(())
    }

    fn expect_key(&mut self) {
        if let Some(Container::Object { key_is_next, .. }) = self.open.last_mut() {
            *key_is_next = true;
        }
    }

    fn take_string(&mut self, token: &str) -> Result<(), Refusal> {
        let canonical = canonical_string(token)?;
        if let Some(Container::Object { keys, key_is_next }) = self.open.last_mut()
            && std::mem::take(key_is_next)
            && !keys.insert(canonical.to_string())
        {
            return Err(Refusal::DuplicateKey(
                canonical.trim_matches('"').to_owned(),
            ));
        }
        self.out.push_str(&canonical);
        Ok(())
    }
}

/// One spelling for each string, so that equal keys are equal text.
fn canonical_string(token: &str) -> Result<Cow<'_, str>, Refusal> {
    if !token.contains('\\') {
        return Ok(Cow::Borrowed(token));
    }
    let text: String = serde_json::from_str(token).map_err(|_| Refusal::LoneSurrogate)?;
    if text.contains('\0') {
        return Err(Refusal::Nul);
    }
    serde_json::to_string(&text)
        .map(Cow::Owned)
        .map_err(|_| Refusal::LoneSurrogate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let json: StrictJson = text.parse().unwrap();
        assert_eq!(json.as_str(), expected);
        assert_eq!(serde_json::to_string(&json).unwrap(), expected);
        assert_eq!(expected.parse::<StrictJson>().unwrap(), json);
    }

    fn check_refused(text: &str, expected: &str) {
        let error = text.parse::<StrictJson>().unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }

    #[test]
    fn text_is_compacted_and_keeps_its_order_and_numbers() {
        check(
            " { \"b\" : [ 1 , 2.50 ] ,\n \"a\" : null } ",
            r#"{"b":[1,2.50],"a":null}"#,
        );
        check(
            "123456789012345678901234567890",
            "123456789012345678901234567890",
        );
        check("-0.10e+400", "-0.10e+400");
        check(r#""a b \" \\ \u00e9 \/ é""#, r#""a b \" \\ é / é""#);
        check(r#""\ud83d\ude00""#, "\"😀\"");
        check("true", "true");
        check("[]", "[]");
        check(
            r#"[{"a":1},{"a":1,"b":{"a":"a"}}]"#,
            r#"[{"a":1},{"a":1,"b":{"a":"a"}}]"#,
        );
    }

    #[test]
    fn a_key_twice_is_refused_however_it_is_spelt() {
        check_refused(r#"{"a":1,"a":2}"#, "the key `a` appears twice");
        check_refused(
            r#"{"x":{"a":1,"b":["a"],"\u0061":2}}"#,
            "the key `a` appears twice",
        );
        check_refused(r#"{"a":[{}],"a":2}"#, "the key `a` appears twice");
    }

    #[test]
    fn nul_and_lone_surrogates_are_refused() {
        check_refused(r#""a\u0000b""#, "NUL");
        check_refused(r#"{"a\u0000":1}"#, "NUL");
        check_refused(r#""\ud800""#, "surrogate");
        check_refused(r#"["\ude00"]"#, "surrogate");
        check_refused(r#"{"\ud800x":1}"#, "surrogate");
    }

    #[test]
    fn nesting_stops_at_the_limit() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        check(&nested(DEPTH_MAX), &nested(DEPTH_MAX));
        check_refused(&nested(DEPTH_MAX + 1), "nests deeper than 64");
        check_refused(&nested(100_000), "nests deeper than 64");
        check_refused(&r#"{"a":"#.repeat(65), "");
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for text in [
            "",
            "NaN",
            "Infinity",
            "01",
            "[1,]",
            "{a:1}",
            "\"\u{1}\"",
            "1 2",
            "\"a",
        ] {
            assert!(text.parse::<StrictJson>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_value_tree_is_accepted_too() {
        let value = serde_json::json!({"a": [1, "x", null]});
        let json = StrictJson::try_from(&value).unwrap();
        assert_eq!(json.as_str(), r#"{"a":[1,"x",null]}"#);
        assert_eq!(json.to_value().unwrap(), value);
        let nul = serde_json::json!("\0");
        assert!(StrictJson::try_from(&nul).is_err());
    }
}
