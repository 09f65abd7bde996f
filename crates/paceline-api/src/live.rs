//! Frames of the live feed, `/api/live`, both ways. Owns their shapes; refuses to say which
//! selectors there are, and how many are allowed.
//!
//! A further kind of thing to follow is a further field of [`LiveRequest`] and a further variant of
//! [`LiveFrame`]; what exists stays as it is.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

use crate::{
    ErrorDetail, LiveAgent, LiveAlerts, LiveFleet, LiveOperations, LivePong, LiveTasks, LiveValues,
    Timestamp,
};

/// What a subscriber sends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LiveRequest {
    #[serde(rename = "type")]
    pub kind: LiveRequestKind,
    /// Chosen by the subscriber; a subscription under an id that is taken replaces the other.
    pub id: String,
    /// Selectors as in PromQL, such as `http_requests_total{agent="a"}`; a series that one of them
    /// matches is sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub series: Vec<String>,
    /// An expression in PromQL; its values are sent as they change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Agents, queue, leaders and the freshest events.
    #[serde(default, skip_serializing_if = "is_false")]
    pub fleet: bool,
    /// How often and how fast each operation runs.
    #[serde(default, skip_serializing_if = "is_false")]
    pub operations: bool,
    /// Tasks as they change.
    #[serde(default, skip_serializing_if = "is_false")]
    pub tasks: bool,
    /// How many alerts fire, and when that changes.
    #[serde(default, skip_serializing_if = "is_false")]
    pub alerts: bool,
    /// One agent's operations and tool calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// Frames after the first, a second, at most (10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frames_per_second: Option<u32>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LiveRequestKind {
    #[default]
    Subscribe,
    Unsubscribe,
    /// Answered with the server's time.
    Ping,
}

/// What a subscriber gets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum LiveFrame {
    Snapshot(LiveSnapshot),
    Delta(LiveDelta),
    Fleet(Box<LiveFleet>),
    Operations(Box<LiveOperations>),
    Tasks(LiveTasks),
    Agent(Box<LiveAgent>),
    Values(LiveValues),
    Alerts(LiveAlerts),
    Pong(LivePong),
    Error(LiveError),
}

/// The newest value of every series of a subscription, and the beginning of its deltas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LiveSnapshot {
    pub id: String,
    /// Rises by one with each snapshot and delta of a connection.
    pub seq: u64,
    pub at: Timestamp,
    pub series: Vec<LiveSeries>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LiveSeries {
    /// Names the series in this subscription's deltas.
    #[serde(rename = "ref")]
    pub reference: u32,
    pub labels: BTreeMap<String, String>,
    pub at: Timestamp,
    pub value: LiveValue,
}

/// Samples since the last frame of the subscription. `refs`, `times_ms` and `values` are columns of
/// one table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LiveDelta {
    pub id: String,
    /// Rises by one with each snapshot and delta of a connection.
    pub seq: u64,
    pub at: Timestamp,
    /// Series that were not in a frame before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub new: Vec<LiveNewSeries>,
    pub refs: Vec<u32>,
    /// Milliseconds since 1970 UTC.
    pub times_ms: Vec<i64>,
    pub values: Vec<LiveValue>,
    /// Samples that were left out because too many came at once; the newest of each series is here.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub skipped: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LiveNewSeries {
    #[serde(rename = "ref")]
    pub reference: u32,
    pub labels: BTreeMap<String, String>,
}

/// A refusal; the connection goes on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LiveError {
    /// The subscription that it is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    pub error: ErrorDetail,
}

pub(crate) fn is_zero(number: &u64) -> bool {
    *number == 0
}

pub(crate) fn is_false(value: &bool) -> bool {
    !value
}

/// A sample's value: a number, or `NaN`, `+Inf`, `-Inf` as text, which JSON has no numbers for, or
/// `stale`: the series ended here.
#[derive(Clone, Copy, Debug)]
pub struct LiveValue(pub f64);

/// The NaN that says that a series ended (Prometheus, `model/value/value.go`).
const STALE_BITS: u64 = 0x7ff0_0000_0000_0002;

impl PartialEq for LiveValue {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl Serialize for LiveValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            value if value.to_bits() == STALE_BITS => serializer.serialize_str("stale"),
            value if value.is_nan() => serializer.serialize_str("NaN"),
            f64::INFINITY => serializer.serialize_str("+Inf"),
            f64::NEG_INFINITY => serializer.serialize_str("-Inf"),
            value => serializer.serialize_f64(value),
        }
    }
}

