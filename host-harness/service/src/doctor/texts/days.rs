//! Days and times.

use host_harness::bindings::types::Locale;
use jiff::civil::Weekday;

texts! {
    moment(weekday, day, month, year, hour, minute):
        "{weekday} den {day}. {month}{year} kl. {hour}.{minute}",
        "{weekday} {day} {month}{year} at {hour}:{minute}";
}

pub(in crate::doctor) const fn weekday(weekday: Weekday, locale: Locale) -> &'static str {
    let (da, en) = match weekday {
        Weekday::Monday => ("mandag", "Monday"),
        Weekday::Tuesday => ("tirsdag", "Tuesday"),
        Weekday::Wednesday => ("onsdag", "Wednesday"),
        Weekday::Thursday => ("torsdag", "Thursday"),
        Weekday::Friday => ("fredag", "Friday"),
        Weekday::Saturday => ("lørdag", "Saturday"),
        Weekday::Sunday => ("søndag", "Sunday"),
    };
    match locale {
        Locale::Da => da,
        Locale::En => en,
    }
}

pub(in crate::doctor) const fn month(month: i8, locale: Locale) -> &'static str {
    let (da, en) = match month {
        1 => ("januar", "January"),
        2 => ("februar", "February"),
        3 => ("marts", "March"),
        4 => ("april", "April"),
        5 => ("maj", "May"),
        6 => ("juni", "June"),
        7 => ("juli", "July"),
        8 => ("august", "August"),
        9 => ("september", "September"),
        10 => ("oktober", "October"),
        11 => ("november", "November"),
        _ => ("december", "December"),
    };
    match locale {
        Locale::Da => da,
        Locale::En => en,
    }
}
