//! `paceline top` on a terminal. Owns the terminal while it lasts, and one loop over keys, news and
//! time; refuses to leave it raw, whatever ends the loop.

use std::time::Duration;

use jiff::tz::TimeZone;
use paceline_client::{Client, Live};
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyEventKind};
use tokio::sync::mpsc::{self, Receiver};
use tokio::time::{MissedTickBehavior, interval};

use super::link::{self, News};
use super::model::{Effect, Link, Model};
use super::view::{self, Clock, Theme};
use crate::failure::Failure;
use crate::signals;

const NEWS_MAX: usize = 64;
const KEYS_MAX: usize = 64;
const SECOND: Duration = Duration::from_secs(1);
/// What has changed is drawn after so long at the latest; keys are answered at once.
const REDRAW: Duration = Duration::from_millis(100);

pub async fn watch(client: Client, live: Live, theme: Theme) -> Result<(), Failure> {
    let mut model = Model::new(client.base_url());
    model.link = Link::Live;
    let (sender, news) = mpsc::channel(NEWS_MAX);
    let follower = tokio::spawn(link::follow(client, live, sender));
    let terminal = ratatui::try_init();
    let outcome = match terminal {
        Ok(terminal) => {
            let session = Session {
                model,
                terminal,
                theme,
            };
            session.run(news).await
        }
        Err(error) => Err(Failure::to("use the terminal", &error)),
    };
    ratatui::restore();
    follower.abort();
    outcome
}

struct Session {
    model: Model,
    terminal: DefaultTerminal,
    theme: Theme,
}

impl Session {
    async fn run(mut self, mut news: Receiver<News>) -> Result<(), Failure> {
        let mut events = terminal_events();
        let mut second = interval(SECOND);
        let mut redraw = interval(REDRAW);
        second.set_missed_tick_behavior(MissedTickBehavior::Delay);
        redraw.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut stop = std::pin::pin!(signals::signal());
        let mut is_stale = true;
        loop {
            tokio::select! {
                () = &mut stop => return Ok(()),
                event = events.recv() => {
                    let Some(event) = event else { return Ok(()) };
                    if self.event(&event) == Effect::Quit {
                        return Ok(());
                    }
                    self.draw()?;
                    is_stale = false;
                }
                news = news.recv() => {
                    let Some(news) = news else { return Ok(()) };
                    self.news(news)?;
                    is_stale = true;
                }
                _ = second.tick() => {
                    self.model.tick();
                    is_stale = true;
                }
                _ = redraw.tick(), if is_stale => {
                    self.draw()?;
                    is_stale = false;
                }
            }
        }
    }

    /// A resize is drawn like any other event.
    fn event(&mut self, event: &Event) -> Effect {
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => self.model.key(*key),
            _ => Effect::Stay,
        }
    }

    fn news(&mut self, news: News) -> Result<(), Failure> {
        match news {
            News::Up => self.model.link = Link::Live,
            News::Frame(frame) => self.model.frame(frame),
            News::Down(why) => self.model.lost(why, now_ms()),
            News::Refused(error) => return Err(link::refused(error)),
        }
        Ok(())
    }

    fn draw(&mut self) -> Result<(), Failure> {
        let (model, theme, clock) = (&self.model, self.theme, clock());
        let drawn = self.terminal.draw(|frame| {
            view::draw(model, &clock, theme, frame.area(), frame.buffer_mut());
        });
        drawn
            .map(drop)
            .map_err(|error| Failure::to("draw on the terminal", &error))
    }
}

pub fn clock() -> Clock {
    Clock {
        now_ms: now_ms(),
        zone: TimeZone::system(),
    }
}

fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

/// Reading a terminal blocks, so a thread of its own does it; it ends with the process.
fn terminal_events() -> Receiver<Event> {
    let (sender, events) = mpsc::channel(KEYS_MAX);
    std::thread::spawn(move || {
        while let Ok(event) = event::read() {
            if sender.blocking_send(event).is_err() {
                return;
            }
        }
    });
    events
}
