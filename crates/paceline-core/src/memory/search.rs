//! Search: entries by words, namespace and tag. Owns what may be asked; ranking is the store's.

use super::Search;
use crate::{Rejection, limits, text};

/// # Errors
/// `Invalid` names the first field that breaks a limit.
pub fn check(search: &Search) -> Result<(), Rejection> {
    text::optional(
        "namespace",
        search.namespace.as_deref(),
        limits::NAME_LENGTH_MAX,
    )?;
    text::optional(
        "q",
        search.query.as_deref(),
        limits::SEARCH_QUERY_LENGTH_MAX,
    )?;
    text::optional("tag", search.tag.as_deref(), limits::NAME_LENGTH_MAX)
}
