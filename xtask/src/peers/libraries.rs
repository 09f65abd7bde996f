//! Queue libraries of npm, which are nothing without the server they keep their jobs in: bullmq on
//! Redis, pg-boss on PostgreSQL, each as its documentation says. Owns putting the two together;
//! their calls are in `xtask/peers/queues.mjs`.

use std::path::Path;

use anyhow::Result;
use serde_json::json;

use super::home::Home;
use super::licence;
use super::peer::{Card, Group, Peer, Product, Running};
use super::postgres_server;
use super::queues::{self, RedisServer};
use super::script;
use super::work::Kind;

const NODE: &str = "Node, one process";

pub struct BullMq;
pub struct PgBoss;

impl Peer for BullMq {
    fn card(&self) -> Card {
        Card {
            name: "bullmq",
            group: Group::Queues,
            client: NODE,
            spoken: "`Queue.add`, eight `Worker`s that fetch by hand",
            durability: "on Redis as above",
            lacks: &[
                (Kind::Message, "a queue only"),
                (Kind::Note, "a queue only"),
            ],
            crash: Kind::Task,
            is_ours: false,
        }
    }

    fn install(&self, home: &Home) -> Result<Product> {
        RedisServer.install(home)?;
        licence::npm(&home.node()?.join("node_modules"), "bullmq")
    }

    fn start(&self, home: &Home, folder: &Path) -> Result<Running> {
        let server = queues::redis(home, folder)?;
        let driver = script::node(home, "bullmq", folder, &json!({"port": server.port()}))?;
        Ok(Running::new(Some(server), Box::new(driver)))
    }
}

impl Peer for PgBoss {
    fn card(&self) -> Card {
        Card {
            name: "pg-boss",
            group: Group::Queues,
            client: NODE,
            spoken: "`send`, `fetch`, `complete`",
            durability: "on PostgreSQL as above",
            lacks: &[
                (Kind::Message, "publishing goes to queues, not to a reader"),
                (Kind::Note, "a queue only"),
            ],
            crash: Kind::Task,
            is_ours: false,
        }
    }

    fn install(&self, home: &Home) -> Result<Product> {
        postgres_server::install(home)?;
        licence::npm(&home.node()?.join("node_modules"), "pg-boss")
    }

    fn start(&self, home: &Home, folder: &Path) -> Result<Running> {
        let server = postgres_server::start(home, folder)?;
        let driver = script::node(home, "pg-boss", folder, &json!({"port": server.port()}))?;
        Ok(Running::new(Some(server), Box::new(driver)))
    }
}