impl<'de> Deserialize<'de> for LiveValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl Visitor<'_> for ValueVisitor {
    type Value = LiveValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, `NaN`, `+Inf`, `-Inf` or `stale`")
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<LiveValue, E> {
        Ok(LiveValue(value))
    }

    #[expect(clippy::cast_precision_loss, reason = "JSON's numbers are floats")]
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<LiveValue, E> {
        Ok(LiveValue(value as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "JSON's numbers are floats")]
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<LiveValue, E> {
        Ok(LiveValue(value as f64))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<LiveValue, E> {
        let value = match text {
            "stale" => f64::from_bits(STALE_BITS),
            "NaN" => f64::NAN,
            "+Inf" => f64::INFINITY,
            "-Inf" => f64::NEG_INFINITY,
            _ => return Err(E::invalid_value(de::Unexpected::Str(text), &self)),
        };
        Ok(LiveValue(value))
    }
}

impl JsonSchema for LiveValue {
    fn schema_name() -> Cow<'static, str> {
        "LiveValue".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A number, or what JSON has no number for; `stale`: the series ended.",
            "oneOf": [
                {"type": "number"},
                {"type": "string", "enum": ["NaN", "+Inf", "-Inf", "stale"]},
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_survive_json_whatever_they_are() {
        let check = |value: f64, expected: &str| {
            let json = serde_json::to_string(&LiveValue(value)).unwrap();
            assert_eq!(json, expected);
            let read: LiveValue = serde_json::from_str(&json).unwrap();
            assert_eq!(read, LiveValue(value));
        };
        check(1.0, "1.0");
        check(-0.0, "-0.0");
        check(5e-324, "5e-324");
        check(0.1 + 0.2, "0.30000000000000004");
        // JSON has several spellings of a large exponent; the value is what counts.
        let large = serde_json::to_string(&LiveValue(f64::MAX)).unwrap();
        let read: LiveValue = serde_json::from_str(&large).unwrap();
        assert_eq!(read, LiveValue(f64::MAX));
        check(f64::NAN, r#""NaN""#);
        check(f64::INFINITY, r#""+Inf""#);
        check(f64::NEG_INFINITY, r#""-Inf""#);
        check(f64::from_bits(STALE_BITS), r#""stale""#);
        let read: LiveValue = serde_json::from_str("7").unwrap();
        assert_eq!(read, LiveValue(7.0));
        assert!(serde_json::from_str::<LiveValue>(r#""many""#).is_err());
    }

    #[test]
    fn frames_are_written_as_they_are_drawn() {
        let check = |frame: LiveFrame, expected: &str| {
            assert_eq!(serde_json::to_string(&frame).unwrap(), expected);
            assert_eq!(serde_json::from_str::<LiveFrame>(expected).unwrap(), frame);
        };
        let labels = BTreeMap::from([("__name__".to_owned(), "up".to_owned())]);
        let at = Timestamp(1_700_000_000_000);
        check(
            LiveFrame::Delta(LiveDelta {
                id: "x".to_owned(),
                seq: 2,
                at,
                new: vec![LiveNewSeries {
                    reference: 1,
                    labels: labels.clone(),
                }],
                refs: vec![1],
                times_ms: vec![at.0],
                values: vec![LiveValue(f64::INFINITY)],
                skipped: 0,
            }),
            r#"{"type":"delta","id":"x","seq":2,"at":"2023-11-14T22:13:20.000Z","new":[{"ref":1,"labels":{"__name__":"up"}}],"refs":[1],"times_ms":[1700000000000],"values":["+Inf"]}"#,
        );
        check(
            LiveFrame::Snapshot(LiveSnapshot {
                id: "x".to_owned(),
                seq: 1,
                at,
                series: vec![LiveSeries {
                    reference: 0,
                    labels,
                    at,
                    value: LiveValue(0.5),
                }],
            }),
            r#"{"type":"snapshot","id":"x","seq":1,"at":"2023-11-14T22:13:20.000Z","series":[{"ref":0,"labels":{"__name__":"up"},"at":"2023-11-14T22:13:20.000Z","value":0.5}]}"#,
        );
    }

    #[test]
    fn a_request_with_a_field_that_nobody_knows_is_refused() {
        let read = serde_json::from_str::<LiveRequest>;
        assert!(read(r#"{"type":"subscribe","id":"x","series":["up"]}"#).is_ok());
        assert!(read(r#"{"type":"unsubscribe","id":"x"}"#).is_ok());
        assert!(read(r#"{"type":"subscribe","id":"x","serie":["up"]}"#).is_err());
        assert!(read(r#"{"type":"shout","id":"x"}"#).is_err());
        assert!(read(r#"{"type":"subscribe"}"#).is_err());
    }
}
