//! What receivers answer, and what comes of it.

use std::time::Duration;

use tokio::net::TcpListener;
use tokio::time;

use super::receiver::{Receiver, Say, status};
use super::*;

async fn send(receiver: &Receiver) -> Result<(), SendError> {
    let to = webhook(&receiver.url("localhost", "/hook"));
    notifier(&["localhost"]).send(&to, &one_alert()).await
}

#[tokio::test]
async fn a_status_says_whether_to_try_again() {
    let check = async |line: &str, expected: Result<(), (bool, Option<u64>, &str)>| {
        let receiver = Receiver::start(vec![status(line)]).await;
        let outcome = send(&receiver).await;
        match (outcome, expected) {
            (Ok(()), Ok(())) => {}
            (Err(error), Err((again, after, why))) => {
                assert_eq!(error.again, again, "{line}: {error}");
                assert_eq!(error.after, after.map(Duration::from_secs), "{line}");
                assert!(error.why.contains(why), "{line}: {error}");
            }
            (outcome, _) => panic!("{line}: {outcome:?}"),
        }
    };
    check("200 OK", Ok(())).await;
    check("204 No Content", Ok(())).await;
    check("400 Bad Request", Err((false, None, "answered 400"))).await;
    check("404 Not Found", Err((false, None, "answered 404"))).await;
    check("408 Request Timeout", Err((true, None, "answered 408"))).await;
    check("500 Oh", Err((true, None, "answered 500"))).await;
    check("429 Slow\r\nretry-after: 7", Err((true, Some(7), "429"))).await;
    check(
        "503 No\r\nretry-after: 99999",
        Err((true, Some(300), "503")),
    )
    .await;
    check("503 No\r\nretry-after: tomorrow", Err((true, None, "503"))).await;
}

#[tokio::test]
async fn a_receiver_that_comes_back_takes_it_then() {
    let mut receiver = Receiver::start(vec![status("503 Not Yet"), status("200 OK")]).await;
    assert!(send(&receiver).await.unwrap_err().again);
    send(&receiver).await.unwrap();
    assert_eq!(receiver.next().await.body, receiver.next().await.body);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let mut elsewhere = Receiver::start(vec![status("200 OK")]).await;
    for number in [301, 302, 303, 307, 308] {
        let location = elsewhere.url("localhost", "/");
        let answer = format!("{number} Moved\r\nlocation: {location}");
        let error = send(&Receiver::start(vec![status(&answer)]).await)
            .await
            .unwrap_err();
        assert!(!error.again && error.why.contains("redirect"), "{error}");
        assert!(!error.why.contains(&location), "{error}");
    }
    assert!(elsewhere.is_quiet());
}

#[tokio::test]
async fn what_a_receiver_says_is_never_shown() {
    let text = "HTTP/1.1 500 s3cret\r\nx: s3cret\r\ncontent-length: 6\r\n\r\ns3cret";
    let receiver = Receiver::start(vec![Say::Text(text.to_owned())]).await;
    let error = send(&receiver).await.unwrap_err();
    assert!(!error.why.contains("s3cret"), "{error}");
    let nonsense = Receiver::start(vec![Say::Text("s3cret\r\n\r\n".to_owned())]).await;
    let error = send(&nonsense).await.unwrap_err();
    assert!(error.again && error.why.contains("no HTTP"), "{error}");
    assert!(!error.why.contains("s3cret"), "{error}");
}

#[tokio::test]
async fn a_receiver_that_does_not_answer_is_given_up_after_ten_seconds() {
    let mut receiver = Receiver::start(vec![Say::Wait(String::new())]).await;
    let to = webhook(&receiver.url("localhost", "/hook"));
    let sending =
        tokio::spawn(async move { notifier(&["localhost"]).send(&to, &one_alert()).await });
    receiver.next().await;
    time::pause();
    time::advance(Duration::from_secs(9)).await;
    assert!(!sending.is_finished());
    let error = sending.await.unwrap().unwrap_err();
    assert!(error.again && error.why.contains("within 10 s"), "{error}");
    receiver.is_left().await;
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let body = Say::Endless(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n".to_owned(),
        format!("1000\r\n{}\r\n", "x".repeat(0x1000)),
    );
    let mut receiver = Receiver::start(vec![body]).await;
    send(&receiver).await.unwrap();
    receiver.is_left().await;
    let head = Say::Endless("HTTP/1.1 200 OK\r\n".to_owned(), "x: y\r\n".repeat(100));
    let mut receiver = Receiver::start(vec![head]).await;
    let error = send(&receiver).await.unwrap_err();
    assert!(error.again && error.why.contains("no HTTP"), "{error}");
    receiver.is_left().await;
}

#[tokio::test]
async fn the_status_counts_though_the_rest_of_the_answer_does_not_come() {
    let slow = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx".to_owned();
    let mut receiver = Receiver::start(vec![Say::Wait(slow)]).await;
    let to = webhook(&receiver.url("localhost", "/hook"));
    let sending =
        tokio::spawn(async move { notifier(&["localhost"]).send(&to, &one_alert()).await });
    receiver.next().await;
    time::pause();
    sending.await.unwrap().unwrap();
    receiver.is_left().await;
}

#[tokio::test]
async fn nobody_there_is_worth_another_attempt() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let to = webhook(&format!("http://localhost:{port}/"));
    let error = notifier(&["localhost"]).send(&to, &one_alert()).await;
    let error = error.unwrap_err();
    assert!(
        error.again && error.why.contains("no connection"),
        "{error}"
    );
    let to = webhook("http://nowhere.invalid/");
    let error = notifier(&[]).send(&to, &one_alert()).await.unwrap_err();
    assert!(
        error.again && error.why.contains("could not be resolved"),
        "{error}"
    );
}
