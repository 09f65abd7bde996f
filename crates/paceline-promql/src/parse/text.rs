//! Quoted strings. Owns Go's escapes; refuses unknown ones. A string may hold bytes that are not
//! UTF-8: whoever needs text says so.

use std::fmt::Write;

/// The bytes between the quotes, or what is wrong with them.
pub(super) fn unquote(quoted: &str) -> Result<Vec<u8>, String> {
    let inner = &quoted[1..quoted.len() - 1];
    if quoted.starts_with('`') || !inner.contains('\\') {
        return Ok(inner.as_bytes().to_vec());
    }
    let quote = quoted.as_bytes()[0];
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = match first {
            b'\\' => unescape(tail, quote, &mut bytes)?,
            _ => {
                bytes.push(*first);
                tail
            }
        };
    }
    Ok(bytes)
}

/// As Go's `%q` prints it, invalid bytes as `\x`.
pub(super) fn quote_bytes(bytes: &[u8]) -> String {
    let mut quoted = String::from("\"");
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '"' | '\\' => quoted.extend(['\\', character]),
                _ => quoted.push(character),
            }
        }
        for byte in chunk.invalid() {
            // Writing to a string cannot fail.
            let _ = write!(quoted, "\\x{byte:02x}");
        }
    }
    quoted.push('"');
    quoted
}

/// Appends what follows a backslash; gives the rest.
fn unescape<'t>(text: &'t [u8], quote: u8, bytes: &mut Vec<u8>) -> Result<&'t [u8], String> {
    let unterminated = || "escape sequence not terminated".to_owned();
    let (kind, rest) = text.split_first().ok_or_else(unterminated)?;
    let plain = match kind {
        b'a' => 0x07,
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0b,
        b'\\' => b'\\',
        _ if *kind == quote => quote,
        b'x' => return byte_of(rest, 2, 16, bytes),
        b'0'..=b'7' => return byte_of(text, 3, 8, bytes),
        b'u' => return character_of(rest, 4, bytes),
        b'U' => return character_of(rest, 8, bytes),
        _ => {
            let character = String::from_utf8_lossy(text).chars().next().unwrap_or(' ');
            return Err(format!("unknown escape sequence {character:?}"));
        }
    };
    bytes.push(plain);
    Ok(rest)
}

fn byte_of<'t>(
    text: &'t [u8],
    digits: usize,
    radix: u32,
    bytes: &mut Vec<u8>,
) -> Result<&'t [u8], String> {
    let (code, rest) = code_of(text, digits, radix)?;
    bytes.push(u8::try_from(code).map_err(|_| "escape sequence is no byte".to_owned())?);
    Ok(rest)
}

fn character_of<'t>(
    text: &'t [u8],
    digits: usize,
    bytes: &mut Vec<u8>,
) -> Result<&'t [u8], String> {
    let (code, rest) = code_of(text, digits, 16)?;
    let character = char::from_u32(code)
        .ok_or_else(|| "escape sequence is an invalid Unicode code point".to_owned())?;
    bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    Ok(rest)
}

fn code_of(text: &[u8], digits: usize, radix: u32) -> Result<(u32, &[u8]), String> {
    let code = text
        .get(..digits)
        .filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))
        .and_then(|digits| std::str::from_utf8(digits).ok())
        .and_then(|digits| u32::from_str_radix(digits, radix).ok())
        .ok_or_else(|| "illegal character in escape sequence".to_owned())?;
    Ok((code, &text[digits..]))
}

#[cfg(test)]
mod tests {
    use super::{quote_bytes, unquote};

    #[test]
    fn escapes_are_gos() {
        let check = |quoted: &str, expected: &[u8]| {
            assert_eq!(unquote(quoted).as_deref(), Ok(expected), "{quoted}");
        };
        check(r#""a\tb""#, b"a\tb");
        check(r#"'it\'s'"#, b"it's");
        check(r"`raw\d`", br"raw\d");
        check(r#""\x41\101\u0041\U00000041""#, b"AAAA");
        check(r#""\xff""#, b"\xff");
        check("\"\u{e9}\"", "\u{e9}".as_bytes());
        for invalid in [r#""\d""#, r#""\'""#, r#""\x4""#, r#""\uD800""#, r#""\400""#] {
            assert!(unquote(invalid).is_err(), "{invalid}");
        }
        assert_eq!(quote_bytes(b"a\xc5z"), r#""a\xc5z""#);
    }
}
