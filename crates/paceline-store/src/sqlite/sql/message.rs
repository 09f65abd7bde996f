//! Statements about messages.

statements! {
    NEWEST_POSITION = "SELECT coalesce(max(position), 0) FROM messages";
    STREAM = "SELECT stream, last_sequence FROM streams WHERE kind = ?1 AND name = ?2";
    INSERT_STREAM = "INSERT INTO streams (kind, name, last_sequence) VALUES (?1, ?2, ?3)";
    SET_SEQUENCE = "UPDATE streams SET last_sequence = ?2 WHERE stream = ?1";
    INSERT = "INSERT INTO messages (position, stream, sequence, message_id, sender, kind, \
        payload, reply_to, sent_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    HAS = "SELECT 1 FROM messages WHERE message_id = ?1";
    /// ?4 is the sender whose own words are left out, or null.
    AFTER = "SELECT position, sequence, message_id, sender, kind, payload, reply_to, sent_at \
        FROM messages WHERE stream = ?1 AND ?2 < position AND (?4 IS NULL OR sender IS NOT ?4) \
        ORDER BY position LIMIT ?3";
    DELIVERED = "INSERT INTO reads (agent_id, through, delivered_at, acked_at) \
        VALUES (?1, ?2, ?3, NULL) ON CONFLICT (agent_id, through) DO NOTHING";
    ACKED = "INSERT INTO reads (agent_id, through, delivered_at, acked_at) \
        VALUES (?1, ?2, NULL, ?3) ON CONFLICT (agent_id, through) DO UPDATE \
        SET acked_at = coalesce(acked_at, excluded.acked_at)";
    SET_DELIVERED = "UPDATE agents SET delivered_through = ?2 WHERE agent_id = ?1";
    SET_ACKED = "UPDATE agents SET acked_through = ?2 WHERE agent_id = ?1";
}
