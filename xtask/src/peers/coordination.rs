//! Coordination servers that agents use over MCP. Owns how each is installed and started, and what
//! each does not offer, by its own documentation; their calls are in `xtask/peers/coordination.py`.

use std::path::Path;
use std::process::Command;

use anyhow::Result;
use serde_json::json;

use super::home::{self, Home};
use super::licence;
use super::peer::{Card, Group, Peer, Product, Running};
use super::process::{Server, accepts};
use super::script;
use super::work::Kind;

const PYTHON: &str = "Python `mcp`, one process";

/// Not `ci`, which stumbles over optional packages of other platforms that are in no registry. The
/// lock file holds all the same.
const RUFLO: [&str; 2] = ["install", "--omit=optional"];

pub struct AgentMail;
pub struct CoordinationMemory;
pub struct ServerMemory;
pub struct Ruflo;

impl Peer for AgentMail {
    fn card(&self) -> Card {
        Card {
            name: "mcp-agent-mail",
            group: Group::Coordination,
            client: PYTHON,
            spoken: "MCP over HTTP",
            durability: "none offered: SQLite in WAL mode with `synchronous=NORMAL`, and a git \
                         commit a message",
            lacks: &[
                (
                    Kind::Task,
                    "it reserves files, and its documentation leaves tasks to another program, Beads",
                ),
                (Kind::Note, "messages only"),
            ],
            crash: Kind::Message,
            is_ours: false,
        }
    }

    fn install(&self, home: &Home) -> Result<Product> {
        home.mcp_client()?;
        licence::agent_mail(&home.python("mcp-agent-mail")?)
    }

    fn start(&self, home: &Home, folder: &Path) -> Result<Running> {
        let port = home.free_port()?;
        let python = home.python("mcp-agent-mail")?.join("bin/python");
        let server = Server::start(port, folder, accepts, move |folder| {
            let mut command = Command::new(&python);
            let database = folder.join("mail.sqlite3");
            command
                .args(["-m", "mcp_agent_mail.http", "--host", "127.0.0.1", "--port"])
                .args([&port.to_string(), "--log-level", "warning"])
                .env(
                    "DATABASE_URL",
                    format!("sqlite+aiosqlite:///{}", database.display()),
                )
                .env("STORAGE_ROOT", folder.join("archive"))
                .env("HOME", folder)
                // Calls no language model, and prints no panel for each call.
                .env("LLM_ENABLED", "false")
                .env("LITELLM_LOCAL_MODEL_COST_MAP", "True")
                .env("TOOLS_LOG_ENABLED", "false")
                .env("LOG_RICH_ENABLED", "false");
            command
        })?;
        let url = format!("http://127.0.0.1:{port}/mcp/");
        let driver = script::python(home, "mcp-agent-mail", folder, &json!({"url": url}))?;
        Ok(Running::new(Some(server), Box::new(driver)))
    }
}

impl Peer for CoordinationMemory {
    fn card(&self) -> Card {
        Card {
            name: "coordination-memory-mcp",
            group: Group::Coordination,
            client: PYTHON,
            spoken: "MCP over stdio, a server process a client, one database",
            durability: "SQLite's defaults (rollback journal, `synchronous=FULL`); nothing to set",
            lacks: &[(
                Kind::Message,
                "its attention board is for people, not for agents",
            )],
            crash: Kind::Task,
            is_ours: false,
        }
    }

    fn install(&self, home: &Home) -> Result<Product> {
        home.mcp_client()?;
        let environment = home.python("coordination-memory")?;
        licence::python(&environment, "coordination-memory-mcp")
    }

    fn start(&self, home: &Home, folder: &Path) -> Result<Running> {
        let server = home.python("coordination-memory")?.join("bin/comem");
        let options = json!({"command": [server, "serve"]});
        let driver = script::python(home, "coordination-memory-mcp", folder, &options)?;
        Ok(Running::new(None, Box::new(driver)))
    }
}

impl Peer for ServerMemory {
    fn card(&self) -> Card {
        Card {
            name: "server-memory",
            group: Group::Coordination,
            client: PYTHON,
            spoken: "MCP over stdio, a server process a client, one file",
            durability: "none offered: the file is rewritten and renamed, never synced",
            lacks: &[
                (Kind::Task, "a knowledge graph only"),
                (Kind::Message, "a knowledge graph only"),
            ],
            crash: Kind::Note,
            is_ours: false,
        }
    }

    fn install(&self, home: &Home) -> Result<Product> {
        home.mcp_client()?;
        let modules = home.node()?.join("node_modules");
        licence::npm(&modules, "@modelcontextprotocol/server-memory")
    }

    fn start(&self, home: &Home, folder: &Path) -> Result<Running> {
        let modules = home.node()?.join("node_modules");
        let server = modules.join("@modelcontextprotocol/server-memory/dist/index.js");
        let options = json!({"command": [home.node_binary()?, server]});
        let driver = script::python(home, "server-memory", folder, &options)?;
        Ok(Running::new(None, Box::new(driver)))
    }
}

impl Peer for Ruflo {
    fn card(&self) -> Card {
        Card {
            name: "ruflo",
            group: Group::Coordination,
            client: PYTHON,
            spoken: "MCP over stdio, a server process a client, one folder",
            durability: "none offered: task and claim files are rewritten in place",
            lacks: &[
                (
                    Kind::Message,
                    "broadcasts only, of which the last hundred are kept",
                ),
                (
                    Kind::Note,
                    "not measured; its memory is made for optional native packages, a gigabyte, \
                     which are not installed here",
                ),
            ],
            crash: Kind::Task,
            is_ours: false,
        }
    }

    /// Without its optional packages: a gigabyte of model runtimes that these tools do not use.
    fn install(&self, home: &Home) -> Result<Product> {
        home.mcp_client()?;
        home.node()?;
        let packages = home.npm("ruflo", &home::list("ruflo"), &RUFLO)?;
        licence::npm(&packages.join("node_modules"), "ruflo")
    }

    fn start(&self, home: &Home, folder: &Path) -> Result<Running> {
        let packages = home.npm("ruflo", &home::list("ruflo"), &RUFLO)?;
        let server = packages.join("node_modules/ruflo/bin/ruflo.js");
        let options = json!({"command": [home.node_binary()?, server, "mcp", "start"]});
        let driver = script::python(home, "ruflo", folder, &options)?;
        Ok(Running::new(None, Box::new(driver)))
    }
}
