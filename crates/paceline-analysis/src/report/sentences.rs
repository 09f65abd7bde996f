//! Findings in words. Owns one sentence form for each kind, with the number, the range and since
//! when; refuses to say "because": it tells what happened at the same time.

use super::model::{
    Finding, FindingKind, Meanwhile, Moved, SlowAgent, SlowTogether, TogetherGroup,
};
use super::words::{change_of, duration, listed, moment, percent, percent_of_change, plural};
use crate::period::Period;

const NAMED_MAX: usize = 4;

pub(super) fn fill(findings: &mut [Finding], period: &Period) {
    for finding in findings {
        finding.sentence = match &finding.agent {
            Some(agent) => of_agent(agent),
            None => of_operations(finding, period),
        };
    }
}

pub(super) fn fill_together(together: &mut SlowTogether) {
    for group in &mut together.groups {
        group.sentence = of_group(group);
    }
}

fn of_group(group: &TogetherGroup) -> String {
    let named = group.operations.iter().take(NAMED_MAX);
    let mut named: Vec<String> = named.map(|name| format!("`{name}`")).collect();
    let more = group.operations.len().saturating_sub(NAMED_MAX);
    if 0 < more {
        named.push(format!("{more} more"));
    }
    let (low, high) = (group.correlation_min, group.correlation_max);
    let strength = if high - low < 0.01 {
        format!("a rank correlation of {high:.2}")
    } else {
        format!("rank correlations of {low:.2} to {high:.2}")
    };
    format!(
        "{} slow down and speed up together, with {strength}.",
        listed(&named)
    )
}

fn of_operations(finding: &Finding, period: &Period) -> String {
    let Some(first) = finding.operations.first() else {
        return String::new();
    };
    let mut parts = vec![what(finding, first, period)];
    parts.extend(the_others(finding));
    parts.extend(meanwhile(finding, period));
    parts.join(" ")
}

fn what(finding: &Finding, first: &Moved, period: &Period) -> String {
    let at = moment(finding.since, period);
    let name = &first.operation;
    let (longer, times) = (longer(first), times(first));
    let stage = in_stage(finding, first);
    match (finding.kind, finding.until) {
        (FindingKind::Drift, _) => {
            let direction = if finding.slower {
                "slowed down"
            } else {
                "become faster"
            };
            format!(
                "`{name}` has {direction} little by little since about {at}: {times} at the end, \
                 {longer}{stage}."
            )
        }
        (FindingKind::Spell, Some(until)) => format!(
            "From {at} to {}, `{name}` took {longer} ({times}){stage}; then it was as before.",
            moment(until, period)
        ),
        _ => format!("Since {at}, `{name}` takes {longer} ({times}){stage}."),
    }
}

/// `20 % longer, between 18 and 22 %`
fn longer(moved: &Moved) -> String {
    let word = if 0.0 < moved.change {
        "longer"
    } else {
        "less time"
    };
    let (low, high) = (moved.change_low.abs(), moved.change_high.abs());
    format!(
        "{} {word}, between {} and {}",
        percent_of_change(moved.change.abs()),
        percent_of_change(low.min(high)),
        percent_of_change(low.max(high)),
    )
}

fn times(moved: &Moved) -> String {
    format!(
        "median {} → {}",
        duration(moved.before_ms),
        duration(moved.after_ms)
    )
}

fn in_stage(finding: &Finding, first: &Moved) -> String {
    let (Some(stage), Some(share)) = (&finding.stage, first.stage_share) else {
        return String::new();
    };
    let part = if 0.9 <= share {
        "almost all of it".to_owned()
    } else {
        format!("{} of it", percent((share * 100.0).round() / 100.0))
    };
    match stage.as_str() {
        "elsewhere" => format!(", {part} outside of the store's stages"),
        stage => format!(", {part} in its {stage} stage"),
    }
}

