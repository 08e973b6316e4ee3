//! What people set up.

use host_harness::bindings::types::Locale;

texts! {
    // connector-loaded
    program_there(system, id):
        "Programmet, der taler med {system}, er på plads ({id}).",
        "The program that talks to {system} is in place ({id}).";
    program_missing(system, id):
        "Programmet, der taler med {system}, mangler på serveren ({id}), så intet kan overføres.",
        "The program that talks to {system} is missing on the server ({id}), so nothing can be transferred.";

    // installation-active
    running(name):
        "Forbindelsen \"{name}\" er i gang.",
        "The connection \"{name}\" is running.";
    never_started(name):
        "Forbindelsen \"{name}\" er ikke sat i gang endnu; indstillingerne skal udfyldes og godkendes med OK.",
        "The connection \"{name}\" has not been started yet; its settings must be filled in and confirmed with OK.";
    stopped_by_person(name, since):
        "Forbindelsen \"{name}\" blev sat på pause {since}; alt venter, og intet går tabt.",
        "The connection \"{name}\" was paused on {since}; everything waits, and nothing is lost.";
    paused(name, since, why):
        "Forbindelsen \"{name}\" har holdt pause siden {since}, og alt venter imens: {why}.",
        "The connection \"{name}\" has been paused since {since}, and everything waits meanwhile: {why}.";
    fill_in_all():
        "Udfyld felterne",
        "Fill in the fields";
    resume():
        "Sæt forbindelsen i gang igen, når den må køre",
        "Start the connection again when it may run";
    look_at_the_other():
        "Se efter på den anden forbindelse; denne sættes ikke i gang, men flytningen kan gøres færdig eller fortrydes",
        "Look at the other connection; this one is not to be started, but the move can be finished or undone";

    // enabled
    enabled():
        "Integrationen er aktiveret.",
        "The integration is enabled.";
    not_enabled():
        "Der er ikke sat flueben ved Aktiveret, så intet overføres.",
        "The tick at Enabled (Aktiveret) is not set, so nothing is transferred.";
    tick_enabled():
        "Sæt flueben ved Aktiveret",
        "Set the tick at Enabled (Aktiveret)";

    // settings-entered
    all_entered():
        "Alle felter, der skal udfyldes, er udfyldt.",
        "Everything that must be filled in is filled in.";
    not_entered(labels):
        "Der mangler noget i indstillingerne: {labels}.",
        "Something is missing in the settings: {labels}.";
    entered_unseen():
        "Det kan ikke ses, om alle felter er udfyldt, før programmet er på plads.",
        "Whether everything is filled in cannot be seen before the program is in place.";

    // hosts-approved
    hosts_approved(system):
        "De adresser på nettet, som {system} svarer på, er godkendt.",
        "The addresses at which {system} answers are approved.";
    hosts_missing(hosts, system):
        "Ingen har godkendt adressen {hosts}, så {system} kan ikke nås.",
        "Nobody has approved the address {hosts}, so {system} cannot be reached.";
    hosts_unseen():
        "Det kan ikke ses, om de nødvendige adresser er godkendt, før programmet er på plads.",
        "Whether the addresses needed are approved cannot be seen before the program is in place.";
    approve(hosts):
        "Bed administratoren om at godkende {hosts}",
        "Ask the administrator to approve {hosts}";

    // customer-tag-chosen
    tag_chosen(tag):
        "Kundetagget er \"{tag}\".",
        "The customer tag is \"{tag}\".";
    no_tag():
        "Der er ikke valgt noget kundetag, så ingen kunder overføres (som det skal være, hvis kun dagsrapporter skal bogføres).",
        "No customer tag is chosen, so no customers are transferred (as it should be if only daily reports are to be booked).";
    choose_tag_first():
        "Vælg først et kundetag, som det står ovenfor",
        "Choose a customer tag first, as it says above";
    choose_tag():
        "Vælg et kundetag ved Kundetag",
        "Choose a customer tag at Customer tag (Kundetag)";

    // customers-tagged
    tagged(tag, tagged, customers, links):
        "Kunder med kundetagget \"{tag}\": {tagged} af {customers}; kunder, der er knyttet til en debitor: {links}.",
        "Customers with the customer tag \"{tag}\": {tagged} of {customers}; customers that belong to a debtor: {links}.";
    none_tagged(tag, customers):
        "Ingen kunde har kundetagget \"{tag}\", så ingen overføres (kunder i alt: {customers}).",
        "No customer has the customer tag \"{tag}\", so nobody is transferred (customers in all: {customers}).";
    no_customers():
        "Der er ikke modtaget nogen kunder fra FlexyBox endnu, så der er ingen at overføre.",
        "No customers have come from FlexyBox yet, so there is nobody to transfer.";
    tag_first():
        "Det kan ikke ses, hvilke kunder der skal overføres, før der er valgt et kundetag.",
        "Which customers are to be transferred cannot be seen before a customer tag is chosen.";
    open_customer():
        "Find kunden under Vis > Kunde- og personalekartotek, og åbn den",
        "Find the customer under View (Vis) > Customers and staff (Kunde- og personalekartotek), and open it";
    tick_tag(tag):
        "Sæt flueben ved \"{tag}\" under Oplysninger > Kunde tags, og tryk OK",
        "Set the tick at \"{tag}\" under Information (Oplysninger) > Customer tags (Kunde tags), and press OK";
    save_customer():
        "Tryk Gem og luk",
        "Press Save and close (Gem og luk)";
    save_any_customer():
        "Gem en kunde i FlexyBox, og se, om den kommer hertil",
        "Save a customer in FlexyBox, and see whether it comes here";
}
