//! The table of installations.

use super::fault::{Fault, unknown_word};
use super::sql;
use crate::Ms;
use crate::installation::{Installation, InstallationState, Pause};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

const NEXT_VERSION: &str = "UPDATE counters SET value = value + 1 WHERE name = 'version' RETURNING value";
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

fn installation_row(row: &Row<'_>) -> Result<Installation> {
    let code: Option<String> = row.get("pause_code")?;
    let pause = match code {
        Some(code) => Some(Pause {
            code,
            message: row.get("pause_message")?,
            subject: row.get("pause_subject")?,
            at: row.get("pause_at")?,
        }),
        None => None,
    };
    Ok(Installation {
        id: row.get("id")?,
        connector: row.get("connector")?,
        name: row.get("name")?,
        locale: row.get("locale")?,
        state: match row.get_ref("state")?.as_str()? {
            "active" => InstallationState::Active,
            "paused" => InstallationState::Paused,
            _ => return Err(unknown_word("state")),
        },
        pause,
        settings_json: row.get("settings")?,
        remembered_json: row.get("remembered")?,
        hosts_json: row.get("hosts")?,
        catalogue_json: row.get("catalogue")?,
        customer_tag: row.get("customer_tag")?,
        concurrency: row.get("concurrency")?,
        daily_calls: row.get("daily_calls")?,
        calls_day: row.get("calls_day")?,
        calls_used: row.get("calls_used")?,
        cursor: row.get("catch_up_cursor")?,
        next_check: row.get("next_check")?,
        next_catch_up: row.get("next_catch_up")?,
        health_json: row.get("health")?,
        configured_json: row.get("configured")?,
        last_hook: row.get("last_hook")?,
        created: row.get("created")?,
        version: row.get("version")?,
    })
}

/// A version no row ever had.
pub(crate) fn next_version(connection: &Connection) -> Result<i64> {
    sql::one(connection, NEXT_VERSION, &[], |row| row.get(0))
}

/// Make one.
pub(crate) fn create(connection: &Connection, new: &Installation) -> Result<(), Fault> {
    let version = next_version(connection)?;
    let state = match new.state {
        InstallationState::Active => "active",
        InstallationState::Paused => "paused",
    };
    let pause = new.pause.as_ref();
    let values = params![
        new.id,
        new.connector,
        new.name,
        new.locale,
        state,
        pause.map(|pause| &pause.code),
        pause.map(|pause| &pause.message),
        pause.map(|pause| &pause.subject),
        pause.map(|pause| pause.at),
        new.settings_json,
        new.remembered_json,
        new.hosts_json,
        new.catalogue_json,
        new.customer_tag,
        new.concurrency,
        new.daily_calls,
        new.calls_day,
        new.calls_used,
        new.cursor,
        new.next_check,
        new.next_catch_up,
        new.health_json,
        new.configured_json,
        new.last_hook,
        new.created,
        version
    ];
    if sql::run(connection, INSERT, values)? == 0 {
        return Err(Fault::Refused(format!("there is an installation {} already; choose another id", new.id)));
    }
    Ok(())
}

/// Replace what people set.
pub(crate) fn update(connection: &Connection, id: &str, new: &Installation) -> Result<()> {
    let version = next_version(connection)?;
    let values = params![
        id,
        new.name,
        new.locale,
        new.settings_json,
        new.remembered_json,
        new.hosts_json,
        new.catalogue_json,
        new.customer_tag,
        new.concurrency,
        new.daily_calls,
        new.configured_json,
        version
    ];
    sql::run(connection, UPDATE, values).map(drop)
}

/// Forget it; every other table forgets it with it.
pub(crate) fn delete(connection: &Connection, id: &str) -> Result<()> {
    sql::run(connection, DELETE, params![id]).map(drop)
}

/// Stop running its events.
pub(crate) fn pause(connection: &Connection, id: &str, pause: &Pause) -> Result<()> {
    let version = next_version(connection)?;
    sql::run(connection, PAUSE, params![id, version, pause.code, pause.message, pause.subject, pause.at]).map(drop)
}

/// Run its events again, those that wait for a time at once.
pub(crate) fn resume(connection: &Connection, id: &str) -> Result<()> {
    let version = next_version(connection)?;
    sql::run(connection, RESUME, params![id, version])?;
    sql::run(connection, ALL_DUE, params![id]).map(drop)
}

/// A text of the row that a call gave.
#[derive(Clone, Copy)]
pub(crate) enum Text {
    Cursor,
    Remembered,
    Health,
}

/// Replace a text of the row.
pub(crate) fn set_text(connection: &Connection, id: &str, which: Text, text: Option<&str>) -> Result<()> {
    let version = next_version(connection)?;
    let statement = match which {
        Text::Cursor => CURSOR,
        Text::Remembered => REMEMBER,
        Text::Health => HEALTH,
    };
    sql::run(connection, statement, params![id, version, text]).map(drop)
}

/// A time of the row; times leave the version as it is.
#[derive(Clone, Copy)]
pub(crate) enum Time {
    NextCheck,
    NextCatchUp,
}

/// Replace a time of the row.
pub(crate) fn set_time(connection: &Connection, id: &str, which: Time, at: Ms) -> Result<()> {
    let statement = match which {
        Time::NextCheck => NEXT_CHECK,
        Time::NextCatchUp => NEXT_CATCH_UP,
    };
    sql::run(connection, statement, params![id, at]).map(drop)
}

/// Its link was called; false when there is no such installation.
pub(crate) fn hook_called(connection: &Connection, id: &str, at: Ms) -> Result<bool> {
    Ok(sql::run(connection, HOOK_CALLED, params![id, at])? > 0)
}

/// Count calls.
pub(crate) fn add_calls(connection: &Connection, id: &str, day: i64, calls: i64) -> Result<()> {
    sql::run(connection, CALLS, params![id, day, calls]).map(drop)
}

/// Whether there is one.
pub(crate) fn exists(connection: &Connection, id: &str) -> Result<bool> {
    let found: i64 = sql::one(connection, EXISTS, params![id], |row| row.get(0))?;
    Ok(found > 0)
}

/// The version of its row.
pub(crate) fn version(connection: &Connection, id: &str) -> Result<Option<i64>> {
    sql::one(connection, VERSION, params![id], |row| row.get(0)).optional()
}

/// Whether it is paused; none when there is no such installation.
pub(crate) fn paused(connection: &Connection, id: &str) -> Result<Option<bool>> {
    sql::one(connection, PAUSED, params![id], |row| row.get(0)).optional()
}

/// One.
pub(crate) fn one(connection: &Connection, id: &str) -> Result<Option<Installation>> {
    sql::one(connection, ONE, params![id], installation_row).optional()
}

/// All by id.
pub(crate) fn list(connection: &Connection) -> Result<Vec<Installation>> {
    sql::all(connection, LIST, &[], installation_row)
}
