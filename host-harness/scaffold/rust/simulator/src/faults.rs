//! Trouble on the line, as it was ordered.

use accounting_trial::{Fault, How, On};
use serde_json::{Value, json};

/// The trouble for this call, if any; it is used up by it.
pub(crate) fn take(faults: &mut Vec<Fault>, write: bool) -> Option<How> {
    let matches = |on: On| on == On::Any || (on == On::Write) == write;
    let fault = faults.iter_mut().find(|fault| fault.times > 0 && matches(fault.on))?;
    if fault.skip > 0 {
        fault.skip -= 1;
        return None;
    }
    fault.times -= 1;
    let how = fault.how.clone();
    faults.retain(|fault| fault.times > 0);
    Some(how)
}

/// The answer with a field that nobody knows in every object of it.
pub(crate) fn with_unknown_fields(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.values_mut().for_each(with_unknown_fields);
            object.insert("zz_new_in_this_release".to_owned(), json!({"kind": 1, "notes": ["æ", null]}));
        }
        Value::Array(items) => items.iter_mut().for_each(with_unknown_fields),
        _ => {}
    }
}
