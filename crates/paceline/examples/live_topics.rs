//! What following the fleet costs: starts `paceline`, registers agents, asks for operations at a
//! fixed rate, and tells the server's processor time, the bytes of each subscriber and the time
//! from a commit to its frame, without subscribers and with some. Refuses to be a test.
//!
//! `cargo run --release -p paceline --example live_topics -- BINARY [AGENTS] [RATE] [SECONDS]`

use std::error::Error;
use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use paceline_client::{Bytes, Connection, Method};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::tungstenite::{Message, client};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const CONNECTIONS: usize = 32;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let binary = arguments
        .next()
        .unwrap_or_else(|| "target/release/paceline".to_owned());
    let mut number = |or: usize| {
        arguments
            .next()
            .and_then(|text| text.parse().ok())
            .unwrap_or(or)
    };
    let (agents, rate, seconds) = (number(2_000), number(2_000), number(15));
    let home = tempfile::tempdir()?;
    let server = Server::start(&binary, home.path())?;
    let names = register(&server.url, agents).await?;
    println!(
        "{agents} agents, {rate} operations a second for {seconds} s, {CONNECTIONS} connections"
    );
    println!(
        "subscribers  operations/s  server CPU  KB/s each  frames/s  lag p50 ms  p99 ms  max ms"
    );
    for subscribers in [0, 1, 10] {
        let followed = Followers::start(&server.url, subscribers)?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        followed.forget();
        let before = server.cpu_seconds()?;
        let begun = Instant::now();
        let done = load(
            &server.url,
            &names,
            rate,
            Duration::from_secs(seconds as u64),
        )
        .await?;
        let took = begun.elapsed().as_secs_f64();
        let cpu = (server.cpu_seconds()? - before) / took;
        let said = followed.stop(took);
        println!(
            "{subscribers:>11}  {:>12.0}  {:>9.1}%  {said}",
            done as f64 / took,
            cpu * 100.0
        );
    }
    Ok(())
}

struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(binary: &str, data: &std::path::Path) -> Outcome<Self> {
        let mut command = Command::new(binary);
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data);
        let mut child = command
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let said = child.stderr.take().ok_or("no error stream")?;
        let mut lines = BufReader::new(said).lines();
        let url = loop {
            let line = lines.next().ok_or("the server ended")??;
            if let Some((_, url)) = line.split_once("listening on ") {
                break url.trim().trim_end_matches('/').to_owned();
            }
        };
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self { child, url })
    }

    /// Of all its threads, in user and system mode (proc(5)).
    fn cpu_seconds(&self) -> Outcome<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        let (_, fields) = stat.rsplit_once(')').ok_or("an unknown form")?;
        let mut ticks = fields.split_whitespace().skip(11).take(2);
        let mut next = || {
            ticks
                .next()
                .and_then(|text| text.parse::<f64>().ok())
                .ok_or("no time")
        };
        Ok((next()? + next()?) / 100.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn post(connection: &mut Connection, path: &str, body: &Value) -> Outcome<Value> {
    let body = Bytes::from(body.to_string());
    let (status, answer) = connection.send(Method::POST, path, body).await?;
    if !status.is_success() {
        return Err(format!("{path}: {status} {}", String::from_utf8_lossy(&answer)).into());
    }
    Ok(if answer.is_empty() {
        Value::Null
    } else {
        serde_json::from_slice(&answer)?
    })
}

async fn register(url: &str, agents: usize) -> Outcome<Arc<Vec<String>>> {
    let mut connection = Connection::open(url, None).await?;
    let mut names = Vec::with_capacity(agents);
    for at in 0..agents {
        let body =
            json!({"name": format!("agent {at}"), "role": "worker", "agent_types": ["developer"]});
        let answer = post(&mut connection, "/api/agents", &body).await?;
        names.push(answer["agent_id"].as_str().ok_or("no id")?.to_owned());
    }
    Ok(Arc::new(names))
}

/// A task's life and a heartbeat each round: enqueue, claim, complete, heartbeat.
async fn load(url: &str, names: &Arc<Vec<String>>, rate: usize, time: Duration) -> Outcome<usize> {
    let done = Arc::new(AtomicUsize::new(0));
    let pause = Duration::from_secs_f64(4.0 * CONNECTIONS as f64 / rate as f64);
    let begun = Instant::now();
    let mut all = tokio::task::JoinSet::new();
    for worker in 0..CONNECTIONS {
        let (names, done) = (Arc::clone(names), Arc::clone(&done));
        let mut connection = Connection::open(url, None).await?;
        all.spawn(async move {
            let mut due = begun + pause.mul_f64(worker as f64 / CONNECTIONS as f64);
            let mut at = worker;
            while due < begun + time {
                sleep_until(due).await;
                round(&mut connection, &names[at % names.len()]).await?;
                done.fetch_add(4, Ordering::Relaxed);
                at += CONNECTIONS;
                due += pause;
            }
            Ok::<_, Box<dyn Error + Send + Sync>>(())
        });
    }
    while let Some(ended) = all.join_next().await {
        ended??;
    }
    Ok(done.load(Ordering::Relaxed))
}

async fn round(connection: &mut Connection, agent: &str) -> Outcome<()> {
    let task =
        json!({"description": "a piece of work", "source": "human", "agent_type": "developer"});
    post(connection, "/api/tasks", &task).await?;
    let claimed = post(connection, "/api/tasks/claim", &json!({"agent_id": agent})).await?;
    if let Some(task) = claimed["task"]["task_id"].as_str() {
        let body = json!({"agent_id": agent, "fence": claimed["fence"]});
        post(connection, &format!("/api/tasks/{task}/complete"), &body).await?;
    }
    post(
        connection,
        &format!("/api/agents/{agent}/heartbeat"),
        &json!({}),
    )
    .await?;
    Ok(())
}

/// Threads that read as fast as frames come.
struct Followers {
    stop: Arc<AtomicBool>,
    forget: Arc<AtomicUsize>,
    threads: Vec<std::thread::JoinHandle<Seen>>,
}

#[derive(Default)]
struct Seen {
    bytes: usize,
    frames: usize,
    lags_ms: Vec<f64>,
}

impl Followers {
    fn start(url: &str, count: usize) -> Outcome<Self> {
        let (stop, forget) = (
            Arc::new(AtomicBool::new(false)),
            Arc::new(AtomicUsize::new(0)),
        );
        let authority = url.trim_start_matches("http://").to_owned();
        let threads = (0..count).map(|_| {
            let (stop, forget) = (Arc::clone(&stop), Arc::clone(&forget));
            let stream = TcpStream::connect(&authority)?;
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            let (mut socket, _) = client(format!("ws://{authority}/api/live"), stream)?;
            let subscribe = json!({"type": "subscribe", "id": "f", "fleet": true});
            socket.send(Message::text(subscribe.to_string()))?;
            Ok(std::thread::spawn(move || {
                let (mut seen, mut told) = (Seen::default(), 0);
                while !stop.load(Ordering::Relaxed) {
                    let Ok(Message::Text(text)) = socket.read() else {
                        continue;
                    };
                    let now_ms = now_ms();
                    if told != forget.load(Ordering::Relaxed) {
                        told += 1;
                        seen = Seen::default();
                    }
                    seen.take(&text, now_ms);
                }
                seen
            }))
        });
        let threads = threads.collect::<Outcome<_>>()?;
        Ok(Self {
            stop,
            forget,
            threads,
        })
    }

    /// What came so far, the first frame with it.
    fn forget(&self) {
        self.forget.fetch_add(1, Ordering::Relaxed);
    }

    fn stop(self, seconds: f64) -> String {
        self.stop.store(true, Ordering::Relaxed);
        let count = self.threads.len();
        let all: Vec<Seen> = self
            .threads
            .into_iter()
            .filter_map(|one| one.join().ok())
            .collect();
        if count == 0 {
            return "        -         -           -       -       -".to_owned();
        }
        let per = |sum: usize| sum as f64 / seconds / count as f64;
        let bytes = per(all.iter().map(|one| one.bytes).sum());
        let frames = per(all.iter().map(|one| one.frames).sum());
        let mut lags: Vec<f64> = all.into_iter().flat_map(|one| one.lags_ms).collect();
        lags.sort_by(f64::total_cmp);
        let at = |part: f64| {
            let place = (lags.len().saturating_sub(1)) as f64 * part;
            lags.get(place as usize).copied().unwrap_or(f64::NAN)
        };
        format!(
            "{:>9.1}  {frames:>8.1}  {:>10.1}  {:>6.1}  {:>6.1}",
            bytes / 1e3,
            at(0.5),
            at(0.99),
            at(1.0)
        )
    }
}

impl Seen {
    /// The lag of each row that a frame brings: the server's time is in whole milliseconds.
    fn take(&mut self, text: &str, now_ms: f64) {
        self.bytes += text.len();
        self.frames += 1;
        let frame: Value = serde_json::from_str(text).unwrap_or_default();
        if frame["full"] != true {
            let changed = frame["agents"]["changed_at_ms"]
                .as_array()
                .into_iter()
                .flatten();
            self.lags_ms
                .extend(changed.filter_map(|at| Some(now_ms - at.as_f64()?)));
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "compared with the server's own wall clock"
)]
fn now_ms() -> f64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0.0, |since| since.as_secs_f64() * 1e3)
}
