//! Running a statement, which stays prepared.
//!
//! The statements are PostgreSQL's too, where `$2` stands for the second value. SQLite takes `$2` for a name, and numbers names in
//! the order in which it meets them; so values are put in their places by the number in the name.

use rusqlite::{CachedStatement, Connection, Error, Result, Row, ToSql};

/// Run it; how many rows it wrote.
pub(crate) fn run(connection: &Connection, statement: &str, values: &[&dyn ToSql]) -> Result<usize> {
    bound(connection, statement, values)?.raw_execute()
}

/// The first row; an error where there is none (see [`rusqlite::OptionalExtension`]).
pub(crate) fn one<T>(
    connection: &Connection,
    statement: &str,
    values: &[&dyn ToSql],
    read: impl FnOnce(&Row<'_>) -> Result<T>,
) -> Result<T> {
    let mut statement = bound(connection, statement, values)?;
    read(statement.raw_query().next()?.ok_or(Error::QueryReturnedNoRows)?)
}

/// All rows.
pub(crate) fn all<T>(
    connection: &Connection,
    statement: &str,
    values: &[&dyn ToSql],
    read: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    bound(connection, statement, values)?.raw_query().mapped(read).collect()
}

fn bound<'c>(connection: &'c Connection, statement: &str, values: &[&dyn ToSql]) -> Result<CachedStatement<'c>> {
    let mut statement = connection.prepare_cached(statement)?;
    let places = statement.parameter_count();
    if places != values.len() {
        return Err(Error::InvalidParameterCount(values.len(), places));
    }
    for place in 1..=places {
        let name = statement.parameter_name(place).unwrap_or_default();
        let number: Option<usize> = name.strip_prefix('$').and_then(|number| number.parse().ok());
        let Some(value) = number.and_then(|number| values.get(number.checked_sub(1)?)) else {
            return Err(Error::InvalidParameterName(name.to_owned()));
        };
        statement.raw_bind_parameter(place, *value)?;
    }
    Ok(statement)
}

#[cfg(test)]
mod tests {
    use super::{all, one, run};
    use rusqlite::{Connection, Error, params};

    #[test]
    fn values_stand_where_their_numbers_are() {
        let connection = Connection::open_in_memory().unwrap();
        let said = one(&connection, "SELECT $2 || $1 || $2", params!["a", "b"], |row| row.get::<_, String>(0));
        assert_eq!(said.unwrap(), "bab");
        run(&connection, "CREATE TABLE t (n BIGINT)", &[]).unwrap();
        assert_eq!(run(&connection, "INSERT INTO t VALUES ($2), ($1)", params![1, 2]).unwrap(), 2);
        let numbers: Vec<i64> = all(&connection, "SELECT n FROM t ORDER BY n", &[], |row| row.get(0)).unwrap();
        assert_eq!(numbers, [1, 2]);
    }

    #[test]
    fn a_value_too_many_or_too_few_is_an_error() {
        let connection = Connection::open_in_memory().unwrap();
        let ask = |statement, values: &[&dyn rusqlite::ToSql]| one(&connection, statement, values, |_| Ok(()));
        assert!(matches!(ask("SELECT $1", params![1, 2]), Err(Error::InvalidParameterCount(2, 1))));
        assert!(matches!(ask("SELECT $1, $2", params![1]), Err(Error::InvalidParameterCount(1, 2))));
        assert!(matches!(ask("SELECT $3", params![1]), Err(Error::InvalidParameterName(_))));
    }
}
