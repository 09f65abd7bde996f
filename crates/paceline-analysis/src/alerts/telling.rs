//! Who is told, when, and how often. Owns a channel's memory of what it was told; refuses words and
//! deliveries.
//!
//! ```text
//!                    first time, for the channel's `after`
//! firing ───────────────────────────────────────────────────> told ── every `repeat_ms` while it lasts
//!    ▲                                                         │ over: told once
//!    │ within `repeat_ms` of the first telling: only if it     ▼
//!    └────────── stays for ten minutes ────────────────────── over
//! ```
//!
//! Silenced, acknowledged and explained alerts are not told; that one is over is told to whoever was
//! told that it fires. A flapping alert so costs two messages a day, and one that comes back for
//! good is not lost.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Alert, AlertState, Fingerprint, Labels, Moment, NoticeStatus};

/// One that was over and fires again is told within [`Telling::repeat_ms`] when it lasts for so long.
const BACK_FOR_GOOD_MS: i64 = 10 * 60_000;
/// The label that rules carry it in.
const SEVERITY: &str = "severity";

#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Info,
    /// Also what any other word, or none, stands for.
    #[default]
    Warning,
    Critical,
}

impl Severity {
    #[must_use]
    pub fn of(labels: &Labels) -> Self {
        match labels.get(SEVERITY).map(String::as_str) {
            Some("critical" | "page" | "error") => Self::Critical,
            Some("info" | "none") => Self::Info,
            _ => Self::Warning,
        }
    }
}

/// What a channel wants to hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Telling {
    pub severity_min: Severity,
    /// Only what nobody acknowledged for so long.
    pub after_ms: i64,
    /// The same alert is not told twice within this.
    pub repeat_ms: i64,
}

/// An alert as a channel looks at it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    pub fingerprint: Fingerprint,
    pub alert: &'a Alert,
    /// Silenced, acknowledged, or explained by another.
    pub is_held_back: bool,
    /// Silenced: its end is held back too.
    pub is_silenced: bool,
}

/// When a channel was told of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// That it fires, first within [`Telling::repeat_ms`].
    pub first: Moment,
    pub last: Moment,
    /// That it is over.
    pub is_over: bool,
}

/// One channel's.
pub type Memory = BTreeMap<Fingerprint, Told>;

