//! What waits, and for whom.

use host_harness::bindings::types::Locale;

texts! {
    // parked
    nothing_parked():
        "Intet venter på, at nogen ser på det.",
        "Nothing waits for somebody to look at it.";
    parked(count):
        "Der er noget, som venter på, at nogen ser på det: {count}.",
        "There is something that waits for somebody to look at it: {count}.";
    flagged(count):
        "Der er kunder, som nogen bør se på: {count}.",
        "There are customers that somebody should look at: {count}.";
    parked_and_flagged(count, flags):
        "Der er noget, som venter på, at nogen ser på det: {count}, og kunder, som nogen bør se på: {flags}.",
        "There is something that waits for somebody to look at it: {count}, and customers that somebody should look at: {flags}.";
    look_at(what, since, why):
        "Se på {what}, der har ventet siden {since}: {why}",
        "Look at {what} that has waited since {since}: {why}";
    try_again():
        "Vælg at prøve igen, når det er rettet",
        "Choose to try again when it is mended";
    look_at_flags():
        "Åbn de kunder, der er mærket, og se hvad der står ved dem",
        "Open the customers that are marked, and see what stands with them";
    a_customer(): "en kunde", "a customer";
    a_call(): "et kald af linket", "a call of the link";
    a_day(): "en dagsrapport", "a daily report";
    a_catch_up(): "en eftersøgning af tabte ændringer", "a search for lost changes";
    a_check(): "et eftersyn", "a check";

    // queue
    queue_empty():
        "Køen er tom.",
        "The queue is empty.";
    queue_moves(count, since):
        "I kø: {count}, ældste fra {since}; det tages af sig selv.",
        "In the queue: {count}, the oldest from {since}; it is taken by itself.";
    queue_paused(count, since):
        "I kø: {count}, ældste fra {since}; det tages, når forbindelsen er i gang igen.",
        "In the queue: {count}, the oldest from {since}; it is taken when the connection runs again.";
    queue_slow(count, since, age):
        "I kø: {count}, og det ældste har ventet i {age}, siden {since}; der prøves igen af sig selv.",
        "In the queue: {count}, and the oldest has waited for {age}, since {since}; it is tried again by itself.";
    queue_stuck(count, due, age):
        "Køen står stille: det forreste af {count} skulle være begyndt {due}, for {age} siden.",
        "The queue stands still: the first of {count} should have begun on {due}, {age} ago.";

    // outbox
    outbox_empty():
        "Intet ligger og venter på, at FlexyBox henter det.",
        "Nothing waits for FlexyBox to fetch it.";
    outbox_fresh(count, since):
        "Klar til, at FlexyBox henter det: {count}, ældste fra {since}.",
        "Ready for FlexyBox to fetch: {count}, the oldest from {since}.";
    outbox_waits(count, since, age):
        "Ændringer ligger klar, men FlexyBox henter dem ikke: {count}, ældste fra {since}, for {age} siden.",
        "Changes lie ready, but FlexyBox does not fetch them: {count}, the oldest from {since}, {age} ago.";
    flexybox_reach():
        "Bed dem, der driver FlexyBox, om at se efter, om det kan nå denne server, og om adgangsnøglen stadig gælder",
        "Ask whoever runs FlexyBox to see whether it can reach this server, and whether its key is still valid";
    nothing_lost():
        "Vent derefter: intet er gået tabt, og det hele kommer, når der hentes igen",
        "Then wait: nothing is lost, and all of it comes when it is fetched again";

    // host-was-down
    not_down():
        "Serveren har ikke været nede for nylig.",
        "The server has not been down recently.";
    was_down(from, to):
        "Serveren var nede fra {from} til {to}, men har været oppe siden.",
        "The server was down from {from} to {to}, and has been up since.";
    was_down_lately(from, to, age, system):
        "Serveren var nede fra {from} til {to} ({age}), så kald fra {system} i den tid kom ikke frem.",
        "The server was down from {from} to {to} ({age}), so calls from {system} in that time did not arrive.";
}
