//! What a peer is: its card, how it is installed, how it is started. Owns that shape; the families
//! (`queues.rs`, `libraries.rs`, `coordination.rs`, `paceline.rs`) fill it in.

use std::path::Path;

use anyhow::Result;

use super::home::Home;
use super::process::Server;
use super::work::{Driver, Kind};

/// Peers of a group are compared with each other; across groups only with Paceline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Queues,
    Coordination,
}

impl Group {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queues => "queues",
            Self::Coordination => "coordination",
        }
    }
}

/// What is known of a peer before it is installed.
#[derive(Clone, Copy, Debug)]
pub struct Card {
    pub name: &'static str,
    pub group: Group,
    /// Who drives it.
    pub client: &'static str,
    pub spoken: &'static str,
    /// What was set so that an acknowledgement means as much as the peer can make it mean.
    pub durability: &'static str,
    /// Operations without a figure, each with the reason. Where the cell is to say something else
    /// than "no such operation", its words come first, up to a semicolon.
    pub lacks: &'static [(Kind, &'static str)],
    /// What is written while its server is killed.
    pub crash: Kind,
    pub is_ours: bool,
}

impl Card {
    /// Why there is no figure; nothing where there is one.
    pub fn lack_of(&self, kind: Kind) -> Option<&'static str> {
        let lack = self.lacks.iter().find(|(lacking, _)| *lacking == kind);
        lack.map(|(_, why)| *why)
    }

    /// The same name may stand in both groups.
    pub fn key(&self) -> String {
        format!("{}/{}", self.group.name(), self.name)
    }
}

/// What was installed.
#[derive(Clone, Debug)]
pub struct Product {
    pub version: String,
    /// As the installed package states it.
    pub licence: String,
    pub source: String,
}

pub trait Peer {
    fn card(&self) -> Card;
    fn install(&self, home: &Home) -> Result<Product>;
    /// With nothing in it yet, in an empty folder of its own.
    fn start(&self, home: &Home, folder: &Path) -> Result<Running>;
}

/// A peer that can be worked with. The driver goes before the server does.
pub struct Running {
    pub driver: Box<dyn Driver>,
    server: Option<Server>,
}

impl Running {
    pub fn new(server: Option<Server>, driver: Box<dyn Driver>) -> Self {
        Self { driver, server }
    }

    /// Where the server is the clients' own child, their script kills it.
    pub fn kill(server: &mut Option<Server>) -> Result<()> {
        server.as_mut().map_or(Ok(()), Server::kill)
    }

    /// Of its own, apart from its clients.
    pub fn has_server(&self) -> bool {
        self.server.is_some()
    }

    pub fn parts(&mut self) -> (&mut dyn Driver, &mut Option<Server>) {
        (&mut *self.driver, &mut self.server)
    }

    pub fn start_again(&mut self) -> Result<()> {
        self.server.as_mut().map_or(Ok(()), Server::start_again)
    }
}
