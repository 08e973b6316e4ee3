//! Countries: FlexyBox says `DK`, Uniconta says `Denmark` (or 57).
//!
//! Source: Uniconta's own enumerations of countries and ISO codes [meta], see `docs/sources/uniconta.md`. Their spelling
//! is kept, slips included (`VaticanCity`, `EastTimor` as `TP`).

/// Makes one text of the table, a line for each country: as texts of their own they would take twice the room in the
/// component, since each comes with its address and length.
macro_rules! in_one_text {
    ($(($code:literal, $name:literal)),* $(,)?) => {
        concat!($($code, $name, "\n"),*)
    };
}

/// ISO 3166-1 alpha-2 code and Uniconta's name, in the order of Uniconta's numbers, which start at 1.
const COUNTRIES: &str = in_one_text![
    ("AQ", "Antarctica"),
    ("AF", "Afghanistan"),
    ("AX", "Aland"),
    ("AL", "Albania"),
    ("DZ", "Algeria"),
    ("AS", "AmericanSamoa"),
    ("AD", "Andorra"),
    ("AO", "Angola"),
    ("AI", "Anguilla"),
    ("AG", "AntiguaBarbuda"),
    ("AR", "Argentina"),
    ("AM", "Armenia"),
    ("AW", "Aruba"),
    ("AC", "AscensionIsland"),
    ("AU", "Australia"),
    ("AT", "Austria"),
    ("AZ", "Azerbaijan"),
    ("BS", "Bahamas"),
    ("BH", "Bahrain"),
    ("BD", "Bangladesh"),
    ("BB", "Barbados"),
    ("BY", "Belarus"),
    ("BE", "Belgium"),
    ("BZ", "Belize"),
    ("BJ", "Benin"),
    ("BM", "Bermuda"),
    ("BT", "Bhutan"),
    ("BO", "Bolivia"),
    ("BA", "BosniaHerzegovina"),
    ("BW", "Botswana"),
    ("BR", "Brazil"),
    ("BN", "Brunei"),
    ("BG", "Bulgaria"),
    ("BF", "BurkinaFaso"),
    ("BI", "Burundi"),
    ("KH", "Cambodia"),
    ("CM", "Cameroon"),
    ("CA", "Canada"),
    ("CV", "CapeVerde"),
    ("KY", "CaymanIslands"),
    ("CF", "CentralAfricaRepublic"),
    ("TD", "Chad"),
    ("CL", "Chile"),
    ("CN", "China"),
    ("CX", "ChristmasIsland"),
    ("CC", "CocosKeelingIslands"),
    ("CO", "Colombia"),
    ("KM", "Comoros"),
    ("CG", "Congo"),
    ("CK", "CookIslands"),
    ("CR", "CostaRica"),
    ("CI", "Cotedlvoire"),
    ("HR", "Croatia"),
    ("CU", "Cuba"),
    ("CY", "Cyprus"),
    ("CZ", "CzechRepublic"),
    ("DK", "Denmark"),
    ("DJ", "Djibouti"),
    ("DM", "Dominica"),
    ("DO", "DominicanRepublic"),
    ("TP", "EastTimor"),
    ("EC", "Ecuador"),
    ("EG", "Egypt"),
    ("SV", "ElSalvador"),
    ("GQ", "EquatorialGuinea"),
    ("ER", "Eritrea"),
    ("EE", "Estonia"),
    ("ET", "Ethiopia"),
    ("FK", "FalklandIslands"),
    ("FO", "FaroeIslands"),
    ("FJ", "Fiji"),
    ("FI", "Finland"),
    ("FR", "France"),
    ("PF", "FrenchPolynesia"),
    ("GA", "Gabon"),
    ("GM", "Gambia"),
    ("GE", "Georgia"),
    ("DE", "Germany"),
    ("GH", "Ghana"),
    ("GI", "Gibraltar"),
    ("GR", "Greece"),
    ("GL", "Greenland"),
    ("GD", "Grenada"),
    ("GU", "Guam"),
    ("GT", "Guatemala"),
    ("GG", "Guernsey"),
    ("GN", "Guinea"),
    ("GW", "GuineaBissau"),
    ("GY", "Guyana"),
    ("HT", "Haiti"),
    ("HN", "Honduras"),
    ("HK", "HongKong"),
    ("HU", "Hungary"),
    ("IS", "Iceland"),
    ("IN", "India"),
    ("ID", "Indonesia"),
    ("IR", "Iran"),
    ("IQ", "Iraq"),
    ("IE", "Ireland"),
    ("IM", "IsleofMan"),
    ("IL", "Israel"),
    ("IT", "Italy"),
    ("JM", "Jamaica"),
    ("JP", "Japan"),
    ("JE", "Jersey"),
    ("JO", "Jordan"),
    ("KZ", "Kazakhstan"),
    ("KE", "Kenya"),
    ("KI", "Kiribati"),
    ("KP", "KoreaNorth"),
    ("KR", "KoreaSouth"),
    ("BV", "BouvetIsland"),
    ("KW", "Kuwait"),
    ("KG", "Kyrgyzstan"),
    ("LA", "Laos"),
    ("LV", "Latvia"),
    ("LB", "Lebanon"),
    ("LS", "Lesotho"),
    ("LR", "Liberia"),
    ("LY", "Libya"),
    ("LI", "Liechtenstein"),
    ("LT", "Lithuania"),
    ("LU", "Luxembourg"),
    ("MO", "Macao"),
    ("MK", "Macedonia"),
    ("MG", "Madagascar"),
    ("MW", "Malawi"),
    ("MY", "Malaysia"),
    ("MV", "Maldives"),
    ("ML", "Mali"),
    ("MT", "Malta"),
    ("MH", "MarshallIslands"),
    ("MR", "Mauritania"),
    ("MU", "Mauritius"),
    ("YT", "Mayotte"),
    ("MX", "Mexico"),
    ("FM", "Micronesia"),
    ("MD", "Moldova"),
    ("MC", "Monaco"),
    ("MN", "Mongolia"),
    ("ME", "Montenegro"),
    ("MS", "Montserrat"),
    ("MA", "Morocco"),
    ("MZ", "Mozambique"),
    ("MM", "Myanmar"),
    ("CW", "Curaçao"),
    ("NA", "Namibia"),
    ("NR", "Nauru"),
    ("NP", "Nepal"),
    ("NL", "Netherlands"),
    ("NC", "NewCaledonia"),
    ("NZ", "NewZealand"),
    ("NI", "Nicaragua"),
    ("NE", "Niger"),
    ("NG", "Nigeria"),
    ("NU", "Niue"),
    ("NF", "NorfolkIsland"),
    ("NT", "NeutralZone"),
    ("MP", "NorthernMarianaIslands"),
    ("NO", "Norway"),
    ("OM", "Oman"),
    ("PK", "Pakistan"),
    ("PW", "Palau"),
    ("PS", "Palestine"),
    ("PA", "Panama"),
    ("PG", "PapuaNewGuinea"),
    ("PY", "Paraguay"),
    ("PE", "Peru"),
    ("PH", "Philippines"),
    ("PN", "PitcaimIslands"),
    ("PL", "Poland"),
    ("PT", "Portugal"),
    ("PR", "PuertoRico"),
    ("QA", "Qatar"),
    ("RO", "Romania"),
    ("RU", "Russia"),
    ("RW", "Rwanda"),
    ("GS", "SouthGeorgiaIslands"),
    ("IO", "BritishIndianOceanTerritory"),
    ("SH", "SaintHelena"),
    ("KN", "SaintKittsAndNevis"),
    ("LC", "SaintLucia"),
    ("GF", "FrenchGuiana"),
    ("PM", "SaintPierreAndMiquelon"),
    ("VC", "SaintVincentAndGrenadines"),
    ("WS", "Samos"),
    ("SM", "SanMarino"),
    ("ST", "SaoTomeAndPrincipe"),
    ("SA", "SaudiArabia"),
    ("SN", "Senegal"),
    ("RS", "Serbia"),
    ("SC", "Seychelles"),
    ("SL", "SierraLeone"),
    ("SG", "Singapore"),
    ("SK", "Slovakia"),
    ("SI", "Slovenia"),
    ("SB", "SolomonIslands"),
    ("SO", "Somalia"),
    ("TF", "FrenchSouthernTerritories"),
    ("ZA", "SouthAfrica"),
    ("HM", "HeardAndMcDonaldIslands"),
    ("ES", "Spain"),
    ("LK", "SriLanka"),
    ("SD", "Sudan"),
    ("SR", "Suriname"),
    ("SJ", "Svalbard"),
    ("SZ", "Swaziland"),
    ("SE", "Sweden"),
    ("CH", "Switzerland"),
    ("SY", "Syria"),
    ("TJ", "Tajikistan"),
    ("TZ", "Tanzania"),
    ("TH", "Thailand"),
    ("TG", "Togo"),
    ("TK", "Tokelau"),
    ("TO", "Tonga"),
    ("WF", "WallisFutunaIslands"),
    ("TT", "TrinidadAndTobago"),
    ("EH", "WesternSahara"),
    ("TN", "Tunisia"),
    ("TR", "Turkey"),
    ("TM", "Turkmenistan"),
    ("TC", "TurksAndCaicosIslands"),
    ("TV", "Tuvalu"),
    ("UG", "Uganda"),
    ("UA", "Ukraine"),
    ("AE", "UnitedArabEmirates"),
    ("GB", "UnitedKingdom"),
    ("US", "UnitedStates"),
    ("UY", "Uruguay"),
    ("UZ", "Uzbekistan"),
    ("VU", "Vanuatu"),
    ("VA", "VaticanCity"),
    ("VE", "Venezuela"),
    ("VN", "Vietnam"),
    ("VG", "VirginIslands"),
    ("YE", "Yemen"),
    ("ZM", "Zambia"),
    ("ZW", "Zimbabwe"),
    ("TW", "Taiwan"),
    ("BQ", "CaribbeanNetherlands"),
];

