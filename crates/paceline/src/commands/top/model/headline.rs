//! One sentence on how the fleet is. Owns what counts as wrong, the worst first, with the number
//! behind it; refuses to guess causes, and bounds of its own where the dashboard has one.

use paceline_api::{AgentHealth, AlertSeverity};

use super::{AgentRow, Fleet, Picture};
use crate::terminal::words;

/// A task that nobody takes for so long is worth a look.
const READY_MS_MAX: i64 = 5 * 60_000;
/// A death is news for so long; a fleet that lost an agent last week is well.
const DEATH_MS_MAX: i64 = 60 * 60_000;
/// So many of a hundred operations may be refused or break.
const ERROR_SHARE_MAX: f64 = 0.05;
/// With fewer operations a second than this, a share says nothing.
const RATE_MIN: f64 = 0.2;
const SLOW_US: f64 = 1_000_000.0;
const NAMES_MAX: usize = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mood {
    /// There is nothing yet to be well or not.
    Empty,
    Well,
    Attention,
    Trouble,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Headline {
    pub mood: Mood,
    pub text: String,
}

pub fn headline(picture: &Picture) -> Headline {
    let fleet = &picture.fleet;
    if !fleet.is_known() {
        return empty("Waiting for the first numbers.");
    }
    if fleet.agents().next().is_none() {
        return empty(
            "No agent has joined yet: `paceline demo` shows a fleet, README.md how to add yours.",
        );
    }
    let mut wrong: Vec<_> = [
        alerts(picture),
        without_leader(fleet),
        dead(fleet),
        unhealthy(fleet, AgentHealth::Stale, "stale"),
        unhealthy(fleet, AgentHealth::Warning, "late with a heartbeat"),
        refused(fleet),
        waiting(fleet),
        slow(picture),
    ]
    .into_iter()
    .flatten()
    .collect();
    // The sort is stable: among equals, the order above.
    wrong.sort_by_key(|(mood, _)| std::cmp::Reverse(*mood));
    let Some((mood, _)) = wrong.first() else {
        return well(fleet);
    };
    let mood = *mood;
    let parts: Vec<_> = wrong.into_iter().map(|(_, text)| text).collect();
    let text = sentence(&parts.join("; "));
    Headline { mood, text }
}

fn empty(text: &str) -> Headline {
    Headline {
        mood: Mood::Empty,
        text: text.to_owned(),
    }
}

fn well(fleet: &Fleet) -> Headline {
    let all = fleet.agents().count();
    let dead = having(fleet, AgentHealth::Dead).len();
    let agents = words::count((all - dead) as u64, "agent");
    let earlier = match dead {
        0 => String::new(),
        dead => format!(" {dead} died earlier."),
    };
    let (at_work, done) = (fleet.at_work(), fleet.rates.completed_per_second);
    Headline {
        mood: Mood::Well,
        text: format!(
            "All is well: {agents}, {at_work} at work, {done:.1} tasks completed a second.{earlier}"
        ),
    }
}

type Wrong = Option<(Mood, String)>;

/// What rules found; those that another explains are not counted.
fn alerts(picture: &Picture) -> Wrong {
    let alerts = picture.alerts.as_ref()?;
    let (mood, worst) = match alerts.worst? {
        AlertSeverity::Info => return None,
        AlertSeverity::Warning => (Mood::Attention, ""),
        AlertSeverity::Critical => (Mood::Trouble, ", the worst is critical"),
    };
    let (count, fire) = match alerts.firing.saturating_sub(alerts.explained) {
        1 => ("1 alert".to_owned(), "fires"),
        firing => (words::count(firing, "alert"), "fire"),
    };
    let text = format!("{count} {fire}{worst} (`paceline alert list`)");
    Some((mood, text))
}

fn without_leader(fleet: &Fleet) -> Wrong {
    let open = fleet.leaders.iter().find(|state| state.leader.is_none())?;
    let text = format!("nobody leads `{}`", open.election);
    Some((Mood::Trouble, text))
}

fn dead(fleet: &Fleet) -> Wrong {
    let mut dead = having(fleet, AgentHealth::Dead);
    dead.retain(|agent| fleet.at_ms.saturating_sub(agent.changed_at_ms) < DEATH_MS_MAX);
    Some((Mood::Trouble, named(&dead, "dead")?))
}

fn unhealthy(fleet: &Fleet, health: AgentHealth, is: &str) -> Wrong {
    Some((Mood::Attention, named(&having(fleet, health), is)?))
}

fn having(fleet: &Fleet, health: AgentHealth) -> Vec<&AgentRow> {
    fleet.agents().filter(|a| a.health == health).collect()
}

fn named(agents: &[&AgentRow], is: &str) -> Option<String> {
    let verb = match agents.len() {
        0 => return None,
        1 => "is",
        _ => "are",
    };
    let first = agents.iter().take(NAMES_MAX);
    let names: Vec<_> = first.map(|agent| agent.name.as_str()).collect();
    let more = if NAMES_MAX < agents.len() {
        ", …"
    } else {
        ""
    };
    let count = words::count(agents.len() as u64, "agent");
    Some(format!("{count} {verb} {is}: {}{more}", names.join(", ")))
}

fn refused(fleet: &Fleet) -> Wrong {
    let rates = fleet.rates;
    let share = rates.errors_per_second / rates.operations_per_second;
    let is_wrong = RATE_MIN <= rates.operations_per_second && ERROR_SHARE_MAX < share;
    let text = format!(
        "{} of operations fail or are refused",
        words::share((share * 1e3).round() / 1e3)
    );
    is_wrong.then_some((Mood::Attention, text))
}

fn waiting(fleet: &Fleet) -> Wrong {
    let since = fleet.waiting.oldest_ready_at_ms?;
    let waited_ms = fleet.at_ms.saturating_sub(since);
    let text = format!(
        "a ready task has waited {}",
        words::duration_ms(waited_ms as f64)
    );
    (READY_MS_MAX < waited_ms).then_some((Mood::Attention, text))
}

fn slow(picture: &Picture) -> Wrong {
    let called = picture.operations.rows().filter(|row| row.is_called());
    let with_p99 = called.filter_map(|row| Some((row.operation, row.p99_us?)));
    let (operation, p99_us) = with_p99.max_by(|one, other| one.1.total_cmp(&other.1))?;
    let took = words::duration_ms(p99_us / 1e3);
    let text = format!("`{}` is slow, p99 {took}", operation.as_str());
    (SLOW_US < p99_us).then_some((Mood::Attention, text))
}

fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(char::to_uppercase);
    first
        .into_iter()
        .flatten()
        .chain(characters)
        .chain(['.'])
        .collect()
}

