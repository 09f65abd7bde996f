//! Checks of what callers write. Owns length in characters, emptiness, NUL and the flaws that
//! free-form JSON can hide in its escapes; refuses to change a text: it is stored as it came.

use crate::{Json, Rejection, limits};

/// 1 to `max` characters.
pub(crate) fn required(field: &str, text: &str, max: usize) -> Result<(), Rejection> {
    if text.is_empty() {
        return Err(Rejection::invalid(
            field,
            format!("must be 1 to {max} characters, it is empty"),
        ));
    }
    free_of_nul(field, text)?;
    // Bytes bound characters, so that the common short text is not counted at all.
    if text.len() <= max {
        return Ok(());
    }
    let length = text.chars().count();
    if length <= max {
        return Ok(());
    }
    Err(Rejection::invalid(
        field,
        format!("must be 1 to {max} characters, got {length}"),
    ))
}

/// Absent, or 1 to `max` characters.
pub(crate) fn optional(field: &str, text: Option<&str>, max: usize) -> Result<(), Rejection> {
    text.map_or(Ok(()), |text| required(field, text, max))
}

/// At most `count_max` texts of 1 to `max` characters each.
pub(crate) fn list(
    field: &str,
    texts: &[String],
    count_max: usize,
    max: usize,
) -> Result<(), Rejection> {
    count(field, texts.len(), count_max)?;
    texts.iter().try_for_each(|text| required(field, text, max))
}

/// At most `max` entries.
pub(crate) fn count(field: &str, got: usize, max: usize) -> Result<(), Rejection> {
    if got <= max {
        return Ok(());
    }
    Err(Rejection::invalid(
        field,
        format!("must have at most {max} entries, got {got}"),
    ))
}

/// Within the size limit, and text in every string of it.
pub(crate) fn json(field: &str, json: Option<&Json>) -> Result<(), Rejection> {
    let Some(json) = json else { return Ok(()) };
    let (got, max) = (json.as_str().len(), limits::JSON_BYTES_MAX);
    if max < got {
        return Err(Rejection::invalid(
            field,
            format!("must be at most {max} bytes of JSON, got {got}"),
        ));
    }
    free_of_nul(field, json.as_str())?;
    escapes(json.as_str()).map_err(|problem| Rejection::invalid(field, problem))
}

fn free_of_nul(field: &str, text: &str) -> Result<(), Rejection> {
    if text.as_bytes().contains(&0) {
        return Err(Rejection::invalid(field, HOLDS_NUL));
    }
    Ok(())
}

const HOLDS_NUL: &str = "must not hold a NUL character";
const HOLDS_LONE_SURROGATE: &str = "must not hold a lone surrogate";

/// Escapes that are legal JSON grammar and yet no text: NUL, which databases and C readers cut
/// strings at, and half of a surrogate pair, which no UTF-8 can carry. A backslash occurs only
/// inside strings, so a scan needs no parser.
fn escapes(json: &str) -> Result<(), &'static str> {
    let bytes = json.as_bytes();
    let mut at = 0;
    while let Some(found) = bytes
        .get(at..)
        .and_then(|rest| rest.iter().position(|b| *b == b'\\'))
    {
        at += found;
        let Some(unit) = escaped_unit(bytes, at) else {
            at += 2;
            continue;
        };
        at += 6;
        match unit {
            0 => return Err(HOLDS_NUL),
            0xD800..=0xDBFF => match escaped_unit(bytes, at) {
                Some(0xDC00..=0xDFFF) => at += 6,
                _ => return Err(HOLDS_LONE_SURROGATE),
            },
            0xDC00..=0xDFFF => return Err(HOLDS_LONE_SURROGATE),
            _ => {}
        }
    }
    Ok(())
}

/// The UTF-16 unit of the `\uXXXX` that starts at `at`, if one does.
fn escaped_unit(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(result: Result<(), Rejection>) -> String {
        result
            .err()
            .map(|rejection| rejection.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn a_text_has_one_to_max_characters_and_no_nul() {
        let check = |text: &str, expected: &str| {
            assert_eq!(problem(required("name", text, 4)), expected, "{text:?}");
        };
        check("a", "");
        check("abcd", "");
        check("äöüß", "");
        check("", "`name` must be 1 to 4 characters, it is empty");
        check("abcde", "`name` must be 1 to 4 characters, got 5");
        check("äöüßx", "`name` must be 1 to 4 characters, got 5");
        check("a\0b", "`name` must not hold a NUL character");
    }

    #[test]
    fn a_list_is_bounded_in_count_and_in_each_text() {
        let check = |texts: &[&str], expected: &str| {
            let texts: Vec<String> = texts.iter().map(ToString::to_string).collect();
            assert_eq!(problem(list("tags", &texts, 2, 3)), expected, "{texts:?}");
        };
        check(&[], "");
        check(&["a", "b"], "");
        check(
            &["a", "b", "c"],
            "`tags` must have at most 2 entries, got 3",
        );
        check(&["a", ""], "`tags` must be 1 to 3 characters, it is empty");
        check(&["abcd"], "`tags` must be 1 to 3 characters, got 4");
    }

    #[test]
    fn json_hides_neither_nul_nor_half_a_surrogate_pair() {
        let check = |text: &str, expected: &str| {
            assert_eq!(
                problem(json("input", Some(&Json::trusted(text)))),
                expected,
                "{text}"
            );
        };
        check(r#"{"a":[1,"\n\t\\ \u00e4"]}"#, "");
        check(r#""\ud83d\ude00""#, "");
        check(r#""\\u0000 is spelled, not meant""#, "");
        check(r#""\u0000""#, "`input` must not hold a NUL character");
        check(r#""\\\u0000""#, "`input` must not hold a NUL character");
        check("\"a\0b\"", "`input` must not hold a NUL character");
        check(r#""\ud83d""#, "`input` must not hold a lone surrogate");
        check(r#""\ud83d\n""#, "`input` must not hold a lone surrogate");
        check(
            r#""\ude00\ud83d""#,
            "`input` must not hold a lone surrogate",
        );
    }

    #[test]
    fn json_is_bounded_in_bytes() {
        let sized = |bytes: usize| Json::trusted(format!("\"{}\"", "x".repeat(bytes - 2)));
        assert_eq!(json("input", Some(&sized(limits::JSON_BYTES_MAX))), Ok(()));
        assert_eq!(
            problem(json("input", Some(&sized(limits::JSON_BYTES_MAX + 1)))),
            "`input` must be at most 262144 bytes of JSON, got 262145"
        );
    }
}
