//! Mail, as a server sees it.

use std::time::Duration;

use tokio::time;

use super::sink::{Instead, Sink, Taken};
use super::*;
use crate::forward::{Secret, Source};

fn to_sink(sink: &Sink, tls: MailTls) -> Mail {
    Mail {
        server: Host::new("localhost", sink.address.port()).unwrap(),
        tls,
        from: "Paceline <pace@example.com>".parse().unwrap(),
        to: vec![
            "ops@example.com".parse().unwrap(),
            "Zoë <zoe@example.com>".parse().unwrap(),
        ],
        login: None,
    }
}

fn login() -> Login {
    Login {
        user: "pace".to_owned(),
        password: Source::Given(Secret("s3cret".to_owned())),
    }
}

async fn send(mail: Mail, notice: &Notice) -> Result<(), SendError> {
    let to = channel(Target::Email(Box::new(mail)));
    notifier(&["localhost"]).send(&to, notice).await
}

async fn taken(notice: &Notice) -> Taken {
    let sink = Sink::start(MailTls::None, None).await;
    send(to_sink(&sink, MailTls::None), notice).await.unwrap();
    sink.taken().await
}

/// Of the message's head, folded lines joined.
fn header(message: &str, name: &str) -> Vec<String> {
    let (head, _) = message.split_once("\r\n\r\n").unwrap();
    let head = head.replace("\r\n ", " ");
    let values = head.lines().filter_map(|line| line.split_once(": "));
    let named = values.filter(|(known, _)| known.eq_ignore_ascii_case(name));
    named.map(|(_, value)| value.to_owned()).collect()
}

#[tokio::test]
async fn a_mail_has_both_texts_and_the_ids_of_its_thread() {
    let first = notice(
        vec![noticed("a1", "critical", "a1 is <b>slow</b> & \"late\"")],
        "1 agent is slow",
    );
    let first = taken(&first).await;
    assert_eq!(first.commands[0], "EHLO example.com");
    assert_eq!(
        first.commands[1..5],
        [
            "MAIL FROM:<pace@example.com>",
            "RCPT TO:<ops@example.com>",
            "RCPT TO:<zoe@example.com>",
            "DATA"
        ]
    );
    let message = &first.message;
    let one = |name: &str| {
        let values = header(message, name);
        assert_eq!(values.len(), 1, "{name}: {message}");
        values[0].clone()
    };
    assert_eq!(one("subject"), "[firing critical] 1 agent is slow");
    assert_eq!(one("date"), "Thu, 26 Nov 2026 14:03:01 +0000");
    assert_eq!(one("auto-submitted"), "auto-generated");
    assert!(one("content-type").starts_with("multipart/alternative;"));
    assert!(
        message.contains("[firing] a1 is <b>slow</b> & \"late\"\r\n"),
        "{message}"
    );
    assert!(
        message.contains("https://pace.example.com/agents/a1\r\n"),
        "{message}"
    );
    let html = "a1 is &lt;b&gt;slow&lt;/b&gt; &amp; &quot;late&quot;";
    let unfolded = message.replace("=\r\n", "").replace("=3D", "=");
    assert!(unfolded.contains(html), "{message}");
    let again = taken(&one_alert()).await.message;
    assert_eq!(header(&again, "message-id")[0], one("message-id"));
    let over = Notice {
        status: NoticeStatus::Resolved,
        at_ms: AT_MS + 60_000,
        ..one_alert()
    };
    let over = taken(&over).await.message;
    assert_ne!(header(&over, "message-id")[0], one("message-id"));
    assert_eq!(header(&over, "references")[0], one("references"));
    assert_eq!(header(&over, "in-reply-to")[0], one("in-reply-to"));
}

#[tokio::test]
async fn an_alerts_text_becomes_no_header_and_no_command() {
    let evil =
        "x\r\nBcc: evil@example.com\r\n\r\n.\r\nRCPT TO:<evil@example.com>\r\n\u{2028}\u{202e}";
    let mut alert = noticed("a1", "critical", evil);
    alert.labels.insert("note".to_owned(), evil.to_owned());
    alert.labels.insert("alertname".to_owned(), evil.to_owned());
    alert.path = "/x\r\n.\r\nQUIT\r\n".to_owned();
    let mut notice = notice(vec![alert], evil);
    notice.group_key = evil.to_owned();
    let taken = taken(&notice).await;
    assert_eq!(taken.commands.len(), 6, "{:?}", taken.commands);
    let message = &taken.message;
    assert!(header(message, "bcc").is_empty(), "{message}");
    assert_eq!(
        header(message, "subject"),
        ["[firing critical] x Bcc: evil@example.com . RCPT TO:<evil@example.com>"]
    );
    let to = header(message, "to").join(",");
    assert!(!to.contains("evil"), "{to}");
    assert!(
        message.trim_end().ends_with("--"),
        "the message is whole: {message}"
    );
}

#[tokio::test]
async fn long_and_foreign_texts_arrive() {
    let long = "é".repeat(50_000);
    let taken = taken(&notice(vec![noticed("a1", "critical", &long)], &long)).await;
    assert!(taken.message.is_ascii());
    let subject = header(&taken.message, "subject").join("");
    assert!(subject.contains("=?utf-8?b?"), "{subject}");
    assert!(subject.len() < 600, "{}", subject.len());
    let longest = taken.message.lines().map(str::len).max().unwrap();
    assert!(longest < 998, "{longest}");
}

