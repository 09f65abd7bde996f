//! The questions. Owns PromQL: evaluation over a [`paceline_metrics::SeriesSource`], its limits and
//! its warnings; parsing is the crate `promql-parser`. Refuses to know where series are stored.
