//! Tables for people: no lines, columns by blanks, so that they can be copied and cut.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

/// A table with these headings.
pub fn table(headings: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(headings.iter().map(|heading| heading.to_uppercase()));
    table
}

/// Put a column's content to the right, as amounts stand.
pub fn to_the_right(table: &mut Table, column: usize) {
    if let Some(column) = table.column_mut(column) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}

/// The table's lines, headings first and one for each row, without blanks at their ends. A cell with a line break in it
/// takes several.
pub fn lines(table: &Table) -> impl Iterator<Item = String> + '_ {
    table.lines().map(|line| line.strip_prefix(' ').unwrap_or(&line).trim_end().to_owned())
}

/// The table as text.
pub fn text(table: &Table) -> String {
    lines(table).map(|line| format!("{line}\n")).collect()
}
