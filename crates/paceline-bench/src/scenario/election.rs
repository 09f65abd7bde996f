//! Campaign for a lead that another may hold; renew an own one.

use anyhow::Result;
use paceline_api::{LeaderCampaignRequest, LeaderRenewRequest};

use crate::client::Client;
use crate::drive::{Step, Worker};
use crate::stage::{Measured, Stage};

/// Clients that campaign for the same lead.
const RIVALS: usize = 8;
const TTL_MS: u32 = 60_000;

struct Candidate {
    client: Client,
    path: String,
    body: Vec<u8>,
}

impl Worker for Candidate {
    async fn step(&mut self) -> Result<Step> {
        self.client.post(&self.path, &self.body).await?;
        Ok(Step::Done)
    }
}

pub async fn campaign(stage: &Stage<'_>) -> Result<Measured> {
    let mut candidates = Vec::with_capacity(stage.clients);
    for (place, agent_id) in stage.agents(stage.clients).await?.into_iter().enumerate() {
        let path = format!("/api/elections/bench-{}/campaign", place / RIVALS);
        let body = campaign_body(&agent_id)?;
        candidates.push(Candidate {
            client: stage.client().await?,
            path,
            body,
        });
    }
    Ok(stage.closed(candidates).await)
}

pub async fn renew(stage: &Stage<'_>) -> Result<Measured> {
    let mut leaders = Vec::with_capacity(stage.clients);
    for (place, agent_id) in stage.agents(stage.clients).await?.into_iter().enumerate() {
        let mut client = stage.client().await?;
        let campaign = format!("/api/elections/bench-{place}/campaign");
        client.post(&campaign, &campaign_body(&agent_id)?).await?;
        let body = serde_json::to_vec(&LeaderRenewRequest {
            agent_id,
            epoch: None,
        })?;
        let path = format!("/api/elections/bench-{place}/renew");
        leaders.push(Candidate { client, path, body });
    }
    Ok(stage.closed(leaders).await)
}

fn campaign_body(agent_id: &str) -> Result<Vec<u8>> {
    let agent_id = agent_id.to_owned();
    Ok(serde_json::to_vec(&LeaderCampaignRequest {
        agent_id,
        ttl_ms: Some(TTL_MS),
    })?)
}