/// What the channel is to be told now; its memory says that it was. Whether it wants to hear of ends
/// is for the caller to look at.
pub fn tell(
    telling: &Telling,
    subjects: &[Subject<'_>],
    memory: &mut Memory,
    now: Moment,
) -> Vec<(Fingerprint, NoticeStatus)> {
    let mut said = Vec::new();
    for subject in subjects {
        if Severity::of(&subject.alert.labels) < telling.severity_min {
            continue;
        }
        let name = subject.fingerprint;
        let told = memory.get(&name).copied();
        let after = match subject.alert.state {
            AlertState::Pending => None,
            AlertState::Firing => fires(telling, subject, told, now),
            AlertState::Resolved => ends(subject, told),
        };
        if let Some((status, told)) = after {
            memory.insert(name, told);
            said.push((name, status));
        }
    }
    said
}

/// Forgets what is over, or not there any more, for longer than the channel needs to know; answers whose
/// memory went.
pub fn forget(
    telling: &Telling,
    subjects: &[Subject<'_>],
    memory: &mut Memory,
    now: Moment,
) -> Vec<Fingerprint> {
    let known: BTreeSet<Fingerprint> = subjects.iter().map(|one| one.fingerprint).collect();
    let is_old = |told: &Told| telling.repeat_ms < now.steady_ms - told.first.steady_ms;
    let old: Vec<_> = memory
        .iter()
        .filter(|(name, told)| (told.is_over || !known.contains(name)) && is_old(told))
        .map(|(name, _)| *name)
        .collect();
    for name in &old {
        memory.remove(name);
    }
    old
}

fn fires(
    telling: &Telling,
    subject: &Subject<'_>,
    told: Option<Told>,
    now: Moment,
) -> Option<(NoticeStatus, Told)> {
    let fired = subject.alert.fired_at?;
    let lasts_ms = now.steady_ms - fired.steady_ms;
    if subject.is_held_back || lasts_ms < telling.after_ms {
        return None;
    }
    let anew = Told {
        first: now,
        last: now,
        is_over: false,
    };
    let again = match told {
        None => anew,
        Some(told) if telling.repeat_ms <= now.steady_ms - told.first.steady_ms => anew,
        // That the last firing is over may not have been told, under a silence or without its rule.
        Some(told)
            if (told.is_over || told.last.steady_ms < fired.steady_ms)
                && BACK_FOR_GOOD_MS <= lasts_ms =>
        {
            Told {
                last: now,
                is_over: false,
                ..told
            }
        }
        Some(_) => return None,
    };
    Some((NoticeStatus::Firing, again))
}

fn ends(subject: &Subject<'_>, told: Option<Told>) -> Option<(NoticeStatus, Told)> {
    let told = told.filter(|told| !told.is_over)?;
    if subject.is_silenced {
        return None;
    }
    let over = Told {
        is_over: true,
        ..told
    };
    Some((NoticeStatus::Resolved, over))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;
    const DAY: i64 = 1_440 * MINUTE;

    fn at(minutes: i64) -> Moment {
        Moment {
            wall_ms: 7,
            steady_ms: minutes * MINUTE,
        }
    }

    struct Channel {
        telling: Telling,
        memory: Memory,
        alert: Alert,
    }

    impl Channel {
        fn new(after_ms: i64) -> Self {
            let telling = Telling {
                severity_min: Severity::Warning,
                after_ms,
                repeat_ms: DAY,
            };
            let alert = Alert {
                labels: Labels::new(),
                annotations: Labels::new(),
                value: 1.0,
                state: AlertState::Pending,
                active_at: at(0),
                fired_at: None,
                resolved_at: None,
                unseen_since: None,
            };
            Self {
                telling,
                memory: Memory::new(),
                alert,
            }
        }

        fn fire(&mut self, minute: i64) {
            self.alert.state = AlertState::Firing;
            self.alert.fired_at = Some(at(minute));
        }

        fn tells(&mut self, minute: i64) -> Option<NoticeStatus> {
            self.tells_if(minute, false, false)
        }

        fn tells_if(
            &mut self,
            minute: i64,
            is_held_back: bool,
            is_silenced: bool,
        ) -> Option<NoticeStatus> {
            let subject = Subject {
                fingerprint: Fingerprint(1),
                alert: &self.alert,
                is_held_back,
                is_silenced,
            };
            let said = tell(&self.telling, &[subject], &mut self.memory, at(minute));
            said.first().map(|(_, status)| *status)
        }
    }

    #[test]
    fn it_is_told_once_again_after_a_day_and_when_it_is_over() {
        let mut channel = Channel::new(0);
        assert_eq!(channel.tells(0), None);
        channel.fire(1);
        assert_eq!(channel.tells(1), Some(NoticeStatus::Firing));
        assert_eq!(channel.tells(2), None);
        assert_eq!(channel.tells(1_440), None);
        assert_eq!(channel.tells(1_441), Some(NoticeStatus::Firing));
        channel.alert.state = AlertState::Resolved;
        assert_eq!(channel.tells(1_500), Some(NoticeStatus::Resolved));
        assert_eq!(channel.tells(1_501), None);
    }

    #[test]
    fn flapping_is_told_once_and_what_comes_back_for_good_again() {
        let mut channel = Channel::new(0);
        let mut told = Vec::new();
        for minute in (0..1_000).step_by(2) {
            channel.fire(minute);
            told.extend(channel.tells(minute));
            channel.alert.state = AlertState::Resolved;
            told.extend(channel.tells(minute + 1));
        }
        assert_eq!(told, [NoticeStatus::Firing, NoticeStatus::Resolved]);
        channel.fire(1_000);
        assert_eq!(channel.tells(1_009), None);
        assert_eq!(channel.tells(1_010), Some(NoticeStatus::Firing));
        assert_eq!(channel.tells(1_020), None);
    }

    #[test]
    fn an_escalation_waits_and_is_spared_by_an_acknowledgement() {
        let mut channel = Channel::new(15 * MINUTE);
        channel.fire(0);
        assert_eq!(channel.tells(14), None);
        assert_eq!(channel.tells_if(15, true, false), None);
        assert_eq!(channel.tells(16), Some(NoticeStatus::Firing));
        // Acknowledged since: that it is over is told all the same.
        channel.alert.state = AlertState::Resolved;
        assert_eq!(
            channel.tells_if(20, true, false),
            Some(NoticeStatus::Resolved)
        );
        // Who was never told is not told of the end.
        let mut other = Channel::new(15 * MINUTE);
        other.fire(0);
        other.alert.state = AlertState::Resolved;
        assert_eq!(other.tells(20), None);
    }

    #[test]
    fn a_silence_holds_the_end_back_too() {
        let mut channel = Channel::new(0);
        channel.fire(0);
        assert_eq!(channel.tells_if(0, true, true), None);
        assert_eq!(channel.tells(1), Some(NoticeStatus::Firing));
        channel.alert.state = AlertState::Resolved;
        assert_eq!(channel.tells_if(2, true, true), None);
        assert_eq!(channel.tells(3), Some(NoticeStatus::Resolved));
    }

    #[test]
    fn memory_of_what_is_over_or_gone_ends_with_its_day() {
        let mut channel = Channel::new(0);
        channel.fire(0);
        channel.tells(0);
        let forgets = |channel: &mut Channel, is_there: bool, minute| {
            let subject = Subject {
                fingerprint: Fingerprint(1),
                alert: &channel.alert,
                is_held_back: false,
                is_silenced: false,
            };
            let subjects = if is_there { vec![subject] } else { Vec::new() };
            forget(&channel.telling, &subjects, &mut channel.memory, at(minute))
        };
        assert!(forgets(&mut channel, true, 3 * 1_440).is_empty());
        assert!(forgets(&mut channel, false, 1_440).is_empty());
        let mut gone = Channel::new(0);
        gone.fire(0);
        gone.tells(0);
        assert_eq!(forgets(&mut gone, false, 1_441), [Fingerprint(1)]);
        channel.alert.state = AlertState::Resolved;
        channel.tells(5);
        assert!(forgets(&mut channel, true, 1_440).is_empty());
        assert_eq!(forgets(&mut channel, true, 1_441), [Fingerprint(1)]);
        assert!(channel.memory.is_empty());
    }

    #[test]
    fn what_ended_unheard_and_comes_back_for_good_is_told() {
        let mut channel = Channel::new(0);
        channel.fire(0);
        channel.tells(0);
        channel.alert.state = AlertState::Resolved;
        assert_eq!(channel.tells_if(1, true, true), None);
        channel.fire(60);
        assert_eq!(channel.tells(61), None);
        assert_eq!(channel.tells(70), Some(NoticeStatus::Firing));
    }

    #[test]
    fn severities_are_ordered_and_unknown_words_warn() {
        let of =
            |word: &str| Severity::of(&Labels::from([("severity".to_owned(), word.to_owned())]));
        assert!(of("info") < of("warning") && of("warning") < of("critical"));
        assert_eq!(of("page"), Severity::Critical);
        assert_eq!(Severity::of(&Labels::new()), Severity::Warning);
    }
}
