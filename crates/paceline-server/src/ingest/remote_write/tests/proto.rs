//! The messages of both versions as `prost` derives them from their fields: another
//! implementation of the same format, for tests to write and compare with.

use prost::Message;

#[derive(Clone, PartialEq, Message)]
pub struct WriteRequest {
    #[prost(message, repeated, tag = "1")]
    pub timeseries: Vec<TimeSeries>,
    #[prost(message, repeated, tag = "3")]
    pub metadata: Vec<MetricMetadata>,
}

#[derive(Clone, PartialEq, Message)]
pub struct TimeSeries {
    #[prost(message, repeated, tag = "1")]
    pub labels: Vec<Label>,
    #[prost(message, repeated, tag = "2")]
    pub samples: Vec<Sample>,
    #[prost(message, repeated, tag = "3")]
    pub exemplars: Vec<Opaque>,
    #[prost(message, repeated, tag = "4")]
    pub histograms: Vec<Opaque>,
}

#[derive(Clone, PartialEq, Message)]
pub struct Label {
    #[prost(bytes = "vec", tag = "1")]
    pub name: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    pub value: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Message)]
pub struct Sample {
    #[prost(double, tag = "1")]
    pub value: f64,
    #[prost(int64, tag = "2")]
    pub timestamp: i64,
}

/// An exemplar or a native histogram: nobody looks into it.
#[derive(Clone, Copy, PartialEq, Message)]
pub struct Opaque {
    #[prost(double, tag = "3")]
    pub sum: f64,
}

#[derive(Clone, PartialEq, Message)]
pub struct MetricMetadata {
    #[prost(int32, tag = "1")]
    pub kind: i32,
    #[prost(string, tag = "2")]
    pub metric_family_name: String,
    #[prost(string, tag = "4")]
    pub help: String,
    #[prost(string, tag = "5")]
    pub unit: String,
}

#[derive(Clone, PartialEq, Message)]
pub struct Request {
    #[prost(bytes = "vec", repeated, tag = "4")]
    pub symbols: Vec<Vec<u8>>,
    #[prost(message, repeated, tag = "5")]
    pub timeseries: Vec<TimeSeries2>,
}

#[derive(Clone, PartialEq, Message)]
pub struct TimeSeries2 {
    #[prost(uint32, repeated, tag = "1")]
    pub labels_refs: Vec<u32>,
    #[prost(message, repeated, tag = "2")]
    pub samples: Vec<Sample>,
    #[prost(message, repeated, tag = "3")]
    pub histograms: Vec<Opaque>,
    #[prost(message, repeated, tag = "4")]
    pub exemplars: Vec<Opaque>,
    #[prost(message, optional, tag = "5")]
    pub metadata: Option<Metadata2>,
}

#[derive(Clone, Copy, PartialEq, Message)]
pub struct Metadata2 {
    #[prost(int32, tag = "1")]
    pub kind: i32,
    #[prost(uint32, tag = "3")]
    pub help_ref: u32,
    #[prost(uint32, tag = "4")]
    pub unit_ref: u32,
}

/// A series of either version, for tests to begin with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Given {
    pub labels: Vec<(Vec<u8>, Vec<u8>)>,
    pub samples: Vec<Sample>,
    pub exemplars: usize,
    pub histograms: usize,
}

impl Given {
    pub fn new(labels: &[(&str, &str)], samples: &[(i64, f64)]) -> Self {
        let bytes = |text: &str| text.as_bytes().to_vec();
        let pairs = labels
            .iter()
            .map(|(name, value)| (bytes(name), bytes(value)));
        let samples = samples.iter().map(|(timestamp, value)| Sample {
            timestamp: *timestamp,
            value: *value,
        });
        Self {
            labels: pairs.collect(),
            samples: samples.collect(),
            ..Self::default()
        }
    }
}

pub fn one(series: &[Given]) -> WriteRequest {
    let timeseries = series
        .iter()
        .map(|given| TimeSeries {
            labels: given
                .labels
                .iter()
                .map(|(name, value)| Label {
                    name: name.clone(),
                    value: value.clone(),
                })
                .collect(),
            samples: given.samples.clone(),
            exemplars: vec![Opaque { sum: 1.0 }; given.exemplars],
            histograms: vec![Opaque { sum: 1.0 }; given.histograms],
        })
        .collect();
    WriteRequest {
        timeseries,
        metadata: Vec::new(),
    }
}

pub fn two(series: &[Given]) -> Request {
    let mut symbols = vec![Vec::new()];
    let mut intern = |text: &Vec<u8>| {
        let found = symbols.iter().position(|symbol| symbol == text);
        let at = found.unwrap_or_else(|| {
            symbols.push(text.clone());
            symbols.len() - 1
        });
        u32::try_from(at).unwrap()
    };
    let timeseries = series
        .iter()
        .map(|given| TimeSeries2 {
            labels_refs: given
                .labels
                .iter()
                .flat_map(|(name, value)| [intern(name), intern(value)])
                .collect(),
            samples: given.samples.clone(),
            exemplars: vec![Opaque { sum: 1.0 }; given.exemplars],
            histograms: vec![Opaque { sum: 1.0 }; given.histograms],
            metadata: None,
        })
        .collect();
    Request {
        symbols,
        timeseries,
    }
}

pub fn snappy(message: &impl Message) -> Vec<u8> {
    let bytes = message.encode_to_vec();
    snap::raw::Encoder::new().compress_vec(&bytes).unwrap()
}
