//! What a person can do, where several reasons lead to the same.

use host_harness::bindings::types::Locale;

texts! {
    open_settings(system):
        "Åbn Systemindstillinger > Integrationer > Bogføring > {system}",
        "Open System settings (Systemindstillinger) > Integrations (Integrationer) > Bookkeeping (Bogføring) > {system}";
    press_ok():
        "Tryk OK",
        "Press OK";
    press_ok_for_the_rest():
        "Tryk OK; det, der har ventet, går derefter i gang af sig selv",
        "Press OK; what has waited then begins by itself";
    correct(label):
        "Ret feltet {label}",
        "Correct the field {label}";
    correct_what_is_named():
        "Ret det, der er nævnt ovenfor",
        "Correct what is named above";
    fill_in(labels):
        "Udfyld {labels}",
        "Fill in {labels}";
    put_program_back(id):
        "Bed dem, der driver serveren, om at lægge programmet {id} på plads",
        "Ask whoever runs the server to put the program {id} in place";
    look_again(system):
        "Kør undersøgelsen igen, og lad den spørge {system} med det samme",
        "Run this examination again, and let it ask {system} at once";
    look_again_later():
        "Kør undersøgelsen igen om lidt",
        "Run this examination again in a while";
    ask_operations():
        "Bed dem, der driver serveren, om at se efter, hvis det ikke ændrer sig",
        "Ask whoever runs the server to have a look if it does not change";
    change_something(system):
        "Ret en oplysning i {system} på en debitor, hvis kunde har kundetagget, og se, om den kommer frem i FlexyBox",
        "Change something in {system} on a debtor whose customer has the customer tag, and see whether it reaches FlexyBox";
    missed_is_fetched(when):
        "Vent på det, der blev ændret imens: det hentes af sig selv, næste gang {when}",
        "Wait for what was changed meanwhile: it is fetched by itself, next on {when}";
    missed_is_fetched_then():
        "Vent på det, der blev ændret imens: det hentes af sig selv bagefter",
        "Wait for what was changed meanwhile: it is fetched by itself afterwards";
    missed_by_hand(system):
        "Ret det, der blev ændret imens, én gang til i {system}, så det sendes igen",
        "Change what was changed meanwhile once more in {system}, so that it is sent again";
}
