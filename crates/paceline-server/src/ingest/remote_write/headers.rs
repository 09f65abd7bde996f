//! Which message a request says that it holds. Owns `Content-Type` and `Content-Encoding`; refuses
//! to guess: the schemas of the two versions read each other as nothing at all.

use http::StatusCode;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderName};
use paceline_api::ErrorCode;

use super::message::Version;
use crate::http::failure::{shown, with_status};
use crate::operations::ApiFailure;

/// # Errors
/// 415 when it is another type or encoding.
pub fn version(headers: &HeaderMap) -> Result<Version, ApiFailure> {
    let encoding = text(headers, &CONTENT_ENCODING);
    // Absent means snappy to the receivers that first senders knew.
    if !encoding.is_empty() && !encoding.eq_ignore_ascii_case("snappy") {
        let message = format!("content encoding `{}` is not snappy", shown(&encoding));
        return Err(unsupported(message).hint("send one snappy block, not the framed format"));
    }
    let content_type = text(headers, &CONTENT_TYPE);
    let mut parts = content_type.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    if !essence.eq_ignore_ascii_case("application/x-protobuf") {
        let message = format!("content type `{}` is not protobuf", shown(&content_type));
        return Err(unsupported(message).hint("send `content-type: application/x-protobuf`"));
    }
    match parts.find_map(proto) {
        None | Some("prometheus.WriteRequest") => Ok(Version::One),
        Some("io.prometheus.write.v2.Request") => Ok(Version::Two),
        Some(other) => Err(
            unsupported(format!("message `{}` is not known", shown(other)))
                .hint("send `prometheus.WriteRequest` or `io.prometheus.write.v2.Request`"),
        ),
    }
}

/// The value of the parameter `proto`, if it is that.
fn proto(parameter: &str) -> Option<&str> {
    let (name, value) = parameter.split_once('=')?;
    let is_it = name.trim().eq_ignore_ascii_case("proto");
    is_it.then(|| value.trim().trim_matches('"'))
}

fn text(headers: &HeaderMap, name: &HeaderName) -> String {
    let value = headers.get(name).map(|value| value.as_bytes());
    String::from_utf8_lossy(value.unwrap_or_default())
        .trim()
        .to_owned()
}

fn unsupported(message: String) -> ApiFailure {
    with_status(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ErrorCode::InvalidArgument,
        message,
    )
}

/// The body's size in KiB, at least one; of a body that does not say, the most that is taken.
pub fn body_kib(headers: &HeaderMap, bytes_max: usize) -> u32 {
    let declared = text(headers, &CONTENT_LENGTH).parse::<usize>();
    let bytes = declared.unwrap_or(bytes_max).min(bytes_max);
    u32::try_from(bytes.div_ceil(1024).max(1)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(encoding: &str, content_type: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in [(CONTENT_ENCODING, encoding), (CONTENT_TYPE, content_type)] {
            if !value.is_empty() {
                headers.insert(name, value.parse().unwrap());
            }
        }
        headers
    }

    #[test]
    fn the_content_type_says_which_message_it_is() {
        let check = |content_type, expected| {
            let got = version(&headers("snappy", content_type)).unwrap();
            assert_eq!(got, expected, "{content_type}");
        };
        check("application/x-protobuf", Version::One);
        check(
            "application/x-protobuf;proto=prometheus.WriteRequest",
            Version::One,
        );
        check(
            "application/x-protobuf;proto=io.prometheus.write.v2.Request",
            Version::Two,
        );
        check(
            "Application/X-Protobuf; charset=x ; Proto=\"io.prometheus.write.v2.Request\"",
            Version::Two,
        );
    }

    #[test]
    fn other_types_and_encodings_are_unsupported() {
        let check = |encoding, content_type, expected: &str| {
            let failure = version(&headers(encoding, content_type)).unwrap_err();
            assert_eq!(failure.status, 415);
            let message = failure.body.error.message;
            assert!(message.contains(expected), "{message}");
        };
        check("gzip", "application/x-protobuf", "`gzip` is not snappy");
        check(
            "snappy",
            "application/json",
            "`application/json` is not protobuf",
        );
        check("snappy", "", "`` is not protobuf");
        check(
            "snappy",
            "application/x-protobuf;proto=x.Y",
            "message `x.Y` is not known",
        );
    }

    #[test]
    fn a_body_takes_its_place_by_its_size() {
        let check = |length: &str, expected| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_LENGTH, length.parse().unwrap());
            assert_eq!(body_kib(&headers, 8 * 1024), expected, "{length}");
        };
        check("0", 1);
        check("1025", 2);
        check("999999999999", 8);
        check("x", 8);
        assert_eq!(body_kib(&HeaderMap::new(), 8 * 1024), 8);
    }
}
