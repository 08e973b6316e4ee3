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

/// How many ids one statement takes; the last statement of a list repeats its last id. A fixed number keeps one statement
/// prepared whatever the length of the list.
pub(crate) const IDS: usize = 16;

/// `$2` to `$17`: as many as [`IDS`].
macro_rules! id_list {
    () => {
        "($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
    };
}
pub(crate) use id_list;

/// Exactly [`IDS`] ids: those given, the last one again for the rest. Nothing for an empty list.
pub(crate) fn filled<T>(ids: &[T]) -> impl Iterator<Item = &T> + use<'_, T> {
    ids.last().into_iter().flat_map(|last| ids.iter().chain(std::iter::repeat(last)).take(IDS))
}

#[cfg(test)]
mod tests {
    use super::{IDS, filled, one_more, page};
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

    #[test]
    fn a_list_is_filled_up_with_its_last_id() {
        let ids = ["a".to_owned(), "b".to_owned()];
        let all: Vec<_> = filled(&ids).map(String::as_str).collect();
        assert_eq!((all.len(), all[0], all[1], all[IDS - 1]), (IDS, "a", "b", "b"));
        assert_eq!(filled::<String>(&[]).count(), 0);
    }
}
