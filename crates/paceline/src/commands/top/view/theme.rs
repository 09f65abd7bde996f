//! Colours. Owns what each means; refuses to let a colour be the only sign of anything: whoever has
//! none reads the word beside it.

use paceline_api::AgentHealth;
use ratatui::style::{Color, Modifier, Style};

use super::super::model::Mood;

#[derive(Clone, Copy, Debug)]
pub struct Theme {
    is_coloured: bool,
}

impl Theme {
    pub const fn coloured() -> Self {
        Self { is_coloured: true }
    }

    pub const fn plain() -> Self {
        Self { is_coloured: false }
    }

    fn fg(self, color: Color) -> Style {
        if self.is_coloured {
            Style::new().fg(color)
        } else {
            Style::new()
        }
    }

    pub fn mood(self, mood: Mood) -> Style {
        let style = match mood {
            Mood::Empty => Style::new(),
            Mood::Well => self.fg(Color::Green),
            Mood::Attention => self.fg(Color::Yellow),
            Mood::Trouble => self.fg(Color::Red),
        };
        style.add_modifier(Modifier::BOLD)
    }

    pub fn health(self, health: AgentHealth) -> Style {
        match health {
            AgentHealth::Healthy => self.fg(Color::Green),
            AgentHealth::Warning => self.fg(Color::Yellow),
            AgentHealth::Stale => self.fg(Color::Magenta),
            AgentHealth::Dead => self.fg(Color::Red),
        }
    }

    pub fn wrong(self, count: u64) -> Style {
        if count == 0 {
            self.quiet()
        } else {
            self.fg(Color::Red)
        }
    }

    pub fn chart(self) -> Style {
        self.fg(Color::Cyan)
    }

    pub fn quiet(self) -> Style {
        self.fg(Color::DarkGray)
    }

    pub fn title(self, is_in_focus: bool) -> Style {
        if is_in_focus {
            self.fg(Color::Cyan).add_modifier(Modifier::BOLD)
        } else {
            Style::new()
        }
    }

    pub fn head(self) -> Style {
        self.quiet().add_modifier(Modifier::UNDERLINED)
    }

    pub fn selected(self) -> Style {
        Style::new().add_modifier(Modifier::REVERSED)
    }
}
