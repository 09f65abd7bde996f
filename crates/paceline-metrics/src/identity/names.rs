//! What a new series may be called. Owns the limits on labels and the rule for names; refuses to
//! judge a series that is already stored.

use crate::{EngineLimits, Label, Labels, METRIC_NAME, RefusalReason};

/// Is the series `target` + `key` acceptable as a new one?
pub(super) fn check_names(
    target: &Labels,
    key: &Labels,
    limits: &EngineLimits,
) -> Result<(), RefusalReason> {
    if target.len() + key.len() > limits.labels_max {
        return Err(RefusalReason::TooManyLabels);
    }
    for label in target.iter().chain(key) {
        check_label(label, limits)?;
    }
    let name = match key.metric_name() {
        "" => target.metric_name(),
        name => name,
    };
    if name.is_empty() {
        return Err(RefusalReason::InvalidName);
    }
    Ok(())
}

fn check_label(label: &Label, limits: &EngineLimits) -> Result<(), RefusalReason> {
    if label.name.len() > limits.label_name_bytes_max
        || label.value.len() > limits.label_value_bytes_max
    {
        return Err(RefusalReason::LabelTooLong);
    }
    let named = !label.name.is_empty() && is_plain(&label.name);
    // A metric's name is shown wherever a label's name is, so it obeys the same rule.
    let valued = &*label.name != METRIC_NAME || is_plain(&label.value);
    if named && valued {
        Ok(())
    } else {
        Err(RefusalReason::InvalidName)
    }
}

/// Any text, as in Prometheus 3, but none that a terminal obeys or a page takes for markup.
fn is_plain(name: &str) -> bool {
    !name
        .chars()
        .any(|c| c.is_control() || matches!(c, '<' | '>'))
}
