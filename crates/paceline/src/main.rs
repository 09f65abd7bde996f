//! The binary. Owns the choice of the allocator and the way from a command line to an exit code;
//! refuses everything else: each command has its own file.

mod cli;
mod commands;
mod failure;
mod local;
mod remote;
mod signals;
mod terminal;
mod usage;
mod values;

use std::process::ExitCode;

use cli::{Cli, Command};
use failure::{Exit, Failure};
use usage::Asked;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let outcome = match usage::read(std::env::args_os()) {
        Ok(Asked::Run(cli)) => start(*cli),
        Ok(Asked::Text(text)) => {
            // Colour only where the reader is a terminal; a reader that went away misses nothing.
            let _ = text.print();
            Ok(())
        }
        Err(failure) => Err(failure),
    };
    outcome.map_or_else(|failure| failure.report(), |()| Exit::Ok.into())
}

fn start(cli: Cli) -> Result<(), Failure> {
    let runtime = runtime().map_err(|error| Failure::to("start the runtime", &error))?;
    runtime.block_on(run(cli.command))
}

async fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::Serve(command) => command.run().await,
        Command::Demo(command) => command.run().await,
        Command::Top(command) => command.run().await,
        Command::Mcp(command) => command.run().await,
        Command::Agent(command) => command.run().await,
        Command::Task(command) => command.run().await,
        Command::Message(command) => command.run().await,
        Command::Memory(command) => command.run().await,
        Command::Election(command) => command.run().await,
        Command::Alert(command) => command.run().await,
        Command::Anomaly(command) => command.run().await,
        Command::Quality(command) => command.run().await,
        Command::ToolCall(command) => command.run().await,
        Command::Metric(command) => command.run().await,
        Command::Query(command) => command.run().await,
        Command::Report(command) => command.run().await,
        Command::Import(command) => command.run().await,
        Command::Export(command) => command.run().await,
        Command::Bench(command) => command.run().await,
        Command::Doctor(command) => command.run().await,
        Command::Token(command) => command.run().await,
        Command::Feature(command) => command.run().await,
        Command::BenchCeiling => commands::bench::ceiling().await,
        Command::BenchFleet(command) => command.run(),
    }
}

/// One worker fewer than there are cores: the store's writer keeps the other one busy, and workers
/// that wake for every answer cost it more than they serve (docs/decisions/0010).
fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    if std::env::var_os("TOKIO_WORKER_THREADS").is_none() {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        builder.worker_threads(cores.saturating_sub(1).max(1));
    }
    builder.enable_all().build()
}
