//! A subscription between its message and its first frame. Owns what a message may ask for and what
//! has to be read before; refuses to read on the connection's own task, which goes on sending.

use std::sync::Arc;
use std::time::Duration;

use paceline_api::{ErrorCode, LiveRequest};
use tokio::task::JoinHandle;

use super::hub::Awake;
use super::limits::{FRAMES_PER_SECOND, FRAMES_PER_SECOND_MAX, TOPIC_FRAMES_PER_SECOND_MAX};
use super::snapshot::Last;
use super::topics::{Agent, Alerts, Fleet, Operations, Query, Tasks, Topic};
use super::{Live, selector};
use crate::operations::ApiFailure;
use crate::operations::failure::invalid;

/// What a subscription is to.
pub enum Wanted {
    Series(Vec<String>),
    Query(String),
    Fleet,
    Operations,
    Tasks,
    Alerts,
    Agent(String),
}

/// What it begins with.
pub enum Begun {
    Series(Vec<Last>),
    Topic(Topic, Option<Awake>),
}

/// A subscription whose beginning is being read.
pub struct Opening {
    /// Under which the engine's writer knows it; series only.
    pub number: Option<u32>,
    pub id: String,
    pub pause: Duration,
    pub task: JoinHandle<Result<Begun, ApiFailure>>,
}

pub struct Opened {
    pub number: Option<u32>,
    pub id: String,
    pub pause: Duration,
    pub begun: Result<Begun, ApiFailure>,
}

impl Wanted {
    /// # Errors
    /// When the message asks for nothing, or for two things.
    pub fn of(request: &LiveRequest) -> Result<Self, ApiFailure> {
        let series = (!request.series.is_empty()).then(|| Self::Series(request.series.clone()));
        let all = [
            ("series", series),
            ("query", request.query.clone().map(Self::Query)),
            ("fleet", request.fleet.then_some(Self::Fleet)),
            ("operations", request.operations.then_some(Self::Operations)),
            ("tasks", request.tasks.then_some(Self::Tasks)),
            ("alerts", request.alerts.then_some(Self::Alerts)),
            ("agent", request.agent.clone().map(Self::Agent)),
        ];
        let mut given = all
            .into_iter()
            .filter_map(|(name, wanted)| Some((name, wanted?)));
        match (given.next(), given.next()) {
            (Some((_, wanted)), None) => Ok(wanted),
            (Some((one, _)), Some((other, _))) => {
                let message = format!("`{one}` and `{other}` are in one subscription");
                Err(ApiFailure::new(ErrorCode::InvalidArgument, message)
                    .hint("subscribe twice, under two ids"))
            }
            _ => Err(ApiFailure::new(
                ErrorCode::InvalidArgument,
                "the subscription is to nothing: one of `series`, `query`, `fleet`, `operations`, \
                 `tasks`, `alerts` and `agent` must be there",
            )
            .hint("such as `\"fleet\": true`, or `\"series\": [\"up\"]`")),
        }
    }

    /// Between two frames.
    ///
    /// # Errors
    /// When so many frames a second are not to be had.
    pub fn pause(&self, frames_per_second: Option<u32>) -> Result<Duration, ApiFailure> {
        let max = match self {
            Self::Series(_) => FRAMES_PER_SECOND_MAX,
            _ => TOPIC_FRAMES_PER_SECOND_MAX,
        };
        let frames = frames_per_second.unwrap_or(FRAMES_PER_SECOND);
        if !(1..=max).contains(&frames) {
            let problem = format!("must be 1 to {max}, got {frames}");
            return Err(invalid("frames_per_second", &problem));
        }
        Ok(Duration::from_secs(1) / frames)
    }

    /// Whether the switch for agents' metrics hides it.
    pub fn is_of_agents(&self) -> bool {
        matches!(self, Self::Series(_) | Self::Query(_) | Self::Agent(_))
    }

    /// What can be refused at once, so that a subscription of that id goes on.
    ///
    /// # Errors
    /// When the expression cannot be followed.
    pub fn check(&self) -> Result<(), ApiFailure> {
        match self {
            Self::Query(text) => Query::read(text).map(drop),
            _ => Ok(()),
        }
    }

    /// # Errors
    /// When what it begins with cannot be read.
    pub async fn open(self, live: Arc<Live>) -> Result<Begun, ApiFailure> {
        let topic = match self {
            Self::Series(texts) => {
                let selectors = selector::read_all(&texts)?;
                return live.snapshot(selectors).await.map(Begun::Series);
            }
            Self::Query(text) => {
                return Ok(Begun::Topic(Topic::Query(Query::read(&text)?), None));
            }
            Self::Alerts => {
                return Ok(Begun::Topic(Topic::Alerts(Alerts::default()), None));
            }
            Self::Fleet => Topic::Fleet(Fleet::default()),
            Self::Operations => Topic::Operations(Operations::default()),
            Self::Tasks => Topic::Tasks(Tasks::default()),
            Self::Agent(agent_id) => {
                let awake = live.wake().await?;
                let following = live.hub.follow(&agent_id).await?;
                let agent = Agent::new(agent_id, following);
                return Ok(Begun::Topic(Topic::Agent(agent), Some(awake)));
            }
        };
        Ok(Begun::Topic(topic, Some(live.wake().await?)))
    }
}

/// Waits for ever where nothing is being read.
pub async fn done(opening: &mut Option<Opening>) -> Opened {
    let Some(one) = opening else {
        return std::future::pending().await;
    };
    let begun = (&mut one.task).await.unwrap_or_else(|_| {
        let message = "what the subscription begins with could not be read";
        Err(ApiFailure::new(ErrorCode::Internal, message)
            .hint("the server's log has the cause; please report it"))
    });
    let opened = Opened {
        number: one.number,
        id: std::mem::take(&mut one.id),
        pause: one.pause,
        begun,
    };
    *opening = None;
    opened
}

/// # Errors
/// When there is anything beside the `id`.
pub fn check_alone(request: &LiveRequest, word: &str) -> Result<(), ApiFailure> {
    let alone = LiveRequest {
        kind: request.kind,
        id: request.id.clone(),
        ..LiveRequest::default()
    };
    if *request == alone {
        return Ok(());
    }
    let problem = format!("`{word}` takes an `id` and nothing else");
    Err(invalid("type", &problem))
}
