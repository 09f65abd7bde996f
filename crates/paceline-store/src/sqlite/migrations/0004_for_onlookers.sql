-- What people look for and agents do not: the messages that one agent sent, and which namespaces
-- memory has.

CREATE INDEX messages_by_sender ON messages (sender) WHERE sender IS NOT NULL;

-- Entries with a value, by namespace: to count them would visit each. By triggers, because three
-- statements bring a value or take it away, and most writes do neither.
CREATE TABLE memory_namespaces (
    namespace TEXT PRIMARY KEY,
    entries INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO memory_namespaces
    SELECT namespace, count(*) FROM memory WHERE value IS NOT NULL GROUP BY namespace;

CREATE TRIGGER memory_counted_in AFTER INSERT ON memory WHEN new.value IS NOT NULL
BEGIN
    INSERT INTO memory_namespaces (namespace, entries) VALUES (new.namespace, 1)
        ON CONFLICT (namespace) DO UPDATE SET entries = entries + 1;
END;

CREATE TRIGGER memory_counted_again AFTER UPDATE OF value ON memory
WHEN old.value IS NULL AND new.value IS NOT NULL
BEGIN
    INSERT INTO memory_namespaces (namespace, entries) VALUES (new.namespace, 1)
        ON CONFLICT (namespace) DO UPDATE SET entries = entries + 1;
END;

CREATE TRIGGER memory_counted_out AFTER UPDATE OF value ON memory
WHEN old.value IS NOT NULL AND new.value IS NULL
BEGIN
    UPDATE memory_namespaces SET entries = entries - 1 WHERE namespace = old.namespace;
    DELETE FROM memory_namespaces WHERE namespace = old.namespace AND entries = 0;
END;
