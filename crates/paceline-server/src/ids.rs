//! The one place that makes identifiers and secrets. Owns their shape: a type prefix and a UUIDv7
//! in Crockford's base 32, as TypeID 0.3 specifies it (<https://github.com/jetify-com/typeid>), so
//! that ids of one type sort by the time they were made; refuses to be predictable where an id
//! guards something (tokens are 256 random bits).

use sha2::{Digest, Sha256};
use uuid::Uuid;

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// `prefix_` and 26 characters.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is where ids enter")]
pub fn new_id(prefix: &str) -> String {
    typeid(prefix, Uuid::now_v7())
}

/// The same id for the same idempotency key, so that a retry finds what the first attempt made.
#[must_use]
pub fn keyed_id(prefix: &str, key: &str) -> String {
    let hash: [u8; 32] = Sha256::digest(key.as_bytes()).into();
    let mut bits = [0; 16];
    bits.copy_from_slice(&hash[..16]);
    typeid(prefix, Uuid::from_bytes(bits))
}

/// A secret for an agent or an operator, and the hash that is stored in its place.
///
/// # Errors
/// When the operating system gives no randomness.
pub fn new_token() -> Result<(String, [u8; 32]), getrandom::Error> {
    let mut secret = [0_u8; 32];
    getrandom::fill(&mut secret)?;
    Ok(token_of(secret))
}

/// The same secret for the same key, so that a retry gets the first answer's token although only
/// its hash was stored. Hashed twice, so that the inner hash cannot be extended.
#[must_use]
pub fn derived_token(secret: &[u8; 32], key: &[u8]) -> (String, [u8; 32]) {
    let inner = Sha256::new()
        .chain_update(secret)
        .chain_update(key)
        .finalize();
    token_of(
        Sha256::new()
            .chain_update(secret)
            .chain_update(inner)
            .finalize()
            .into(),
    )
}

fn token_of(secret: [u8; 32]) -> (String, [u8; 32]) {
    let mut token = String::from("plt_");
    for byte in secret {
        token.push(ALPHABET[usize::from(byte >> 4)] as char);
        token.push(ALPHABET[usize::from(byte & 15)] as char);
    }
    let hash = token_hash(&token);
    (token, hash)
}

#[must_use]
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

fn typeid(prefix: &str, uuid: Uuid) -> String {
    let mut id = String::with_capacity(prefix.len() + 27);
    id.push_str(prefix);
    id.push('_');
    let bits = uuid.as_u128();
    // 26 digits of 5 bits hold 130: the first digit carries only the top three.
    for digit in (0..26).rev() {
        let index = (bits >> (5 * digit)) & 31;
        id.push(ALPHABET[usize::try_from(index).unwrap_or(0)] as char);
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The specification's own example.
    #[test]
    fn a_typeid_is_the_specified_text() {
        let uuid = Uuid::parse_str("01889c89-df6b-7f1c-a388-91396ec314bc").unwrap();
        assert_eq!(typeid("prefix", uuid), "prefix_01h2e8kqvbfwea724h75qc655w");
    }

    #[test]
    fn ids_sort_by_the_time_they_were_made() {
        let ids: Vec<_> = (0..1_000).map(|_| new_id("tsk")).collect();
        assert!(ids.is_sorted());
    }

    #[test]
    fn two_tokens_differ_and_hash_to_what_is_stored() {
        let (one, hash) = new_token().unwrap();
        let (two, _) = new_token().unwrap();
        assert_ne!(one, two);
        assert_eq!(token_hash(&one), hash);
    }
}
