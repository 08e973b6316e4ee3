//! What both surfaces share: a handled request, and which entities a caller may see.

use crate::books::View;
use crate::schema::Table;
use crate::state::State;
use crate::switches::{ChangeEvents, FinanceYears, Switches};
use crate::tables::{CHANGE_EVENT, FINANCE_YEAR, table_of_entity, tables};
use bytes::Bytes;
use http::Response;

/// An answer, and who it is for.
#[derive(Debug)]
pub(crate) struct Handled {
    /// The answer.
    pub response: Response<Bytes>,
    /// The user, where the credentials were right: the call counts against the quota.
    pub user: Option<String>,
}

impl Handled {
    /// An answer to somebody whose credentials were not right.
    pub(crate) fn anonymous(response: Response<Bytes>) -> Self {
        Self { response, user: None }
    }

    /// An answer to a user.
    pub(crate) fn by(user: &str, response: Response<Bytes>) -> Self {
        Self { response, user: Some(user.to_owned()) }
    }
}

/// The view that an entity name means; `None` where there is no such entity.
pub(crate) fn view_of(entity: &str, switches: &Switches) -> Option<View> {
    let (table, user_fields) = table_of_entity(entity)?;
    offered(table, switches).then_some(View { table, user_fields })
}

/// Whether the API has the table at all.
fn offered(table: &Table, switches: &Switches) -> bool {
    match table.name {
        CHANGE_EVENT => switches.change_events == ChangeEvents::Exposed,
        FINANCE_YEAR => switches.finance_years == FinanceYears::Shown,
        _ => true,
    }
}

/// Whether a user may read a table: the Modification URLs are not for read-only users.
pub(crate) fn may_see(state: &State, user: &str, view: View) -> bool {
    view.table.name != CHANGE_EVENT || state.user(user).is_some_and(|user| !user.read_only)
}

/// The entity names, for the list of endpoints.
pub(crate) fn entity_names(switches: &Switches) -> Vec<String> {
    tables()
        .iter()
        .filter(|table| offered(table, switches))
        .flat_map(|table| [table.entity.to_owned(), format!("{}User", table.entity)])
        .collect()
}