#[cfg(test)]
mod tests {
    use paceline_api::{LeaderState, LiveFleet, LiveRates, LiveWaiting, Operation};

    use super::super::fleet::tests::fleet;
    use super::super::operations::tests::frame;
    use super::*;

    fn check(change: impl FnOnce(&mut LiveFleet), mood: Mood, expected: &str) {
        let mut frame = fleet(&[(0, AgentHealth::Healthy, 1), (1, AgentHealth::Healthy, 1)]);
        change(&mut frame);
        let mut picture = Picture::default();
        picture.fleet.apply(frame);
        let said = headline(&picture);
        assert_eq!((said.mood, said.text.as_str()), (mood, expected));
    }

    #[test]
    fn a_fleet_without_trouble_is_well() {
        let expected = "All is well: 2 agents, 2 at work, 0.0 tasks completed a second.";
        check(|_| {}, Mood::Well, expected);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_number() {
        let dead = [(0, AgentHealth::Dead, 1), (1, AgentHealth::Dead, 1)];
        check(
            |frame| *frame = fleet(&dead),
            Mood::Trouble,
            "2 agents are dead: code-0, code-1.",
        );
        let rates = |errors_per_second| LiveRates {
            operations_per_second: 100.0,
            errors_per_second,
            completed_per_second: 1.0,
        };
        let text = "12.5 % of operations fail or are refused.";
        check(
            |frame| frame.rates = Some(rates(12.5)),
            Mood::Attention,
            text,
        );
        let text = "All is well: 2 agents, 2 at work, 1.0 tasks completed a second.";
        check(|frame| frame.rates = Some(rates(5.0)), Mood::Well, text);
        let waiting = LiveWaiting {
            oldest_ready_at_ms: Some(1_000_000 - 330_000),
            ..LiveWaiting::default()
        };
        let text = "A ready task has waited 5.50 min.";
        check(|frame| frame.waiting = Some(waiting), Mood::Attention, text);
    }

    #[test]
    fn alerts_are_told_first_without_those_that_another_explains() {
        let said = |worst, firing| {
            let mut picture = Picture::default();
            picture.fleet.apply(fleet(&[(0, AgentHealth::Healthy, 1)]));
            picture.alerts = Some(paceline_api::LiveAlerts {
                firing,
                explained: 20,
                worst,
                ..paceline_api::LiveAlerts::default()
            });
            let said = headline(&picture);
            (said.mood, said.text)
        };
        let text = "1 alert fires, the worst is critical (`paceline alert list`).".to_owned();
        let critical = said(Some(AlertSeverity::Critical), 21);
        assert_eq!(critical, (Mood::Trouble, text));
        let text = "3 alerts fire (`paceline alert list`).".to_owned();
        let warning = said(Some(AlertSeverity::Warning), 23);
        assert_eq!(warning, (Mood::Attention, text));
        assert_eq!(said(None, 0).0, Mood::Well);
    }

    #[test]
    fn a_death_is_news_for_an_hour() {
        let agents = [(0, AgentHealth::Healthy, 1), (1, AgentHealth::Dead, 1)];
        let long_ago = |frame: &mut LiveFleet| {
            *frame = fleet(&agents);
            frame.at = paceline_api::Timestamp(DEATH_MS_MAX);
        };
        let text = "All is well: 1 agent, 2 at work, 0.0 tasks completed a second. 1 died earlier.";
        check(long_ago, Mood::Well, text);
    }

    #[test]
    fn the_worst_comes_first() {
        let leaderless = LeaderState {
            election: "chief".to_owned(),
            leader: None,
            epoch: 4,
            is_leader: false,
            expires_at: None,
        };
        check(
            |frame| {
                *frame = fleet(&[(0, AgentHealth::Stale, 1), (1, AgentHealth::Dead, 1)]);
                frame.leaders = Some(vec![leaderless]);
            },
            Mood::Trouble,
            "Nobody leads `chief`; 1 agent is dead: code-1; 1 agent is stale: code-0.",
        );
    }

    #[test]
    fn an_operation_beyond_a_second_is_slow_unless_nobody_calls_it() {
        let said = |operation| {
            let mut picture = Picture::default();
            picture.fleet.apply(fleet(&[(0, AgentHealth::Healthy, 1)]));
            picture
                .operations
                .apply(frame(&[(operation, 5, 1.0, Some(1.5e6))]));
            headline(&picture)
        };
        assert_eq!(
            said(Operation::TaskClaim).text,
            "`task_claim` is slow, p99 1.50 s."
        );
        assert_eq!(said(Operation::LeaderFailover).mood, Mood::Well);
    }

    #[test]
    fn an_empty_server_says_what_to_do() {
        assert_eq!(headline(&Picture::default()).mood, Mood::Empty);
        let text =
            "No agent has joined yet: `paceline demo` shows a fleet, README.md how to add yours.";
        check(|frame| *frame = fleet(&[]), Mood::Empty, text);
    }
}
