//! What a sample's value can be. Owns the staleness marker, the one NaN that means "this series
//! ended here" (Prometheus, `model/value/value.go`); every other NaN is a number like any other.

/// The bits of the staleness marker.
pub const STALE_BITS: u64 = 0x7ff0_0000_0000_0002;

#[must_use]
pub fn stale_marker() -> f64 {
    f64::from_bits(STALE_BITS)
}

#[must_use]
pub fn is_stale(value: f64) -> bool {
    value.to_bits() == STALE_BITS
}
