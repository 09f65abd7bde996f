//! An expression on one line.

use paceline_metrics::{METRIC_NAME, MatchOp, Matcher};

use crate::duration::format_duration_ms;
use crate::format::format_short;
use crate::parse::{
    Aggregate, At, Binary, Cardinality, Expr, Matching, Node, Selector, Subquery, TimeShift,
};

pub(super) fn of(node: &Node) -> String {
    match &node.expr {
        Expr::Number(value) => format_short(*value),
        Expr::Text(text) => quoted(text),
        Expr::InvalidText(quoted) => quoted.clone(),
        Expr::Selector(selector) => of_series(selector) + &of_shift(selector.shift),
        Expr::Range { selector, range_ms } => {
            let range = format_duration_ms(*range_ms);
            format!(
                "{}[{range}]{}",
                of_series(selector),
                of_shift(selector.shift)
            )
        }
        Expr::Subquery(subquery) => of(&subquery.inner) + &of_subquery_times(subquery),
        Expr::Call(call) => {
            let args: Vec<_> = call.args.iter().map(of).collect();
            format!("{}({})", call.function.name, args.join(", "))
        }
        Expr::Aggregate(aggregate) => {
            let param = aggregate.param.as_ref().map(|param| of(param) + ", ");
            let (head, param) = (of_aggregate_head(aggregate), param.unwrap_or_default());
            format!("{head}({param}{})", of(&aggregate.inner))
        }
        Expr::Binary(binary) => {
            let (left, right) = (of(&binary.left), of(&binary.right));
            format!("{left} {} {right}", of_operator(binary))
        }
        Expr::Negate(inner) => format!("-{}", of(inner)),
        Expr::Paren(inner) => format!("({})", of(inner)),
    }
}

/// `sum by (agent) `, or `sum` where everything is one group.
pub(super) fn of_aggregate_head(aggregate: &Aggregate) -> String {
    let (name, grouping) = (aggregate.op.as_str(), &aggregate.grouping);
    let labels = labels(&grouping.written);
    match (grouping.without, grouping.labels.is_empty()) {
        (true, _) => format!("{name} without ({labels}) "),
        (false, false) => format!("{name} by ({labels}) "),
        (false, true) => name.to_owned(),
    }
}

/// `/ on (agent) group_left (role)`
pub(super) fn of_operator(binary: &Binary) -> String {
    let return_bool = if binary.return_bool { " bool" } else { "" };
    let matching = of_matching(&binary.matching);
    format!("{}{return_bool}{matching}", binary.op.as_str())
}

fn of_matching(matching: &Matching) -> String {
    let group = match matching.cardinality {
        Cardinality::OneToOne => "",
        Cardinality::ManyToOne => "group_left",
        Cardinality::OneToMany => "group_right",
    };
    if !matching.on && matching.labels.is_empty() && group.is_empty() {
        return String::new();
    }
    let kind = if matching.on { "on" } else { "ignoring" };
    let matched = format!(" {kind} ({})", labels(&matching.written));
    if group.is_empty() {
        return matched;
    }
    format!("{matched} {group} ({})", labels(&matching.include))
}

/// `[5m:1m] offset 1h`
pub(super) fn of_subquery_times(subquery: &Subquery) -> String {
    let range = format_duration_ms(subquery.range_ms);
    let step = subquery.step_ms.map(format_duration_ms).unwrap_or_default();
    format!("[{range}:{step}]{}", of_shift(subquery.shift))
}

fn of_shift(shift: TimeShift) -> String {
    let at = match shift.at {
        None => String::new(),
        Some(At::Start) => " @ start()".to_owned(),
        Some(At::End) => " @ end()".to_owned(),
        // Whole milliseconds below 2^53 are exact.
        Some(At::Ms(ms)) => format!(" @ {:.3}", ms as f64 / 1e3),
    };
    let offset = match shift.offset_ms {
        None | Some(0) => String::new(),
        Some(ms) => {
            let sign = if ms < 0 { "-" } else { "" };
            let size = i64::try_from(ms.unsigned_abs()).unwrap_or(i64::MAX);
            format!(" offset {sign}{}", format_duration_ms(size))
        }
    };
    at + &offset
}

fn of_series(selector: &Selector) -> String {
    let name = selector.name.as_deref();
    let is_other = |matcher: &&Matcher| name.is_none() || matcher.name != METRIC_NAME;
    let mut matchers: Vec<_> = selector
        .matchers
        .iter()
        .filter(is_other)
        .map(of_matcher)
        .collect();
    matchers.sort();
    let plain = name.filter(|name| is_plain_name(name));
    if let (Some(name), None) = (name, plain) {
        matchers.insert(0, quoted(name));
    }
    let plain = plain.unwrap_or_default();
    if matchers.is_empty() {
        return plain.to_owned();
    }
    format!("{plain}{{{}}}", matchers.join(","))
}

fn of_matcher(matcher: &Matcher) -> String {
    let op = match matcher.op {
        MatchOp::Equal => "=",
        MatchOp::NotEqual => "!=",
        MatchOp::Regex => "=~",
        MatchOp::NotRegex => "!~",
    };
    format!("{}{op}{}", label(&matcher.name), quoted(&matcher.value))
}

/// One that stands before braces: letters, digits, `_` and `:`, no digit first.
fn is_plain_name(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b':';
    name.bytes().all(plain) && name.starts_with(|first: char| !first.is_ascii_digit())
}

fn labels(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| label(name)).collect();
    names.join(", ")
}

fn label(name: &str) -> String {
    if is_plain_name(name) && !name.contains(':') {
        return name.to_owned();
    }
    quoted(name)
}

/// In double quotes, with the escapes that reading understands.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => {
                quoted.push_str(&format!("\\u{:04x}", u32::from(control)));
            }
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}
