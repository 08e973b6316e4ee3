//! What stands above the list when there is no single reason to name.

use host_harness::bindings::types::Locale;

texts! {
    all_good():
        "Alt ser ud til at være i orden.",
        "Everything seems to be in order.";
    nothing_found(first):
        "Der er ikke fundet noget galt, men ikke alt kunne undersøges; det første er: {first}",
        "Nothing wrong was found, but not everything could be looked at; the first is: {first}";
    nothing_examined():
        "Intet er undersøgt.",
        "Nothing was looked at.";
}
