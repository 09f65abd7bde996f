//! Parameters of a request, from its query and from a form. Owns percent-decoding and how many
//! bytes there may be; refuses to know what a parameter means.

use axum::extract::Request;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, Method};

use super::failure::{Failure, bad_data};
use crate::http::body;
use crate::http::failure::shown;
use crate::http::limits::BODY_BYTES_MAX;

/// Names and values as they came; a name may come several times.
#[derive(Debug, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// A form's own fields come before those of the query, as in Go's `ParseForm`.
    ///
    /// # Errors
    /// When the body is no form, too large, or either part is not decodable.
    pub async fn read(request: Request) -> Result<Self, Failure> {
        let (parts, body) = request.into_parts();
        let mut fields = Vec::new();
        if parts.method == Method::POST {
            let bytes = body::read(body, BODY_BYTES_MAX).await?;
            if !bytes.is_empty() {
                check_is_form(&parts.headers)?;
                decode_all(&bytes, &mut fields)?;
            }
        }
        decode_all(
            parts.uri.query().unwrap_or_default().as_bytes(),
            &mut fields,
        )?;
        Ok(Self(fields))
    }

    #[cfg(test)]
    pub fn of(query: &str) -> Self {
        let mut fields = Vec::new();
        decode_all(query.as_bytes(), &mut fields).unwrap();
        Self(fields)
    }

    /// The first value of a parameter; empty when there is none, which Prometheus treats alike.
    pub fn get(&self, name: &str) -> &str {
        let mut fields = self.0.iter();
        let named = fields.find(|(given, _)| given == name);
        named.map_or("", |(_, value)| value)
    }

    pub fn all<'a>(&'a self, name: &'static str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(given, _)| given == name);
        named.map(|(_, value)| value.as_str())
    }
}

fn check_is_form(headers: &HeaderMap) -> Result<(), Failure> {
    let given = headers.get(CONTENT_TYPE);
    let given = given.map_or("", |value| value.to_str().unwrap_or_default());
    let essence = given.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Ok(());
    }
    Err(bad_data(format!(
        "content type `{}` is not `application/x-www-form-urlencoded`",
        shown(given)
    )))
}

fn decode_all(text: &[u8], fields: &mut Vec<(String, String)>) -> Result<(), Failure> {
    for field in text.split(|byte| *byte == b'&') {
        if field.is_empty() {
            continue;
        }
        let equals = field.iter().position(|byte| *byte == b'=');
        let (name, value) = match equals {
            Some(at) => (&field[..at], &field[at + 1..]),
            None => (field, &b""[..]),
        };
        fields.push((decode(name)?, decode(value)?));
    }
    Ok(())
}

/// `+` is a space and `%41` is `A`.
pub fn decode(text: &[u8]) -> Result<String, Failure> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        let byte = match first {
            b'+' => b' ',
            b'%' => {
                let escape = tail.split_at_checked(2);
                let decoded = escape.and_then(|(digits, tail)| Some((hex(digits)?, tail)));
                let Some((byte, tail)) = decoded else {
                    let escape = String::from_utf8_lossy(&tail[..tail.len().min(2)]);
                    let message =
                        format!("error parsing form values: invalid URL escape \"%{escape}\"");
                    return Err(bad_data(message));
                };
                rest = tail;
                byte
            }
            byte => byte,
        };
        bytes.push(byte);
    }
    String::from_utf8(bytes)
        .map_err(|_| bad_data("error parsing form values: a value is not valid UTF-8"))
}

fn hex(digits: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(digits).ok()?;
    let is_hex = digits.iter().all(u8::is_ascii_hexdigit);
    is_hex.then(|| u8::from_str_radix(text, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded_and_may_repeat() {
        let form = Form::of("match%5B%5D=up&match[]=a%7Bb%3D%22c+d%22%7D&&query=&limit");
        let sets: Vec<_> = form.all("match[]").collect();
        assert_eq!(sets, ["up", "a{b=\"c d\"}"]);
        assert_eq!(
            (form.get("query"), form.get("limit"), form.get("nope")),
            ("", "", "")
        );
    }

    #[test]
    fn what_cannot_be_decoded_is_told() {
        let check = |text: &str, expected: &str| {
            let failure = decode(text.as_bytes()).unwrap_err();
            assert_eq!(
                failure.message,
                format!("error parsing form values: {expected}")
            );
        };
        check("%zz", "invalid URL escape \"%zz\"");
        check("a%4", "invalid URL escape \"%4\"");
        check("%+1", "invalid URL escape \"%+1\"");
        check("%ff", "a value is not valid UTF-8");
    }
}
