//! Candidates for the fleet's lead. Owns winning, keeping and now and then losing it, by resigning
//! or by falling silent, so that fail-over can be seen; refuses to lead anything.

use std::time::Duration;

use paceline_api::{
    AgentRegisterRequest, LeaderCampaignRequest, LeaderRenewRequest, LeaderResignRequest,
};
use paceline_client::{Client, ClientError};

use super::dice::Dice;

const ELECTION: &str = "coordinator";
const TTL_MS: u32 = 6_000;
const RENEWAL: Duration = Duration::from_secs(2);
/// A lead ends after about so many renewals.
const RENEWALS: u64 = 20;

pub async fn live(client: Client, number: u64, mut dice: Dice) {
    loop {
        if campaign(&client, number, &mut dice).await.is_err() {
            tokio::time::sleep(dice.millis(1_000, 3_000)).await;
        }
    }
}

async fn campaign(client: &Client, number: u64, dice: &mut Dice) -> Result<(), ClientError> {
    let request = AgentRegisterRequest {
        name: Some(format!("coordinator-{number}")),
        role: Some("coordinator".to_owned()),
        // A type that no task has: candidates do not claim.
        agent_types: Some(vec!["coordinate".to_owned()]),
        ..AgentRegisterRequest::default()
    };
    let agent_id = client.register_agent(&request).await?.agent_id;
    let request = LeaderCampaignRequest {
        agent_id: agent_id.clone(),
        ttl_ms: Some(TTL_MS),
    };
    loop {
        let state = client.campaign(ELECTION, &request).await?;
        if state.is_leader {
            lead(client, &agent_id, state.epoch, dice).await?;
        }
        tokio::time::sleep(dice.millis(800, 2_000)).await;
    }
}

async fn lead(
    client: &Client,
    agent_id: &str,
    epoch: u64,
    dice: &mut Dice,
) -> Result<(), ClientError> {
    let (agent_id, epoch) = (agent_id.to_owned(), Some(epoch));
    let renew = LeaderRenewRequest {
        agent_id: agent_id.clone(),
        epoch,
    };
    while !dice.one_in(RENEWALS) {
        tokio::time::sleep(RENEWAL).await;
        client.renew_lead(ELECTION, &renew).await?;
    }
    if dice.one_in(2) {
        let resign = LeaderResignRequest { agent_id, epoch };
        client.resign(ELECTION, &resign).await?;
    } else {
        // Silent for longer than the lead lasts: another has to take over.
        tokio::time::sleep(Duration::from_millis(u64::from(TTL_MS) + 1_500)).await;
    }
    // The one that stepped down lets the others try first.
    tokio::time::sleep(Duration::from_secs(3)).await;
    Ok(())
}
