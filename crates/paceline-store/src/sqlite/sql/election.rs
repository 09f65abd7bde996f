//! Statements about elections.

macro_rules! election_columns {
    () => {
        "election, epoch, leader, term_ends, ttl_ms, since, vacant_since"
    };
}

statements! {
    BY_NAME = concat!("SELECT ", election_columns!(), " FROM elections WHERE election = ?1");
    AFTER = concat!("SELECT ", election_columns!(), " FROM elections WHERE ?1 < election \
        ORDER BY election LIMIT ?2");
    STORE = "INSERT INTO elections (election, epoch, leader, term_ends, ttl_ms, since, \
        vacant_since) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (election) DO UPDATE SET \
        epoch = max(epoch, excluded.epoch), leader = excluded.leader, \
        term_ends = excluded.term_ends, ttl_ms = excluded.ttl_ms, since = excluded.since, \
        vacant_since = excluded.vacant_since";
    LED = concat!("SELECT ", election_columns!(), " FROM elections WHERE leader IS NOT NULL \
        AND ?1 < term_ends ORDER BY term_ends");
    OVER = concat!("SELECT ", election_columns!(), " FROM elections WHERE leader IS NOT NULL \
        AND term_ends <= ?1 ORDER BY term_ends LIMIT ?2");
    LED_BY = concat!("SELECT ", election_columns!(), " FROM elections WHERE leader = ?1");
    INSERT_TERM = "INSERT INTO terms (election, epoch, leader, began_at, ended_at, ended_by) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
    END_TERM = "UPDATE terms SET ended_at = ?3, ended_by = ?4 WHERE election = ?1 AND epoch = ?2";
    TERMS = "SELECT epoch, leader, began_at, ended_at, ended_by FROM terms WHERE election = ?1 \
        ORDER BY epoch DESC, began_at DESC LIMIT ?2";
    SET_TERM_END = "UPDATE elections SET term_ends = ?2 WHERE election = ?1";
}
