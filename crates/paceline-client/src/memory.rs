//! Shared memory. Owns its routes; refuses to cache.

use paceline_api::*;

use crate::service::route;
use crate::{Client, ClientError};

impl Client {
    pub async fn set_memory(
        &self,
        namespace: &str,
        key: &str,
        request: &MemorySetRequest,
    ) -> Result<MemoryEntry, ClientError> {
        self.write(
            const { route(Operation::MemorySet) },
            &[namespace, key],
            request,
        )
        .await
    }

    pub async fn get_memory(&self, namespace: &str, key: &str) -> Result<MemoryEntry, ClientError> {
        self.read(
            const { route(Operation::MemoryGet) },
            &[namespace, key],
            &(),
        )
        .await
    }

    pub async fn delete_memory(
        &self,
        namespace: &str,
        key: &str,
        query: &MemoryDeleteQuery,
    ) -> Result<MemoryDeleted, ClientError> {
        self.remove(
            const { route(Operation::MemoryDelete) },
            &[namespace, key],
            query,
        )
        .await
    }

    pub async fn search_memory(
        &self,
        query: &MemorySearchQuery,
    ) -> Result<Page<MemoryHit>, ClientError> {
        self.read(const { route(Operation::MemorySearch) }, &[], query)
            .await
    }
}
