//! Many documents in one body, one a line (NDJSON): all are taken or none.

use super::json::{Document, parse};
use crate::problem::Problem;

/// Most lines: what the service takes in one transaction.
const MOST: usize = 5_000;

/// A document and the line it stood on, from 1.
pub(crate) struct Line<T> {
    pub(crate) number: usize,
    pub(crate) document: T,
}

/// Read every line that is not blank.
///
/// # Errors
///
/// 422 that names the first line that cannot be read or breaks a limit; 422 for none and for more than 5,000.
pub(crate) fn lines<T: Document>(text: &[u8]) -> Result<Vec<Line<T>>, Problem> {
    let mut found = Vec::new();
    for (place, line) in text.split(|byte| *byte == b'\n').enumerate() {
        let number = place.saturating_add(1);
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        if found.len() >= MOST {
            return Err(Problem::invalid("too-many-lines", format!("more than {MOST} lines; send the rest by itself")));
        }
        let document: T = parse(line).map_err(|problem| on_line(number, &problem))?;
        document.check().map_err(|invalid| on_line(number, &invalid.into()))?;
        found.push(Line { number, document });
    }
    if found.is_empty() {
        return Err(Problem::invalid("no-lines", "the body has no lines; send one document a line"));
    }
    Ok(found)
}

fn on_line(number: usize, problem: &Problem) -> Problem {
    let subject = match problem.subject.as_str() {
        "" => format!("line {number}"),
        field => format!("line {number}: {field}"),
    };
    let detail = format!("line {number}: {}; nothing was taken", problem.detail);
    Problem::invalid("invalid-line", detail).about(subject)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Checked, Invalid};
    use rstest::rstest;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Even {
        n: u64,
    }

    impl Document for Even {
        fn check(&self) -> Checked {
            if self.n.is_multiple_of(2) { Ok(()) } else { Err(Invalid::new("n", "is odd")) }
        }
    }

    #[test]
    fn blank_lines_count_but_are_passed_over() {
        let read = lines::<Even>(b"{\"n\":2}\r\n\n  \n{\"n\":4}").ok().unwrap();
        let read: Vec<_> = read.iter().map(|line| (line.number, line.document.n)).collect();
        assert_eq!(read, [(1, 2), (4, 4)]);
    }

    #[rstest]
    #[case("{\"n\":2}\n{\"n\":", "line 2")]
    #[case("{\"n\":2}\n\n{\"n\":3}", "line 3: n")]
    #[case("{\"n\":-1}", "line 1: n")]
    #[case("\n \n", "")]
    fn names_the_first_bad_line(#[case] text: &str, #[case] subject: &str) {
        let problem = lines::<Even>(text.as_bytes()).err().unwrap();
        assert_eq!((problem.status.as_u16(), problem.subject.as_str()), (422, subject));
    }

    #[test]
    fn takes_5000_and_not_one_more() {
        let text = "{\"n\":0}\n".repeat(MOST);
        assert_eq!(lines::<Even>(text.as_bytes()).ok().unwrap().len(), MOST);
        let problem = lines::<Even>(format!("{text}{{\"n\":0}}").as_bytes()).err().unwrap();
        assert_eq!(problem.code, "too-many-lines");
    }
}
