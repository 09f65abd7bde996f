//! Who measured. Owns the reading of a resource's attributes: our agent and task (set in
//! `OTEL_RESOURCE_ATTRIBUTES`), and the labels that all series of the resource carry; refuses an
//! agent that the caller's token does not stand for.

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::resource::v1::Resource;
use paceline_core::AgentId;
use paceline_metrics::Labels;

use super::added::Owner;
use super::attributes::Attributes;
use crate::operations::Identity;

pub const AGENT_ID: &str = "paceline.agent_id";
pub const TASK_ID: &str = "paceline.task_id";
pub const SESSION_ID: &[&str] = &["session.id", "conversation.id", "gen_ai.conversation.id"];

#[derive(Clone, Debug)]
pub struct Origin<'a> {
    pub attributes: &'a [KeyValue],
    pub agent: Option<AgentId>,
    /// Of every series that is sent: `agent`, `job`, `instance`.
    pub labels: Labels,
    /// Of every series that is derived: the agent where it is known, the program where it is not.
    pub whose: Labels,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongOrigin {
    InvalidAgent,
    AnotherAgent,
}

impl<'a> Origin<'a> {
    pub fn of(resource: Option<&'a Resource>, caller: &Identity) -> Result<Self, WrongOrigin> {
        let attributes = resource.map_or(&[][..], |resource| &resource.attributes);
        let read = Attributes::new(attributes, &[]);
        let claimed = read
            .text(&[AGENT_ID])
            .map(|id| AgentId::parse(id.into_owned()));
        let claimed = claimed.transpose().map_err(|_| WrongOrigin::InvalidAgent)?;
        let agent = match (claimed, caller) {
            (Some(agent), Identity::Agent(own)) if agent != *own => {
                return Err(WrongOrigin::AnotherAgent);
            }
            (None, Identity::Agent(own)) => Some(own.clone()),
            (claimed, _) => claimed,
        };
        let service = read.text(&["service.name"]).unwrap_or_default();
        let job = match read.text(&["service.namespace"]) {
            Some(namespace) if !service.is_empty() => format!("{namespace}/{service}"),
            _ => service.into_owned(),
        };
        let instance = read.text(&["service.instance.id"]).unwrap_or_default();
        let labels = Labels::from_pairs([
            ("agent", agent.as_ref().map_or("", AgentId::as_str)),
            ("job", &job),
            ("instance", &instance),
        ]);
        let whose = match &agent {
            Some(agent) => Labels::from_pairs([("agent", agent.as_str())]),
            None => labels.clone(),
        };
        Ok(Self {
            attributes,
            agent,
            labels,
            whose,
        })
    }

    /// All that one agent sends meets in one shard, whichever of its programs sends it.
    pub fn owner(&self) -> Owner {
        Owner::of(&self.whose)
    }

    pub fn job(&self) -> &str {
        self.labels.get("job")
    }
}
