//! A course of numbers in one line. Owns the blocks and their scale; refuses axes.

const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// A range smaller than this share of the highest is drawn flat: noise must not look like a climb.
const RANGE_MIN: f64 = 0.1;

/// From the lowest to the highest, but never a narrower range than a tenth of the highest; what is
/// no number is a gap.
pub fn sparkline(values: &[f64]) -> String {
    let finite = values.iter().copied().filter(|value| value.is_finite());
    let highest = finite.clone().fold(f64::NEG_INFINITY, f64::max);
    let lowest = finite.fold(f64::INFINITY, f64::min);
    let range = (highest - lowest).max(RANGE_MIN * highest.abs());
    let block = |&value: &f64| {
        if !value.is_finite() {
            return ' ';
        }
        let share = if 0.0 < range {
            (value - lowest) / range
        } else {
            0.0
        };
        let top = BLOCKS.len() - 1;
        BLOCKS[((share * top as f64).round() as usize).min(top)]
    };
    values.iter().map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_course_is_drawn_on_its_own_scale() {
        let check = |values: &[f64], expected| assert_eq!(sparkline(values), expected);
        check(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0], "▁▂▃▄▅▆▇█");
        check(&[100.0, 101.0, 100.5], "▁▂▁");
        check(&[0.0, 0.0], "▁▁");
        check(&[1.0, f64::NAN, 2.0], "▁ █");
        check(&[], "");
    }
}
