//! Why a question was refused. Owns the way from the place in the server's sentence to a caret under
//! it; refuses to guess a place that was not told.

use paceline_api::prometheus::PrometheusAnswer;

use crate::failure::{Exit, Failure};

pub fn of<D>(promql: &str, answer: &PrometheusAnswer<D>) -> Failure {
    let said = answer.error.as_deref().unwrap_or("the query was refused");
    let kind = answer.error_type.as_deref().unwrap_or_default();
    let failure = match placed(said) {
        Some((line, column, problem)) => {
            let failure = Failure::new(problem);
            match excerpt(promql, line, column) {
                Some(excerpt) => failure.excerpt(excerpt),
                None => failure,
            }
        }
        None => Failure::new(said),
    };
    let exit = match kind {
        "bad_data" => Exit::BadUsage,
        _ => Exit::Failed,
    };
    let failure = Failure { exit, ..failure };
    match hint(kind, said) {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

fn hint(kind: &str, said: &str) -> Option<&'static str> {
    match kind {
        "bad_data" if said.contains("11,000 points") => Some("ask with a larger `--step`"),
        "bad_data" if said.contains("\"query\"") => Some(
            "PromQL is explained at https://prometheus.io/docs/prometheus/latest/querying/basics/",
        ),
        "timeout" => Some("ask for a shorter `--range`, a larger `--step` or fewer series"),
        "execution" if said.contains("are allowed") => {
            Some("select fewer series, or aggregate over a shorter `--range`")
        }
        "feature_disabled" => {
            Some("`paceline feature set enable-agent-metrics true` switches it on")
        }
        _ => None,
    }
}

/// `…: 1:5: parse error: …` as line, column and problem.
fn placed(said: &str) -> Option<(usize, usize, &str)> {
    let end = said.find(": parse error: ")?;
    let (before, problem) = (&said[..end], &said[end + 2..]);
    let place = before.rsplit(' ').next()?;
    let (line, column) = place.split_once(':')?;
    Some((line.parse().ok()?, column.parse().ok()?, problem))
}

/// The line at fault with a caret below the column, which counts bytes from 1.
fn excerpt(promql: &str, line: usize, column: usize) -> Option<String> {
    /// Characters shown before and after the place.
    const AROUND: usize = 60;
    let text = promql.lines().nth(line.checked_sub(1)?)?;
    let at = text.floor_char_boundary(column.checked_sub(1)?);
    let (before, after) = text.split_at(at);
    let skipped = before.chars().count().saturating_sub(AROUND);
    let before: String = before.chars().skip(skipped).map(plain).collect();
    let after: String = after.chars().take(AROUND).map(plain).collect();
    let room = " ".repeat(before.chars().count());
    Some(format!("  {before}{after}\n  {room}^"))
}

fn plain(character: char) -> char {
    if character.is_control() {
        ' '
    } else {
        character
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_mistake_is_pointed_at() {
        let check = |promql: &str, error: &str, expected: &str| {
            let answer = PrometheusAnswer::<()> {
                status: "error".to_owned(),
                data: None,
                error_type: Some("bad_data".to_owned()),
                error: Some(error.to_owned()),
                warnings: Vec::new(),
                infos: Vec::new(),
            };
            let failure = of(promql, &answer);
            assert_eq!(failure.exit, Exit::BadUsage);
            assert!(failure.text().starts_with(expected), "{}", failure.text());
        };
        check(
            "sum(up",
            "invalid parameter \"query\": 1:7: parse error: unclosed left parenthesis",
            "error: parse error: unclosed left parenthesis\n  sum(up\n        ^\nhint: PromQL",
        );
        check(
            "a +\n+ * b",
            "invalid parameter \"query\": 2:3: parse error: unexpected <op:*>",
            "error: parse error: unexpected <op:*>\n  + * b\n    ^\n",
        );
        check(
            "up",
            "invalid parameter \"time\": no",
            "error: invalid parameter \"time\": no\n",
        );
        check(
            "é",
            "1:99: parse error: x",
            "error: parse error: x\n  é\n   ^\n",
        );
        check("up", "9:1: parse error: x", "error: parse error: x\n");
    }
}
