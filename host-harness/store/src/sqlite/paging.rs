//! Lists in parts: one row more than asked for is read, and says whether there is another part.

use crate::record::Page;

/// How many rows to read for a part of `most`; at least one is handed out, or a list would never end.
pub(crate) fn one_more(most: u32) -> i64 {
    i64::from(most.max(1)) + 1
}

/// The part, out of up to [`one_more`] rows.
pub(crate) fn page<T>(mut items: Vec<T>, most: u32, after: impl Fn(&T) -> String) -> Page<T> {
    let most = usize::try_from(most.max(1)).unwrap_or(usize::MAX);
    let more = items.len() > most;
    items.truncate(most);
    let next = if more { items.last().map(after) } else { None };
    Page { items, next }
}

#[cfg(test)]
mod tests {
    use super::{one_more, page};
    use rstest::rstest;

    #[rstest]
    #[case(3, 2, 2, Some("1"))]
    #[case(2, 2, 2, None)]
    #[case(0, 2, 0, None)]
    #[case(2, 0, 1, Some("0"))]
    fn a_page_says_whether_there_is_more(
        #[case] rows: usize,
        #[case] most: u32,
        #[case] items: usize,
        #[case] next: Option<&str>,
    ) {
        let read = usize::try_from(one_more(most)).unwrap().min(rows);
        let part = page((0..read).collect(), most, ToString::to_string);
        assert_eq!((part.items.len(), part.next.as_deref()), (items, next));
    }
}
