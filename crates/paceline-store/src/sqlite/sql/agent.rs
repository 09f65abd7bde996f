//! Statements about agents and tokens.

/// The columns that `agent::row` reads, in its order.
macro_rules! agent_columns {
    () => {
        "agent_id, name, role, agent_types, topics, session_id, metadata, activity, \
         current_task, health, registered_at, last_seen_at, imported, number, gone_at, \
         acked_through, delivered_through"
    };
}

statements! {
    BY_ID = concat!("SELECT ", agent_columns!(), " FROM agents WHERE agent_id = ?1");
    LIST = concat!("SELECT ", agent_columns!(), " FROM agents WHERE gone_at IS NULL \
        AND ?1 < number ORDER BY number LIMIT ?2");
    /// Imported agents never listened here.
    LISTENERS = "SELECT agent_id, role, topics, registered_at, delivered_through, acked_through \
        FROM agents WHERE gone_at IS NULL AND imported = 0 AND 0 < number ORDER BY number LIMIT ?1";
    INSERT = "INSERT INTO agents (agent_id, name, role, agent_types, topics, session_id, \
        metadata, activity, current_task, health, registered_at, last_seen_at, \
        last_seen_steady, acked_through, delivered_through, gone_at, imported) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, NULL, 0, ?8, ?8, ?9, ?10, ?10, NULL, 0)";
    /// An agent that was imported, or left, comes in again under its name.
    RETURN = "UPDATE agents SET name = ?2, role = ?3, agent_types = ?4, topics = ?5, \
        session_id = ?6, metadata = ?7, activity = 0, current_task = NULL, health = 0, \
        registered_at = ?8, last_seen_at = ?8, last_seen_steady = ?9, acked_through = ?10, \
        delivered_through = ?10, gone_at = NULL, imported = 0 WHERE agent_id = ?1";
    UPDATE = "UPDATE agents SET agent_types = ?2, topics = ?3, activity = ?4, current_task = ?5 \
        WHERE agent_id = ?1";
    SEEN = "UPDATE agents SET health = 0, last_seen_at = max(last_seen_at, ?2), \
        last_seen_steady = max(last_seen_steady, ?3) WHERE agent_id = ?1 AND gone_at IS NULL";
    /// Registered agents whose silence began before ?2 and who are still at a milder verdict.
    SILENT_SINCE = "SELECT agent_id, last_seen_steady FROM agents WHERE health = ?1 \
        AND last_seen_steady < ?2 AND gone_at IS NULL AND imported = 0 \
        ORDER BY last_seen_steady LIMIT ?3";
    SET_HEALTH = "UPDATE agents SET health = ?2 WHERE agent_id = ?1";
    LEAVE = "UPDATE agents SET gone_at = ?2, current_task = NULL WHERE agent_id = ?1";
    RETURN_AFTER_RESTART = "UPDATE agents SET last_seen_steady = ?2 WHERE health = ?1 \
        AND gone_at IS NULL AND imported = 0";

    TOKEN_OWNER = "SELECT token_id, name, agent_id FROM tokens WHERE hash = ?1 \
        AND revoked_at IS NULL";
    INSERT_TOKEN = "INSERT INTO tokens (hash, token_id, name, agent_id, created_at, revoked_at) \
        VALUES (?1, ?2, ?3, ?4, ?5, NULL)";
    REVOKE_TOKENS_OF = "DELETE FROM tokens WHERE agent_id = ?1";
    /// The operators' tokens, of which a person makes few.
    TOKENS = "SELECT token_id, name, created_at, revoked_at FROM tokens \
        WHERE token_id IS NOT NULL ORDER BY token_id";
    TOKEN = "SELECT token_id, name, created_at, revoked_at FROM tokens WHERE token_id = ?1";
    REVOKE_TOKEN = "UPDATE tokens SET revoked_at = coalesce(revoked_at, ?2) WHERE token_id = ?1";
}
