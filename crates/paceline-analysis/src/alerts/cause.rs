//! Which alert explains which. Owns the rule of it; refuses to guess: a rule names the rules whose
//! alerts explain its own, and their labels must agree.
//!
//! Inhibition of Alertmanager, with the difference that what is explained is counted with its cause.

use std::collections::BTreeMap;

use super::{Alert, AlertState, Fingerprint, Labels};

/// An alert with what its rule says.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    pub fingerprint: Fingerprint,
    pub rule: &'a str,
    /// Names of rules.
    pub caused_by: &'a [String],
    pub alert: &'a Alert,
}

/// Labels that tell rules apart, not what they are about.
const OWN: [&str; 2] = ["alertname", "severity"];

/// Each explained alert with the one that explains it. A cause explains from when it is pending, so
/// that its consequences are not told while it is still being made sure of; and what began under it as
/// long as it is known to be over, so that they are not told because they end a little later.
#[must_use]
pub fn causes(all: &[Candidate<'_>]) -> BTreeMap<Fingerprint, Fingerprint> {
    let mut by_rule: BTreeMap<&str, Vec<&Candidate<'_>>> = BTreeMap::new();
    for one in all {
        by_rule.entry(one.rule).or_default().push(one);
    }
    let mut found = BTreeMap::new();
    for one in all.iter().filter(|one| is_active(one.alert)) {
        let named = one.caused_by.iter().filter(|name| *name != one.rule);
        let candidates = named
            .filter_map(|name| by_rule.get(name.as_str()))
            .flatten();
        let agreeing = candidates.filter(|cause| {
            began_under(one.alert, cause.alert) && agree(&one.alert.labels, &cause.alert.labels)
        });
        // The surest of them: one that fires.
        let is_firing = |cause: &&&Candidate<'_>| cause.alert.state == AlertState::Firing;
        if let Some(cause) = agreeing.max_by_key(is_firing) {
            found.insert(one.fingerprint, cause.fingerprint);
        }
    }
    break_circles(&mut found);
    found
}

fn is_active(alert: &Alert) -> bool {
    alert.state != AlertState::Resolved
}

/// Before its cause was over, if that is over.
fn began_under(alert: &Alert, cause: &Alert) -> bool {
    cause
        .resolved_at
        .is_none_or(|over| alert.active_at.steady_ms <= over.steady_ms)
}

fn agree(one: &Labels, other: &Labels) -> bool {
    let shared = one
        .iter()
        .filter_map(|(name, value)| Some((name, value, other.get(name)?)));
    shared
        .filter(|(name, ..)| !OWN.contains(&name.as_str()))
        .all(|(_, value, others)| value == others)
}

/// Rules that name one another would hide each other's alerts: in a circle the first is told.
fn break_circles(found: &mut BTreeMap<Fingerprint, Fingerprint>) {
    let names: Vec<Fingerprint> = found.keys().copied().collect();
    for first in names {
        let mut at = first;
        for _ in 0..=found.len() {
            match found.get(&at) {
                Some(&next) if next == first => {
                    found.remove(&first);
                    break;
                }
                Some(&next) => at = next,
                None => break,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Moment;
    use super::*;

    fn alert(rule: &str, agent: Option<&str>, state: AlertState) -> Alert {
        let mut labels = Labels::from([("alertname".to_owned(), rule.to_owned())]);
        labels.extend(agent.map(|agent| ("agent".to_owned(), agent.to_owned())));
        let at = |steady_ms| Moment {
            wall_ms: 0,
            steady_ms,
        };
        Alert {
            labels,
            annotations: Labels::new(),
            value: 1.0,
            state,
            // Whoever is called late begins after everything that is over.
            active_at: at(if agent == Some("late") { 20 } else { 0 }),
            fired_at: None,
            resolved_at: (state == AlertState::Resolved).then(|| at(10)),
            unseen_since: None,
        }
    }

    /// Pairs of rule and agent: who is explained by whom.
    fn check(alerts: &[(&str, Option<&str>, AlertState, &[&str])], expected: &[(usize, usize)]) {
        let caused_by: Vec<Vec<String>> = alerts
            .iter()
            .map(|(.., causes)| causes.iter().map(|name| (*name).to_owned()).collect())
            .collect();
        let made: Vec<Alert> = alerts
            .iter()
            .map(|(rule, agent, state, _)| alert(rule, *agent, *state))
            .collect();
        let name = |at: usize| Fingerprint::of(&made[at].labels);
        let all: Vec<_> = (0..made.len())
            .map(|at| Candidate {
                fingerprint: name(at),
                rule: alerts[at].0,
                caused_by: &caused_by[at],
                alert: &made[at],
            })
            .collect();
        let expected: BTreeMap<_, _> = expected
            .iter()
            .map(|(one, cause)| (name(*one), name(*cause)))
            .collect();
        assert_eq!(causes(&all), expected);
    }

    #[test]
    fn twenty_slow_agents_are_explained_by_slow_commits() {
        use AlertState::{Firing, Pending, Resolved};
        let slow = |agent, state| ("Slow", Some(agent), state, ["Commits", "Errors"]);
        let (a, b) = (slow("a", Firing), slow("b", Pending));
        let agents = [(a.0, a.1, a.2, &a.3[..]), (b.0, b.1, b.2, &b.3[..])];
        let with = |cause| [agents[0], agents[1], cause];
        check(&with(("Commits", None, Firing, &[])), &[(0, 2), (1, 2)]);
        check(&with(("Commits", None, Pending, &[])), &[(0, 2), (1, 2)]);
        // Over, and these began before.
        check(&with(("Commits", None, Resolved, &[])), &[(0, 2), (1, 2)]);
        let late = slow("late", Firing);
        let late = (late.0, late.1, late.2, &late.3[..]);
        check(&[late, ("Commits", None, Resolved, &[])], &[]);
        check(&with(("Other", None, Firing, &[])), &[]);
        check(&with(("Errors", Some("b"), Firing, &[])), &[(1, 2)]);
    }

    #[test]
    fn in_a_circle_one_is_told() {
        use AlertState::Firing;
        let all: [(&str, Option<&str>, AlertState, &[&str]); 2] = [
            ("A", None, Firing, &["B", "A"]),
            ("B", None, Firing, &["A"]),
        ];
        let names = [alert("A", None, Firing), alert("B", None, Firing)];
        let first = Fingerprint::of(&names[0].labels) < Fingerprint::of(&names[1].labels);
        check(&all, &[if first { (1, 0) } else { (0, 1) }]);
    }
}
