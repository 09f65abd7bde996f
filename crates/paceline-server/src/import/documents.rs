//! Files that are one JSON document. Owns reading them whole, within a bound; refuses to guess at
//! the part behind a tear.

use std::fs::File;
use std::io::Read;

use flate2::read::MultiGzDecoder;
use serde_json::Value;

use super::feed::Feed;
use super::sources::Source;

/// Far above any fleet's folder, and still no danger to a laptop.
const BYTES_MAX: u64 = 256 << 20;

/// The document; when it cannot be had, the account says why.
pub(super) fn document(source: &Source, feed: &mut Feed<'_>) -> Option<Value> {
    match read(source) {
        Ok(value) => Some(value),
        Err(reason) => {
            feed.drop_row(0, &reason);
            feed.account.rows_read += 1;
            None
        }
    }
}

fn read(source: &Source) -> Result<Value, String> {
    let file = File::open(&source.path).map_err(|error| format!("cannot be opened: {error}"))?;
    let packed = source
        .path
        .extension()
        .is_some_and(|extension| extension == "gz");
    let reader: Box<dyn Read> = if packed {
        Box::new(MultiGzDecoder::new(file))
    } else {
        Box::new(file)
    };
    let mut bytes = Vec::new();
    let read = reader.take(BYTES_MAX + 1).read_to_end(&mut bytes);
    read.map_err(|error| format!("cannot be read: {error}"))?;
    if BYTES_MAX < bytes.len() as u64 {
        return Err(format!("longer than {BYTES_MAX} bytes"));
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    serde_json::from_slice(text).map_err(|error| format!("is no JSON document: {error}"))
}

/// The items of a list that is the document itself or one of its fields; those of an object that
/// stands in the list's place count as well.
pub(super) fn items<'a>(document: &'a Value, name: &str) -> Option<Vec<&'a Value>> {
    match document.get(name).unwrap_or(document) {
        Value::Array(items) => Some(items.iter().collect()),
        Value::Object(items) if document.get(name).is_some() => Some(items.values().collect()),
        _ => None,
    }
}

/// Like [`items`]; when there is no such list, the account says so.
pub(super) fn items_of<'a>(document: &'a Value, name: &str, feed: &mut Feed<'_>) -> Vec<&'a Value> {
    let Some(items) = items(document, name) else {
        feed.account.rows_read += 1;
        feed.drop_row(0, &format!("holds no list `{name}`"));
        return Vec::new();
    };
    feed.account.rows_read += items.len() as u64;
    items
}
