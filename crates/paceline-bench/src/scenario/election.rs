//! Campaign for a lead that another may hold; renew an own one; take over from a leader that died.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use paceline_api::{LeaderCampaignRequest, LeaderRenewRequest, LeaderState};

use super::caller::Caller;
use crate::client::Client;
use crate::clock;
use crate::drive::{Step, Worker};
use crate::stage::{Measured, Stage};

/// Clients that campaign for the same lead.
const RIVALS: usize = 8;
const TTL_MS: u32 = 60_000;
/// The shortest term that there is, so that what is added to it is seen.
const SHORT_TTL_MS: u32 = 100;
/// How often an heir asks for the lead.
const ASK_EVERY: Duration = Duration::from_millis(2);
const FAILOVER_SECONDS_MAX: u64 = 10;

pub async fn campaign(stage: &Stage<'_>) -> Result<Measured> {
    let mut candidates = Vec::with_capacity(stage.clients);
    for (place, agent_id) in stage.agents(stage.clients).await?.into_iter().enumerate() {
        let path = format!("/api/elections/bench-{}/campaign", place / RIVALS);
        let body = campaign_body(&agent_id)?;
        candidates.push(Caller::post(stage.client().await?, path, body));
    }
    Ok(stage.drive(candidates).await)
}

pub async fn renew(stage: &Stage<'_>) -> Result<Measured> {
    let mut leaders = Vec::with_capacity(stage.clients);
    for (place, agent_id) in stage.agents(stage.clients).await?.into_iter().enumerate() {
        let mut client = stage.client().await?;
        let campaign = format!("/api/elections/bench-{place}/campaign");
        client.post(&campaign, &campaign_body(&agent_id)?).await?;
        let path = format!("/api/elections/bench-{place}/renew");
        leaders.push(Caller::post(client, path, renew_body(agent_id)?));
    }
    Ok(stage.drive(leaders).await)
}

pub fn campaign_body(agent_id: &str) -> Result<Vec<u8>> {
    Ok(serde_json::to_vec(&bid(agent_id, TTL_MS))?)
}

pub fn renew_body(agent_id: String) -> Result<Vec<u8>> {
    let epoch = None;
    Ok(serde_json::to_vec(&LeaderRenewRequest { agent_id, epoch })?)
}

fn bid(agent_id: &str, ttl_ms: u32) -> LeaderCampaignRequest {
    LeaderCampaignRequest {
        agent_id: agent_id.to_owned(),
        ttl_ms: Some(ttl_ms),
    }
}

/// Two agents that bury each other in turns.
struct Succession {
    client: Client,
    leader: String,
    heir: String,
}

impl Succession {
    async fn bids(&mut self, agent_id: &str) -> Result<bool> {
        let path = "/api/elections/bench-failover/campaign";
        let state: LeaderState = self.client.ask(path, &bid(agent_id, SHORT_TTL_MS)).await?;
        Ok(state.is_leader)
    }

    async fn until_it_leads(&mut self, agent_id: &str, since: Instant) -> Result<()> {
        while !self.bids(agent_id).await? {
            let waited = clock::now() - since;
            ensure!(
                waited.as_secs() < FAILOVER_SECONDS_MAX,
                "nobody leads {FAILOVER_SECONDS_MAX} s after the leader's death"
            );
            tokio::time::sleep(ASK_EVERY).await;
        }
        Ok(())
    }
}

impl Worker for Succession {
    /// From the leader's last sign of life to the moment when its heir knows that it leads: the
    /// rest of the term, and what the server and the heir's asking add to it.
    async fn step(&mut self) -> Result<Step> {
        let (leader, heir) = (self.leader.clone(), self.heir.clone());
        self.until_it_leads(&leader, clock::now()).await?;
        let died = clock::now();
        self.until_it_leads(&heir, died).await?;
        let took = clock::now() - died;
        (self.leader, self.heir) = (heir, leader);
        Ok(Step::Took(took))
    }
}

pub async fn failover(stage: &Stage<'_>) -> Result<Measured> {
    let mut agent_ids = stage.agents(2).await?.into_iter();
    let succession = Succession {
        client: stage.client().await?,
        leader: agent_ids.next().unwrap_or_default(),
        heir: agent_ids.next().unwrap_or_default(),
    };
    Ok(stage.drive(vec![succession]).await)
}
