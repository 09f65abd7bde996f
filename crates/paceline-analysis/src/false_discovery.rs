//! Many questions asked at once. Owns the adjustment of their p-values; refuses to ask them.
//!
//! Y. Benjamini and Y. Hochberg, "Controlling the False Discovery Rate: A Practical and Powerful
//! Approach to Multiple Testing", Journal of the Royal Statistical Society B 57, 1995.

/// The adjusted p-values, in the order given: taking those up to 0.05 for real, one in twenty of the
/// taken is expected to be chance. What is no number was not asked and stays none.
#[must_use]
pub fn adjust(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len())
        .filter(|place| p_values[*place].is_finite())
        .collect();
    order.sort_by(|a, b| p_values[*a].total_cmp(&p_values[*b]));
    let asked = order.len() as f64;
    let mut adjusted = vec![f64::NAN; p_values.len()];
    let mut smallest: f64 = 1.0;
    for (rank, place) in order.into_iter().enumerate().rev() {
        smallest = smallest.min(p_values[place] * asked / (rank + 1) as f64);
        adjusted[place] = smallest;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fifteen p-values of the paper's example.
    const PAPER: [f64; 15] = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
        0.5719, 0.6528, 0.7590, 1.0,
    ];

    #[test]
    fn four_of_the_papers_fifteen_hypotheses_are_rejected() {
        let adjusted = adjust(&PAPER);
        assert_eq!(adjusted.iter().filter(|p| **p <= 0.05).count(), 4);
        assert!((adjusted[0] - 0.0015).abs() < 1e-12);
        assert!((adjusted[3] - 0.035_625).abs() < 1e-12);
    }

    #[test]
    fn order_and_gaps_stay() {
        let adjusted = adjust(&[0.04, f64::NAN, 0.01, 0.03]);
        assert!(adjusted[1].is_nan());
        assert_eq!([adjusted[0], adjusted[2], adjusted[3]], [0.04, 0.03, 0.04]);
        assert_eq!(adjust(&[]), Vec::<f64>::new());
    }
}
