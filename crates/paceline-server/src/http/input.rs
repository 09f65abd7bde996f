//! What a route takes beside its path. Owns the kinds there are (a query, a body, a body that may
//! be left out, nothing) and how each is read and described; refuses to know any one request.

use std::future::Future;

use axum::body::Body;
use axum::extract::Query;
use http::request::Parts;
use paceline_api::{ErrorCode, TaskBatchRequest, TaskEnqueueRequest};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use super::body;
use super::failure::shown;
use super::limits::{BATCH_BODY_BYTES_MAX, BODY_BYTES_MAX, QUERY_BYTES_MAX};
use crate::operations::ApiFailure;

pub trait Input: Sized + Send {
    fn take(parts: &Parts, body: Body) -> impl Future<Output = Result<Self, ApiFailure>> + Send;

    fn shape(generator: &mut SchemaGenerator) -> InputShape;
}

/// An [`Input`] for documentation.
#[derive(Debug, Default)]
pub struct InputShape {
    pub query: Option<Schema>,
    pub body: Option<Schema>,
    pub body_is_optional: bool,
}

/// Nothing but the path.
pub struct Nothing;

impl Input for Nothing {
    async fn take(parts: &Parts, _: Body) -> Result<Self, ApiFailure> {
        match parts.uri.query() {
            None | Some("") => Ok(Self),
            Some(query) => Err(ApiFailure::new(
                ErrorCode::InvalidArgument,
                format!("this route takes no query, got `{}`", shown(query)),
            )),
        }
    }

    fn shape(_: &mut SchemaGenerator) -> InputShape {
        InputShape::default()
    }
}

/// A JSON body.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + JsonSchema + Send> Input for Json<T> {
    async fn take(parts: &Parts, body: Body) -> Result<Self, ApiFailure> {
        body::check_content_type(&parts.headers)?;
        let bytes = body::read_patiently(body, BODY_BYTES_MAX).await?;
        body::parse(&bytes).map(Self)
    }

    fn shape(generator: &mut SchemaGenerator) -> InputShape {
        let body = Some(generator.subschema_for::<T>());
        InputShape {
            body,
            ..InputShape::default()
        }
    }
}

/// A JSON body that is a batch by nature.
pub struct LargeJson<T>(pub T);

impl<T: DeserializeOwned + JsonSchema + Send> Input for LargeJson<T> {
    async fn take(parts: &Parts, body: Body) -> Result<Self, ApiFailure> {
        body::check_content_type(&parts.headers)?;
        let bytes = body::read_patiently(body, BATCH_BODY_BYTES_MAX).await?;
        body::parse(&bytes).map(Self)
    }

    fn shape(generator: &mut SchemaGenerator) -> InputShape {
        Json::<T>::shape(generator)
    }
}

/// A JSON body whose list may stand for itself.
pub struct JsonOrArray<T>(pub T);

impl<T: DeserializeOwned + JsonSchema + Send> Input for JsonOrArray<T> {
    async fn take(parts: &Parts, body: Body) -> Result<Self, ApiFailure> {
        body::check_content_type(&parts.headers)?;
        let bytes = body::read_patiently(body, BODY_BYTES_MAX).await?;
        body::parse_any(&bytes).map(Self)
    }

    fn shape(generator: &mut SchemaGenerator) -> InputShape {
        Json::<T>::shape(generator)
    }
}

/// A JSON body all of whose fields are optional, and so is it.
pub struct OptionalJson<T>(pub T);

impl<T: DeserializeOwned + Default + JsonSchema + Send> Input for OptionalJson<T> {
    async fn take(parts: &Parts, body: Body) -> Result<Self, ApiFailure> {
        body::check_content_type(&parts.headers)?;
        let bytes = body::read_patiently(body, BODY_BYTES_MAX).await?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        body::parse(&bytes).map(Self)
    }

    fn shape(generator: &mut SchemaGenerator) -> InputShape {
        let body = Some(generator.subschema_for::<T>());
        InputShape {
            body,
            body_is_optional: true,
            ..InputShape::default()
        }
    }
}

/// A query string.
pub struct FromQuery<T>(pub T);

impl<T: DeserializeOwned + JsonSchema + Send> Input for FromQuery<T> {
    async fn take(parts: &Parts, _: Body) -> Result<Self, ApiFailure> {
        let length = parts.uri.query().map_or(0, str::len);
        if QUERY_BYTES_MAX < length {
            let message = format!("the query is longer than {QUERY_BYTES_MAX} bytes");
            return Err(ApiFailure::new(ErrorCode::PayloadTooLarge, message));
        }
        match Query::<T>::try_from_uri(&parts.uri) {
            Ok(Query(query)) => Ok(Self(query)),
            Err(rejection) => Err(explain_query(&rejection)),
        }
    }

    fn shape(generator: &mut SchemaGenerator) -> InputShape {
        let query = Some(T::json_schema(generator));
        InputShape {
            query,
            ..InputShape::default()
        }
    }
}

#[cold]
fn explain_query(rejection: &(dyn std::error::Error + 'static)) -> ApiFailure {
    type Placed = serde_path_to_error::Error<serde::de::value::Error>;
    let placed = std::iter::successors(Some(rejection), |error| error.source())
        .find_map(|error| error.downcast_ref::<Placed>());
    let (path, problem) = match placed {
        Some(placed) => (placed.path().to_string(), placed.inner().to_string()),
        None => (String::new(), rejection.to_string()),
    };
    body::wrong_field("the query", &path, &problem, serde_json::Map::new())
}

/// One task, or `tasks`: which of the two, the presence of that field decides.
pub enum OneOrBatch {
    One(Box<TaskEnqueueRequest>),
    Batch(TaskBatchRequest),
}

impl Input for OneOrBatch {
    async fn take(parts: &Parts, body: Body) -> Result<Self, ApiFailure> {
        body::check_content_type(&parts.headers)?;
        let bytes = body::read_patiently(body, BATCH_BODY_BYTES_MAX).await?;
        // A batch fails here at its first field; an untagged enum would buffer every task.
        match body::parse_fast(&bytes) {
            Ok(task) => {
                body::check_size(&bytes, BODY_BYTES_MAX)?;
                Ok(Self::One(Box::new(task)))
            }
            Err(_) if has_tasks(&bytes)? => body::parse(&bytes).map(Self::Batch),
            Err(_) => body::parse(&bytes).map(|task| Self::One(Box::new(task))),
        }
    }

    fn shape(generator: &mut SchemaGenerator) -> InputShape {
        let one = generator.subschema_for::<TaskEnqueueRequest>();
        let batch = generator.subschema_for::<TaskBatchRequest>();
        let body = Some(schemars::json_schema!({"oneOf": [one, batch]}));
        InputShape {
            body,
            ..InputShape::default()
        }
    }
}

fn has_tasks(bytes: &[u8]) -> Result<bool, ApiFailure> {
    #[derive(Deserialize)]
    #[serde(expecting = "an object")]
    struct Peek {
        tasks: Option<IgnoredAny>,
    }
    body::parse::<Peek>(bytes).map(|peek| peek.tasks.is_some())
}
