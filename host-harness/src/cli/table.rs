//! Tables for people: no lines, columns by blanks, so that they can be copied and cut.

use comfy_table::{ContentArrangement, Table, presets};

/// A table with these headings.
pub(super) fn table(headings: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(headings.iter().map(|heading| heading.to_uppercase()));
    table
}

/// The table as text, without blanks at the ends of lines.
pub(super) fn text(table: &Table) -> String {
    table.lines().map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(&line).trim_end())).collect()
}
