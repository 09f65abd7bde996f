//! Shared memory: set, get, delete, search, namespaces.

use paceline_api::{
    ListQuery, MemoryDeleteQuery, MemoryDeleted, MemoryEntry, MemoryHit, MemoryNamespace,
    MemorySearchQuery, MemorySetRequest, Operation, Page,
};
use paceline_core::memory;

use super::{ApiFailure, Caller, Operations, page, wire};

impl Operations {
    /// # Errors
    /// When `expected_version` is not the current one or a field is out of bounds.
    pub async fn memory_set(
        &self,
        caller: &Caller,
        namespace: String,
        key: String,
        request: MemorySetRequest,
    ) -> Result<MemoryEntry, ApiFailure> {
        let mut passage = self.gate.open(Operation::MemorySet, caller);
        let result = async {
            let subject = format!("{namespace}/{key}");
            passage.about(&subject);
            let ctx = caller.context(Operation::MemorySet, &subject, &request, self.gate.now())?;
            let author = caller.author(request.agent_id)?;
            self.note_author(&mut passage, author.as_ref());
            let command = memory::Set {
                namespace,
                key,
                value: wire::from_json(request.value),
                expected_version: request.expected_version,
                ttl_seconds: request.ttl_seconds,
                tags: request.tags.unwrap_or_default(),
                author,
            };
            passage
                .take(passage.store().set_memory(ctx, command).await)
                .map(wire::entry)
        }
        .await;
        passage.finish(result)
    }

    /// # Errors
    /// When there is no such entry, or it has expired.
    pub async fn memory_get(
        &self,
        caller: &Caller,
        namespace: String,
        key: String,
    ) -> Result<MemoryEntry, ApiFailure> {
        let mut passage = self.gate.open(Operation::MemoryGet, caller);
        passage.about(&format!("{namespace}/{key}"));
        let answer = passage
            .store()
            .memory(self.gate.now(), namespace, key)
            .await;
        let result = passage.take(answer).map(wire::entry);
        passage.finish(result)
    }

    /// # Errors
    /// When there is no such entry or `expected_version` is not the current one.
    pub async fn memory_delete(
        &self,
        caller: &Caller,
        namespace: String,
        key: String,
        query: MemoryDeleteQuery,
    ) -> Result<MemoryDeleted, ApiFailure> {
        let mut passage = self.gate.open(Operation::MemoryDelete, caller);
        let result = async {
            let subject = format!("{namespace}/{key}");
            passage.about(&subject);
            let ctx = caller.context(Operation::MemoryDelete, &subject, &query, self.gate.now())?;
            let author = caller.author(query.agent_id)?;
            self.note_author(&mut passage, author.as_ref());
            let expected_version = query.expected_version;
            let command = memory::Delete {
                namespace,
                key,
                expected_version,
            };
            let gone = passage.take(passage.store().delete_memory(ctx, command).await)?;
            Ok(MemoryDeleted {
                namespace: gone.namespace,
                key: gone.key,
                version: gone.version,
            })
        }
        .await;
        passage.finish(result)
    }

    /// # Errors
    /// When the page is out of bounds.
    pub async fn memory_search(
        &self,
        caller: &Caller,
        query: MemorySearchQuery,
    ) -> Result<Page<MemoryHit>, ApiFailure> {
        let mut passage = self.gate.open(Operation::MemorySearch, caller);
        let result = async {
            let page = page(query.limit, query.cursor)?;
            let search = memory::Search {
                namespace: query.namespace,
                query: query.q,
                tag: query.tag,
            };
            let found = passage.take(
                passage
                    .store()
                    .search_memory(self.gate.now(), search, page)
                    .await,
            )?;
            let items = found.items.into_iter().map(|hit| MemoryHit {
                entry: wire::entry(hit.entry),
                score: hit.score,
                snippet: hit.snippet,
            });
            Ok(Page {
                items: items.collect(),
                next_cursor: found.next_cursor,
            })
        }
        .await;
        passage.finish(result)
    }

    /// # Errors
    /// When an agent's token asks, or the page is out of bounds.
    pub async fn memory_namespaces(
        &self,
        caller: &Caller,
        query: ListQuery,
    ) -> Result<Page<MemoryNamespace>, ApiFailure> {
        caller.require_operator("list the namespaces")?;
        let mut passage = self.gate.open(Operation::MemorySearch, caller);
        let result = async {
            let page = page(query.limit, query.cursor)?;
            let found = passage.take(passage.store().memory_namespaces(page).await)?;
            Ok(Page {
                items: found.items.into_iter().map(wire::namespace).collect(),
                next_cursor: found.next_cursor,
            })
        }
        .await;
        passage.finish(result)
    }
}
