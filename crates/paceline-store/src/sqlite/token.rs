//! Tokens: who a secret belongs to, by its hash. Agents' tokens come and go with their agents,
//! operators' are made and revoked by hand.

use paceline_core::rejection::Kind;
use paceline_core::{AgentId, Rejection, Timestamp};
use rusqlite::{Connection, Row};

use super::fault::Outcome;
use super::sql;
use super::txn::{Txn, many, one};
use crate::{NewToken, TokenInfo, TokenOwner};

pub(crate) fn owner(db: &Connection, hash: &[u8; 32]) -> Outcome<Option<TokenOwner>> {
    one(db, sql::agent::TOKEN_OWNER, [&hash[..]], |row| {
        let agent: Option<String> = row.get(2)?;
        Ok(match agent {
            Some(agent) => TokenOwner::Agent(AgentId::trusted(agent)),
            None => TokenOwner::Operator {
                token_id: row.get(0)?,
                name: row.get(1)?,
            },
        })
    })
}

pub(crate) fn create(txn: &mut Txn<'_>, token: &NewToken) -> Outcome<TokenInfo> {
    if one(txn.db, sql::agent::TOKEN, [&token.token_id], read)?.is_some() {
        let problem = format!("`{}` exists already", token.token_id);
        return Err(Rejection::invalid("token_id", problem).into());
    }
    let created_at = txn.now.wall;
    txn.execute(
        sql::agent::INSERT_TOKEN,
        (
            &token.hash[..],
            &token.token_id,
            &token.name,
            None::<&str>,
            created_at.0,
        ),
    )?;
    Ok(TokenInfo {
        token_id: token.token_id.clone(),
        name: token.name.clone(),
        created_at,
        revoked_at: None,
    })
}

pub(crate) fn all(db: &Connection) -> Outcome<Vec<TokenInfo>> {
    many(db, sql::agent::TOKENS, [], read)
}

pub(crate) fn revoke(txn: &mut Txn<'_>, token_id: &str) -> Outcome<TokenInfo> {
    let unknown = || Rejection::NotFound {
        kind: Kind::Token,
        id: token_id.to_owned(),
    };
    let mut token = one(txn.db, sql::agent::TOKEN, [token_id], read)?.ok_or_else(unknown)?;
    txn.execute(sql::agent::REVOKE_TOKEN, (token_id, txn.now.wall.0))?;
    token.revoked_at = token.revoked_at.or(Some(txn.now.wall));
    Ok(token)
}

fn read(row: &Row<'_>) -> rusqlite::Result<TokenInfo> {
    Ok(TokenInfo {
        token_id: row.get(0)?,
        name: row.get(1)?,
        created_at: Timestamp(row.get(2)?),
        revoked_at: row.get::<_, Option<i64>>(3)?.map(Timestamp),
    })
}