/// How many there are.
const COUNT: usize = 241;

/// Where the line of each country begins in the text, and where the last one ends: every event asks for a country or two, and
/// would look at each letter before it.
#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "the compiler works it out, and refuses what is out of place"
)]
const LINES: [u16; COUNT + 1] = {
    let text = COUNTRIES.as_bytes();
    let mut lines = [0; COUNT + 1];
    let (mut at, mut line) = (0, 1);
    while at < text.len() {
        if text[at] == b'\n' {
            lines[line] = (at + 1) as u16;
            line += 1;
        }
        at += 1;
    }
    assert!(line == COUNT + 1 && text.len() <= u16::MAX as usize);
    lines
};

/// Code and name of every country, in order.
fn countries() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = LINES.iter().zip(LINES.iter().skip(1));
    lines.filter_map(|(from, to)| COUNTRIES.get(usize::from(*from)..usize::from(*to) - 1)?.split_at_checked(2))
}

/// Codes that ISO has renamed since Uniconta made its list.
const RENAMED: [(&str, &str); 1] = [("TL", "TP")];

/// Uniconta's name of a country, from its ISO code in any case.
pub fn name_of(iso: &str) -> Option<&'static str> {
    let iso = iso.trim().to_ascii_uppercase();
    let known = RENAMED.iter().find(|(new, _)| *new == iso).map_or(iso.as_str(), |(_, old)| old);
    countries().find(|(code, _)| *code == known).map(|(_, name)| name)
}

