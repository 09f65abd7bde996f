//! What the simulated fleet talks about. Owns words only.

pub const TYPES: &[&str] = &["plan", "code", "test", "review", "docs"];

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

pub const TOOLS: &[Tool] = &[
    Tool {
        name: "Read",
        category: "files",
        ms: (2, 40),
        fails_one_in: 200,
    },
    Tool {
        name: "Edit",
        category: "files",
        ms: (3, 60),
        fails_one_in: 60,
    },
    Tool {
        name: "Grep",
        category: "search",
        ms: (5, 200),
        fails_one_in: 200,
    },
    Tool {
        name: "Bash",
        category: "shell",
        ms: (20, 3_000),
        fails_one_in: 15,
    },
    // The flaky one, so that a page about tools has something to show.
    Tool {
        name: "WebFetch",
        category: "network",
        ms: (200, 8_000),
        fails_one_in: 3,
    },
];

pub struct Tool {
    pub name: &'static str,
    pub category: &'static str,
    pub ms: (u64, u64),
    pub fails_one_in: u64,
}

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
