//! How long functions are. Owns a scanner that knows just enough Rust to match braces: comments,
//! strings and characters are passed over. Refuses to be a parser.

pub struct Function {
    pub name: String,
    /// From the `fn` to its closing brace.
    pub lines: usize,
}

pub fn find(text: &str) -> Vec<Function> {
    let code = blank_out(text);
    let mut functions = Vec::new();
    let mut rest = 0;
    while let Some(found) = code[rest..].find("fn ") {
        let start = rest + found;
        rest = start + 3;
        let whole_word = !code[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if let Some(end) = whole_word.then(|| body_end(&code, rest)).flatten() {
            let name = code[rest..]
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_');
            functions.push(Function {
                name: name.collect(),
                lines: code[start..end].lines().count(),
            });
        }
    }
    functions
}

/// Where the function's body closes; nothing for a declaration or a function type.
fn body_end(code: &str, signature: usize) -> Option<usize> {
    let mut parentheses = 0_i32;
    let mut braces = 0_i32;
    for (offset, byte) in code[signature..].bytes().enumerate() {
        match byte {
            b'(' | b'[' => parentheses += 1,
            b')' | b']' => parentheses -= 1,
            b';' if parentheses == 0 && braces == 0 => return None,
            b'{' => braces += 1,
            b'}' if braces == 0 => return None,
            b'}' => {
                braces -= 1;
                if braces == 0 {
                    return Some(signature + offset + 1);
                }
            }
            _ if parentheses < 0 => return None,
            _ => {}
        }
    }
    None
}

/// The same text, as long and with the same lines, with a space for every byte that is no code.
fn blank_out(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = passage_end(bytes, at);
        for byte in &mut code[at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        at = end.max(at + 1);
    }
    String::from_utf8(code).unwrap_or_default()
}

/// Where a comment, string or character that begins here ends; `at` itself when none does.
fn passage_end(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    let from = |needle: &[u8], skip: usize| {
        let found = rest[skip..]
            .windows(needle.len())
            .position(|window| window == needle);
        found.map_or(bytes.len(), |found| at + skip + found + needle.len())
    };
    match rest {
        [b'/', b'/', ..] => from(b"\n", 0).saturating_sub(1).max(at),
        [b'/', b'*', ..] => from(b"*/", 2),
        [b'r', b'"' | b'#', ..] => raw_string_end(rest).map_or(at, |end| at + end),
        [b'"', ..] => at + quoted_end(rest),
        [b'\'', b'\\', ..] => from(b"'", 3),
        [b'\'', _, b'\'', ..] => at + 3,
        [b'\'', first, ..] if !first.is_ascii() => from(b"'", 1),
        // Not ASCII outside of a string is a letter in a name: blanking it keeps the text valid.
        [first, ..] if !first.is_ascii() => at + 1,
        _ => at,
    }
}

fn quoted_end(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != b'"' {
        at += if rest[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(rest.len())
}

fn raw_string_end(rest: &[u8]) -> Option<usize> {
    let hashes = rest[1..].iter().take_while(|byte| **byte == b'#').count();
    if rest.get(1 + hashes) != Some(&b'"') {
        return None;
    }
    let mut close = vec![b'"'];
    close.resize(1 + hashes, b'#');
    let body = &rest[2 + hashes..];
    let found = body.windows(close.len()).position(|window| window == close);
    Some(found.map_or(rest.len(), |found| 2 + hashes + found + close.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_found_with_their_lengths() {
        let check = |text: &str, expected: &[(&str, usize)]| {
            let found = find(text);
            let found: Vec<_> = found
                .iter()
                .map(|one| (one.name.as_str(), one.lines))
                .collect();
            assert_eq!(found, expected, "{text}");
        };
        check("fn one() {}", &[("one", 1)]);
        check("fn two() {\n    a();\n}\n", &[("two", 3)]);
        check("trait T { fn declared(&self) -> [u8; 3]; }", &[]);
        check(
            "fn braces() { let _ = \"}\\\"}\"; let _ = '}'; /* } */ }\n",
            &[("braces", 1)],
        );
        check("fn raw() {\n r#\"}\"}\"#;\n // }\n}", &[("raw", 4)]);
        check(
            "fn life<'a>(x: &'a str) -> &'a str {\n x\n}",
            &[("life", 3)],
        );
        check("fn umlaut() {\n \"ä}\";\n 'ö';\n}", &[("umlaut", 4)]);
        check(
            "fn outer() {\n fn inner() {\n }\n}",
            &[("outer", 4), ("inner", 2)],
        );
        check("type F = fn (u8) -> u8;", &[]);
    }
}
