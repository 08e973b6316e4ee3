//! The table of installations.

use super::fault::{Fault, unknown_word};
use crate::Ms;
use crate::installation::{Installation, InstallationState, Pause};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqlitePool, SqliteRow};

const NEXT_VERSIONS: &str = "UPDATE counters SET value = value + $1 WHERE name = 'version' RETURNING value";
const INSERT: &str = "INSERT INTO installations (id, connector, name, locale, state, pause_code, pause_message, pause_subject, \
     pause_at, settings, remembered, hosts, catalogue, customer_tag, concurrency, daily_calls, calls_day, calls_used, \
     catch_up_cursor, next_check, next_catch_up, health, configured, last_hook, created, version) VALUES ($1, $2, $3, $4, $5, $6, \
     $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26) ON CONFLICT (id) DO NOTHING";
const UPDATE: &str = "UPDATE installations SET name = $2, locale = $3, settings = $4, remembered = $5, hosts = $6, catalogue = $7, \
     customer_tag = $8, concurrency = $9, daily_calls = $10, configured = $11, version = $12 WHERE id = $1";
const DELETE: &str = "DELETE FROM installations WHERE id = $1";
const PAUSE: &str = "UPDATE installations SET state = 'paused', pause_code = $3, pause_message = $4, pause_subject = $5, \
     pause_at = $6, version = $2 WHERE id = $1";
const RESUME: &str = "UPDATE installations SET state = 'active', pause_code = NULL, pause_message = NULL, pause_subject = NULL, \
     pause_at = NULL, version = $2 WHERE id = $1";
const ALL_DUE: &str =
    "UPDATE events SET not_before = 0 WHERE installation = $1 AND state = 'waiting' AND not_before > 0";
const CURSOR: &str = "UPDATE installations SET catch_up_cursor = $3, version = $2 WHERE id = $1";
const REMEMBER: &str = "UPDATE installations SET remembered = $3, version = $2 WHERE id = $1";
const HEALTH: &str = "UPDATE installations SET health = $3, version = $2 WHERE id = $1";
const NEXT_CHECK: &str = "UPDATE installations SET next_check = $2 WHERE id = $1";
const NEXT_CATCH_UP: &str = "UPDATE installations SET next_catch_up = $2 WHERE id = $1";
const HOOK_CALLED: &str = "UPDATE installations SET last_hook = $2 WHERE id = $1";
const CALLS: &str = "UPDATE installations SET calls_used = CASE WHEN $2 > calls_day THEN $3 ELSE calls_used + $3 END, \
     calls_day = CASE WHEN $2 > calls_day THEN $2 ELSE calls_day END WHERE id = $1";
const EXISTS: &str = "SELECT COUNT(*) FROM installations WHERE id = $1";
const VERSION: &str = "SELECT version FROM installations WHERE id = $1";
const PAUSED: &str = "SELECT state = 'paused' FROM installations WHERE id = $1";
const ONE: &str = "SELECT * FROM installations WHERE id = $1";
const LIST: &str = "SELECT * FROM installations ORDER BY id";

/// What is said of an installation that is not there.
pub(crate) fn unknown(id: &str) -> Fault {
    Fault::Refused(format!("there is no installation {id}"))
}

