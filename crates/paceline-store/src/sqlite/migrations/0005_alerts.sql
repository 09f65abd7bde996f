-- What is kept of alerts and anomalies. A body is the judge's own document; only what rows are found by has a column.

CREATE TABLE alert_documents (
    kind INTEGER NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE alert_events (
    event INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    rule TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    is_ignored INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;

CREATE INDEX alert_events_by_time ON alert_events (at);
CREATE INDEX alert_events_of_alert ON alert_events (fingerprint, event);

-- What a rule came to on one day (days since 1970, UTC), so that nobody counts a month of events.
CREATE TABLE alert_noise (
    day INTEGER NOT NULL,
    rule TEXT NOT NULL,
    fired INTEGER NOT NULL,
    told INTEGER NOT NULL,
    acknowledged INTEGER NOT NULL,
    ignored INTEGER NOT NULL,
    PRIMARY KEY (day, rule)
) STRICT, WITHOUT ROWID;

-- The outbox: due_at is on the steady clock, and null once the delivery is settled.
CREATE TABLE alert_deliveries (
    delivery INTEGER PRIMARY KEY AUTOINCREMENT,
    delivery_id TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    state INTEGER NOT NULL,
    summary TEXT NOT NULL,
    alerts INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER,
    settled_at INTEGER,
    last_error TEXT,
    body TEXT NOT NULL
) STRICT;

CREATE INDEX alert_deliveries_waiting ON alert_deliveries (channel, delivery) WHERE due_at IS NOT NULL;
CREATE INDEX alert_deliveries_settled ON alert_deliveries (settled_at) WHERE settled_at IS NOT NULL;

CREATE TABLE anomalies (
    anomaly INTEGER PRIMARY KEY AUTOINCREMENT,
    anomaly_id TEXT NOT NULL UNIQUE,
    about TEXT NOT NULL,
    agent TEXT,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    body TEXT NOT NULL
) STRICT;

CREATE INDEX anomalies_by_start ON anomalies (started_at);
CREATE INDEX anomalies_about ON anomalies (about);
CREATE INDEX anomalies_of_agent ON anomalies (agent) WHERE agent IS NOT NULL;
