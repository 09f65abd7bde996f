//! The command line, from the top. Owns the list of commands and what `--help` says of each;
//! refuses to run them.

use clap::{Parser, Subcommand};

use crate::commands;

/// Coordination for fleets of AI agents, with every operation on the record
#[derive(Parser, Debug)]
#[command(name = "paceline", version)]
#[command(max_term_width = 100)]
#[command(after_help = "Examples:
  paceline demo                                      see a fleet at work
  paceline top                                       watch it on the terminal
  paceline serve                                     run the server
  paceline task enqueue 'write the release notes'    add a task
  paceline agent list                                see who works on what
  paceline report --days 7                           see how fast and how well

Exit codes: 0 done, 1 failed, 2 bad usage, 3 a check did not hold.")]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    Serve(Box<commands::serve::Serve>),
    Demo(commands::demo::Demo),
    Top(commands::top::Top),
    Mcp(commands::mcp::Mcp),
    /// Agents: join, leave, say what they do
    Agent(commands::agent::AgentCommand),
    /// Tasks: enqueue, claim, finish, look at the queue
    Task(commands::task::TaskCommand),
    /// Messages between agents
    Message(commands::message::MessageCommand),
    /// Memory that agents share
    Memory(commands::memory::MemoryCommand),
    /// Elections: who leads
    Election(commands::election::ElectionCommand),
    /// Metrics of one's own: define, record
    Metric(commands::metric::MetricCommand),
    /// Alerts: what is wrong, who is told, by which rules
    Alert(commands::alert::AlertCommand),
    /// Anomalies: what is unusual, now and in the past
    Anomaly(commands::anomaly::AnomalyCommand),
    /// Quality of finished work
    Quality(commands::quality::QualityCommand),
    /// Calls of agents' tools
    ToolCall(commands::tool_call::ToolCallCommand),
    Query(commands::query::QueryCommand),
    Report(commands::report::Report),
    Import(commands::import::Import),
    Export(commands::export::Export),
    Bench(Box<commands::bench::Bench>),
    Doctor(commands::doctor::Doctor),
    /// Tokens of people and scripts
    Token(commands::token::TokenCommand),
    /// Switches of a running server
    Feature(commands::feature::FeatureCommand),
    /// The bare handler that `bench` measures as the ceiling
    #[command(hide = true)]
    BenchCeiling,
    #[command(hide = true)]
    BenchFleet(commands::bench::BenchFleet),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_says_what_it_does() {
        fn walk(command: &clap::Command) {
            let path = command.get_name();
            let is_help = path == "help";
            assert!(
                command.get_about().is_some() || is_help,
                "`{path}` has no text"
            );
            let has_example = command
                .get_after_help()
                .is_some_and(|text| text.to_string().contains("Example"));
            let is_plain = command.has_subcommands() || command.get_arguments().count() == 0;
            assert!(has_example || is_plain, "`{path}` has no example");
            for argument in command.get_arguments().filter(|_| !is_help) {
                let is_told = argument.get_help().is_some();
                assert!(is_told, "`{}` of `{path}` has no text", argument.get_id());
            }
            command.get_subcommands().for_each(walk);
        }
        walk(&Cli::command());
    }
}
