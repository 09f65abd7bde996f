//! List: the log as an onlooker sees it. Owns what may be asked for, and which of a reader's times
//! count; who may look is the server's to say.

use super::{Filter, Receipt, Recipient};
use crate::{Rejection, Timestamp, limits, text};

/// # Errors
/// `Invalid` names the first field that breaks a limit.
pub fn check(filter: &Filter) -> Result<(), Rejection> {
    let name = |field, text: Option<&str>| text::optional(field, text, limits::NAME_LENGTH_MAX);
    match &filter.to {
        Some(Recipient::Role(role)) => name("role", Some(role))?,
        Some(Recipient::Topic(topic)) => name("topic", Some(topic))?,
        Some(Recipient::Agent(_) | Recipient::All) | None => {}
    }
    name("type", filter.kind.as_deref())
}

/// Whoever joins begins at the newest message: cursors passed over what was sent before without
/// anybody having read it. So of a reader that came again only times before that count.
#[must_use]
pub fn receipt(found: Receipt, sent_at: Timestamp, registered_at: Timestamp) -> Receipt {
    if registered_at <= sent_at {
        return found;
    }
    let before = |at: &Timestamp| *at < registered_at;
    Receipt {
        delivered_at: found.delivered_at.filter(before),
        acked_at: found.acked_at.filter(before),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_came_again_read_only_what_it_had_read_before() {
        let check = |registered_at: i64, expected: [Option<i64>; 2]| {
            let found = Receipt {
                delivered_at: Some(Timestamp(20)),
                acked_at: Some(Timestamp(40)),
            };
            let kept = receipt(found, Timestamp(10), Timestamp(registered_at));
            let times = [kept.delivered_at, kept.acked_at].map(|at| at.map(|at| at.0));
            assert_eq!(times, expected, "registered at {registered_at}");
        };
        check(10, [Some(20), Some(40)]);
        check(15, [None, None]);
        check(30, [Some(20), None]);
        check(50, [Some(20), Some(40)]);
    }
}
