//! The scripts' commands. Owns what FORMAT.md says of them, the deprecated forms included.

use super::notation::duration_ms;

pub enum Command {
    Clear,
    Load(Load),
    Eval(Box<Eval>),
}

pub struct Load {
    pub step_ms: i64,
    /// Native histograms are loaded too, from the classic ones.
    pub with_nhcb: bool,
    pub lines: Vec<String>,
}

#[derive(Default)]
pub struct Eval {
    pub line: usize,
    pub query: String,
    pub time: Time,
    pub expect: Expect,
    /// Series and their values, or a number.
    pub lines: Vec<String>,
}

#[derive(Clone, Copy, Default)]
pub struct Time {
    pub from_ms: i64,
    pub to_ms: i64,
    /// None for an instant.
    pub step_ms: Option<i64>,
}

#[derive(Default)]
pub struct Expect {
    pub fail: Option<Pattern>,
    pub warns: Vec<Pattern>,
    pub infos: Vec<Pattern>,
    pub no_warn: bool,
    pub no_info: bool,
    pub ordered: bool,
    pub string: Option<String>,
    /// Of a range vector.
    pub times: Option<Time>,
}

pub enum Pattern {
    Any,
    Text(String),
    Regex(String),
}

pub fn read(text: &str) -> Vec<Command> {
    let lines: Vec<&str> = text
        .lines()
        .map(|line| match line.trim() {
            comment if comment.starts_with('#') => "",
            line => line,
        })
        .collect();
    let mut commands = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let head = lines[at];
        let block_end = (at + 1..lines.len())
            .find(|end| lines[*end].is_empty())
            .unwrap_or(lines.len());
        let block = &lines[at + 1..block_end];
        let (word, rest) = head.split_once(char::is_whitespace).unwrap_or((head, ""));
        at = match word {
            "" => at + 1,
            "clear" => {
                commands.push(Command::Clear);
                at + 1
            }
            "load" | "load_with_nhcb" => {
                commands.push(Command::Load(Load {
                    step_ms: duration_ms(rest.trim()),
                    with_nhcb: word == "load_with_nhcb",
                    lines: block.iter().map(ToString::to_string).collect(),
                }));
                block_end
            }
            _ if word.starts_with("eval") => {
                commands.push(Command::Eval(Box::new(eval(at + 1, word, rest, block))));
                block_end
            }
            _ => panic!("line {}: unknown command {head}", at + 1),
        };
    }
    commands
}

fn eval(line: usize, word: &str, rest: &str, block: &[&str]) -> Eval {
    let (time, query) = time_and_query(rest);
    let mut eval = Eval {
        line,
        time,
        query,
        ..Eval::default()
    };
    match word {
        "eval_fail" => eval.expect.fail = Some(Pattern::Any),
        "eval_warn" => eval.expect.warns.push(Pattern::Any),
        "eval_info" => eval.expect.infos.push(Pattern::Any),
        "eval_ordered" => eval.expect.ordered = true,
        _ => assert_eq!(word, "eval"),
    }
    for line in block {
        if let Some(rest) = line.strip_prefix("expect ") {
            expect(&mut eval.expect, rest.trim());
        } else if let Some(text) = line.strip_prefix("expected_fail_message ") {
            eval.expect.fail = Some(Pattern::Text(text.trim().to_owned()));
        } else if let Some(text) = line.strip_prefix("expected_fail_regexp ") {
            eval.expect.fail = Some(Pattern::Regex(text.trim().to_owned()));
        } else {
            eval.lines.push((*line).to_owned());
        }
    }
    eval
}

fn time_and_query(text: &str) -> (Time, String) {
    let mut words = text.split_whitespace();
    let mut next = || words.next().expect("a word");
    let kind = next();
    if kind == "instant" {
        assert_eq!(next(), "at");
        let at_ms = duration_ms(next());
        let time = Time {
            from_ms: at_ms,
            to_ms: at_ms,
            step_ms: None,
        };
        return (time, after_words(text, 3));
    }
    assert_eq!((kind, next()), ("range", "from"));
    let from_ms = duration_ms(next());
    assert_eq!(next(), "to");
    let to_ms = duration_ms(next());
    assert_eq!(next(), "step");
    let time = Time {
        from_ms,
        to_ms,
        step_ms: Some(duration_ms(next())),
    };
    (time, after_words(text, 7))
}

fn after_words(text: &str, count: usize) -> String {
    let mut rest = text.trim_start();
    for _ in 0..count {
        rest = rest
            .split_once(char::is_whitespace)
            .expect("more words")
            .1
            .trim_start();
    }
    rest.trim().to_owned()
}

fn expect(expect: &mut Expect, text: &str) {
    let (kind, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let rest = rest.trim();
    match kind {
        "fail" => expect.fail = Some(pattern(rest)),
        "warn" => expect.warns.push(pattern(rest)),
        "info" => expect.infos.push(pattern(rest)),
        "no_warn" => expect.no_warn = true,
        "no_info" => expect.no_info = true,
        "ordered" => expect.ordered = true,
        "string" => expect.string = Some(rest[1..rest.len() - 1].to_owned()),
        "range" => {
            let words: Vec<&str> = rest.split_whitespace().collect();
            let [_, _, from, _, to, _, step] = words[..] else {
                panic!("unknown range vector {rest}");
            };
            expect.times = Some(Time {
                from_ms: duration_ms(from),
                to_ms: duration_ms(to),
                step_ms: Some(duration_ms(step)),
            });
        }
        _ => panic!("unknown expectation {text}"),
    }
}

fn pattern(text: &str) -> Pattern {
    if let Some(message) = text.strip_prefix("msg:") {
        return Pattern::Text(message.trim().to_owned());
    }
    match text.strip_prefix("regex:") {
        Some(regex) => Pattern::Regex(regex.trim().to_owned()),
        None => Pattern::Any,
    }
}