/// The ISO code of a country as Uniconta writes it: by name in any case, by number, or an ISO code already. `Unknown`,
/// 0 and empty are `Some("")`.
pub fn iso_of(written: &str) -> Option<&'static str> {
    let written = written.trim();
    if written.is_empty() || written == "0" || written.eq_ignore_ascii_case("Unknown") {
        return Some("");
    }
    if let Ok(number) = written.parse::<usize>() {
        return countries().nth(number.checked_sub(1)?).map(|(code, _)| current(code));
    }
    countries()
        .find(|(code, name)| name.eq_ignore_ascii_case(written) || code.eq_ignore_ascii_case(written))
        .map(|(code, _)| current(code))
}

fn current(code: &'static str) -> &'static str {
    RENAMED.iter().find(|(_, old)| *old == code).map_or(code, |(new, _)| new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("Denmark", Some("DK"))]
    #[case("57", Some("DK"))]
    #[case("dk", Some("DK"))]
    #[case("241", Some("BQ"))]
    #[case("242", None)]
    #[case("0", Some(""))]
    #[case("Unknown", Some(""))]
    #[case("Atlantis", None)]
    #[case("EastTimor", Some("TL"))]
    fn iso(#[case] written: &str, #[case] expected: Option<&str>) {
        assert_eq!(iso_of(written), expected);
    }

    #[test]
    fn every_country_goes_there_and_back() {
        assert_eq!(countries().count(), COUNT);
        for (code, name) in countries() {
            let code = current(code);
            assert_eq!(name_of(code), Some(name));
            assert_eq!(iso_of(name), Some(code));
        }
    }
}
