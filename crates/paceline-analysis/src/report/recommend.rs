//! What should be done first. Owns the ranking by time that would be saved, and one action for each
//! kind of evidence; refuses advice without a number of this report behind it.

use super::model::{
    Bottleneck, BrokenRule, Finding, FindingKind, OperationRow, Recommendation, Report, SlowAgent,
    Watched,
};
use super::rules;
use super::words::{duration, listed, moment, percent};

const ROWS_MAX: usize = 8;
/// Saving less than this is nobody's first task.
const SAVES_MS_MIN: f64 = 1.0;
/// A queue with a smaller share of all time is no bottleneck.
const QUEUE_SHARE_MIN: f64 = 0.25;
/// What working on the largest share may bring, by way of comparison.
const LARGEST_SAVING: f64 = 0.1;

/// The most saving first.
pub(super) fn recommendations(report: &Report) -> Vec<Recommendation> {
    let of_findings = report
        .findings
        .iter()
        .filter_map(|one| of_finding(one, report));
    let of_errors = report
        .broken_rules
        .iter()
        .filter_map(|rule| of_errors(rule, report));
    let of_queue = report.bottlenecks.iter().filter_map(of_queue);
    let mut all: Vec<_> = of_findings.chain(of_errors).chain(of_queue).collect();
    all.retain(|one| SAVES_MS_MIN <= one.saves_ms);
    all.sort_by(|a, b| {
        b.saves_ms
            .total_cmp(&a.saves_ms)
            .then_with(|| a.id.cmp(&b.id))
    });
    all.truncate(ROWS_MAX);
    if all.is_empty() {
        all.extend(report.bottlenecks.first().map(largest));
    }
    all
}

fn of_finding(finding: &Finding, report: &Report) -> Option<Recommendation> {
    if !finding.slower || finding.meanwhile.follows_load {
        return None;
    }
    if let Some(agent) = &finding.agent {
        return Some(of_agent(agent, finding));
    }
    let first = finding.operations.first()?;
    let (kind, action) = match finding.kind {
        FindingKind::Step => ("step", of_step(finding, report)),
        FindingKind::Drift => ("drift", of_drift(finding)),
        FindingKind::Spell | FindingKind::SlowAgent => return None,
    };
    let shared = 1 < finding.operations.len() && finding.stage.is_some();
    let subject = match &finding.stage {
        Some(stage) if shared => stage,
        _ => &first.operation,
    };
    Some(Recommendation {
        id: format!("{kind}:{subject}"),
        action,
        evidence: finding.sentence.clone(),
        saves_ms: whole_period(finding, report),
        watched: Some(Watched {
            subject: first.operation.clone(),
            figure: "p50_ms".to_owned(),
            was: first.after_ms,
            target: first.before_ms,
        }),
    })
}

/// What lasts costs the whole of the next period, whenever it began in this one.
fn whole_period(finding: &Finding, report: &Report) -> f64 {
    let length = (report.period.to.0 - report.period.from.0) as f64;
    let since = (report.period.to.0 - finding.since.0.max(report.period.from.0)) as f64;
    if finding.kind == FindingKind::Step && 0.0 < since {
        return finding.lost_ms * length / since;
    }
    finding.lost_ms
}

fn of_step(finding: &Finding, report: &Report) -> String {
    let at = moment(finding.since, &report.period);
    let names: Vec<_> = finding
        .operations
        .iter()
        .take(3)
        .map(|one| format!("`{}`", one.operation))
        .collect();
    let of = if names.len() < finding.operations.len() {
        format!("{} and others", names.join(", "))
    } else {
        listed(&names)
    };
    let version = match (
        &finding.meanwhile.version_before,
        &finding.meanwhile.version_after,
    ) {
        (Some(before), Some(after)) => format!("compare versions {before} and {after}; "),
        _ => String::new(),
    };
    format!(
        "Find what changed at {at} for {of}: {version}{}.",
        hint(finding.stage.as_deref())
    )
}

