//! YAML as a tree with lines. Owns the bounds on what a file may make of itself by depth and aliases;
//! refuses tags, more than one document, and keys that are named twice. Scalars stay texts: the fields of
//! rules say what they are.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput, Tag};

const DEPTH_MAX: usize = 32;
const ALIASES_MAX: usize = 10_000;
/// Keys of one mapping: labels, at the most.
const KEYS_MAX: usize = 1_000;
const MERGE: &str = "<<";

#[derive(Debug)]
pub(super) struct Node {
    /// From 1.
    pub(super) line: usize,
    pub(super) value: Value,
}

#[derive(Debug)]
pub(super) enum Value {
    Null,
    Scalar(Scalar),
    Sequence(Vec<Rc<Node>>),
    /// In the order of the file; no key twice.
    Mapping(Vec<Entry>),
}

#[derive(Debug)]
pub(super) struct Scalar {
    pub(super) text: String,
    /// Its text has the lines that it has in the file.
    pub(super) is_literal_block: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) line: usize,
    pub(super) value: Rc<Node>,
}

#[derive(Debug)]
pub(super) struct YamlError {
    pub(super) line: usize,
    pub(super) message: String,
}

/// None for a file without content.
pub(super) fn parse(text: &str) -> Result<Option<Rc<Node>>, YamlError> {
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        anchors: BTreeMap::new(),
        aliases: 0,
    };
    let mut root = None;
    loop {
        match reader.next()? {
            (Event::StreamEnd, _) => return Ok(root),
            (Event::DocumentStart(_), span) if root.is_some() => {
                let message = "a second document begins: one file is one document";
                return Err(error(span.start.line(), message));
            }
            (Event::DocumentStart(_), _) => {
                let (event, span) = reader.next()?;
                root = Some(reader.node(event, span, 0)?);
            }
            _ => {}
        }
    }
}

struct Reader<'t> {
    parser: Parser<'t, StrInput<'t>>,
    anchors: BTreeMap<usize, Rc<Node>>,
    aliases: usize,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<(Event<'t>, Span), YamlError> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(problem)) => Err(unreadable(&problem)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn node(&mut self, event: Event<'t>, span: Span, depth: usize) -> Result<Rc<Node>, YamlError> {
        let line = span.start.line();
        if DEPTH_MAX < depth {
            let message = format!("nested more than {DEPTH_MAX} deep");
            return Err(error(line, &message));
        }
        let (value, anchor) = match event {
            Event::Alias(anchor) => return self.alias(anchor, line),
            Event::Scalar(text, style, anchor, tag) => {
                check_tag(tag.as_ref(), line)?;
                (scalar(text, style, tag.is_some()), anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                check_tag(tag.as_ref(), line)?;
                (self.sequence(depth)?, anchor)
            }
            Event::MappingStart(anchor, tag) => {
                check_tag(tag.as_ref(), line)?;
                (self.mapping(line, depth)?, anchor)
            }
            _ => return Err(error(line, "here a value is missing")),
        };
        let node = Rc::new(Node { line, value });
        if anchor != 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        Ok(node)
    }

    fn alias(&mut self, anchor: usize, line: usize) -> Result<Rc<Node>, YamlError> {
        self.aliases += 1;
        if ALIASES_MAX < self.aliases {
            let message = format!("more than {ALIASES_MAX} aliases");
            return Err(error(line, &message));
        }
        // An anchor is known once its value is complete, so that nothing holds itself.
        let known = self.anchors.get(&anchor).cloned();
        known.ok_or_else(|| error(line, "this alias names what it is part of"))
    }

    fn sequence(&mut self, depth: usize) -> Result<Value, YamlError> {
        let mut nodes = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Value::Sequence(nodes)),
                (event, span) => nodes.push(self.node(event, span, depth + 1)?),
            }
        }
    }

    fn mapping(&mut self, line: usize, depth: usize) -> Result<Value, YamlError> {
        let (mut entries, mut merged) = (Vec::new(), Vec::new());
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                break;
            }
            let key = self.node(event, span, depth + 1)?;
            let Value::Scalar(Scalar { text, .. }) = &key.value else {
                return Err(error(key.line, "a key must be a text"));
            };
            let (event, span) = self.next()?;
            let value = self.node(event, span, depth + 1)?;
            match text == MERGE {
                true => merged.extend(mappings(&value)?),
                false => entries.push(Entry {
                    key: text.clone(),
                    line: key.line,
                    value,
                }),
            }
        }
        complete(entries, merged, line).map(Value::Mapping)
    }
}

/// What `<<` brings in.
fn mappings(node: &Rc<Node>) -> Result<Vec<Entry>, YamlError> {
    match &node.value {
        Value::Mapping(entries) => Ok(entries.clone()),
        Value::Sequence(nodes) => {
            let all = nodes.iter().map(|node| match &node.value {
                Value::Mapping(entries) => Ok(entries.clone()),
                _ => Err(error(node.line, "`<<` must be followed by mappings")),
            });
            Ok(all.collect::<Result<Vec<_>, _>>()?.concat())
        }
        _ => Err(error(node.line, "`<<` must be followed by a mapping")),
    }
}

/// What a mapping says itself comes before what is merged into it.
fn complete(
    mut entries: Vec<Entry>,
    merged: Vec<Entry>,
    line: usize,
) -> Result<Vec<Entry>, YamlError> {
    let mut known = BTreeSet::new();
    for entry in &entries {
        if !known.insert(entry.key.clone()) {
            let message = format!("`{}` is given twice", entry.key);
            return Err(error(entry.line, &message));
        }
    }
    for entry in merged {
        if known.insert(entry.key.clone()) {
            entries.push(entry);
        }
    }
    if KEYS_MAX < entries.len() {
        let message = format!("more than {KEYS_MAX} keys in one mapping");
        return Err(error(line, &message));
    }
    Ok(entries)
}

fn scalar(text: Cow<'_, str>, style: ScalarStyle, is_tagged: bool) -> Value {
    let is_null = matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
    if style == ScalarStyle::Plain && is_null && !is_tagged {
        return Value::Null;
    }
    Value::Scalar(Scalar {
        text: text.into_owned(),
        is_literal_block: style == ScalarStyle::Literal,
    })
}

fn check_tag(tag: Option<&Cow<'_, Tag>>, line: usize) -> Result<(), YamlError> {
    let Some(tag) = tag else { return Ok(()) };
    let is_plain = matches!(tag.suffix.as_str(), "str" | "int" | "seq" | "map");
    if tag.is_yaml_core_schema() && is_plain {
        return Ok(());
    }
    Err(error(
        line,
        &format!("the tag `{tag}` means nothing in rule files"),
    ))
}

fn unreadable(problem: &ScanError) -> YamlError {
    let message = format!("cannot be read as YAML: {}", problem.info());
    error(problem.marker().line(), &message)
}

fn error(line: usize, message: &str) -> YamlError {
    YamlError {
        line: line.max(1),
        message: message.to_owned(),
    }
}
