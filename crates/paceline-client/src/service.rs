//! The four ways to ask: read, wait, write, create. Owns which of them may be repeated; refuses to
//! know single routes.

use bytes::Bytes;
use http::Method;
use paceline_api::Operation;
use paceline_api::operation::Route;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::encode::{fill, query_string};
use crate::error::ClientError;
use crate::transport::{Call, Client, Repeat};

/// For constant evaluation: an operation that nobody calls fails to compile.
pub(crate) const fn route(operation: Operation) -> Route {
    match operation.route() {
        Some(route) => route,
        None => panic!("nobody calls this operation"),
    }
}

/// A route that shares its operation's name with another.
pub(crate) const fn get(path: &'static str) -> Route {
    Route {
        method: "GET",
        path,
    }
}

impl Client {
    /// Repeated freely.
    pub(crate) async fn read<Q: Serialize, A: DeserializeOwned>(
        &self,
        route: Route,
        path_values: &[&str],
        query: &Q,
    ) -> Result<A, ClientError> {
        self.answer(Call {
            repeat: Repeat::Freely,
            ..with_query(route, path_values, query)?
        })
        .await
    }

    /// Like a read, but the server may take its time, and it may acknowledge: sent once.
    pub(crate) async fn wait<Q: Serialize, A: DeserializeOwned>(
        &self,
        route: Route,
        path_values: &[&str],
        query: &Q,
        wait_seconds: u32,
    ) -> Result<A, ClientError> {
        self.answer(Call {
            wait_seconds,
            ..with_query(route, path_values, query)?
        })
        .await
    }

    /// A removal: what it says travels in the query. Sent once.
    pub(crate) async fn remove<Q: Serialize, A: DeserializeOwned>(
        &self,
        route: Route,
        path_values: &[&str],
        query: &Q,
    ) -> Result<A, ClientError> {
        self.answer(with_query(route, path_values, query)?).await
    }

    /// Sent once.
    pub(crate) async fn write<B: Serialize, A: DeserializeOwned>(
        &self,
        route: Route,
        path_values: &[&str],
        body: &B,
    ) -> Result<A, ClientError> {
        self.answer(with_body(route, path_values, body)?).await
    }

    /// Repeated with a key, so that the server acts once.
    pub(crate) async fn create<B: Serialize, A: DeserializeOwned>(
        &self,
        route: Route,
        body: &B,
    ) -> Result<A, ClientError> {
        let repeat = Repeat::WithKey(self.next_key());
        self.answer(Call {
            repeat,
            ..with_body(route, &[], body)?
        })
        .await
    }
}

pub(crate) fn with_body<B: Serialize>(
    route: Route,
    path_values: &[&str],
    body: &B,
) -> Result<Call, ClientError> {
    let target = fill(route, path_values);
    let body = serde_json::to_vec(body).map_err(|error| unencodable(&target, error))?;
    Ok(Call {
        body: body.into(),
        ..empty(route, target)
    })
}

fn with_query<Q: Serialize>(
    route: Route,
    path_values: &[&str],
    query: &Q,
) -> Result<Call, ClientError> {
    let path = fill(route, path_values);
    let query = query_string(query).map_err(|error| unencodable(&path, error))?;
    Ok(empty(route, path + &query))
}

pub(crate) fn empty(route: Route, target: String) -> Call {
    let method = Method::from_bytes(route.method.as_bytes()).unwrap_or(Method::GET);
    Call {
        method,
        target,
        body: Bytes::new(),
        repeat: Repeat::Never,
        wait_seconds: 0,
    }
}

fn unencodable(path: &str, error: serde_json::Error) -> ClientError {
    ClientError::Encode {
        path: path.to_owned(),
        source: error.into(),
    }
}
