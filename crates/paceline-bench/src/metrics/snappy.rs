//! A Snappy block with holes. Owns compressing a message once such that its samples stay literal,
//! so that the next push patches times and values into bytes that are compressed already; refuses
//! to compress anything else as well as the official encoder does.
//!
//! What a receiver unpacks is an ordinary block: labels are back-references, samples are literals,
//! as they nearly are after the official encoder too. Encoding each push anew took several times
//! longer than the fastest receiver needs to take it in.

/// Shorter matches cost as much as they save.
const MATCH_BYTES_MIN: usize = 4;
/// The farthest that a copy with a two-byte offset reaches.
const OFFSET_MAX: usize = 65_535;
const COPY_BYTES_MAX: usize = 64;
const HASH_BITS: u32 = 14;

/// A compressed block and where its holes came to lie.
#[derive(Clone, Debug)]
pub struct Block {
    pub bytes: Vec<u8>,
    pub holes: Vec<usize>,
}

/// Compresses `raw`; the `hole_bytes` bytes from each of `holes` (ascending, apart) stay literal,
/// and nothing refers back to them.
pub fn compress(raw: &[u8], holes: &[usize], hole_bytes: usize) -> Block {
    let mut writer = Writer {
        raw,
        holes,
        hole_bytes,
        block: Block {
            bytes: Vec::with_capacity(raw.len() / 2),
            holes: Vec::with_capacity(holes.len()),
        },
    };
    writer.length();
    let mut seen = vec![0_usize; 1 << HASH_BITS];
    let (mut at, mut literal_from) = (0, 0);
    while at + MATCH_BYTES_MIN <= raw.len() {
        let slot = &mut seen[hash(&raw[at..])];
        // Positions are stored one higher, so that zero is "none".
        let earlier = std::mem::replace(slot, at + 1).checked_sub(1);
        let length = earlier.map_or(0, |earlier| writer.matching(earlier, at));
        match earlier {
            Some(earlier) if MATCH_BYTES_MIN <= length => {
                writer.literal(literal_from, at);
                writer.copy(at - earlier, length);
                at += length;
                literal_from = at;
            }
            _ => at += 1,
        }
    }
    writer.literal(literal_from, raw.len());
    writer.block
}

struct Writer<'a> {
    raw: &'a [u8],
    holes: &'a [usize],
    hole_bytes: usize,
    block: Block,
}

impl Writer<'_> {
    fn length(&mut self) {
        super::wire::varint(&mut self.block.bytes, self.raw.len() as u64);
    }

    /// How many bytes at `at` repeat those at `earlier`, up to the next hole of either.
    fn matching(&self, earlier: usize, at: usize) -> usize {
        if OFFSET_MAX < at - earlier {
            return 0;
        }
        let most = self.until_hole(earlier).min(self.until_hole(at));
        let pairs = self.raw[earlier..].iter().zip(&self.raw[at..]).take(most);
        pairs.take_while(|(left, right)| left == right).count()
    }

    fn until_hole(&self, at: usize) -> usize {
        let next = self
            .holes
            .partition_point(|hole| hole + self.hole_bytes <= at);
        let end = self.holes.get(next).copied().unwrap_or(self.raw.len());
        end.saturating_sub(at)
    }

    fn literal(&mut self, from: usize, to: usize) {
        let Some(less_one) = (to - from).checked_sub(1) else {
            return;
        };
        let out = &mut self.block.bytes;
        match less_one {
            0..60 => out.push((less_one as u8) << 2),
            60..0x100 => out.extend([60 << 2, less_one as u8]),
            0x100..0x1_0000 => {
                out.push(61 << 2);
                out.extend((less_one as u16).to_le_bytes());
            }
            _ => {
                out.push(63 << 2);
                out.extend((less_one as u32).to_le_bytes());
            }
        }
        let shift = out.len();
        let first = self.holes.partition_point(|&hole| hole < from);
        let inside = self.holes[first..].iter().take_while(|&&hole| hole < to);
        self.block
            .holes
            .extend(inside.map(|hole| hole - from + shift));
        out.extend_from_slice(&self.raw[from..to]);
    }

    fn copy(&mut self, offset: usize, mut length: usize) {
        while 0 < length {
            let part = length.min(COPY_BYTES_MAX);
            self.block.bytes.push(((part - 1) as u8) << 2 | 2);
            self.block.bytes.extend((offset as u16).to_le_bytes());
            length -= part;
        }
    }
}

fn hash(bytes: &[u8]) -> usize {
    let word = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    (word.wrapping_mul(0x1e35_a7bd) >> (32 - HASH_BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpack(bytes: &[u8]) -> Vec<u8> {
        snap::raw::Decoder::new().decompress_vec(bytes).unwrap()
    }

    #[test]
    fn the_official_decoder_reads_what_was_compressed() {
        let check = |raw: &[u8]| {
            let block = compress(raw, &[], 1);
            assert_eq!(unpack(&block.bytes), raw);
        };
        check(b"");
        check(b"abc");
        check(&b"abcd".repeat(1_000));
        check(
            &(0..200_000_u32)
                .flat_map(u32::to_le_bytes)
                .collect::<Vec<_>>(),
        );
        let text = b"agent_tool_calls_total{agent=\"agent-00001\"}".repeat(5_000);
        check(&text);
        assert!(compress(&text, &[], 1).bytes.len() < text.len() / 10);
    }

    #[test]
    fn what_is_patched_into_the_holes_comes_out_and_nothing_else_changes() {
        let mut raw = Vec::new();
        let mut holes = Vec::new();
        for number in 0..3_000 {
            raw.extend_from_slice(format!("series with the number {} is ", number % 40).as_bytes());
            holes.push(raw.len());
            raw.extend_from_slice(&[0; 15]);
        }
        let mut block = compress(&raw, &holes, 15);
        assert_eq!(block.holes.len(), holes.len());
        for (number, (in_block, in_raw)) in block.holes.clone().into_iter().zip(&holes).enumerate()
        {
            let patch: [u8; 15] = std::array::from_fn(|place| (number * 7 + place) as u8);
            block.bytes[in_block..in_block + 15].copy_from_slice(&patch);
            raw[*in_raw..in_raw + 15].copy_from_slice(&patch);
        }
        assert_eq!(unpack(&block.bytes), raw);
    }
}
