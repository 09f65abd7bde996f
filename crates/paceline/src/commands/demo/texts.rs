//! What the simulated fleet talks about. Owns words only.

/// Goals of small projects.
pub const GOALS: &[&str] = &[
    "a retry with backoff for the webhook sender",
    "pagination of the audit log",
    "a dark theme for the settings page",
    "CSV export of invoices",
    "rate limits for the public API",
    "a health check that knows the database",
    "search that forgives typing errors",
    "sign-in with a passkey",
    "a migration off the old queue",
    "a smaller container image",
];

pub const FAILURES: &[&str] = &[
    "tests fail on the main branch",
    "the merge has conflicts in 3 files",
    "the model refused the request",
    "the context window is full",
];

pub const NOTES: &[&str] = &[
    "the staging database is read-only on Mondays",
    "use the retry helper instead of loops of our own",
    "reviewers want one change a commit",
    "the flaky test is test_reconnect, not the code",
    "the API key for the sandbox is rotated weekly",
];

pub const TOPICS: &[&str] = &["incidents", "releases"];
