//! What the crate promises from outside. Owns one module a promise.

mod damage;
mod model;
mod rules;
mod support;
