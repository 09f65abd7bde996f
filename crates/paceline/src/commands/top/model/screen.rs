//! What the reader has asked to see. Owns the keys; refuses to know what is shown.
//!
//! ```text
//!            /                    other characters, backspace: the filter
//! looking ------> filtering ---+
//!    ^              |          |
//!    +-- enter, esc +          +
//!    |  ?
//!    +----> help --any key--> looking
//! ```
//!
//! Esc drops a filter, and ctrl-c ends from everywhere.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{AgentSort, OperationSort};

const PAGE: usize = 10;
const FILTER_LENGTH_MAX: usize = 60;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    #[default]
    Operations,
    Agents,
    Events,
}

impl Focus {
    const fn next(self) -> Self {
        match self {
            Self::Operations => Self::Agents,
            Self::Agents => Self::Events,
            Self::Events => Self::Operations,
        }
    }

    const fn previous(self) -> Self {
        self.next().next()
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    #[default]
    Looking,
    Filtering,
    Help,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    Stay,
    Quit,
}

#[derive(Clone, Debug, Default)]
pub struct Screen {
    pub focus: Focus,
    /// The table in focus has all the room.
    pub is_zoomed: bool,
    pub is_paused: bool,
    pub agent_sort: AgentSort,
    pub operation_sort: OperationSort,
    pub filter: String,
    /// Row in focus of the table in focus.
    pub selected: usize,
    pub mode: Mode,
}

impl Screen {
    pub fn is_helping(&self) -> bool {
        self.mode == Mode::Help
    }

    pub fn is_filtering(&self) -> bool {
        self.mode == Mode::Filtering
    }

    /// Whether the filter leaves something with these words in.
    pub fn wants(&self, words: &[&str]) -> bool {
        let filter = self.filter.to_lowercase();
        let has = |word: &&str| word.to_lowercase().contains(&filter);
        filter.is_empty() || words.iter().any(has)
    }

    /// `rows`: of the table in focus.
    pub fn key(&mut self, key: KeyEvent, rows: usize) -> Effect {
        if key
            .modifiers
            .intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
        {
            let ends = key.code == KeyCode::Char('c');
            return if ends { Effect::Quit } else { Effect::Stay };
        }
        match self.mode {
            Mode::Help => self.mode = Mode::Looking,
            Mode::Filtering => self.filter_key(key.code),
            Mode::Looking if key.code == KeyCode::Char('q') => return Effect::Quit,
            Mode::Looking => self.look_key(key.code, rows),
        }
        Effect::Stay
    }

    fn filter_key(&mut self, key: KeyCode) {
        match key {
            KeyCode::Enter => self.mode = Mode::Looking,
            KeyCode::Esc => {
                self.filter.clear();
                self.mode = Mode::Looking;
            }
            KeyCode::Backspace => drop(self.filter.pop()),
            KeyCode::Char(character) if self.filter.chars().count() < FILTER_LENGTH_MAX => {
                self.filter.push(character);
            }
            _ => {}
        }
        self.selected = 0;
    }

    fn look_key(&mut self, key: KeyCode, rows: usize) {
        let last = rows.saturating_sub(1);
        match key {
            KeyCode::Char('?') => self.mode = Mode::Help,
            KeyCode::Char('/') => self.mode = Mode::Filtering,
            KeyCode::Char('p' | ' ') => self.is_paused = !self.is_paused,
            KeyCode::Char('s') => self.sort(),
            KeyCode::Enter | KeyCode::Char('z') => self.is_zoomed = !self.is_zoomed,
            KeyCode::Esc => self.filter.clear(),
            KeyCode::Tab | KeyCode::Right => self.focus_on(self.focus.next()),
            KeyCode::BackTab | KeyCode::Left => self.focus_on(self.focus.previous()),
            KeyCode::Down | KeyCode::Char('j') => self.selected = last.min(self.selected + 1),
            KeyCode::Up | KeyCode::Char('k') => self.selected = self.selected.saturating_sub(1),
            KeyCode::PageDown => self.selected = last.min(self.selected + PAGE),
            KeyCode::PageUp => self.selected = self.selected.saturating_sub(PAGE),
            KeyCode::Home | KeyCode::Char('g') => self.selected = 0,
            KeyCode::End | KeyCode::Char('G') => self.selected = last,
            _ => {}
        }
    }

