//! The link (ændrings-URL) that the accounting system calls.

use host_harness::bindings::types::Locale;

texts! {
    // link-made
    made(system, when):
        "Linket, som {system} skal kalde, blev lavet {when}.",
        "The link that {system} is to call was made on {when}.";
    not_made(system):
        "Der er ikke lavet noget link, som {system} kan kalde, så ændringer dér kommer ikke til FlexyBox af sig selv.",
        "No link was made that {system} could call, so changes there do not reach FlexyBox by themselves.";
    no_public_url(system):
        "Serveren kender ikke sin egen adresse på nettet, så der er intet link, som {system} kan kalde.",
        "The server does not know its own address on the internet, so there is no link that {system} could call.";
    no_link_needed(system):
        "Der skal ikke bruges noget link, for {system} kalder ikke selv.",
        "No link is needed, for {system} does not call by itself.";
    make_it():
        "Tryk OK; så laves linket",
        "Press OK; the link is made then";
    give_public_url():
        "Bed dem, der driver serveren, om at angive dens offentlige adresse og starte den igen",
        "Ask whoever runs the server to enter its public address and to start it again";
    after_link():
        "Få først linket lavet, som det står ovenfor",
        "Have the link made first, as it says above";
    after_credentials():
        "Få først brugeren og kodeordet godtaget",
        "Have the user and the password accepted first";

    // link-registered
    registered(system, seen):
        "Linket er sat ind i {system} (undersøgt {seen}).",
        "The link is entered in {system} (looked at on {seen}).";
    registered_since_called(system, called):
        "Linket er sat ind i {system}, for det blev kaldt {called}.",
        "The link is entered in {system}, for it was called on {called}.";
    not_registered(system, seen):
        "Linket er ikke sat ind i {system}, så ændringer dér kommer ikke til FlexyBox af sig selv (undersøgt {seen}).",
        "The link is not entered in {system}, so changes there do not reach FlexyBox by themselves (looked at on {seen}).";
    not_shown(system, seen):
        "Det kan ikke ses udefra, om linket er sat ind i {system} (undersøgt {seen}).",
        "Whether the link is entered in {system} cannot be seen from outside (looked at on {seen}).";
    registered_unseen(system):
        "Det er ikke undersøgt endnu, om linket er sat ind i {system}.",
        "Whether the link is entered in {system} has not been looked at yet.";
    registered_failed(system, tried, why):
        "Det kunne ikke ses {tried}, om linket er sat ind i {system}: {why}.",
        "Whether the link is entered in {system} could not be seen on {tried}: {why}.";
    registered_without_link(system):
        "Intet kan være sat ind i {system}, før linket er lavet.",
        "Nothing can be entered in {system} before the link is made.";
    enter_by_ok(system):
        "Tryk OK; så sættes linket ind i {system}, eller det vises, hvordan man selv gør",
        "Press OK; the link is then entered in {system}, or you are shown how to do it yourself";
    look_for_link(system):
        "Se selv efter i {system}, om linket er sat ind, og om det er det samme som i FlexyBox",
        "Look for yourself in {system} whether the link is entered, and whether it is the same as in FlexyBox";

    // link-in-error
    no_error(system, seen):
        "Linket er ikke markeret med fejl i {system} (undersøgt {seen}).",
        "The link is not marked as in error in {system} (looked at on {seen}).";
    in_error(system, error, called, seen):
        "Linket er markeret med Har fejl i {system}, som derfor ikke kalder det mere; fejl: {error}; seneste kald: {called} (undersøgt {seen}).",
        "The link is marked Has errors (Har fejl) in {system}, which therefore no longer calls it; error: {error}; last call: {called} (looked at on {seen}).";
    was_in_error(system, seen, called):
        "Linket var markeret med Har fejl i {system} {seen}, men er blevet kaldt siden ({called}).",
        "The link was marked Has errors (Har fejl) in {system} on {seen}, but has been called since ({called}).";
    error_not_shown(system, seen):
        "Det kan ikke ses udefra, om linket er markeret med fejl i {system} (undersøgt {seen}).",
        "Whether the link is marked as in error in {system} cannot be seen from outside (looked at on {seen}).";
    error_unseen(system):
        "Det er ikke undersøgt endnu, om linket er markeret med fejl i {system}.",
        "Whether the link is marked as in error in {system} has not been looked at yet.";
    error_failed(system, tried, why):
        "Det kunne ikke ses {tried}, om linket er markeret med fejl i {system}: {why}.",
        "Whether the link is marked as in error in {system} could not be seen on {tried}: {why}.";
    error_without_link(system):
        "Intet kan være markeret med fejl i {system}, før linket er lavet.",
        "Nothing can be marked as in error in {system} before the link is made.";
    not_told():
        "ikke oplyst",
        "not told";
    find_link(system):
        "Find linket i {system}, hvor ændrings-URL'er vises",
        "Find the link in {system}, where modification URLs are shown";
    take_mark_away():
        "Fjern markeringen Har fejl, som regel ved at trykke Opdater",
        "Take the mark Has errors (Har fejl) away, usually by pressing Refresh (Opdater)";
    look_for_mark(system):
        "Se selv efter i {system}, om linket er markeret med Har fejl",
        "Look for yourself in {system} whether the link is marked Has errors (Har fejl)";

    // link-token
    right_link_entered(system):
        "Det er det nyeste link, der er sat ind i {system}.",
        "It is the newest link that is entered in {system}.";
    right_link_called(system, called):
        "Det er det nyeste link, der kaldes fra {system} (senest {called}).",
        "It is the newest link that is called from {system} (last on {called}).";
    old_link_called(system, called, expires):
        "Der kaldes stadig et gammelt link fra {system} (senest {called}); det virker kun til {expires}.",
        "An old link is still called from {system} (last on {called}); it works only until {expires}.";
    old_link_over(system, called, expires):
        "Et gammelt link er stadig sat ind i {system} (kaldt senest {called}), og det holdt op med at virke {expires}.",
        "An old link is still entered in {system} (last called on {called}), and it stopped working on {expires}.";
    no_link_called(system):
        "Linket er ikke kaldt endnu, og et kald af et forkert link ville ingen kunne føre tilbage til {system}.",
        "The link has not been called yet, and nobody could trace a call of a wrong link back to {system}.";
    token_without_link():
        "Intet link kan være det rigtige, før linket er lavet.",
        "No link can be the right one before the link is made.";
    enter_new_before(system, expires):
        "Sæt det nye link ind i {system} i stedet for det gamle før {expires}",
        "Enter the new link in {system} in place of the old one before {expires}";
    enter_new(system):
        "Sæt det nye link ind i {system} i stedet for det gamle",
        "Enter the new link in {system} in place of the old one";
    compare(system):
        "Sammenlign linket i {system} med det, der vises i FlexyBox; de skal være ens tegn for tegn",
        "Compare the link in {system} with the one that FlexyBox shows; they must be the same character by character";

    // last-call
    called(system, when, age):
        "Seneste kald fra {system} kom {when}, for {age} siden.",
        "The last call from {system} came on {when}, {age} ago.";
    not_called_yet(system):
        "Der er ikke kommet noget kald fra {system} endnu, men linket er også nyt.",
        "No call has come from {system} yet, but the link is new, too.";
    never_called(system, made):
        "Der er aldrig kommet noget kald fra {system}, skønt linket blev lavet {made}.",
        "No call has ever come from {system}, although the link was made on {made}.";
    never_called_without_link(system):
        "Der kan ikke komme noget kald fra {system}, før linket er lavet.",
        "No call can come from {system} before the link is made.";
}
