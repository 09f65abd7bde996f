//! What is read and what is refused.

use paceline_promql::{Query, ValueKind, parse_selector};
use proptest::prelude::*;

use crate::questions::QUESTIONS;

#[test]
fn expressions_have_a_kind() {
    let check = |text: &str, expected| {
        let query = Query::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(query.kind(), expected, "{text}");
    };
    check("1 + 2", ValueKind::Scalar);
    check("\"text\"", ValueKind::String);
    check("m{a=\"b\",}", ValueKind::Vector);
    check("m[5m] offset -1h @ 10", ValueKind::Matrix);
    check("m[5m:]", ValueKind::Matrix);
    check("m[300:10]", ValueKind::Matrix);
    check("{\"metric.name\", \"label name\"=\"x\"}", ValueKind::Vector);
    check("sum by (\"label name\") (m)", ValueKind::Vector);
    check("a:b:c", ValueKind::Vector);
    check("sum", ValueKind::Vector);
    check("offset + by", ValueKind::Vector);
    check("m # comment\n + 1", ValueKind::Vector);
    check("m{a=~`\\d+`}", ValueKind::Vector);
    check("m{on=\"x\", by=\"y\"}", ValueKind::Vector);
    check("-Inf", ValueKind::Scalar);
    check("m == bool 1", ValueKind::Vector);
    check("SUM(m) BY (a) AND ON (a) n", ValueKind::Vector);
    check("start", ValueKind::Vector);
    check("m offset 5", ValueKind::Vector);
    for text in QUESTIONS {
        Query::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    }
}

#[test]
fn what_is_no_promql_is_refused_with_its_place() {
    let check = |text: &str, expected: &str| {
        let error = Query::parse(text).expect_err(text).to_string();
        assert_eq!(error, expected, "{text}");
    };
    check("", "1:1: parse error: no expression found in input");
    check(
        "m +",
        "1:4: parse error: unexpected end of input in expression",
    );
    check(
        "m\n + )",
        "2:4: parse error: unexpected \")\" in expression",
    );
    check(
        "{}",
        "1:1: parse error: vector selector must contain at least one non-empty matcher",
    );
    check(
        "m{__name__=\"n\"}",
        "1:1: parse error: metric name must not be set twice: \"m\" or \"n\"",
    );
    check(
        "rate(m)",
        "1:6: parse error: expected type range vector in call to function \"rate\", got instant vector",
    );
    check(
        "rate(m[5m], 1)",
        "1:1: parse error: expected 1 argument(s) in call to \"rate\", got 2",
    );
    check(
        "nothing(m)",
        "1:1: parse error: unknown function with name \"nothing\"",
    );
    check(
        "limitk(1, m)",
        "1:1: parse error: \"limitk\" is experimental and not supported",
    );
    check(
        "1 == 2",
        "1:3: parse error: comparisons between scalars must use BOOL modifier",
    );
    check(
        "m + bool n",
        "1:3: parse error: bool modifier can only be used on comparison operators",
    );
    check(
        "m and 1",
        "1:3: parse error: set operator \"and\" not allowed in binary scalar expression",
    );
    check(
        "m + on(a) 1",
        "1:3: parse error: vector matching only allowed between instant vectors",
    );
    check(
        "m[5m] + 1",
        "1:7: parse error: binary expression must contain only scalar and instant vector types",
    );
    check(
        "m and on(a) group_left n",
        "1:13: parse error: no grouping allowed for and operation",
    );
    check(
        "m + on(a) group_left(a) n",
        "1:11: parse error: label \"a\" must not occur in ON and GROUP clause at once",
    );
    check("m[0s]", "1:3: parse error: duration must be greater than 0");
    check(
        "m offset 1m offset 1m",
        "1:13: parse error: offset may not be set multiple times",
    );
    check(
        "(m)[5m]",
        "1:4: parse error: ranges only allowed for vector selectors",
    );
    check("m{a=\"x}", "1:5: parse error: unterminated quoted string");
    check(
        "m{a=\"\\d\"}",
        "1:5: parse error: unknown escape sequence 'd'",
    );
    check(
        "sum(m,)",
        "1:7: parse error: trailing commas not allowed in function call args",
    );
    check(
        "topk(m)",
        "1:1: parse error: wrong number of arguments for aggregate expression provided, expected 2, got 1",
    );
    check("m ? n", "1:3: parse error: unexpected character: '?'");
    check("1__0", "1:1: parse error: bad number or duration \"1__0\"");
}

#[test]
fn a_regular_expression_that_cannot_be_read_is_named() {
    let error = Query::parse("m{a=~\"(\"}").expect_err("unclosed");
    assert_eq!((error.line, error.column), (1, 3));
    let expected = "read the regular expression `(` of label `a`";
    assert!(error.problem.starts_with(expected), "{error}");
}

#[test]
fn nesting_is_bounded_before_the_stack_is() {
    let check = |text: String| {
        let problem = Query::parse(&text).expect_err("too deep").problem;
        assert!(problem.contains("deeper than"), "{problem}");
    };
    check(format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000)));
    check(format!("{}m", "-".repeat(10_000)));
    check(format!("m{}", " + m".repeat(10_000)));
    check(format!("m{}", " ^ m".repeat(10_000)));
    check(format!("{}m{}", "abs(".repeat(10_000), ")".repeat(10_000)));
    check(format!("{}m{}", "sum(".repeat(10_000), ")".repeat(10_000)));
    let long = format!("m{{a=\"{}\"}}", "x".repeat(2 << 20));
    assert!(Query::parse(&long).is_err());
}

#[test]
fn a_selector_has_no_times() {
    let check = |text, expected: Option<usize>| {
        assert_eq!(
            parse_selector(text).ok().map(|found| found.len()),
            expected,
            "{text}"
        );
    };
    check("m{a=\"b\"}", Some(2));
    check("{a=~\"b.*\"}", Some(1));
    check("m offset 5m", None);
    check("m[5m]", None);
    check("sum(m)", None);
    check("m n", None);
}

/// Pieces that come near to PromQL more often than bytes do.
const PIECES: [&str; 48] = [
    "m",
    "n",
    "sum",
    "rate",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "5m",
    ":",
    ",",
    "=",
    "=~",
    "!=",
    "!~",
    "\"x\"",
    "`y`",
    "'z'",
    "\\",
    "\"",
    "1",
    ".5",
    "0x",
    "1e",
    "-",
    "+",
    "*",
    "/",
    "^",
    "%",
    "==",
    " by ",
    " on ",
    " group_left ",
    " offset ",
    " @ ",
    "start()",
    " bool ",
    " or ",
    " and ",
    "topk(",
    "label_replace(",
    "\u{e9}",
    "#",
    "\n",
    " ",
];

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Query::parse(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_pieces_make_the_parser_panic(pieces in prop::collection::vec(0..PIECES.len(), 0..40)) {
        let text: String = pieces.into_iter().map(|piece| PIECES[piece]).collect();
        let _ = Query::parse(&text);
    }

    #[test]
    fn a_question_that_is_cut_or_changed_makes_no_panic(
        question in 0..QUESTIONS.len(),
        at in any::<prop::sample::Index>(),
        piece in 0..PIECES.len(),
    ) {
        let text = QUESTIONS[question];
        let at = at.index(text.len());
        let _ = Query::parse(&format!("{}{}{}", &text[..at], PIECES[piece], &text[at..]));
        let _ = Query::parse(&text[..at]);
    }
}
