//! What people see. Owns the forms of output, widths and words; refuses to know where an answer
//! came from.

mod output;
mod table;
pub mod words;

pub use output::{Format, Present, print, print_text, say};
pub use table::{Part, Table, View, columns};
