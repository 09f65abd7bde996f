//! Which rows concern which subscription. Owns the selectors of all subscriptions and, for each
//! series, what was decided about it; runs on the engine's writer, so it refuses to look at a label
//! twice for one series and one subscription, and to wait.
//!
//! ```text
//! row -> series' number -> decision: who watches it (looked up, one step a sample)
//!             | a series or a subscription that is new
//!             +-> selectors by metric name, then those without one -> Found
//! ```

use std::collections::HashMap;
use std::mem;

use paceline_metrics::{Labels, METRIC_NAME, MatchOp, SeriesRef, TappedRow};

use super::limits::SERIES_MAX;
use super::pipe::{Event, Inlet};
use super::selector::Selector;

#[derive(Default)]
pub struct Matching {
    /// By the metric's name, where a selector says it exactly.
    named: HashMap<String, Vec<Asked>>,
    unnamed: Vec<Asked>,
    followers: HashMap<u32, Follower>,
    /// By the series' number; as long as the highest that came.
    decisions: Vec<Decision>,
    /// Who watches a series; decisions point here.
    watches: Vec<Vec<Watch>>,
    /// The subscription that came last; they count from 1.
    newest: u32,
    /// Who gets something of the row at hand.
    touched: Vec<u32>,
}

/// A selector and whose it is.
struct Asked {
    subscription: u32,
    selector: Selector,
}

struct Follower {
    inlet: Inlet,
    /// How many series it watches.
    found: u32,
    is_full: bool,
    /// Of the row at hand.
    samples: Vec<(u32, f64)>,
}

#[derive(Clone, Copy)]
struct Decision {
    series: SeriesRef,
    /// Every subscription up to this one was asked.
    decided: u32,
    watches: u32,
}

const NOBODY: u32 = u32::MAX;

#[derive(Clone, Copy)]
struct Watch {
    subscription: u32,
    number: u32,
}

impl Matching {
    /// Answers the subscription's number.
    pub fn add(&mut self, selectors: Vec<Selector>, inlet: Inlet) -> u32 {
        self.newest += 1;
        let subscription = self.newest;
        for selector in selectors {
            let list = match exact_name(&selector) {
                Some(name) => self.named.entry(name.to_owned()).or_default(),
                None => &mut self.unnamed,
            };
            list.push(Asked {
                subscription,
                selector,
            });
        }
        let follower = Follower {
            inlet,
            found: 0,
            is_full: false,
            samples: Vec::new(),
        };
        self.followers.insert(subscription, follower);
        subscription
    }

    /// Whoever watched for it alone is found to be gone when the next sample comes. After the last
    /// subscription the memory of all series is handed back, to be dropped without the lock.
    pub fn remove(&mut self, subscription: u32) -> Option<Self> {
        self.followers.remove(&subscription);
        if self.followers.is_empty() {
            let newest = self.newest;
            let old = mem::take(self);
            self.newest = newest;
            return Some(old);
        }
        let stays = |asked: &Asked| asked.subscription != subscription;
        self.unnamed.retain(stays);
        self.named.retain(|_, all| {
            all.retain(stays);
            !all.is_empty()
        });
        None
    }

    pub fn is_empty(&self) -> bool {
        self.followers.is_empty()
    }

    pub fn row(&mut self, row: &TappedRow<'_>) {
        for &(series, value) in row.samples() {
            let watches = self.watches_of(row, series);
            if watches != NOBODY {
                self.stage(watches, value);
            }
        }
        for subscription in self.touched.drain(..) {
            if let Some(follower) = self.followers.get_mut(&subscription) {
                follower.inlet.send(Event::Row {
                    subscription,
                    at_ms: row.at_ms(),
                    samples: mem::take(&mut follower.samples),
                });
            }
        }
    }

    fn stage(&mut self, watches: u32, value: f64) {
        let (followers, touched) = (&mut self.followers, &mut self.touched);
        self.watches[watches as usize].retain(|watch| {
            let Some(follower) = followers.get_mut(&watch.subscription) else {
                return false;
            };
            if follower.samples.is_empty() {
                touched.push(watch.subscription);
            }
            follower.samples.push((watch.number, value));
            true
        });
    }

    #[inline]
    fn watches_of(&mut self, row: &TappedRow<'_>, series: SeriesRef) -> u32 {
        match self.decisions.get(series.number()) {
            Some(known) if known.series == series && known.decided == self.newest => known.watches,
            _ => self.decide(row, series),
        }
    }

    #[cold]
    fn decide(&mut self, row: &TappedRow<'_>, series: SeriesRef) -> u32 {
        let at = series.number();
        let unknown = Decision {
            series,
            decided: 0,
            watches: NOBODY,
        };
        if self.decisions.len() <= at {
            self.decisions.resize(at + 1, unknown);
        }
        let mut decision = self.decisions[at];
        if decision.series != series {
            // The number went to another series; the list stays where it is.
            if let Some(list) = self.watches.get_mut(decision.watches as usize) {
                list.clear();
            }
            (decision.series, decision.decided) = (series, 0);
        }
        for subscription in self.matching_since(row, series, decision.decided) {
            let Some(number) = self.find(row, series, subscription) else {
                continue;
            };
            if decision.watches == NOBODY {
                self.watches.push(Vec::new());
                decision.watches = (self.watches.len() - 1) as u32;
            }
            self.watches[decision.watches as usize].push(Watch {
                subscription,
                number,
            });
        }
        decision.decided = self.newest;
        self.decisions[at] = decision;
        decision.watches
    }

    /// The subscriptions that match and were not asked yet, each once.
    fn matching_since(&self, row: &TappedRow<'_>, series: SeriesRef, decided: u32) -> Vec<u32> {
        let key = row.key(series);
        let named = self.named.get(either(row.target(), key, METRIC_NAME));
        let asked = named.into_iter().flatten().chain(&self.unnamed);
        let fits = |asked: &&Asked| {
            let mut matchers = asked.selector.iter();
            decided < asked.subscription
                && matchers.all(|matcher| matcher.matches(either(row.target(), key, &matcher.name)))
        };
        let mut found: Vec<u32> = asked.filter(fits).map(|asked| asked.subscription).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    fn find(&mut self, row: &TappedRow<'_>, series: SeriesRef, subscription: u32) -> Option<u32> {
        let follower = self.followers.get_mut(&subscription)?;
        if SERIES_MAX <= follower.found as usize {
            if !mem::replace(&mut follower.is_full, true) {
                follower.inlet.send(Event::Full { subscription });
            }
            return None;
        }
        let number = follower.found;
        follower.found += 1;
        follower.inlet.send(Event::Found {
            subscription,
            labels: row.labels(series),
        });
        Some(number)
    }
}

fn exact_name(selector: &Selector) -> Option<&str> {
    let named = selector
        .iter()
        .find(|matcher| matcher.name == METRIC_NAME && matcher.op == MatchOp::Equal)?;
    Some(&named.value)
}

/// A series' labels are those of its row and its own; the own ones are closer.
fn either<'l>(target: &'l Labels, key: &'l Labels, name: &str) -> &'l str {
    match key.get(name) {
        "" => target.get(name),
        value => value,
    }
}
