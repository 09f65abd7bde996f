//! Elections: campaign, renew, resign, get, list.

use paceline_api::{
    Election, LeaderCampaignRequest, LeaderGet, LeaderRenewRequest, LeaderResignRequest,
    LeaderState, ListQuery, Operation, Page,
};
use paceline_core::limits::TTL_MS_DEFAULT;
use paceline_core::{ElectionName, election};
use paceline_store::Context;

use super::failure::invalid;
use super::gate::Passage;
use super::{ApiFailure, Caller, Operations, page, wire};

impl Operations {
    /// # Errors
    /// When the agent does not exist or a field is out of bounds; losing is an answer, not an error.
    pub async fn leader_campaign(
        &self,
        caller: &Caller,
        election: String,
        request: LeaderCampaignRequest,
    ) -> Result<LeaderState, ApiFailure> {
        let mut passage = self.gate.open(Operation::LeaderCampaign, caller);
        let result = async {
            let office = self.office(&mut passage, caller, election, request.agent_id, None)?;
            let command = election::Campaign {
                election: office.election,
                agent_id: office.agent_id,
                ttl_ms: request.ttl_ms.unwrap_or(TTL_MS_DEFAULT).into(),
            };
            let ctx = Context::at(self.gate.now());
            let view = passage.take(passage.store().campaign(ctx, command).await)?;
            if let (true, Some(failover_ms)) = (view.is_leader, view.failover_ms) {
                let subject = Some(view.election.to_string());
                self.recorder()
                    .observe(Operation::LeaderFailover, failover_ms, subject);
            }
            Ok(wire::leader(view))
        }
        .await;
        passage.finish(result)
    }

    /// # Errors
    /// When the agent does not lead, or no longer under that epoch.
    pub async fn leader_renew(
        &self,
        caller: &Caller,
        election: String,
        request: LeaderRenewRequest,
    ) -> Result<LeaderState, ApiFailure> {
        let mut passage = self.gate.open(Operation::LeaderRenew, caller);
        let result = async {
            let office = self.office(
                &mut passage,
                caller,
                election,
                request.agent_id,
                request.epoch,
            )?;
            let ctx = Context::at(self.gate.now());
            passage
                .take(passage.store().renew_office(ctx, office).await)
                .map(wire::leader)
        }
        .await;
        passage.finish(result)
    }

    /// # Errors
    /// When the agent does not lead, or no longer under that epoch.
    pub async fn leader_resign(
        &self,
        caller: &Caller,
        election: String,
        request: LeaderResignRequest,
    ) -> Result<LeaderState, ApiFailure> {
        let mut passage = self.gate.open(Operation::LeaderResign, caller);
        let result = async {
            let office = self.office(
                &mut passage,
                caller,
                election,
                request.agent_id,
                request.epoch,
            )?;
            let ctx = Context::at(self.gate.now());
            passage
                .take(passage.store().resign(ctx, office).await)
                .map(wire::leader)
        }
        .await;
        passage.finish(result)
    }

    /// # Errors
    /// When nobody ever campaigned in it.
    pub async fn leader_get(
        &self,
        caller: &Caller,
        election: String,
    ) -> Result<LeaderGet, ApiFailure> {
        let mut passage = self.gate.open(Operation::LeaderGet, caller);
        let result = async {
            let name = ElectionName::parse(election)?;
            passage.about(name.as_str());
            let answer = passage.store().election(self.gate.now(), name).await;
            let (view, history) = passage.take(answer)?;
            let state = wire::leader(view);
            Ok(LeaderGet {
                election: state.election,
                leader: state.leader,
                epoch: state.epoch,
                expires_at: state.expires_at,
                history: history.into_iter().map(wire::term).collect(),
            })
        }
        .await;
        passage.finish(result)
    }

    /// Every election, by name, led or not.
    ///
    /// # Errors
    /// When the caller is no operator, or the page is out of bounds.
    pub async fn leader_list(
        &self,
        caller: &Caller,
        query: ListQuery,
    ) -> Result<Page<Election>, ApiFailure> {
        caller.require_operator("list the elections")?;
        let mut passage = self.gate.open(Operation::LeaderGet, caller);
        let result = async {
            let page = page(query.limit, query.cursor)?;
            let found = passage.take(passage.store().elections(page).await)?;
            let now = self.gate.now();
            let items = found.items.into_iter();
            Ok(Page {
                items: items.map(|state| wire::election(&state, now)).collect(),
                next_cursor: found.next_cursor,
            })
        }
        .await;
        passage.finish(result)
    }

    fn office(
        &self,
        passage: &mut Passage<'_>,
        caller: &Caller,
        election: String,
        agent_id: String,
        epoch: Option<u64>,
    ) -> Result<election::Office, ApiFailure> {
        let election = ElectionName::parse(election)?;
        passage.about(election.as_str());
        if election.is_of_servers() {
            return Err(invalid(
                "election",
                "is between servers: names that begin with `paceline-` are taken",
            ));
        }
        let agent_id = caller.acting_as(agent_id)?;
        self.note_author(passage, Some(&agent_id));
        Ok(election::Office {
            election,
            agent_id,
            epoch,
        })
    }
}
