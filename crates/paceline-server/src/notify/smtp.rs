//! The dialogue with a mail server. Owns when it begins TLS and what an answer means; refuses to go on in
//! the clear where TLS was asked for, and to read more than a dialogue needs.
//!
//! lettre speaks from the first greeting inside the connection that is ours. `STARTTLS` is ours too:
//! byte by byte, so that nothing which came ahead of TLS is read as said inside it.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use lettre::Message;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, AsyncTokioStream};
use lettre::transport::smtp::extension::ClientId;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;

use super::address::Host;
use super::channel::{Login, Mail, MailTls};
use super::exchange::Outgoing;
use super::{SendError, read_secret};

/// A dialogue is ten answers, where a request has one.
const TIMES_AN_EXCHANGE: u32 = 3;
const FAREWELL_MAX: Duration = Duration::from_secs(1);
const READ_BYTES_MAX: usize = 64 * 1024;
/// An answer before TLS; RFC 5321 has 512 bytes a line.
const REPLY_BYTES_MAX: usize = 8 * 1024;
/// lettre waits for a greeting, which came before TLS.
const GREETED: &[u8] = b"220 TLS\r\n";

impl Outgoing {
    pub(super) async fn mail(&self, mail: &Mail, message: &Message) -> Result<(), SendError> {
        let dialogue = self.dialogue(mail, message);
        let longest = self.exchange_max * TIMES_AN_EXCHANGE;
        match tokio::time::timeout(longest, dialogue).await {
            Ok(outcome) => outcome,
            Err(_) => Err(self.too_slow(&mail.server)),
        }
    }

    async fn dialogue(&self, mail: &Mail, message: &Message) -> Result<(), SendError> {
        let hello = ClientId::Domain(mail.from.email.domain().to_owned());
        let stream = self.open(mail, &hello).await?;
        let says = |error: lettre::transport::smtp::Error| refusal(&mail.server, &error);
        let opened = AsyncSmtpConnection::connect_with_transport(stream, &hello).await;
        let mut connection = opened.map_err(says)?;
        if let Some(login) = &mail.login {
            let credentials = credentials(login).await?;
            let mechanisms = [Mechanism::Plain, Mechanism::Login];
            let taken = connection.auth(&mechanisms, &credentials).await;
            taken.map_err(|error| {
                let refused = says(error);
                SendError {
                    why: format!("no log-in: {}", refused.why),
                    ..refused
                }
            })?;
        }
        let text = message.formatted();
        let sent = connection.send(message.envelope(), &text).await;
        sent.map_err(says)?;
        // The message is theirs already.
        let _ = tokio::time::timeout(FAREWELL_MAX, connection.quit()).await;
        Ok(())
    }

    async fn open(
        &self,
        mail: &Mail,
        hello: &ClientId,
    ) -> Result<Box<dyn AsyncTokioStream>, SendError> {
        let server = &mail.server;
        let mut stream = server.connect(&self.allowed).await?;
        let unknown = |error: io::Error| cut_off(server, &error);
        let peer = stream.peer_addr().map_err(unknown)?;
        let bounded = |before: &'static [u8]| (peer, before, READ_BYTES_MAX);
        Ok(match mail.tls {
            MailTls::None => Box::new(Bounded::new(stream, bounded(&[]))),
            MailTls::Implicit => {
                let stream = self.secure(server, stream).await?;
                Box::new(Bounded::new(stream, bounded(&[])))
            }
            MailTls::StartTls => {
                ask_for_tls(server, &mut stream, hello).await?;
                let stream = self.secure(server, stream).await?;
                Box::new(Bounded::new(stream, bounded(GREETED)))
            }
        })
    }
}

async fn credentials(login: &Login) -> Result<Credentials, SendError> {
    let source = login.password.clone();
    let (password, _) = read_secret(move || source.read()).await?;
    Ok(Credentials::new(login.user.clone(), password))
}

