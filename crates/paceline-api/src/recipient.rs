//! Whom a message is for. Owns the object with exactly one key; refuses to resolve it to agents.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Deserialize, Deserializer, Error as _};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// `{"agent": id}`, `{"role": name}`, `{"topic": name}` or `{"all": true}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Recipient {
    Agent(String),
    Role(String),
    Topic(String),
    All,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    agent: Option<String>,
    role: Option<String>,
    topic: Option<String>,
    all: Option<bool>,
}

impl<'de> Deserialize<'de> for Recipient {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Fields::deserialize(deserializer)?;
        match (fields.agent, fields.role, fields.topic, fields.all) {
            (Some(id), None, None, None) => Ok(Self::Agent(id)),
            (None, Some(name), None, None) => Ok(Self::Role(name)),
            (None, None, Some(name), None) => Ok(Self::Topic(name)),
            (None, None, None, Some(true)) => Ok(Self::All),
            _ => Err(D::Error::custom(
                "a recipient holds exactly one of `agent`, `role`, `topic` or `all: true`",
            )),
        }
    }
}

impl Serialize for Recipient {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        match self {
            Self::Agent(id) => map.serialize_entry("agent", id)?,
            Self::Role(name) => map.serialize_entry("role", name)?,
            Self::Topic(name) => map.serialize_entry("topic", name)?,
            Self::All => map.serialize_entry("all", &true)?,
        }
        map.end()
    }
}

impl JsonSchema for Recipient {
    fn schema_name() -> Cow<'static, str> {
        "Recipient".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "properties": {
                "agent": {"type": "string"},
                "role": {"type": "string"},
                "topic": {"type": "string"},
                "all": {"const": true}
            },
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": false
        })
    }
}
