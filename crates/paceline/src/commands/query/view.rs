//! Answers at one time as tables. Owns which labels become columns; refuses to shorten a value.

use paceline_api::prometheus::{PromPoint, PromSample, PromSeries, PromValue, PrometheusAnswer};

use super::legend::name_of;
use crate::terminal::{Present, View};

impl Present for PrometheusAnswer<PromValue> {
    fn view(&self) -> View {
        match &self.data {
            None => View::sentence("no answer"),
            Some(PromValue::Scalar(point)) => point_view(point),
            Some(PromValue::String(point)) => View::sentence(point.1.clone()),
            Some(PromValue::Vector(samples)) => vector(samples),
            Some(PromValue::Matrix(series)) => matrix(series),
        }
    }
}

fn point_view(point: &PromPoint) -> View {
    View::table(&["#value"], vec![vec![point.1.clone()]])
}

const NOTHING: &str = "no series; `paceline query '{__name__=~\".+\"}'` shows what there is";

fn vector(samples: &[PromSample]) -> View {
    let row = |sample: &PromSample| vec![name_of(&sample.metric), sample.value.1.clone()];
    View::list(
        &["series", "#value"],
        samples.iter().map(row).collect(),
        NOTHING,
    )
}

fn matrix(series: &[PromSeries]) -> View {
    let rows = series.iter().flat_map(|one| {
        one.values.iter().map(|point| {
            let name = name_of(&one.metric);
            vec![name, point.0.to_string(), point.1.clone()]
        })
    });
    View::list(&["series", "!time", "#value"], rows.collect(), NOTHING)
}
