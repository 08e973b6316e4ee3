//! What the accounting system answers, and how much it may be asked.

use host_harness::bindings::types::Locale;

texts! {
    // credentials-accepted
    accepted(system, when):
        "Brugeren og kodeordet blev godtaget af {system} {when}.",
        "The user and the password were accepted by {system} on {when}.";
    refused(system, when, why):
        "Oplysningerne til {system} blev ikke godtaget {when}: {why}.",
        "What was entered for {system} was not accepted on {when}: {why}.";
    not_tried(system):
        "Det er ikke prøvet endnu, om {system} godtager brugeren og kodeordet.",
        "Whether {system} accepts the user and the password has not been tried yet.";
    not_tried_since_pause(system, since):
        "Siden pausen begyndte {since}, er det ikke prøvet, om {system} godtager brugeren og kodeordet.",
        "Whether {system} accepts the user and the password has not been tried since the pause began on {since}.";
    could_not_try(system, when, why):
        "Det kunne ikke prøves {when}, om {system} godtager brugeren og kodeordet: {why}.",
        "Whether {system} accepts the user and the password could not be tried on {when}: {why}.";
    ok_was_refused(when):
        "Der var noget i vejen, sidst nogen trykkede OK ({when}), så det vides ikke, om brugeren og kodeordet godtages.",
        "Something was in the way when somebody last pressed OK ({when}), so it is not known whether the user and the password are accepted.";
    prove_by_ok():
        "Tryk OK; så prøves oplysningerne med det samme",
        "Press OK; what is entered is then tried at once";

    // also-found
    found(system, when, what):
        "I {system} blev der set dette {when}: {what}.",
        "This was seen in {system} on {when}: {what}.";
    look_at_it(system):
        "Se efter i {system}",
        "Look in {system}";

    // catch-up
    fetched_next(system, when):
        "Ændringer i {system}, der måtte være gået tabt, hentes næste gang {when}.",
        "Changes in {system} that may have been lost are fetched next on {when}.";
    fetched_soon(system):
        "Ændringer i {system}, der måtte være gået tabt, hentes lige om lidt.",
        "Changes in {system} that may have been lost are fetched in a moment.";
    first_fetch(system):
        "Alle debitorer i {system} er ikke læst igennem første gang endnu; det sker af sig selv.",
        "Not all debtors in {system} have been read for the first time yet; that happens by itself.";
    fetch_waits_for_start(system):
        "Ændringer i {system} hentes, når forbindelsen er i gang igen, også dem fra imens.",
        "Changes in {system} are fetched when the connection runs again, those made meanwhile too.";
    fetch_waits_for_calls(system):
        "Ændringer i {system}, der måtte være gået tabt, hentes, når der igen er kald nok.",
        "Changes in {system} that may have been lost are fetched when there are calls enough again.";
    fetch_overdue(system, due, age):
        "Ændringer i {system}, der måtte være gået tabt, skulle være hentet {due}, men er det ikke ({age} for sent).",
        "Changes in {system} that may have been lost should have been fetched on {due}, but were not ({age} late).";

    // budget
    no_limit(system, used):
        "Der er ingen grænse for kald til {system}; brugt i dag: {used}.",
        "There is no limit on calls to {system}; used today: {used}.";
    calls_left(system, used, limit):
        "Kald til {system} brugt i dag: {used} af {limit}.",
        "Calls to {system} used today: {used} of {limit}.";
    timers_wait(system, used, limit, until):
        "Det meste af dagens kald til {system} er brugt ({used} af {limit}), så det, der kan vente, venter til {until}.",
        "Most of the day's calls to {system} are used ({used} of {limit}), so what can wait waits until {until}.";
    all_wait(system, used, limit, until):
        "Dagens kald til {system} er brugt ({used} af {limit}), så ændringer venter til {until}.",
        "The day's calls to {system} are used ({used} of {limit}), so changes wait until {until}.";
    wait_until(until):
        "Vent: det fortsætter af sig selv {until}",
        "Wait: it goes on by itself on {until}";
    raise_limit(system):
        "Eller sæt grænsen for kald op, hvis aftalen med {system} giver plads til det",
        "Or raise the limit on calls, if the agreement with {system} has room for it";
}
