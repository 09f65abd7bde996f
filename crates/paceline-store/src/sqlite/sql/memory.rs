//! Statements about shared memory.

macro_rules! memory_columns {
    () => {
        "m.number, m.namespace, m.key, m.value, m.version, m.tags, m.author, m.created_at, \
         m.updated_at, m.expires_at"
    };
}

statements! {
    GET = concat!("SELECT ", memory_columns!(), " FROM memory m \
        WHERE m.namespace = ?1 AND m.key = ?2");
    INSERT = "INSERT INTO memory (namespace, key, value, version, tags, author, created_at, \
        updated_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    UPDATE = "UPDATE memory SET value = ?2, version = ?3, tags = ?4, author = ?5, \
        created_at = ?6, updated_at = ?7, expires_at = ?8 WHERE number = ?1";
    BURY = "UPDATE memory SET value = NULL, tags = '[]', expires_at = NULL, updated_at = ?2 \
        WHERE number = ?1";
    ADD_WORDS = "INSERT INTO memory_words (rowid, namespace, key, value, tags) \
        VALUES (?1, ?2, ?3, ?4, ?5)";
    DROP_WORDS = "DELETE FROM memory_words WHERE rowid = ?1";
    EXPIRED = "SELECT number FROM memory WHERE expires_at IS NOT NULL AND expires_at <= ?1 \
        ORDER BY expires_at LIMIT ?2";
    /// Newest first, from the entry that the cursor names.
    NEWEST = concat!("SELECT ", memory_columns!(), ", 0.0 FROM memory m \
        WHERE m.value IS NOT NULL AND (m.updated_at, m.number) < (?1, ?2) \
        ORDER BY m.updated_at DESC, m.number DESC LIMIT ?3");
    NEWEST_IN_NAMESPACE = concat!("SELECT ", memory_columns!(), ", 0.0 FROM memory m \
        WHERE m.value IS NOT NULL AND m.namespace = ?4 \
        AND (m.updated_at, m.number) < (?1, ?2) \
        ORDER BY m.updated_at DESC, m.number DESC LIMIT ?3");
    /// Ranked by the full-text index; lower is better there.
    MATCHING = concat!("SELECT ", memory_columns!(), ", w.rank FROM memory_words w \
        CROSS JOIN memory m ON m.number = w.rowid WHERE memory_words MATCH ?1 \
        AND m.value IS NOT NULL AND (?2 IS NULL OR m.namespace = ?2) \
        AND (m.expires_at IS NULL OR ?3 < m.expires_at) \
        AND (?4 IS NULL OR EXISTS (SELECT 1 FROM json_each(m.tags) WHERE json_each.value = ?4)) \
        ORDER BY w.rank LIMIT ?5 OFFSET ?6");
    /// The same entries, the newest first, from the number that the cursor names. The index walks
    /// its list from the end, so that a page costs what it shows, however many entries match.
    NEWEST_MATCHING = concat!("SELECT ", memory_columns!(), ", 0.0 FROM memory_words w \
        CROSS JOIN memory m ON m.number = w.rowid WHERE memory_words MATCH ?1 \
        AND w.rowid < ?6 AND m.value IS NOT NULL AND (?2 IS NULL OR m.namespace = ?2) \
        AND (m.expires_at IS NULL OR ?3 < m.expires_at) \
        AND (?4 IS NULL OR EXISTS (SELECT 1 FROM json_each(m.tags) WHERE json_each.value = ?4)) \
        ORDER BY w.rowid DESC LIMIT ?5");
    NAMESPACES = "SELECT n.namespace, n.entries, (SELECT m.updated_at FROM memory m \
        WHERE m.value IS NOT NULL AND m.namespace = n.namespace \
        ORDER BY m.updated_at DESC LIMIT 1) \
        FROM memory_namespaces n WHERE ?1 < n.namespace ORDER BY n.namespace LIMIT ?2";
    /// Whether more entries match than the second parameter.
    MORE_MATCH = "SELECT 1 FROM memory_words WHERE memory_words MATCH ?1 LIMIT 1 OFFSET ?2";
}
