//! Statements about alerts and anomalies.

macro_rules! delivery_columns {
    () => {
        "delivery, delivery_id, channel, state, summary, alerts, attempts, created_at, due_at, \
         settled_at, last_error, body"
    };
}

macro_rules! anomaly_columns {
    () => {
        "anomaly, anomaly_id, about, agent, started_at, ended_at, body"
    };
}

macro_rules! event_columns {
    () => {
        "event, at, kind, rule, fingerprint, is_ignored, body"
    };
}

statements! {
    PUT_DOCUMENT = "INSERT INTO alert_documents (kind, key, body) VALUES (?1, ?2, ?3) \
        ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body";
    REMOVE_DOCUMENT = "DELETE FROM alert_documents WHERE kind = ?1 AND key = ?2";
    DOCUMENTS = "SELECT key, body FROM alert_documents WHERE kind = ?1 ORDER BY key";
    INSERT_EVENT = "INSERT INTO alert_events (at, kind, rule, fingerprint, is_ignored, body) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    COUNT_NOISE = "INSERT INTO alert_noise (day, rule, fired, told, acknowledged, ignored) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (day, rule) DO UPDATE SET \
        fired = fired + excluded.fired, told = told + excluded.told, \
        acknowledged = acknowledged + excluded.acknowledged, ignored = ignored + excluded.ignored";
    /// Names each rule once, whatever the days.
    NOISE = "SELECT rule, sum(fired), sum(told), sum(acknowledged), sum(ignored) FROM alert_noise \
        WHERE ?1 <= day AND day <= ?2 GROUP BY rule";
    /// By number, not by time: a page goes on where the last one ended.
    ALERT_EVENTS = concat!("SELECT ", event_columns!(), " FROM alert_events \
        WHERE event < ?1 AND ?2 <= +at AND +at < ?3 ORDER BY event DESC LIMIT ?4");
    EVENTS_OF_ALERT = concat!("SELECT ", event_columns!(), " FROM alert_events \
        WHERE fingerprint = ?5 AND event < ?1 AND ?2 <= at AND at < ?3 ORDER BY event DESC LIMIT ?4");
    INSERT_DELIVERY = "INSERT INTO alert_deliveries (delivery_id, channel, state, summary, alerts, \
        attempts, created_at, due_at, body) VALUES (?1, ?2, 0, ?3, ?4, 0, ?5, ?6, ?7)";
    DELIVERED = "UPDATE alert_deliveries SET state = 1, attempts = attempts + 1, due_at = NULL, \
        settled_at = ?2, last_error = NULL WHERE delivery_id = ?1 AND due_at IS NOT NULL";
    NOT_DELIVERED = "UPDATE alert_deliveries SET attempts = attempts + 1, due_at = ?2, \
        last_error = ?3 WHERE delivery_id = ?1 AND due_at IS NOT NULL";
    GIVEN_UP = "UPDATE alert_deliveries SET state = 2, attempts = attempts + 1, due_at = NULL, \
        settled_at = ?2, last_error = ?3 WHERE delivery_id = ?1 AND due_at IS NOT NULL";
    WAITING = concat!("SELECT ", delivery_columns!(), " FROM alert_deliveries \
        WHERE channel = ?1 AND due_at IS NOT NULL ORDER BY delivery LIMIT ?2");
    CHANNEL_WAITING = "SELECT channel FROM alert_deliveries \
        WHERE ?1 < channel AND due_at IS NOT NULL ORDER BY channel LIMIT 1";
    DELIVERIES = concat!("SELECT ", delivery_columns!(), " FROM alert_deliveries \
        WHERE delivery < ?1 ORDER BY delivery DESC LIMIT ?2");
    PUT_ANOMALY = "INSERT INTO anomalies (anomaly_id, about, agent, started_at, ended_at, body) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (anomaly_id) DO UPDATE SET \
        ended_at = excluded.ended_at, body = excluded.body";
    ANOMALY = concat!("SELECT ", anomaly_columns!(), " FROM anomalies WHERE anomaly_id = ?1");
    ANOMALIES = concat!("SELECT ", anomaly_columns!(), " FROM anomalies WHERE anomaly < ?1 \
        AND started_at < ?3 AND (ended_at IS NULL OR ?2 <= ended_at) ORDER BY anomaly DESC LIMIT ?4");
    ANOMALIES_ABOUT = concat!("SELECT ", anomaly_columns!(), " FROM anomalies WHERE about = ?5 \
        AND anomaly < ?1 AND started_at < ?3 AND (ended_at IS NULL OR ?2 <= ended_at) \
        ORDER BY anomaly DESC LIMIT ?4");
    ANOMALIES_OF_AGENT = concat!("SELECT ", anomaly_columns!(), " FROM anomalies WHERE agent = ?5 \
        AND anomaly < ?1 AND started_at < ?3 AND (ended_at IS NULL OR ?2 <= ended_at) \
        ORDER BY anomaly DESC LIMIT ?4");
    FORGET_EVENTS = "DELETE FROM alert_events WHERE event IN \
        (SELECT event FROM alert_events WHERE at < ?1 ORDER BY at LIMIT ?2)";
    FORGET_DELIVERIES = "DELETE FROM alert_deliveries WHERE delivery IN \
        (SELECT delivery FROM alert_deliveries WHERE settled_at < ?1 ORDER BY settled_at LIMIT ?2)";
    FORGET_ANOMALIES = "DELETE FROM anomalies WHERE anomaly IN \
        (SELECT anomaly FROM anomalies WHERE started_at < ?1 ORDER BY started_at LIMIT ?2)";
    FORGET_NOISE = "DELETE FROM alert_noise WHERE day < ?1";
}