async fn ask_for_tls(
    server: &Host,
    stream: &mut TcpStream,
    hello: &ClientId,
) -> Result<(), SendError> {
    expect(server, stream, 220).await?;
    say(server, stream, &format!("EHLO {hello}\r\n")).await?;
    let offers = expect(server, stream, 250).await?;
    let offers_tls = offers.lines().any(|line| {
        line.get(4..)
            .is_some_and(|offer| offer.eq_ignore_ascii_case("STARTTLS"))
    });
    if !offers_tls {
        return Err(SendError::for_good(format!(
            "`{server}` offers no STARTTLS: set `tls` of the channel to tls or none"
        )));
    }
    say(server, stream, "STARTTLS\r\n").await?;
    expect(server, stream, 220).await.map(|_| ())
}

async fn say(server: &Host, stream: &mut TcpStream, line: &str) -> Result<(), SendError> {
    let said = stream.write_all(line.as_bytes()).await;
    said.map_err(|error| cut_off(server, &error))
}

/// The lines of an answer with this number.
async fn expect(server: &Host, stream: &mut TcpStream, number: u16) -> Result<String, SendError> {
    let mut reply = Vec::new();
    let mut begin = 0;
    loop {
        let byte = stream.read_u8().await;
        reply.push(byte.map_err(|error| cut_off(server, &error))?);
        if REPLY_BYTES_MAX < reply.len() {
            return Err(no_mail_server(server));
        }
        if reply.ends_with(b"\n") {
            // `250-` goes on, `250 ` ends it.
            if reply.get(begin + 3) != Some(&b'-') {
                break;
            }
            begin = reply.len();
        }
    }
    let digits = reply[begin..]
        .get(..3)
        .and_then(|three| str::from_utf8(three).ok());
    let Some(got) = digits.and_then(|digits| digits.parse::<u16>().ok()) else {
        return Err(no_mail_server(server));
    };
    match got {
        got if got == number => Ok(String::from_utf8_lossy(&reply).into_owned()),
        got => Err(answered(server, got)),
    }
}

/// 4xx passes, 5xx does not (RFC 5321, 4.2.1).
fn answered(server: &Host, number: u16) -> SendError {
    let why = format!("`{server}` answered {number}");
    match number {
        500..=599 => SendError::for_good(why),
        _ => SendError::again(why),
    }
}

fn no_mail_server(server: &Host) -> SendError {
    SendError::again(format!("`{server}` does not answer as a mail server"))
}

fn cut_off(server: &Host, error: &io::Error) -> SendError {
    SendError::again(format!(
        "the dialogue with `{server}` broke off: {}",
        error.kind()
    ))
}

fn refusal(server: &Host, error: &lettre::transport::smtp::Error) -> SendError {
    if let Some(code) = error.status() {
        return answered(server, code.to_string().parse().unwrap_or_default());
    }
    if error.is_response() {
        return no_mail_server(server);
    }
    if error.is_client() {
        return SendError::for_good(format!(
            "`{server}` lacks what the channel needs: a log-in by password, or addresses beyond ASCII"
        ));
    }
    SendError::again(format!("the dialogue with `{server}` broke off"))
}

/// A connection of which no more than so much is read.
#[derive(Debug)]
struct Bounded<S> {
    stream: S,
    peer: SocketAddr,
    /// Read first.
    before: &'static [u8],
    left: usize,
}

impl<S> Bounded<S> {
    const fn new(stream: S, (peer, before, left): (SocketAddr, &'static [u8], usize)) -> Self {
        Self {
            stream,
            peer,
            before,
            left,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Bounded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.before.is_empty() {
            let (now, later) = self
                .before
                .split_at(self.before.len().min(into.remaining()));
            into.put_slice(now);
            self.before = later;
            return Poll::Ready(Ok(()));
        }
        let had = into.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, into))?;
        let read = into.filled().len() - had;
        match self.left.checked_sub(read) {
            Some(left) => self.left = left,
            None => return Poll::Ready(Err(io::Error::from(io::ErrorKind::FileTooLarge))),
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Bounded<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl<S> AsyncTokioStream for Bounded<S>
where
    S: AsyncRead + AsyncWrite + Send + Sync + Unpin + std::fmt::Debug,
{
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}
