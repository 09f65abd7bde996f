//! The numbers. Owns series identity, index, head, log, codecs, blocks, retention and rollups; knows
//! labels, rows and samples, and refuses to know tasks, HTTP, clocks or PromQL.
//!
//! ```text
//! push -> [Row; n] -> Engine::append -> log (fdatasync) -> head -> answer
//!                                                 |
//!                              blocks of 2 h -> days -> retention
//! SeriesSource::select(matchers, range) <- head + blocks (or a remote cluster)
//! ```

mod block;
mod checkpoint;
pub mod codec;
mod engine;
mod head;
mod identity;
mod ingest;
mod labels;
mod log;
mod matcher;
mod read;
mod rollup;
mod row;
mod sample;
mod source;

pub use block::{
    BlockIter, BlockOptions, BlockSelection, BlockStats, Blocks, Damage, Later, series_order,
};
pub use engine::{
    AppendError, Engine, EngineLimits, EngineOptions, EngineStats, OpenError, RefSample, SeriesRef,
    Settled, Tap, TappedRow,
};
pub use labels::{Label, Labels, METRIC_NAME};
pub use log::Recovery;
pub use matcher::{InvalidMatcher, MatchOp, Matcher};
pub use row::{Appended, Refusal, RefusalReason, Row, RowValue};
pub use sample::{STALE_BITS, is_stale, stale_marker};
pub use source::{
    Metadata, MetricKind, Resolution, Select, SelectIter, Selection, Series, SeriesSource,
    SourceError, TimeRange, Warnings,
};
