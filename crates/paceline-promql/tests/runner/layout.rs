//! How questions are laid out for people.

use paceline_promql::Query;

use crate::questions::QUESTIONS;

fn laid_out(text: &str) -> String {
    let query = Query::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    query.pretty()
}

#[test]
fn a_short_question_is_one_line() {
    let check = |text: &str, expected: &str| assert_eq!(laid_out(text), expected);
    check(" m ", "m");
    check("m{b='2',a=\"1\"}", "m{a=\"1\",b=\"2\"}");
    check("{\"metric.name\", x!~\"y\"}", "{\"metric.name\",x!~\"y\"}");
    check("{__name__=~\"a|b\"}", "{__name__=~\"a|b\"}");
    check("SUM(m) BY (a)", "sum by (a) (m)");
    check("avg without() (m)", "avg without () (m)");
    check("topk(3,m)", "topk(3, m)");
    check("rate(m[300s] offset -90s)", "rate(m[5m] offset -1m30s)");
    check("m[1h:1m]@end() offset 5m", "m[1h:1m] @ end() offset 5m");
    check("m @ 10.5", "m @ 10.500");
    check("a*on(x)group_left(y)b", "a * on (x) group_left (y) b");
    check(
        "a * ignoring () group_right b",
        "a * ignoring () group_right () b",
    );
    check("a==bool 1", "a == bool 1");
    check("-(1+2)", "-(1 + 2)");
    check("1e30 + Inf", "1e+30 + +Inf");
    check(
        "label_replace(m, 'a', '\\n$1', 'b', '(.*)')",
        r#"label_replace(m, "a", "\n$1", "b", "(.*)")"#,
    );
}

#[test]
fn a_long_question_is_broken_where_its_parts_begin() {
    let text = "sum by (agent, tool) (rate(paceline_tool_calls_total{outcome=\"failed\",tool=~\"Bash|Edit|Read|Write\"}[5m])) \
        / on (agent) group_left () sum by (agent) (rate(paceline_tool_calls_total[5m]))";
    let expected = "  sum by (agent, tool) (
    rate(paceline_tool_calls_total{outcome=\"failed\",tool=~\"Bash|Edit|Read|Write\"}[5m])
  )
/ on (agent) group_left ()
  sum by (agent) (rate(paceline_tool_calls_total[5m]))";
    assert_eq!(laid_out(text), expected);
}

#[test]
fn what_was_laid_out_means_the_same_and_is_laid_out_the_same() {
    for text in QUESTIONS {
        let once = laid_out(text);
        let twice = laid_out(&once);
        assert_eq!(once, twice, "{text}");
    }
}
