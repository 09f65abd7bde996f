//! The last step from records to a report: everything has come, and is judged. Owns the order in
//! which the parts are made; refuses to gather, to measure and to phrase.

use super::bottlenecks::{Known, bottlenecks};
use super::coverage;
use super::figures as rows_of;
use super::follow::follow;
use super::gathered::{Gathered, OperationEntry, PeersBy};
use super::judge::{self, Evidence, Judgement, StoreSize, ageing};
use super::model::{
    AgentRow, AlertRow, Elections, Finding, FindingKind, Meanwhile, Quality, Report, SlowAgent,
};
use super::recommend::recommendations;
use super::reproduce::reproductions;
use super::rules;
use super::scope::WAITS;
use super::sentences;
use super::timelines::timelines;
use super::verdict;
use crate::instant::Instant;

const AGENTS_MAX: usize = 200;

pub(super) fn finish(mut from: Gathered) -> Report {
    let operations = std::mem::take(&mut from.operations).into_sorted();
    let mut report = figures(&mut from, &operations);
    judged(&mut report, &from, &operations);
    report.broken_rules = rules::broken(&report.operations);
    report.recommendations = recommendations(&report);
    report.followed = from
        .earlier
        .map_or_else(Vec::new, |earlier| follow(&earlier, &report));
    verdict::fill(&mut report, from.sampled);
    report.reproductions = reproductions(&report);
    report
}

type Operations = [(String, OperationEntry)];

/// Everything that is counted and needs no judgement.
fn figures(from: &mut Gathered, operations: &Operations) -> Report {
    let row = |one: &(String, OperationEntry)| rows_of::operation_row(&one.0, &one.1, &from.grid);
    let rows: Vec<_> = operations.iter().map(row).collect();
    let mut tools: Vec<_> = std::mem::take(&mut from.tools)
        .into_sorted()
        .into_iter()
        .map(rows_of::tool_row)
        .collect();
    tools.sort_by_key(|row| std::cmp::Reverse(rows_of::calls(row)));
    let mut agents = std::mem::take(&mut from.agents);
    let name = |agent_id: &str| {
        let known = agents.iter().find(|row| row.agent_id == agent_id);
        known.and_then(|row| row.name.clone())
    };
    let (work, work_agents_total) = from.work.rows(name);
    let agents_total = agents.len() as u64;
    sort_agents(&mut agents);
    agents.truncate(AGENTS_MAX);
    Report {
        reliability: rows_of::reliability(&rows, std::mem::take(&mut from.errors)),
        period: from.period.clone(),
        most_frequent: rows_of::frequent(operations),
        elections: elections(from, &rows),
        alerts: alerts(from),
        operations: rows,
        slowest: std::mem::take(&mut from.slowest).into_rows(),
        tools,
        work,
        work_agents_total,
        agents,
        agents_total,
        quality: Quality {
            assessed: from.assessed.current.means(),
            assessed_previous: from.assessed.previous.means(),
            automatic: from.automatic.current.means(),
        },
        gaps: std::mem::take(&mut from.gaps),
        ..Report::default()
    }
}

fn sort_agents(agents: &mut [AgentRow]) {
    let by_work = |row: &AgentRow| std::cmp::Reverse((row.proven.completed, row.proven.claimed));
    agents.sort_by(|a, b| {
        let busiest = by_work(a).cmp(&by_work(b));
        busiest.then_with(|| a.agent_id.cmp(&b.agent_id))
    });
}

fn elections(from: &mut Gathered, rows: &[super::model::OperationRow]) -> Elections {
    let failovers = rows.iter().find(|row| row.operation == "leader_failover");
    let figures = failovers
        .and_then(|row| row.current)
        .map(|figures| figures.durations);
    let mut elections = std::mem::take(&mut from.elections);
    elections.sort_by(|a, b| a.election.cmp(&b.election));
    Elections {
        failovers: figures.map_or(0, |all| all.count),
        failover_p50_ms: figures.map(|all| all.p50_ms),
        failover_max_ms: figures.map(|all| all.max_ms),
        leaderless_ms: figures.map_or(0.0, |all| all.mean_ms * all.count as f64),
        elections,
    }
}

fn alerts(from: &mut Gathered) -> Vec<AlertRow> {
    let mut alerts = std::mem::take(&mut from.alerts);
    alerts.sort_by(|a, b| {
        let noise = |row: &AlertRow| (row.ignored, row.fired);
        noise(b).cmp(&noise(a)).then_with(|| a.rule.cmp(&b.rule))
    });
    alerts
}

fn judged(report: &mut Report, from: &Gathered, operations: &Operations) {
    let all: Vec<_> = operations
        .iter()
        .map(|one| (one.0.as_str(), &one.1.history))
        .collect();
    let asked: Vec<_> = all
        .iter()
        .copied()
        .filter(|one| !WAITS.contains(&one.0))
        .collect();
    let evidence = Evidence {
        grid: from.grid,
        load: coverage::load(&all, &from.grid),
        age: &from.age,
        size: StoreSize::of(&from.age, &asked, &from.grid),
        operations: &asked,
    };
    let Judgement {
        mut findings,
        mut judged,
        mut together,
    } = judge::judge(&evidence);
    let slow = slow_agents(&from.peers, report);
    judged.agents = from.peers.agents();
    judged.chance_alarms += from.peers.chance_alarms();
    findings.extend(slow);
    findings.sort_by(|a, b| {
        b.slower
            .cmp(&a.slower)
            .then(b.lost_ms.abs().total_cmp(&a.lost_ms.abs()))
    });
    sentences::fill(&mut findings, &from.period);
    sentences::fill_together(&mut together);
    let known = operations.iter().map(|(operation, entry)| Known {
        operation,
        totals: &entry.both,
        history: &entry.history,
    });
    let known: Vec<_> = known.collect();
    (report.bottlenecks, report.time_by_stage) = bottlenecks(&known, &from.grid);
    report.together = together;
    report.ageing = ageing(&evidence, &findings);
    report.silences = coverage::silences(&evidence.load, &from.grid);
    report.gaps.extend(coverage::gaps(report, from, operations));
    report.findings = findings;
    report.judged = judged;
    report.timelines = timelines(report, operations, &from.grid);
}

fn slow_agents(peers: &PeersBy, report: &Report) -> Vec<Finding> {
    let compared = [
        ("tasks", &peers.tasks),
        ("tool calls", &peers.tools),
        ("operations", &peers.operations),
    ];
    let found = compared
        .into_iter()
        .flat_map(|(measured, peers)| peers.slow().into_iter().map(move |slow| (measured, slow)));
    let named = |agent_id: &str| {
        let row = report.agents.iter().find(|row| row.agent_id == agent_id);
        row.and_then(|row| row.name.clone())
    };
    let finding = |(measured, slow): (&str, judge::Slow)| Finding {
        kind: FindingKind::SlowAgent,
        slower: true,
        since: Instant(report.period.from.0),
        until: None,
        operations: Vec::new(),
        stage: None,
        meanwhile: Meanwhile::default(),
        lost_ms: slow.lost_ms,
        sentence: String::new(),
        agent: Some(SlowAgent {
            name: named(&slow.agent),
            agent_id: slow.agent,
            measured: measured.to_owned(),
            kind: slow.kind,
            slower: slow.slower,
            slower_low: slow.slower_low,
            slower_high: slow.slower_high,
            count: slow.count,
            compared_agents: slow.compared as u64,
            lost_ms: slow.lost_ms,
        }),
    };
    found.map(finding).collect()
}
