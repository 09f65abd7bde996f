//! Function calls. Owns the count and the types of arguments; refuses unknown functions.

use super::Problem;
use super::ast::{Call, Expr, Node};
use super::expression::Parser;
use super::functions::{self, Function, Optional};
use super::lexer::Symbol;

/// At the name, with a parenthesis after it.
pub(super) fn read(parser: &mut Parser<'_>) -> Result<Node, Problem> {
    let token = parser.take();
    let name = parser.slice(token);
    let Some(function) = functions::find(name) else {
        let problem = format!("unknown function with name \"{name}\"");
        return Err(Problem::new(token.start, problem));
    };
    let args = arguments(parser)?;
    check_count(function, args.len(), token.start)?;
    for (place, arg) in args.iter().enumerate() {
        let expected = function.args[place.min(function.args.len() - 1)];
        check_kind(arg, expected, &format!("call to function \"{name}\""))?;
    }
    parser.node(Expr::Call(Call { function, args }), token.start)
}

/// With both parentheses.
pub(super) fn arguments(parser: &mut Parser<'_>) -> Result<Vec<Node>, Problem> {
    parser.expect(Symbol::ParenLeft, "function call")?;
    let mut args = Vec::new();
    if parser.take_if(Symbol::ParenRight) {
        return Ok(args);
    }
    loop {
        args.push(parser.expression(0)?);
        if parser.take_if(Symbol::ParenRight) {
            return Ok(args);
        }
        parser.expect(Symbol::Comma, "function call")?;
        if parser.is_next(Symbol::ParenRight) {
            let problem = "trailing commas not allowed in function call args";
            return Err(parser.problem_here(problem.to_owned()));
        }
    }
}

pub(super) fn check_kind(
    node: &Node,
    expected: crate::answer::ValueKind,
    place: &str,
) -> Result<(), Problem> {
    if node.kind() == expected {
        return Ok(());
    }
    let problem = format!(
        "expected type {} in {place}, got {}",
        expected.documented(),
        node.kind().documented()
    );
    Err(Problem::new(node.at, problem))
}

fn check_count(function: &Function, got: usize, at: usize) -> Result<(), Problem> {
    let listed = function.args.len();
    let (least, most) = match function.optional {
        Optional::None => (listed, Some(listed)),
        Optional::Last => (listed - 1, Some(listed)),
        Optional::Repeated => (listed - 1, None),
    };
    let name = function.name;
    let problem = if got < least {
        let bound = if most == Some(least) { "" } else { "at least " };
        format!("expected {bound}{least} argument(s) in call to \"{name}\", got {got}")
    } else if let Some(most) = most.filter(|most| *most < got) {
        let bound = if most == least { "" } else { "at most " };
        format!("expected {bound}{most} argument(s) in call to \"{name}\", got {got}")
    } else {
        return Ok(());
    };
    Err(Problem::new(at, problem))
}
