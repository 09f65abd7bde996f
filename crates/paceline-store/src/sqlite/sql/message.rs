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
    POSITION_OF = "SELECT position FROM messages WHERE message_id = ?1";
    /// What a list decides by: the newest below ?1, of everything, to a stream, from a sender.
    BELOW = "SELECT position, stream, sender, kind FROM messages WHERE position < ?1 \
        ORDER BY position DESC LIMIT ?2";
    BELOW_IN_STREAM = "SELECT position, stream, sender, kind FROM messages \
        WHERE stream = ?3 AND position < ?1 ORDER BY position DESC LIMIT ?2";
    BELOW_BY_SENDER = "SELECT position, stream, sender, kind FROM messages \
        WHERE sender = ?3 AND position < ?1 ORDER BY position DESC LIMIT ?2";
    AT = "SELECT m.position, m.sequence, m.message_id, m.sender, m.kind, m.payload, m.reply_to, \
        m.sent_at, s.kind, s.name FROM messages m CROSS JOIN streams s ON s.stream = m.stream \
        WHERE m.position = ?1";
    WAS_DELIVERED = "SELECT delivered_at FROM reads WHERE agent_id = ?1 AND ?2 <= through \
        AND delivered_at IS NOT NULL ORDER BY through LIMIT 1";
    WAS_ACKED = "SELECT acked_at FROM reads WHERE agent_id = ?1 AND ?2 <= through \
        AND acked_at IS NOT NULL ORDER BY through LIMIT 1";
    DELIVERED = "INSERT INTO reads (agent_id, through, delivered_at, acked_at) \
        VALUES (?1, ?2, ?3, NULL) ON CONFLICT (agent_id, through) DO NOTHING";
    ACKED = "INSERT INTO reads (agent_id, through, delivered_at, acked_at) \
        VALUES (?1, ?2, NULL, ?3) ON CONFLICT (agent_id, through) DO UPDATE \
        SET acked_at = coalesce(acked_at, excluded.acked_at)";
    SET_DELIVERED = "UPDATE agents SET delivered_through = ?2 WHERE agent_id = ?1";
    SET_ACKED = "UPDATE agents SET acked_through = ?2 WHERE agent_id = ?1";
}
