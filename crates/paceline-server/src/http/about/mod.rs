//! What the server says of itself: probes, metrics, documentation and the front page. Refuses to
//! call operations: nothing here is measured as one.

pub mod docs;
pub mod front;
pub mod health;
mod html;
pub mod openapi;
pub mod openapi_document;
#[cfg(test)]
mod web_types;
