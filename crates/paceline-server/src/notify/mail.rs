//! An e-mail about a notice. Owns its subject, its two texts and the ids by which mail programs thread and
//! mail servers tell a repetition; refuses to let an alert's text become a header.

use std::time::{Duration, SystemTime};

use lettre::Message;
use lettre::message::MultiPart;
use lettre::message::header::{HeaderName, HeaderValue};
use paceline_analysis::alerts::{Notice, Noticed};
use sha2::{Digest, Sha256};

use super::SendError;
use super::channel::Mail;
use super::text::{cut, link, one_line, rfc3339, sentence, severity, status};

const SUBJECT_BYTES_MAX: usize = 200;
const SENTENCE_BYTES_MAX: usize = 2_000;
const LABELS_BYTES_MAX: usize = 1_000;

pub(super) fn message(
    notice: &Notice,
    channel: &str,
    mail: &Mail,
    external_url: Option<&str>,
) -> Result<Message, SendError> {
    let domain = mail.from.email.domain();
    let thread = format!("<{}@{domain}>", id(&[&notice.group_key]));
    let at = SystemTime::UNIX_EPOCH + Duration::from_millis(notice.at_ms.unsigned_abs());
    let mut builder = Message::builder()
        .from(mail.from.clone())
        .subject(subject(notice))
        .date(at)
        .message_id(Some(own_id(notice, channel, domain)))
        .in_reply_to(thread.clone())
        .references(thread)
        // Nobody's holiday notice answers it (RFC 3834).
        .raw_header(HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        ));
    for to in &mail.to {
        builder = builder.to(to.clone());
    }
    let texts =
        MultiPart::alternative_plain_html(plain(notice, external_url), html(notice, external_url));
    let built = builder.multipart(texts);
    built.map_err(|_| SendError::for_good("the message could not be put together".to_owned()))
}

/// The same for each attempt to deliver the same notice, so that a second copy can be told from a second
/// notice.
fn own_id(notice: &Notice, channel: &str, domain: &str) -> String {
    let at = notice.at_ms.to_string();
    let status = status(notice.status);
    let id = id(&[channel, &notice.group_key, &at, status]);
    format!("<{id}@{domain}>")
}

fn id(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0xff]);
    }
    let hash = hash.finalize();
    hash.iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn subject(notice: &Notice) -> String {
    let head = format!("[{} {}]", status(notice.status), severity(notice).as_str());
    let line = one_line(&format!("{head} {}", notice.sentence));
    cut(&line, SUBJECT_BYTES_MAX).into_owned()
}

fn plain(notice: &Notice, external_url: Option<&str>) -> String {
    let mut text = format!("{}\n", line(&notice.sentence));
    for alert in &notice.alerts {
        text.push_str(&format!(
            "\n[{}] {}\n    {}\n    {}\n",
            status(alert.status),
            line(sentence(alert)),
            times(alert),
            labels(alert)
        ));
        if let Some(link) = link(external_url, &alert.path) {
            text.push_str(&format!("    {link}\n"));
        }
    }
    if 0 < notice.left_out {
        text.push_str(&format!("\nand {} more\n", notice.left_out));
    }
    text
}

fn html(notice: &Notice, external_url: Option<&str>) -> String {
    let sentence_of_all = escaped(&line(&notice.sentence));
    let mut text = format!("<!doctype html><html><body><p><b>{sentence_of_all}</b></p><ul>");
    for alert in &notice.alerts {
        let told = escaped(&line(sentence(alert)));
        let told = match link(external_url, &alert.path) {
            Some(link) => format!("<a href=\"{}\">{told}</a>", escaped(&link)),
            None => told,
        };
        text.push_str(&format!(
            "<li>[{}] {told}<br>{}<br><small>{}</small></li>",
            status(alert.status),
            times(alert),
            escaped(&labels(alert))
        ));
    }
    text.push_str("</ul>");
    if 0 < notice.left_out {
        text.push_str(&format!("<p>and {} more</p>", notice.left_out));
    }
    text.push_str("</body></html>");
    text
}

fn line(text: &str) -> String {
    cut(&one_line(text), SENTENCE_BYTES_MAX).into_owned()
}

fn times(alert: &Noticed) -> String {
    let since = rfc3339(alert.starts_at_ms);
    match alert.ends_at_ms {
        Some(ends_at_ms) => format!("since {since}, over at {}", rfc3339(ends_at_ms)),
        None => format!("since {since}"),
    }
}

fn labels(alert: &Noticed) -> String {
    let one = |(name, value): (&String, &String)| format!("{name}={value}");
    let all: Vec<String> = alert.labels.iter().map(one).collect();
    cut(&one_line(&all.join(" ")), LABELS_BYTES_MAX).into_owned()
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}
