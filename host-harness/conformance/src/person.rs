//! Made-up members of a club, and the texts of theirs that must not be told.

use host_harness::bindings::types::Customer;

/// A member; `nth` begins with 0. Nothing of it is like anybody's.
pub(crate) fn member(nth: u32, first_number: u32, tag: &str) -> Customer {
    let number = first_number.saturating_add(nth);
    Customer {
        id: format!("member-{nth}"),
        number: number.to_string(),
        name: format!("Ærø Prøvesen-Åkande {number}"),
        address: format!("Vildmosestien {number}"),
        zip: "9999".to_owned(),
        city: "Hvidbjergby".to_owned(),
        country: "DK".to_owned(),
        phone: format!("00{number:06}"),
        mobile: format!("01{number:06}"),
        email: format!("proeve{number}@medlem.example"),
        cvr: String::new(),
        ean: String::new(),
        tags: vec![tag.to_owned()],
        fields: Vec::new(),
        deleted: false,
        revision: 1,
    }
}

/// What of a member nobody may be told in a log line or a detail for operators. The number is not among it: it is how people find
/// who is meant.
pub(crate) fn private(customer: &Customer) -> Vec<String> {
    let texts = [&customer.name, &customer.address, &customer.city, &customer.phone, &customer.mobile, &customer.email];
    texts.into_iter().filter(|text| text.len() > 3).cloned().collect()
}
