//! Countries: FlexyBox says `DK`, e-conomic holds whatever somebody typed.
//!
//! The Danish name is written, as bookkeepers here do. Danish and English names, a few other usual spellings and the
//! ISO 3166-1 codes are read back. Text that is none of them is left as it is on both sides. Names: Unicode CLDR.

use accounting_kit::names::same;

/// Code, Danish name, English name where it differs, by `;`. One text, since each text of its own would take its address
/// and length beside it.
const COUNTRIES: &str = "\
AD;Andorra\n\
AE;De Forenede Arabiske Emirater;United Arab Emirates\n\
AF;Afghanistan\n\
AG;Antigua og Barbuda;Antigua & Barbuda\n\
AI;Anguilla\n\
AL;Albanien;Albania\n\
AM;Armenien;Armenia\n\
AO;Angola\n\
AQ;Antarktis;Antarctica\n\
AR;Argentina\n\
AS;Amerikansk Samoa;American Samoa\n\
AT;Østrig;Austria\n\
AU;Australien;Australia\n\
AW;Aruba\n\
AX;Åland;Åland Islands\n\
AZ;Aserbajdsjan;Azerbaijan\n\
BA;Bosnien-Hercegovina;Bosnia & Herzegovina\n\
BB;Barbados\n\
BD;Bangladesh\n\
BE;Belgien;Belgium\n\
BF;Burkina Faso\n\
BG;Bulgarien;Bulgaria\n\
BH;Bahrain\n\
BI;Burundi\n\
BJ;Benin\n\
BL;Saint Barthélemy;St. Barthélemy\n\
BM;Bermuda\n\
BN;Brunei\n\
BO;Bolivia\n\
BQ;De tidligere Nederlandske Antiller;Caribbean Netherlands\n\
BR;Brasilien;Brazil\n\
BS;Bahamas\n\
BT;Bhutan\n\
BV;Bouvetøen;Bouvet Island\n\
BW;Botswana\n\
BY;Belarus\n\
BZ;Belize\n\
CA;Canada\n\
CC;Cocosøerne;Cocos (Keeling) Islands\n\
CD;Congo-Kinshasa;Congo - Kinshasa\n\
CF;Den Centralafrikanske Republik;Central African Republic\n\
CG;Congo-Brazzaville;Congo - Brazzaville\n\
CH;Schweiz;Switzerland\n\
CI;Elfenbenskysten;Côte d’Ivoire\n\
CK;Cookøerne;Cook Islands\n\
CL;Chile\n\
CM;Cameroun;Cameroon\n\
CN;Kina;China\n\
CO;Colombia\n\
CR;Costa Rica\n\
CU;Cuba\n\
CV;Kap Verde;Cape Verde\n\
CW;Curaçao\n\
CX;Juleøen;Christmas Island\n\
CY;Cypern;Cyprus\n\
CZ;Tjekkiet;Czechia\n\
DE;Tyskland;Germany\n\
DJ;Djibouti\n\
DK;Danmark;Denmark\n\
DM;Dominica\n\
DO;Den Dominikanske Republik;Dominican Republic\n\
DZ;Algeriet;Algeria\n\
EC;Ecuador\n\
EE;Estland;Estonia\n\
EG;Egypten;Egypt\n\
EH;Vestsahara;Western Sahara\n\
ER;Eritrea\n\
ES;Spanien;Spain\n\
ET;Etiopien;Ethiopia\n\
FI;Finland\n\
FJ;Fiji\n\
FK;Falklandsøerne;Falkland Islands\n\
FM;Mikronesien;Micronesia\n\
FO;Færøerne;Faroe Islands\n\
FR;Frankrig;France\n\
GA;Gabon\n\
GB;Storbritannien;United Kingdom\n\
GD;Grenada\n\
GE;Georgien;Georgia\n\
GF;Fransk Guyana;French Guiana\n\
GG;Guernsey\n\
GH;Ghana\n\
GI;Gibraltar\n\
GL;Grønland;Greenland\n\
GM;Gambia\n\
GN;Guinea\n\
GP;Guadeloupe\n\
GQ;Ækvatorialguinea;Equatorial Guinea\n\
GR;Grækenland;Greece\n\
GS;South Georgia og De Sydlige Sandwichøer;South Georgia & South Sandwich Islands\n\
GT;Guatemala\n\
GU;Guam\n\
GW;Guinea-Bissau\n\
GY;Guyana\n\
HK;SAR Hongkong;Hong Kong SAR China\n\
HM;Heard Island og McDonald Islands;Heard & McDonald Islands\n\
HN;Honduras\n\
HR;Kroatien;Croatia\n\
HT;Haiti\n\
HU;Ungarn;Hungary\n\
ID;Indonesien;Indonesia\n\
IE;Irland;Ireland\n\
IL;Israel\n\
IM;Isle of Man\n\
IN;Indien;India\n\
IO;Det Britiske Territorium i Det Indiske Ocean;British Indian Ocean Territory\n\
IQ;Irak;Iraq\n\
IR;Iran\n\
IS;Island;Iceland\n\
IT;Italien;Italy\n\
JE;Jersey\n\
JM;Jamaica\n\
JO;Jordan\n\
JP;Japan\n\
KE;Kenya\n\
KG;Kirgisistan;Kyrgyzstan\n\
KH;Cambodja;Cambodia\n\
KI;Kiribati\n\
KM;Comorerne;Comoros\n\
KN;Saint Kitts og Nevis;St. Kitts & Nevis\n\
KP;Nordkorea;North Korea\n\
KR;Sydkorea;South Korea\n\
KW;Kuwait\n\
KY;Caymanøerne;Cayman Islands\n\
KZ;Kasakhstan;Kazakhstan\n\
LA;Laos\n\
LB;Libanon;Lebanon\n\
LC;Saint Lucia;St. Lucia\n\
LI;Liechtenstein\n\
LK;Sri Lanka\n\
LR;Liberia\n\
LS;Lesotho\n\
LT;Litauen;Lithuania\n\
LU;Luxembourg\n\
LV;Letland;Latvia\n\
LY;Libyen;Libya\n\
MA;Marokko;Morocco\n\
MC;Monaco\n\
MD;Moldova\n\
ME;Montenegro\n\
MF;Saint Martin;St. Martin\n\
MG;Madagaskar;Madagascar\n\
MH;Marshalløerne;Marshall Islands\n\
MK;Nordmakedonien;North Macedonia\n\
ML;Mali\n\
MM;Myanmar (Burma)\n\
MN;Mongoliet;Mongolia\n\
MO;SAR Macao;Macao SAR China\n\
MP;Nordmarianerne;Northern Mariana Islands\n\
MQ;Martinique\n\
MR;Mauretanien;Mauritania\n\
MS;Montserrat\n\
MT;Malta\n\
MU;Mauritius\n\
MV;Maldiverne;Maldives\n\
MW;Malawi\n\
MX;Mexico\n\
MY;Malaysia\n\
MZ;Mozambique\n\
NA;Namibia\n\
NC;Ny Kaledonien;New Caledonia\n\
NE;Niger\n\
NF;Norfolk Island\n\
NG;Nigeria\n\
NI;Nicaragua\n\
NL;Nederlandene;Netherlands\n\
NO;Norge;Norway\n\
NP;Nepal\n\
NR;Nauru\n\
NU;Niue\n\
NZ;New Zealand\n\
OM;Oman\n\
PA;Panama\n\
PE;Peru\n\
PF;Fransk Polynesien;French Polynesia\n\
PG;Papua Ny Guinea;Papua New Guinea\n\
PH;Filippinerne;Philippines\n\
PK;Pakistan\n\
PL;Polen;Poland\n\
PM;Saint Pierre og Miquelon;St. Pierre & Miquelon\n\
PN;Pitcairn;Pitcairn Islands\n\
PR;Puerto Rico\n\
PS;De palæstinensiske områder;Palestinian Territories\n\
PT;Portugal\n\
PW;Palau\n\
PY;Paraguay\n\
QA;Qatar\n\
RE;Réunion\n\
RO;Rumænien;Romania\n\
RS;Serbien;Serbia\n\
RU;Rusland;Russia\n\
RW;Rwanda\n\
SA;Saudi-Arabien;Saudi Arabia\n\
SB;Salomonøerne;Solomon Islands\n\
SC;Seychellerne;Seychelles\n\
SD;Sudan\n\
SE;Sverige;Sweden\n\
SG;Singapore\n\
SH;St. Helena\n\
SI;Slovenien;Slovenia\n\
SJ;Svalbard og Jan Mayen;Svalbard & Jan Mayen\n\
SK;Slovakiet;Slovakia\n\
SL;Sierra Leone\n\
SM;San Marino\n\
SN;Senegal\n\
SO;Somalia\n\
SR;Surinam;Suriname\n\
SS;Sydsudan;South Sudan\n\
ST;São Tomé og Príncipe;São Tomé & Príncipe\n\
SV;El Salvador\n\
SX;Sint Maarten\n\
SY;Syrien;Syria\n\
SZ;Eswatini\n\
TC;Turks- og Caicosøerne;Turks & Caicos Islands\n\
TD;Tchad;Chad\n\
TF;De Franske Sydlige Territorier;French Southern Territories\n\
TG;Togo\n\
TH;Thailand\n\
TJ;Tadsjikistan;Tajikistan\n\
TK;Tokelau\n\
TL;Timor-Leste\n\
TM;Turkmenistan\n\
TN;Tunesien;Tunisia\n\
TO;Tonga\n\
TR;Tyrkiet;Türkiye\n\
TT;Trinidad og Tobago;Trinidad & Tobago\n\
TV;Tuvalu\n\
TW;Taiwan\n\
TZ;Tanzania\n\
UA;Ukraine\n\
UG;Uganda\n\
UM;Amerikanske oversøiske øer;U.S. Outlying Islands\n\
US;USA;United States\n\
UY;Uruguay\n\
UZ;Usbekistan;Uzbekistan\n\
VA;Vatikanstaten;Vatican City\n\
VC;Saint Vincent og Grenadinerne;St. Vincent & Grenadines\n\
VE;Venezuela\n\
VG;De Britiske Jomfruøer;British Virgin Islands\n\
VI;De Amerikanske Jomfruøer;U.S. Virgin Islands\n\
VN;Vietnam\n\
VU;Vanuatu\n\
WF;Wallis og Futuna;Wallis & Futuna\n\
WS;Samoa\n\
YE;Yemen\n\
YT;Mayotte\n\
ZA;Sydafrika;South Africa\n\
ZM;Zambia\n\
ZW;Zimbabwe";

