//! `paceline top --once`. Owns how long is looked before one picture is made, for scripts; refuses
//! to wait for ever for a server that says nothing.

use std::io::IsTerminal;
use std::time::Duration;

use paceline_api::LiveFrame;
use paceline_client::{Client, Live};
use serde::Serialize;
use tokio::time::{Interval, interval, timeout};

use super::link;
use super::model::{self, Link, Model, Mood, headline};
use super::{session, view};
use crate::failure::Failure;
use crate::terminal::{Format, print_text};

/// For what has never been told.
const PATIENCE: Duration = Duration::from_secs(10);
const SECOND: Duration = Duration::from_secs(1);
/// Rates of single agents are differences between seconds.
const SECONDS: usize = 2;
/// Where no terminal says otherwise.
const SIZE: (u16, u16) = (100, 41);
const LISTED_MAX: usize = 20;

pub async fn show(client: &Client, mut live: Live, format: Format) -> Result<(), Failure> {
    let mut model = Model::new(client.base_url());
    model.link = Link::Live;
    let first = timeout(PATIENCE, first_numbers(&mut live, &mut model));
    let url = client.base_url();
    let late = || {
        Failure::new(format!(
            "`{url}` sent no numbers within {} s",
            PATIENCE.as_secs()
        ))
    };
    first.await.map_err(|_| late())??;
    let mut second = interval(SECOND);
    for _ in 0..=SECONDS {
        look_until(&mut second, &mut live, &mut model).await?;
        model.tick();
    }
    match format {
        Format::Table => {
            let (width, height) = size();
            print_text(&view::text(&model, &session::clock(), width, height))
        }
        Format::Json => {
            let text = serde_json::to_string(&Summary::of(&model));
            let text = text.map_err(|error| Failure::to("write the answer as JSON", &error))?;
            print_text(&(text + "\n"))
        }
    }
}

async fn first_numbers(live: &mut Live, model: &mut Model) -> Result<(), Failure> {
    while !model.is_complete() {
        next(live, model).await?;
    }
    Ok(())
}

async fn look_until(
    second: &mut Interval,
    live: &mut Live,
    model: &mut Model,
) -> Result<(), Failure> {
    loop {
        tokio::select! {
            _ = second.tick() => return Ok(()),
            outcome = next(live, model) => outcome?,
        }
    }
}

async fn next(live: &mut Live, model: &mut Model) -> Result<(), Failure> {
    match live.next().await? {
        Some(LiveFrame::Error(refusal)) => Err(link::refused(refusal.error)),
        Some(frame) => {
            model.frame(frame);
            Ok(())
        }
        None => Err(Failure::new("the server ended the connection")),
    }
}

fn size() -> (u16, u16) {
    let is_terminal = std::io::stdout().is_terminal();
    let size = is_terminal.then(terminal_size::terminal_size).flatten();
    size.map_or(SIZE, |(width, height)| (width.0, height.0))
}

/// The same picture for programs.
#[derive(Serialize)]
struct Summary<'a> {
    url: &'a str,
    is_well: bool,
    headline: String,
    #[serde(flatten)]
    fleet: &'a model::Fleet,
    agents: Vec<&'a model::AgentRow>,
    operations: Vec<&'a model::OperationRow>,
}

impl<'a> Summary<'a> {
    fn of(model: &'a Model) -> Self {
        let (picture, screen) = (model.picture(), &model.screen);
        let said = headline(picture);
        let busiest = model::agents(&picture.fleet, screen).into_iter();
        Self {
            url: &model.url,
            is_well: said.mood <= Mood::Well,
            headline: said.text,
            fleet: &picture.fleet,
            agents: busiest.take(LISTED_MAX).collect(),
            operations: model::operations(&picture.operations, screen),
        }
    }
}
