//! Candidates for the fleet's lead. Owns winning, keeping and now and then losing it, by resigning
//! or by falling silent, so that fail-over can be seen; refuses to lead anything.

use std::time::Duration;

use paceline_api::{
    AgentRegisterRequest, LeaderCampaignRequest, LeaderRenewRequest, LeaderResignRequest, Recipient,
};
use paceline_client::Client;

use super::agent::{Agent, Said};
use super::dice::Dice;

const ELECTION: &str = "coordinator";
const TTL_MS: u32 = 6_000;
const RENEWAL: Duration = Duration::from_secs(2);
/// A lead ends after about so many renewals.
const RENEWALS: u64 = 60;

pub async fn live(client: Client, number: u64, mut dice: Dice) {
    loop {
        // Only an answer that the candidate did not expect ends its campaign.
        let _ = candidacy(&client, number, &mut dice).await;
        tokio::time::sleep(dice.millis(1_000, 3_000)).await;
    }
}

async fn candidacy(client: &Client, number: u64, dice: &mut Dice) -> Said<()> {
    let request = AgentRegisterRequest {
        name: Some(format!("coordinator-{number}")),
        role: Some("coordinator".to_owned()),
        // A type that no task has: candidates do not claim.
        agent_types: Some(vec!["coordinate".to_owned()]),
        ..AgentRegisterRequest::default()
    };
    let agent = Agent::join(client, &request).await?;
    let outcome = campaign(&agent, number, dice).await;
    agent.leave().await.and(outcome)
}

async fn campaign(agent: &Agent, number: u64, dice: &mut Dice) -> Said<()> {
    let request = LeaderCampaignRequest {
        agent_id: agent.id.clone(),
        ttl_ms: Some(TTL_MS),
    };
    loop {
        let state = agent.client.campaign(ELECTION, &request).await?;
        if state.is_leader {
            let text = format!("coordinator-{number} leads, epoch {}", state.epoch);
            agent.tell(Recipient::All, "lead", &text, None).await?;
            // Refused where the lead lapsed before it was renewed: it is campaigned for again.
            let _ = lead(agent, state.epoch, dice).await;
        }
        tokio::time::sleep(dice.millis(800, 2_000)).await;
    }
}

async fn lead(agent: &Agent, epoch: u64, dice: &mut Dice) -> Said<()> {
    let (client, agent_id, epoch) = (&agent.client, agent.id.clone(), Some(epoch));
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
