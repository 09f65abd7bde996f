//! Lengths, texts and numbers as the containers of chunks write them. Owns nothing but the names
//! under which the block format uses the codec's parts.

use super::CodecError;
pub(crate) use super::bits::{
    put_signed, put_unsigned, take_byte, take_bytes, take_signed, take_unsigned,
};

/// A count or length, which no file may claim to be above 32 bits.
pub(crate) fn take_len(bytes: &mut &[u8]) -> Result<usize, CodecError> {
    let len = u32::try_from(take_unsigned(bytes)?).map_err(|_| CodecError::Contradiction)?;
    Ok(len as usize)
}

pub(crate) fn put_text(text: &str, out: &mut Vec<u8>) {
    put_unsigned(text.len() as u64, out);
    out.extend_from_slice(text.as_bytes());
}

pub(crate) fn take_text<'b>(bytes: &mut &'b [u8]) -> Result<&'b str, CodecError> {
    let len = take_len(bytes)?;
    std::str::from_utf8(take_bytes(bytes, len)?).map_err(|_| CodecError::Contradiction)
}
