//! How numbers become bytes and come back bit for bit. Owns the encodings of a chunk's values and
//! times; refuses to guess: bytes that do not decode to exactly the announced count are an error,
//! and no input makes it panic or allocate more than the count allows.
//!
//! Checksums are the containers' work: a damaged chunk that still decodes is not noticed here.

mod bits;
pub(crate) mod bytes;
mod decimal;
mod dense;
mod ints;
mod times;
mod values;
mod xor;

#[cfg(test)]
mod tests;

use thiserror::Error;

pub(crate) use decimal::Decimals;
pub use dense::encode_values_dense;
pub use times::{decode_times, encode_times};
pub use values::{decode_values, encode_values};

/// How many samples one chunk may announce. A damaged count must not become an allocation.
pub const CHUNK_SAMPLES_MAX: usize = 1 << 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CodecError {
    #[error("the bytes end too early")]
    Truncated,
    #[error("bytes are left over")]
    Trailing,
    #[error("unknown encoding {0}")]
    UnknownEncoding(u8),
    #[error("{0} samples in one chunk, at most {CHUNK_SAMPLES_MAX} are possible")]
    TooMany(usize),
    #[error("the numbers contradict each other")]
    Contradiction,
}
