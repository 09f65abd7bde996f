//! Health: what an agent's silence means. Any call breaks the silence.

use super::{Health, SilencePolicy};

/// The verdict on `silence_ms` without a call. Silence of exactly a bound is still within it.
#[must_use]
pub fn judge(silence_ms: i64, policy: SilencePolicy) -> Health {
    if policy.dead_ms < silence_ms {
        Health::Dead
    } else if policy.stale_ms < silence_ms {
        Health::Stale
    } else if policy.warning_ms < silence_ms {
        Health::Warning
    } else {
        Health::Healthy
    }
}
