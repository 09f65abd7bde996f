//! Paceline itself: the workspace's release binary, as a queue through HTTP, and through MCP beside
//! the peers that speak it. Owns how it is started and spoken to; refuses any setting of its own,
//! because it is always durable.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::home::Home;
use super::http::Http;
use super::peer::{Card, Group, Peer, Product, Running};
use super::process::{Server, accepts};
use super::script;
use super::sockets::{Connection, Sockets, number_in, payload};
use super::work::Kind;
use crate::shell;

const DURABLE: &str = "none needed: an answer means synced to disk";

pub struct OverHttp;
pub struct OverMcp;
pub struct OverHttpFromNode;

impl Peer for OverHttp {
    fn card(&self) -> Card {
        card(
            "Paceline",
            Group::Queues,
            "Rust, one thread a client",
            "HTTP",
        )
    }

    fn install(&self, home: &Home) -> Result<Product> {
        build(home)
    }

    fn start(&self, home: &Home, folder: &Path) -> Result<Running> {
        let server = serve(home, folder)?;
        let port = server.port();
        let reader = register(&mut Http::connect(port)?, "reader")?;
        let driver = Sockets::new(move |number| {
            Ok(Box::new(Client::connect(port, number, &reader)?) as Box<dyn Connection>)
        });
        Ok(Running::new(Some(server), Box::new(driver)))
    }
}

impl Peer for OverHttpFromNode {
    fn card(&self) -> Card {
        Card {
            lacks: &[
                (Kind::Message, "as beside; the Node client does tasks only"),
                (Kind::Note, "as beside; the Node client does tasks only"),
            ],
            ..card(
                "Paceline (Node client)",
                Group::Queues,
                "Node, one process",
                "HTTP",
            )
        }
    }

    fn install(&self, home: &Home) -> Result<Product> {
        home.node()?;
        build(home)
    }

    fn start(&self, home: &Home, folder: &Path) -> Result<Running> {
        let server = serve(home, folder)?;
        let driver = script::node(home, "paceline", folder, &json!({"port": server.port()}))?;
        Ok(Running::new(Some(server), Box::new(driver)))
    }
}

impl Peer for OverMcp {
    fn card(&self) -> Card {
        card(
            "Paceline",
            Group::Coordination,
            "Python `mcp`, one process",
            "MCP over HTTP",
        )
    }

    fn install(&self, home: &Home) -> Result<Product> {
        home.mcp_client()?;
        build(home)
    }

    fn start(&self, home: &Home, folder: &Path) -> Result<Running> {
        let server = serve(home, folder)?;
        let url = format!("http://127.0.0.1:{}/mcp", server.port());
        let driver = script::python(home, "paceline", folder, &json!({"url": url}))?;
        Ok(Running::new(Some(server), Box::new(driver)))
    }
}

fn card(name: &'static str, group: Group, client: &'static str, spoken: &'static str) -> Card {
    Card {
        name,
        group,
        client,
        spoken,
        durability: DURABLE,
        lacks: &[],
        crash: Kind::Task,
        is_ours: true,
    }
}

fn build(home: &Home) -> Result<Product> {
    let version = shell::quiet(shell::command(home.paceline()?).arg("--version"))?;
    let version = version.trim().trim_start_matches("paceline ");
    let build = if home.builds_paceline() {
        let commit = shell::quiet(shell::command("git").args(["rev-parse", "--short=7", "HEAD"]));
        format!(
            "of {}",
            commit.as_deref().unwrap_or("an unknown commit").trim()
        )
    } else {
        "given with `--binary`".to_owned()
    };
    Ok(Product {
        version: format!("{version}, release build {build}"),
        licence: env!("CARGO_PKG_LICENSE").to_owned(),
        source: "this workspace".to_owned(),
    })
}