fn small(row: &SqliteRow, column: &str) -> Result<u32, sqlx::Error> {
    let number: i64 = row.try_get(column)?;
    u32::try_from(number).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

fn installation_row(row: &SqliteRow) -> Result<Installation, sqlx::Error> {
    let code: Option<String> = row.try_get("pause_code")?;
    let pause = match code {
        Some(code) => Some(Pause {
            code,
            message: row.try_get("pause_message")?,
            subject: row.try_get("pause_subject")?,
            at: row.try_get("pause_at")?,
        }),
        None => None,
    };
    Ok(Installation {
        id: row.try_get("id")?,
        connector: row.try_get("connector")?,
        name: row.try_get("name")?,
        locale: row.try_get("locale")?,
        state: match row.try_get("state")? {
            "active" => InstallationState::Active,
            "paused" => InstallationState::Paused,
            _ => return Err(unknown_word("state")),
        },
        pause,
        settings_json: row.try_get("settings")?,
        remembered_json: row.try_get("remembered")?,
        hosts_json: row.try_get("hosts")?,
        catalogue_json: row.try_get("catalogue")?,
        customer_tag: row.try_get("customer_tag")?,
        concurrency: small(row, "concurrency")?,
        daily_calls: small(row, "daily_calls")?,
        calls_day: row.try_get("calls_day")?,
        calls_used: row.try_get("calls_used")?,
        cursor: row.try_get("catch_up_cursor")?,
        next_check: row.try_get("next_check")?,
        next_catch_up: row.try_get("next_catch_up")?,
        health_json: row.try_get("health")?,
        configured_json: row.try_get("configured")?,
        last_hook: row.try_get("last_hook")?,
        created: row.try_get("created")?,
        version: row.try_get("version")?,
    })
}

/// A version no row ever had.
pub(crate) async fn next_version(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    next_versions(connection, 1).await
}

/// The last of so many versions no row ever had.
pub(crate) async fn next_versions(connection: &mut SqliteConnection, count: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(NEXT_VERSIONS).bind(count).fetch_one(connection).await
}

/// Make one.
pub(crate) async fn create(connection: &mut SqliteConnection, new: &Installation) -> Result<(), Fault> {
    let version = next_version(connection).await?;
    let pause = new.pause.as_ref();
    let done = sqlx::query(INSERT)
        .bind(&new.id)
        .bind(&new.connector)
        .bind(&new.name)
        .bind(&new.locale)
        .bind(match new.state {
            InstallationState::Active => "active",
            InstallationState::Paused => "paused",
        })
        .bind(pause.map(|pause| &pause.code))
        .bind(pause.map(|pause| &pause.message))
        .bind(pause.map(|pause| &pause.subject))
        .bind(pause.map(|pause| pause.at))
        .bind(&new.settings_json)
        .bind(&new.remembered_json)
        .bind(&new.hosts_json)
        .bind(&new.catalogue_json)
        .bind(&new.customer_tag)
        .bind(i64::from(new.concurrency))
        .bind(i64::from(new.daily_calls))
        .bind(new.calls_day)
        .bind(new.calls_used)
        .bind(&new.cursor)
        .bind(new.next_check)
        .bind(new.next_catch_up)
        .bind(&new.health_json)
        .bind(&new.configured_json)
        .bind(new.last_hook)
        .bind(new.created)
        .bind(version)
        .execute(connection)
        .await?;
    if done.rows_affected() == 0 {
        return Err(Fault::Refused(format!("there is an installation {} already; choose another id", new.id)));
    }
    Ok(())
}

/// Replace what people set.
pub(crate) async fn update(connection: &mut SqliteConnection, id: &str, new: &Installation) -> Result<(), sqlx::Error> {
    let version = next_version(connection).await?;
    sqlx::query(UPDATE)
        .bind(id)
        .bind(&new.name)
        .bind(&new.locale)
        .bind(&new.settings_json)
        .bind(&new.remembered_json)
        .bind(&new.hosts_json)
        .bind(&new.catalogue_json)
        .bind(&new.customer_tag)
        .bind(i64::from(new.concurrency))
        .bind(i64::from(new.daily_calls))
        .bind(&new.configured_json)
        .bind(version)
        .execute(connection)
        .await
        .map(drop)
}

/// Forget it; every other table forgets it with it.
pub(crate) async fn delete(connection: &mut SqliteConnection, id: &str) -> Result<(), sqlx::Error> {
    sqlx::query(DELETE).bind(id).execute(connection).await.map(drop)
}

/// Stop running its events.
pub(crate) async fn pause(connection: &mut SqliteConnection, id: &str, pause: &Pause) -> Result<(), sqlx::Error> {
    let version = next_version(connection).await?;
    let query = sqlx::query(PAUSE).bind(id).bind(version).bind(&pause.code).bind(&pause.message).bind(&pause.subject);
    query.bind(pause.at).execute(connection).await.map(drop)
}

/// Run its events again, those that wait for a time at once.
pub(crate) async fn resume(connection: &mut SqliteConnection, id: &str) -> Result<(), sqlx::Error> {
    let version = next_version(connection).await?;
    sqlx::query(RESUME).bind(id).bind(version).execute(&mut *connection).await?;
    sqlx::query(ALL_DUE).bind(id).execute(connection).await.map(drop)
}

/// A text of the row that a call gave.
#[derive(Clone, Copy)]
pub(crate) enum Text {
    Cursor,
    Remembered,
    Health,
}

/// Replace a text of the row.
pub(crate) async fn set_text(
    connection: &mut SqliteConnection,
    id: &str,
    which: Text,
    text: Option<&str>,
) -> Result<(), sqlx::Error> {
    let version = next_version(connection).await?;
    let statement = match which {
        Text::Cursor => CURSOR,
        Text::Remembered => REMEMBER,
        Text::Health => HEALTH,
    };
    sqlx::query(statement).bind(id).bind(version).bind(text).execute(connection).await.map(drop)
}

/// A time of the row; times leave the version as it is.
#[derive(Clone, Copy)]
pub(crate) enum Time {
    NextCheck,
    NextCatchUp,
}

/// Replace a time of the row.
pub(crate) async fn set_time(
    connection: &mut SqliteConnection,
    id: &str,
    which: Time,
    at: Ms,
) -> Result<(), sqlx::Error> {
    let statement = match which {
        Time::NextCheck => NEXT_CHECK,
        Time::NextCatchUp => NEXT_CATCH_UP,
    };
    sqlx::query(statement).bind(id).bind(at).execute(connection).await.map(drop)
}

/// Its link was called; false when there is no such installation.
pub(crate) async fn hook_called(connection: &mut SqliteConnection, id: &str, at: Ms) -> Result<bool, sqlx::Error> {
    Ok(sqlx::query(HOOK_CALLED).bind(id).bind(at).execute(connection).await?.rows_affected() > 0)
}

/// Count calls.
pub(crate) async fn add_calls(
    connection: &mut SqliteConnection,
    id: &str,
    day: i64,
    calls: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query(CALLS).bind(id).bind(day).bind(calls).execute(connection).await.map(drop)
}

/// Whether there is one.
pub(crate) async fn exists(connection: &mut SqliteConnection, id: &str) -> Result<bool, sqlx::Error> {
    let found: i64 = sqlx::query_scalar(EXISTS).bind(id).fetch_one(connection).await?;
    Ok(found > 0)
}

/// The version of its row.
pub(crate) async fn version(connection: &mut SqliteConnection, id: &str) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar(VERSION).bind(id).fetch_optional(connection).await
}

/// Whether it is paused; none when there is no such installation.
pub(crate) async fn paused(connection: &mut SqliteConnection, id: &str) -> Result<Option<bool>, sqlx::Error> {
    sqlx::query_scalar(PAUSED).bind(id).fetch_optional(connection).await
}

/// One.
pub(crate) async fn one(pool: &SqlitePool, id: &str) -> Result<Option<Installation>, sqlx::Error> {
    sqlx::query(ONE).bind(id).try_map(|row: SqliteRow| installation_row(&row)).fetch_optional(pool).await
}

/// All by id.
pub(crate) async fn list(pool: &SqlitePool) -> Result<Vec<Installation>, sqlx::Error> {
    sqlx::query(LIST).try_map(|row: SqliteRow| installation_row(&row)).fetch_all(pool).await
}
