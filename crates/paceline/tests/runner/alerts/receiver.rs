//! A receiver of webhooks. Owns its port, what it was sent, and whether it says that it failed.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use serde_json::Value;

pub struct Receiver {
    pub url: String,
    taken: Arc<Mutex<Vec<Value>>>,
    fails: Arc<AtomicBool>,
}

impl Receiver {
    pub fn start(fails: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let taken = Arc::<Mutex<Vec<Value>>>::default();
        let fails = Arc::new(AtomicBool::new(fails));
        let (into, failing) = (Arc::clone(&taken), Arc::clone(&fails));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (into, failing) = (Arc::clone(&into), Arc::clone(&failing));
                std::thread::spawn(move || serve(&stream, &into, &failing));
            }
        });
        Self {
            url: format!("http://{address}/hook"),
            taken,
            fails,
        }
    }

    pub fn fail(&self, fails: bool) {
        self.fails.store(fails, SeqCst);
    }

    /// What it took, in order.
    pub fn taken(&self) -> Vec<Value> {
        self.taken.lock().expect("what was taken").clone()
    }

    /// Each alert that it was told of, with its status, in order.
    pub fn alerts(&self) -> Vec<(String, String)> {
        let taken = self.taken();
        let alerts = taken
            .iter()
            .flat_map(|notice| notice["alerts"].as_array().cloned().unwrap_or_default());
        alerts
            .map(|alert| {
                let name = alert["labels"]["alertname"].as_str();
                let status = alert["status"].as_str();
                (
                    name.unwrap_or_default().to_owned(),
                    status.unwrap_or_default().to_owned(),
                )
            })
            .collect()
    }
}

fn serve(stream: &TcpStream, taken: &Mutex<Vec<Value>>, fails: &AtomicBool) {
    let mut reader = BufReader::new(stream);
    // Alertmanager keeps its connection.
    while let Some(body) = request(&mut reader) {
        let status = if fails.load(SeqCst) {
            "503 Service Unavailable"
        } else {
            let notice = serde_json::from_slice(&body).expect("JSON");
            taken.lock().expect("what was taken").push(notice);
            "200 OK"
        };
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
        let mut stream = stream;
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

fn request(reader: &mut BufReader<&TcpStream>) -> Option<Vec<u8>> {
    let mut length = 0;
    let mut is_first = true;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line.trim().is_empty() && !is_first {
            break;
        }
        is_first = false;
        let line = line.to_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(body)
}