fn serve(home: &Home, folder: &Path) -> Result<Server> {
    let (port, binary) = (home.free_port()?, home.paceline()?);
    Server::start(port, folder, accepts, move |folder| {
        let mut serve = Command::new(&binary);
        serve.args(["serve", "--listen", &format!("127.0.0.1:{port}"), "--data"]);
        serve.arg(folder.join("data"));
        serve
    })
}

fn register(http: &mut Http, name: &str) -> Result<String> {
    let agent = http.call("POST", "/api/agents", Some(&json!({"name": name})))?;
    text(&agent["agent_id"])
}

fn text(value: &Value) -> Result<String> {
    let text = value.as_str().context("the answer lacks a field")?;
    Ok(text.to_owned())
}

/// One agent with a connection of its own.
struct Client {
    http: Http,
    agent: String,
    reader: String,
    claimed: Value,
    read: Vec<u64>,
    read_through: u64,
}

impl Client {
    fn connect(port: u16, number: u64, reader: &str) -> Result<Self> {
        let mut http = Http::connect(port)?;
        let agent = register(&mut http, &format!("agent-{number}"))?;
        Ok(Self {
            http,
            agent,
            reader: reader.to_owned(),
            claimed: Value::Null,
            read: Vec::new(),
            read_through: 0,
        })
    }

    fn claim(&mut self) -> Result<Option<u64>> {
        let claim = json!({"agent_id": self.agent});
        self.claimed = self.http.call("POST", "/api/tasks/claim", Some(&claim))?;
        if self.claimed.is_null() {
            return Ok(None);
        }
        number_in(&text(&self.claimed["task"]["description"])?).map(Some)
    }

    /// A page at a time, as the API offers; handed on one by one.
    fn read_message(&mut self) -> Result<Option<u64>> {
        if self.read.is_empty() {
            let path = format!("/api/agents/{}/messages?limit=500", self.reader);
            let page = self.http.call("GET", &path, None)?;
            for item in page["items"].as_array().context("no items")? {
                self.read.push(number_in(&text(&item["payload"])?)?);
                self.read_through = item["position"].as_u64().context("no position")?;
            }
            self.read.reverse();
        }
        Ok(self.read.pop())
    }
}

impl Connection for Client {
    fn write(&mut self, kind: Kind, id: u64) -> Result<()> {
        let (method, path, body) = match kind {
            Kind::Task => (
                "POST",
                "/api/tasks".to_owned(),
                json!({"description": payload(id)}),
            ),
            Kind::Message => (
                "POST",
                "/api/messages".to_owned(),
                json!({"agent_id": self.agent, "to": {"agent": self.reader}, "type": "note",
                    "payload": payload(id)}),
            ),
            Kind::Note => (
                "PUT",
                format!("/api/memory/notes/{id}"),
                json!({"value": payload(id)}),
            ),
        };
        self.http.call(method, &path, Some(&body)).map(drop)
    }

    fn take(&mut self, kind: Kind, id: u64) -> Result<Option<u64>> {
        match kind {
            Kind::Task => self.claim(),
            Kind::Message => self.read_message(),
            Kind::Note => {
                let note = self
                    .http
                    .call("GET", &format!("/api/memory/notes/{id}"), None);
                match note {
                    Ok(note) => number_in(&text(&note["value"])?).map(Some),
                    Err(error) if error.to_string().contains(": 404 ") => Ok(None),
                    Err(error) => Err(error),
                }
            }
        }
    }

    fn settle(&mut self, kind: Kind) -> Result<()> {
        if kind == Kind::Task {
            let task = text(&self.claimed["task"]["task_id"])?;
            let body = json!({"agent_id": self.agent, "fence": self.claimed["fence"]});
            let path = format!("/api/tasks/{task}/complete");
            self.http.call("POST", &path, Some(&body))?;
        } else if self.read.is_empty() {
            let path = format!("/api/agents/{}/messages/ack", self.reader);
            let body = json!({"through": self.read_through});
            self.http.call("POST", &path, Some(&body))?;
        }
        Ok(())
    }
}