#[tokio::test]
async fn mail_is_encrypted_as_it_is_configured_and_logs_in_after_that() {
    for tls in [MailTls::StartTls, MailTls::Implicit] {
        let sink = Sink::start(tls, None).await;
        let mail = Mail {
            login: Some(login()),
            ..to_sink(&sink, tls)
        };
        send(mail, &one_alert()).await.unwrap();
        let taken = sink.taken().await;
        if tls == MailTls::StartTls {
            assert_eq!(taken.in_the_clear, ["EHLO example.com", "STARTTLS"]);
        }
        let plain = taken.commands.iter().find(|one| one.starts_with("AUTH"));
        // NUL, user, NUL, password in base64.
        assert_eq!(plain.unwrap(), "AUTH PLAIN AHBhY2UAczNjcmV0");
        assert!(taken.message.contains("1 agent is slow"), "{taken:?}");
    }
}

#[tokio::test]
async fn nothing_is_said_in_the_clear_where_tls_is_asked_for() {
    let offers_none = Instead("EHLO", "250-sink\r\n250 8BITMIME\r\n");
    let sink = Sink::start(MailTls::StartTls, Some(offers_none)).await;
    let error = send(to_sink(&sink, MailTls::StartTls), &one_alert()).await;
    let error = error.unwrap_err();
    assert!(
        !error.again && error.why.contains("offers no STARTTLS"),
        "{error}"
    );
    assert_eq!(sink.taken().await.in_the_clear, ["EHLO example.com"]);
    // Text that somebody on the way put behind the answer is no part of what is said inside TLS.
    let injected = Instead("STARTTLS", "220 go\r\n250 injected\r\n");
    let sink = Sink::start(MailTls::StartTls, Some(injected)).await;
    let error = send(to_sink(&sink, MailTls::StartTls), &one_alert()).await;
    let error = error.unwrap_err();
    assert!(error.why.contains("no TLS connection"), "{error}");
    // The certificate is another name's.
    let sink = Sink::start(MailTls::Implicit, None).await;
    let mail = Mail {
        server: Host::new("127.0.0.1", sink.address.port()).unwrap(),
        ..to_sink(&sink, MailTls::Implicit)
    };
    let strict = Notifier {
        outgoing: Outgoing::new(
            AllowedHosts::parse(&["127.0.0.1".to_owned()]).unwrap(),
            Arc::clone(
                &Notifier::new(vec![], AllowedHosts::default(), None)
                    .unwrap()
                    .outgoing
                    .tls,
            ),
        ),
        ..notifier(&[])
    };
    let to = channel(Target::Email(Box::new(mail)));
    let error = strict.send(&to, &one_alert()).await.unwrap_err();
    assert!(error.again && error.why.contains("certificate"), "{error}");
    assert_eq!(sink.taken().await.commands, [""; 0]);
}

#[tokio::test]
async fn a_mail_servers_number_says_whether_to_try_again() {
    let check = async |instead: Instead, again: bool, why: &str| {
        let sink = Sink::start(MailTls::None, Some(instead)).await;
        let error = send(to_sink(&sink, MailTls::None), &one_alert()).await;
        let error = error.unwrap_err();
        assert_eq!(error.again, again, "{}: {error}", instead.1);
        assert!(error.why.contains(why), "{}: {error}", instead.1);
        assert!(!error.why.contains("s3cret"), "{error}");
    };
    check(Instead("", "421 s3cret\r\n"), true, "answered 421").await;
    check(Instead("", "554 s3cret\r\n"), false, "answered 554").await;
    check(Instead("MAIL", "451 s3cret\r\n"), true, "answered 451").await;
    check(Instead("RCPT", "550 s3cret\r\n"), false, "answered 550").await;
    check(Instead(".", "452 s3cret\r\n"), true, "answered 452").await;
    check(Instead(".", "552 s3cret\r\n"), false, "answered 552").await;
    check(Instead("", "s3cret s3cret\r\n"), true, "as a mail server").await;
    let sink = Sink::start(MailTls::Implicit, Some(Instead("AUTH", "535 no\r\n"))).await;
    let mail = Mail {
        login: Some(login()),
        ..to_sink(&sink, MailTls::Implicit)
    };
    let error = send(mail, &one_alert()).await.unwrap_err();
    assert!(
        !error.again && error.why.starts_with("no log-in"),
        "{error}"
    );
}

#[tokio::test]
async fn a_mail_server_that_says_nothing_or_too_much_is_left() {
    let endless: &'static str = Box::leak("250-x\r\n".repeat(100_000).into_boxed_str());
    let sink = Sink::start(MailTls::None, Some(Instead("EHLO", endless))).await;
    let error = send(to_sink(&sink, MailTls::None), &one_alert()).await;
    assert!(error.unwrap_err().again);
    sink.taken().await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let sink = Sink::start(MailTls::None, None).await;
    let mail = Mail {
        server: Host::new("localhost", port).unwrap(),
        ..to_sink(&sink, MailTls::None)
    };
    let sending = tokio::spawn(async move { send(mail, &one_alert()).await });
    let (_held, _) = listener.accept().await.unwrap();
    time::pause();
    time::advance(Duration::from_secs(29)).await;
    let error = sending.await.unwrap().unwrap_err();
    assert!(
        error.again && error.why.contains("did not answer"),
        "{error}"
    );
}

#[tokio::test]
async fn a_private_mail_server_is_refused_unless_it_is_allowed() {
    let sink = Sink::start(MailTls::None, None).await;
    let to = channel(Target::Email(Box::new(to_sink(&sink, MailTls::None))));
    let error = notifier(&["example.com"]).send(&to, &one_alert()).await;
    let error = error.unwrap_err();
    assert!(
        !error.again && error.why.contains("private network"),
        "{error}"
    );
}
