//! Where to look: intervals of every length, evenly spread. Owns their layout; refuses chance, which
//! other methods draw them by.
//!
//! S. Kovács, P. Bühlmann, H. Li, A. Munk, "Seeded Binary Segmentation: A General Methodology for Fast
//! and Optimal Changepoint Detection", Biometrika 110(1), 2023.

/// Each layer's intervals are shorter than the last one's by this factor, and about twice as many
/// as would cover the whole.
const DECAY: f64 = std::f64::consts::FRAC_1_SQRT_2;

/// Layers of intervals (from inclusive, to exclusive) of one length each, shortest first.
pub(super) fn layers(length: usize, shortest: usize) -> Vec<Vec<(usize, usize)>> {
    let mut layers = Vec::new();
    let mut width = length as f64;
    while shortest <= width.ceil() as usize {
        layers.push(layer(length, width));
        width *= DECAY;
    }
    layers.reverse();
    layers
}

fn layer(length: usize, width: f64) -> Vec<(usize, usize)> {
    let whole = width.ceil() as usize;
    let count = 2 * (length as f64 / width).ceil() as usize - 1;
    let slack = length - whole;
    let last = (count - 1).max(1);
    let starts = (0..count).map(|place| slack * place / last);
    starts.map(|from| (from, from + whole)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layer_covers_the_whole_evenly() {
        for length in [10, 11, 37, 100, 301, 5_000] {
            let layers = layers(length, 10);
            assert_eq!(layers.last(), Some(&vec![(0, length)]));
            for layer in layers {
                let (first, last) = (layer[0], layer[layer.len() - 1]);
                assert_eq!((first.0, last.1), (0, length));
                let width = first.1;
                assert!(10 <= width);
                let overlaps = layer
                    .windows(2)
                    .all(|pair| pair[1].0 <= pair[0].0 + width.div_ceil(2) + 1);
                assert!(overlaps, "{length} {width}");
            }
        }
        assert_eq!(layers(9, 10), Vec::<Vec<_>>::new());
    }
}
