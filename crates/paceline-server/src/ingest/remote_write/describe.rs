//! What senders say of metrics' names. Owns the bounds of these texts; refuses to hold samples up:
//! a text that is too long is cut.

use paceline_metrics::Metadata;

use super::message::{Described, Message, Unreadable};

const NAME_BYTES_MAX: usize = 1_024;
const UNIT_BYTES_MAX: usize = 256;
const HELP_BYTES_MAX: usize = 4_096;

/// # Errors
/// Where the message is malformed.
pub fn of_message(message: &Message<'_>) -> Result<Vec<(String, Metadata)>, Unreadable> {
    let all = message.descriptions()?;
    Ok(all.into_iter().filter_map(checked).collect())
}

/// None for a name that cannot be one.
pub fn checked(described: Described<'_>) -> Option<(String, Metadata)> {
    let name = std::str::from_utf8(described.name).ok()?;
    if name.is_empty() || NAME_BYTES_MAX < name.len() {
        return None;
    }
    let metadata = Metadata {
        kind: described.kind,
        unit: cut(described.unit, UNIT_BYTES_MAX),
        description: cut(described.help, HELP_BYTES_MAX),
    };
    Some((name.to_owned(), metadata))
}

fn cut(bytes: &[u8], bytes_max: usize) -> String {
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(bytes_max)]);
    text.trim_end_matches('\u{fffd}').to_owned()
}

#[cfg(test)]
mod tests {
    use paceline_metrics::MetricKind;

    use super::*;

    fn described<'b>(name: &'b [u8], help: &'b [u8]) -> Option<(String, Metadata)> {
        checked(Described {
            name,
            kind: MetricKind::Gauge,
            unit: b"",
            help,
        })
    }

    #[test]
    fn texts_are_bounded_and_names_must_be_names() {
        assert_eq!(described(b"", b"x"), None);
        assert_eq!(described(b"\xff", b"x"), None);
        assert_eq!(described(&[b'a'; 1_025], b"x"), None);
        let long = "é".repeat(HELP_BYTES_MAX);
        let (_, metadata) = described(b"m", &long.as_bytes()[1..]).unwrap();
        assert!(metadata.description.len() <= HELP_BYTES_MAX + 2);
        assert!(metadata.description.ends_with('é'));
    }
}