/// Other usual spellings.
const SPELLINGS: [(&str, &str); 11] = [
    ("DNK", "DK"),
    ("Kongeriget Danmark", "DK"),
    ("Kingdom of Denmark", "DK"),
    ("Turkey", "TR"),
    ("Great Britain", "GB"),
    ("Holland", "NL"),
    ("England", "GB"),
    ("Hongkong", "HK"),
    ("UK", "GB"),
    ("Hong Kong", "HK"),
    ("Czech Republic", "CZ"),
];

fn countries() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    COUNTRIES.split('\n').filter_map(|line| {
        let (code, names) = line.split_once(';')?;
        let (danish, english) = names.split_once(';').unwrap_or((names, names));
        Some((code, danish, english))
    })
}

/// What is written for a country, from its ISO code in any case; `None` when there is no such code.
pub fn name_of(iso: &str) -> Option<&'static str> {
    countries().find(|(code, _, _)| code.eq_ignore_ascii_case(iso.trim())).map(|(_, danish, _)| danish)
}

/// The ISO code of a country as somebody typed it; empty for nothing, `None` for text that is no country.
pub fn iso_of(written: &str) -> Option<&'static str> {
    let written = written.trim();
    if written.is_empty() {
        return Some("");
    }
    countries()
        .find(|(code, danish, english)| {
            code.eq_ignore_ascii_case(written) || same(danish, written) || same(english, written)
        })
        .map(|(code, _, _)| code)
        .or_else(|| SPELLINGS.iter().find(|(spelling, _)| same(spelling, written)).map(|(_, code)| *code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("Danmark", Some("DK"))]
    #[case(" DENMARK ", Some("DK"))]
    #[case("dk", Some("DK"))]
    #[case("ÅLAND", Some("AX"))]
    #[case("Holland", Some("NL"))]
    #[case("", Some(""))]
    #[case("Atlantis", None)]
    fn read(#[case] written: &str, #[case] iso: Option<&str>) {
        assert_eq!(iso_of(written), iso);
    }

    #[test]
    fn every_country_goes_there_and_back_and_fits() {
        assert_eq!(countries().count(), 249);
        for (code, danish, english) in countries() {
            assert_eq!(name_of(code), Some(danish));
            assert_eq!((iso_of(danish), iso_of(english)), (Some(code), Some(code)), "{code}");
            assert!(danish.chars().count() <= 50, "{code}");
        }
        for (spelling, code) in SPELLINGS {
            assert_eq!(iso_of(spelling), Some(code));
        }
    }
}