    fn focus_on(&mut self, focus: Focus) {
        self.focus = focus;
        self.selected = 0;
    }

    /// Events have one order.
    fn sort(&mut self) {
        self.selected = 0;
        match self.focus {
            Focus::Operations => {
                self.operation_sort = after(OperationSort::ALL, self.operation_sort);
            }
            Focus::Agents => self.agent_sort = after(AgentSort::ALL, self.agent_sort),
            Focus::Events => {}
        }
    }
}

fn after<T: Copy + PartialEq>(all: &[T], one: T) -> T {
    let at = all.iter().position(|other| *other == one);
    all[at.map_or(0, |at| (at + 1) % all.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(screen: &mut Screen, keys: &[KeyCode]) -> Effect {
        let mut effect = Effect::Stay;
        for key in keys {
            effect = screen.key(KeyEvent::from(*key), 3);
        }
        effect
    }

    fn typed(text: &str) -> Vec<KeyCode> {
        text.chars().map(KeyCode::Char).collect()
    }

    #[test]
    fn q_quits_unless_it_is_part_of_a_filter() {
        let mut screen = Screen::default();
        assert_eq!(press(&mut screen, &typed("q")), Effect::Quit);
        assert_eq!(press(&mut screen, &typed("/queue")), Effect::Stay);
        assert_eq!(screen.filter, "queue");
        let control_c = KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
        assert_eq!(screen.key(control_c, 3), Effect::Quit);
    }

    #[test]
    fn a_filter_is_kept_by_enter_and_dropped_by_escape() {
        let mut screen = Screen::default();
        press(&mut screen, &typed("/ab"));
        press(&mut screen, &[KeyCode::Backspace, KeyCode::Enter]);
        assert_eq!(
            (screen.filter.as_str(), screen.is_filtering()),
            ("a", false)
        );
        assert!(screen.wants(&["x", "CAB"]) && !screen.wants(&["x"]));
        press(&mut screen, &[KeyCode::Esc]);
        assert!(screen.filter.is_empty());
    }

    #[test]
    fn the_selection_stays_inside_the_table() {
        let mut screen = Screen::default();
        press(&mut screen, &[KeyCode::Up]);
        assert_eq!(screen.selected, 0);
        press(&mut screen, &[KeyCode::Char('j'); 9]);
        assert_eq!(screen.selected, 2);
        press(&mut screen, &[KeyCode::Tab]);
        assert_eq!((screen.focus, screen.selected), (Focus::Agents, 0));
        assert_eq!(screen.key(KeyEvent::from(KeyCode::End), 0), Effect::Stay);
        assert_eq!(screen.selected, 0);
    }

    #[test]
    fn sorting_goes_round_in_the_table_in_focus() {
        let mut screen = Screen::default();
        press(&mut screen, &typed("s"));
        assert_eq!(screen.operation_sort, OperationSort::Rate);
        assert_eq!(screen.agent_sort, AgentSort::Busiest);
        press(&mut screen, &[KeyCode::Tab]);
        press(&mut screen, &vec![KeyCode::Char('s'); AgentSort::ALL.len()]);
        assert_eq!(screen.agent_sort, AgentSort::Busiest);
    }

    #[test]
    fn any_key_ends_the_help() {
        let mut screen = Screen::default();
        press(&mut screen, &typed("?"));
        assert!(screen.is_helping());
        assert_eq!(press(&mut screen, &typed("q")), Effect::Stay);
        assert!(!screen.is_helping());
    }
}
