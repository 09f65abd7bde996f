//! What a subscriber wants to follow, as matchers. Owns the reading of selectors and the place in
//! the text of what is wrong; refuses every other expression.

use paceline_api::ErrorCode;
use paceline_metrics::Matcher;
use paceline_promql::{Query, parse_selector};
use serde_json::json;

use crate::http::failure::shown;
use crate::operations::ApiFailure;

/// All must match.
pub type Selector = Vec<Matcher>;

/// # Errors
/// Where one of the texts is no selector, with its place.
pub fn read_all(texts: &[String]) -> Result<Vec<Selector>, ApiFailure> {
    texts
        .iter()
        .enumerate()
        .map(|(at, text)| read(at, text))
        .collect()
}

fn read(at: usize, text: &str) -> Result<Selector, ApiFailure> {
    parse_selector(text).map_err(|error| {
        let hint = match Query::parse(text) {
            Ok(_) => "only selectors such as `name{label=\"value\"}` can be followed",
            Err(_) => "write a selector such as `name{label=\"value\"}`",
        };
        let message = format!("`series[{at}]` `{}` is no selector: {error}", shown(text));
        let place = json!({
            "field": format!("series[{at}]"), "line": error.line, "column": error.column,
        });
        ApiFailure::new(ErrorCode::InvalidArgument, message)
            .hint(hint)
            .details(place)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_selector_is_refused_with_its_place() {
        let check = |text: &str, column: u64, words: &str| {
            let texts = ["up".to_owned(), text.to_owned()];
            let error = read_all(&texts).unwrap_err().body.error;
            let details = error.details.unwrap();
            assert_eq!(details["field"], "series[1]", "{text}");
            assert_eq!(
                (&details["line"], &details["column"]),
                (&json!(1), &json!(column)),
                "{text}"
            );
            assert!(error.message.contains(words), "{text}: {}", error.message);
            assert!(error.hint.unwrap().contains("selector"), "{text}");
        };
        check("up{agent=", 10, "label matching");
        check("rate(up[5m])", 1, "expected a series selector");
        check("up[5m]", 1, "expected a series selector");
        check("up offset 5m", 1, "expected a series selector");
        check("up + 1", 1, "expected a series selector");
        check("up,", 3, "unexpected");
        check("", 1, "");
        check("{agent=~\".*\"}", 1, "non-empty matcher");
        check("up{a=~\"(\"}", 4, "regular expression");
    }

    #[test]
    fn selectors_become_matchers() {
        let texts = [
            "up",
            "{agent=\"a\"}",
            "http_total{agent!=\"\",code=~\"5..\"}",
        ];
        let texts = texts.map(str::to_owned);
        let counts: Vec<_> = read_all(&texts).unwrap().iter().map(Vec::len).collect();
        assert_eq!(counts, [1, 1, 3]);
    }
}