/// One cause shows in many operations: they are named once, not accused one by one.
fn the_others(finding: &Finding) -> Option<String> {
    let others = finding
        .operations
        .get(1..)
        .filter(|others| !others.is_empty())?;
    let named: Vec<String> = others
        .iter()
        .take(NAMED_MAX)
        .map(|moved| format!("`{}` ({})", moved.operation, change_of(moved.change)))
        .collect();
    let more = others.len().saturating_sub(NAMED_MAX);
    let rest = if 0 < more {
        format!(" and {more} more")
    } else {
        String::new()
    };
    let shared = match &finding.stage {
        Some(stage) if stage != "elsewhere" => format!(
            "{} the change of the {stage} stage",
            if others.len() == 1 { "shares" } else { "share" }
        ),
        _ => "changed at the same time".to_owned(),
    };
    Some(format!(
        "So {} {}{rest}, which {shared}: this counts as one change.",
        if others.len() == 1 { "does" } else { "do" },
        listed(&named)
    ))
}

fn meanwhile(finding: &Finding, period: &Period) -> Vec<String> {
    let around = &finding.meanwhile;
    let mut said = Vec::new();
    said.extend(around.version_after.as_ref().map(|after| {
        let before = around.version_before.as_deref().unwrap_or("unknown");
        format!("Paceline changed from version {before} to {after} at that time.")
    }));
    if around.version_after.is_none() && around.restarted {
        said.push("The server was restarted at that time.".to_owned());
    }
    said.extend(load(around, finding));
    said.extend(rows(around));
    if finding.lost_ms.abs() < 1.0 || finding.kind == FindingKind::Spell {
        return said;
    }
    let (time, name) = (duration(finding.lost_ms.abs()), &period.name);
    said.push(if finding.slower {
        format!("In {name} that cost {time} of operations' time.")
    } else {
        format!("In {name} that saved {time} of operations' time.")
    });
    said
}

fn load(around: &Meanwhile, finding: &Finding) -> Option<String> {
    let load = around.load_change?;
    let is_step = finding.kind == FindingKind::Step;
    if load.abs() < 0.2 {
        return is_step.then(|| "The load was the same before and after.".to_owned());
    }
    let word = if 0.0 < load { "rose" } else { "fell" };
    let when = if is_step { "at that time" } else { "meanwhile" };
    let changed = format!(
        "The load {word} by {} {when}",
        percent_of_change(load.abs())
    );
    let answers = "by how this operation otherwise answers to load";
    let part = around.load_explains;
    let mostly = finding
        .operations
        .first()
        .zip(part)
        .is_some_and(|(first, part)| 0.5 <= part.ln_1p() / first.change.ln_1p());
    Some(match part.map(change_of) {
        Some(part) if mostly => format!(
            "{changed}; {answers}, that alone makes {part}, so the load and not the code is the \
             likely reason."
        ),
        _ if around.follows_load => format!(
            "{changed}, and the queue is where load shows, so the load and not the code is the \
             likely reason."
        ),
        Some(part) => {
            format!("{changed}, which {answers} makes {part}: not enough to explain it.")
        }
        None => format!("{changed}; this operation otherwise does not answer to load."),
    })
}

fn rows(around: &Meanwhile) -> Option<String> {
    let change = around.rows_change.filter(|change| 0.1 <= change.abs())?;
    let grew = format!("Meanwhile the store grew by {}", percent_of_change(change));
    Some(match around.rows_exponent {
        Some(power) if 0.05 < power.low => format!(
            "{grew}: the time grows as the store's size to the power {:.2} (between {:.2} and {:.2}).",
            power.estimate, power.low, power.high
        ),
        _ => format!("{grew}, but the time does not follow its size."),
    })
}

fn of_agent(agent: &SlowAgent) -> String {
    let named = agent
        .name
        .as_ref()
        .map_or_else(String::new, |name| format!(" ({name})"));
    format!(
        "Agent `{}`{named} takes {} longer than the typical one of {} agents over {}, on the same days \
         and the same kinds of work (between {} and {}); most of it on `{}`. That cost {}.",
        agent.agent_id,
        percent_of_change(agent.slower),
        agent.compared_agents,
        plural(agent.count, singular(&agent.measured), &agent.measured),
        percent_of_change(agent.slower_low.max(0.0)),
        percent_of_change(agent.slower_high),
        agent.kind,
        duration(agent.lost_ms),
    )
}

fn singular(measured: &str) -> &str {
    measured.strip_suffix('s').unwrap_or(measured)
}
