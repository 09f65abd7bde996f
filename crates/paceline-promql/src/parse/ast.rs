//! The tree of a question. Owns the kinds of expressions and what follows from the tree alone: the
//! type and whether a value is the same at every step; refuses to hold anything of an evaluation.

use std::sync::Arc;

use paceline_metrics::Matcher;

use super::functions::{Function, FunctionId};
use crate::answer::ValueKind;

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) expr: Expr,
    /// The byte it starts at.
    pub(crate) at: usize,
    /// Levels, this one included.
    pub(crate) depth: usize,
    /// The same at every step: every selector in it is pinned by `@`.
    pub(crate) invariant: bool,
}

#[derive(Clone, Debug)]
pub(crate) enum Expr {
    Number(f64),
    Text(Arc<str>),
    /// A string that is not UTF-8, quoted as Go does.
    InvalidText(String),
    Selector(Selector),
    /// `selector[range]`.
    Range {
        selector: Selector,
        range_ms: i64,
    },
    Subquery(Box<Subquery>),
    Call(Call),
    Aggregate(Box<Aggregate>),
    Binary(Box<Binary>),
    Negate(Box<Node>),
    Paren(Box<Node>),
}

#[derive(Clone, Debug)]
pub(crate) struct Selector {
    /// The name where one matcher says it exactly.
    pub(crate) name: Option<Arc<str>>,
    pub(crate) matchers: Vec<Matcher>,
    pub(crate) shift: TimeShift,
}

/// `offset` and `@`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TimeShift {
    pub(crate) offset_ms: Option<i64>,
    pub(crate) at: Option<At>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum At {
    Start,
    End,
    Ms(i64),
}

#[derive(Clone, Debug)]
pub(crate) struct Subquery {
    pub(crate) inner: Node,
    pub(crate) range_ms: i64,
    pub(crate) step_ms: Option<i64>,
    pub(crate) shift: TimeShift,
}

#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) function: &'static Function,
    pub(crate) args: Vec<Node>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AggregateOp {
    Sum,
    Avg,
    Count,
    Min,
    Max,
    Group,
    Stddev,
    Stdvar,
    Topk,
    Bottomk,
    Quantile,
    CountValues,
}

/// The labels of groups.
#[derive(Clone, Debug)]
pub(crate) struct Grouping {
    /// `without` instead of `by`.
    pub(crate) without: bool,
    /// Sorted.
    pub(crate) labels: Vec<String>,
    /// In the order of the text.
    pub(crate) written: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Aggregate {
    pub(crate) op: AggregateOp,
    pub(crate) grouping: Grouping,
    pub(crate) param: Option<Node>,
    pub(crate) inner: Node,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BinaryOp {
    Add,
    Sub,
    Mul,
    Div,
    Mod,
    Pow,
    Atan2,
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterEqual,
    LessEqual,
    And,
    Or,
    Unless,
}

impl BinaryOp {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Mod => "%",
            Self::Pow => "^",
            Self::Atan2 => "atan2",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Greater => ">",
            Self::Less => "<",
            Self::GreaterEqual => ">=",
            Self::LessEqual => "<=",
            Self::And => "and",
            Self::Or => "or",
            Self::Unless => "unless",
        }
    }

    pub(crate) fn is_comparison(self) -> bool {
        matches!(
            self,
            Self::Equal
                | Self::NotEqual
                | Self::Greater
                | Self::Less
                | Self::GreaterEqual
                | Self::LessEqual
        )
    }

    pub(crate) fn is_set(self) -> bool {
        matches!(self, Self::And | Self::Or | Self::Unless)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cardinality {
    OneToOne,
    /// `group_left`
    ManyToOne,
    /// `group_right`
    OneToMany,
}

#[derive(Clone, Debug)]
pub(crate) struct Matching {
    pub(crate) cardinality: Cardinality,
    /// `on` instead of `ignoring`.
    pub(crate) on: bool,
    /// Of `on` or `ignoring`, sorted.
    pub(crate) labels: Vec<String>,
    /// In the order of the text.
    pub(crate) written: Vec<String>,
    /// Of `group_left` or `group_right`.
    pub(crate) include: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Binary {
    pub(crate) op: BinaryOp,
    pub(crate) left: Node,
    pub(crate) right: Node,
    pub(crate) return_bool: bool,
    pub(crate) matching: Matching,
}

impl Node {
    pub(crate) fn new(expr: Expr, at: usize) -> Self {
        let depth = 1 + expr.children().map(|child| child.depth).max().unwrap_or(0);
        let invariant = expr.is_invariant();
        Self {
            expr,
            at,
            depth,
            invariant,
        }
    }

    pub(crate) fn kind(&self) -> ValueKind {
        match &self.expr {
            Expr::Number(_) => ValueKind::Scalar,
            Expr::Text(_) | Expr::InvalidText(_) => ValueKind::String,
            Expr::Selector(_) | Expr::Aggregate(_) => ValueKind::Vector,
            Expr::Range { .. } | Expr::Subquery(_) => ValueKind::Matrix,
            Expr::Call(call) => call.function.returns,
            Expr::Binary(binary) => match (binary.left.kind(), binary.right.kind()) {
                (ValueKind::Scalar, ValueKind::Scalar) => ValueKind::Scalar,
                _ => ValueKind::Vector,
            },
            Expr::Negate(inner) | Expr::Paren(inner) => inner.kind(),
        }
    }

    pub(crate) fn without_parens(&self) -> &Self {
        match &self.expr {
            Expr::Paren(inner) => inner.without_parens(),
            _ => self,
        }
    }

    /// Depth first, this node included.
    pub(crate) fn any(&self, holds: &dyn Fn(&Node) -> bool) -> bool {
        holds(self) || self.expr.children().any(|child| child.any(holds))
    }
}

impl Expr {
    pub(crate) fn children(&self) -> impl Iterator<Item = &Node> {
        let (first, second, rest): (Option<&Node>, Option<&Node>, &[Node]) = match self {
            Self::Number(_)
            | Self::Text(_)
            | Self::InvalidText(_)
            | Self::Selector(_)
            | Self::Range { .. } => (None, None, &[]),
            Self::Subquery(subquery) => (Some(&subquery.inner), None, &[]),
            Self::Call(call) => (None, None, &call.args),
            Self::Aggregate(aggregate) => (aggregate.param.as_ref(), Some(&aggregate.inner), &[]),
            Self::Binary(binary) => (Some(&binary.left), Some(&binary.right), &[]),
            Self::Negate(inner) | Self::Paren(inner) => (Some(inner), None, &[]),
        };
        first.into_iter().chain(second).chain(rest)
    }

    fn is_invariant(&self) -> bool {
        match self {
            Self::Selector(selector) | Self::Range { selector, .. } => selector.shift.at.is_some(),
            Self::Subquery(subquery) => subquery.shift.at.is_some(),
            Self::Call(call) => !call.reads_the_time() && call.args.iter().all(|arg| arg.invariant),
            _ => self.children().all(|child| child.invariant),
        }
    }
}

impl Call {
    pub(crate) fn can_set_labels(&self) -> bool {
        matches!(
            self.function.id,
            FunctionId::LabelReplace | FunctionId::LabelJoin
        )
    }

    fn reads_the_time(&self) -> bool {
        match self.function.id {
            FunctionId::Time | FunctionId::Timestamp | FunctionId::PredictLinear => true,
            FunctionId::Calendar(_) => self.args.is_empty(),
            _ => false,
        }
    }
}