fn of_drift(finding: &Finding) -> String {
    let name = &finding.operations[0].operation;
    let hint = hint(finding.stage.as_deref());
    if finding
        .meanwhile
        .rows_exponent
        .is_some_and(|power| 0.05 < power.low)
    {
        return format!("Keep `{name}` from growing with the store: {hint}.");
    }
    format!("Find what makes `{name}` slower day by day: {hint}.")
}

/// Where to look first, by the stage that holds the time.
fn hint(stage: Option<&str>) -> &'static str {
    match stage {
        Some("queue") => {
            "calls wait for the one writer, so look for what holds it (large batches, slow commits, \
             more callers)"
        }
        Some("execute") => {
            "the store does more work for each call, so look at its tables' size and at its query \
             plans (`paceline doctor` checks them)"
        }
        Some("commit") => {
            "the disk takes longer to make writes safe, so look at the disk, what else writes to it, \
             and its free space"
        }
        Some(_) => {
            "the time is spent outside of the store, so look at the machine's load, the network and \
             the size of requests"
        }
        None => {
            "no one stage holds most of it, as far as the records tell, so begin with what was \
             deployed or reconfigured, and with the machine as a whole"
        }
    }
}

fn of_agent(agent: &SlowAgent, finding: &Finding) -> Recommendation {
    let name = agent.name.as_ref().unwrap_or(&agent.agent_id);
    Recommendation {
        id: format!("agent:{}", agent.agent_id),
        action: format!(
            "See what agent `{name}` does differently: its machine, model and tools, and whether it \
             needs the work of kind `{}` at all.",
            agent.kind
        ),
        evidence: finding.sentence.clone(),
        saves_ms: finding.lost_ms,
        watched: Some(Watched {
            subject: agent.agent_id.clone(),
            figure: "slower_than_others".to_owned(),
            was: agent.slower,
            target: 0.0,
        }),
    }
}

/// A failed call took time and brought nothing.
fn of_errors(rule: &BrokenRule, report: &Report) -> Option<Recommendation> {
    if rule.rule != rules::ERRORS {
        return None;
    }
    let of_rule = |row: &&OperationRow| row.operation == rule.operation;
    let figures = report.operations.iter().find(of_rule)?.current?;
    let first = report
        .reliability
        .errors
        .iter()
        .find(|row| row.operation == rule.operation);
    let cause = first.map_or_else(String::new, |row| format!(", mostly “{}”", row.error));
    Some(Recommendation {
        id: format!("errors:{}", rule.operation),
        action: format!("Stop the failures of `{}`{cause}.", rule.operation),
        evidence: rule.sentence.clone(),
        saves_ms: figures.failed as f64 * figures.durations.mean_ms,
        watched: Some(Watched {
            subject: rule.operation.clone(),
            figure: "error_rate".to_owned(),
            was: rule.value,
            target: rule.threshold,
        }),
    })
}

fn of_queue(row: &Bottleneck) -> Option<Recommendation> {
    let is_queue = row.stage.as_deref() == Some("queue") && QUEUE_SHARE_MIN <= row.share;
    is_queue.then(|| Recommendation {
        id: format!("queue:{}", row.operation),
        action: format!(
            "Shorten the queue in front of `{}`: {}.",
            row.operation,
            hint(Some("queue"))
        ),
        evidence: format!(
            "Its calls spent {} waiting, {} of all time.",
            duration(row.total_ms),
            percent(row.share)
        ),
        saves_ms: row.total_ms,
        watched: None,
    })
}

/// Nothing is urgent; this is where work would pay most.
fn largest(row: &Bottleneck) -> Recommendation {
    let part = row
        .stage
        .as_ref()
        .map_or_else(String::new, |stage| match stage.as_str() {
            "elsewhere" => ", outside of the store's stages".to_owned(),
            stage => format!(", in its {stage} stage"),
        });
    Recommendation {
        id: format!("largest:{}", row.operation),
        action: format!(
            "Nothing is urgent. Whoever wants to save time begins with `{}`{part}.",
            row.operation
        ),
        evidence: format!(
            "It took {}, {} of all time; a tenth less would save {}.",
            duration(row.total_ms),
            percent(row.share),
            duration(row.total_ms * LARGEST_SAVING)
        ),
        saves_ms: row.total_ms * LARGEST_SAVING,
        watched: None,
    }
}
