//! What can be said against a day's report before anybody is asked: every fault, in both languages, with the place where it
//! is mended.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use accounting_kit::bookkeeping::check::{Rules, check};
use accounting_kit::exports::configure::AccountSource;
use accounting_kit::exports::on_day_closed::{Accrual, DailyReport, Posting, ReportLine};
use accounting_kit::types::{Error, ErrorKind, Locale};
use proptest::prelude::*;
use rstest::rstest;

fn line(source: AccountSource, name: &str, account: &str, amount: i64) -> ReportLine {
    let none = String::new;
    ReportLine {
        source,
        source_name: name.to_owned(),
        posting: Posting::Ledger(account.to_owned()),
        amount,
        vat_code: none(),
        text: none(),
        dimensions: (none(), none(), none(), none(), none()),
        accrual: None,
    }
}

fn day(amounts: &[i64]) -> DailyReport {
    let lines = amounts.iter().map(|amount| line(AccountSource::ItemGroup, "Entré", "1010", *amount)).collect();
    DailyReport {
        id: "Z1".to_owned(),
        date: "2026-11-24".to_owned(),
        department: String::new(),
        currency: "DKK".to_owned(),
        revision: 1,
        lines,
    }
}

fn rules(rounding: Option<&Posting>) -> Rules<'_> {
    let (max_vat, max_dimension) = (10, 10);
    Rules {
        system: "Regnskab",
        max_account: 20,
        account_fault: |_, _| None,
        max_vat,
        max_dimension,
        currency: "DKK",
        rounding,
    }
}

fn refusal(report: &DailyReport, locale: Locale) -> Error {
    check(report, &rules(None), locale).unwrap_err()
}

type Spoil = fn(&mut DailyReport);

#[rstest]
#[case::no_account(|day: &mut DailyReport| day.lines[1] = line(AccountSource::PaymentType, "Dankort", " ", -100),
    "betalingstypen 'Dankort': kontonummeret mangler; ret det under Kasseopgørelse > Værdier > Dankort",
    "payment type 'Dankort': the account number is missing; mend it under Cash count > Values > Dankort")]
#[case::special_account(|day: &mut DailyReport| day.lines[1] = line(AccountSource::SpecialAccount, "Forudbetaling", "", -100),
    "specialkontoen 'Forudbetaling': kontonummeret mangler; ret det under Avanceret opsætning > Forudbetaling",
    "special account 'Forudbetaling': the account number is missing; mend it under Advanced set-up > Forudbetaling")]
#[case::long_account(|day: &mut DailyReport| day.lines[1].posting = Posting::Ledger("1".repeat(21)),
    "varegruppen 'Entré': kontonummeret '111111111111111111111' er længere end de 20 tegn, Regnskab tager; ret det under Varekartotek > Entré",
    "item group 'Entré': the account number '111111111111111111111' is longer than the 20 characters Regnskab takes; mend it under Items > Entré")]
#[case::long_vat_code(|day: &mut DailyReport| day.lines[0].vat_code = "KØBSMOMS-25".to_owned(),
    "varegruppen 'Entré': momskoden 'KØBSMOMS-25' er længere end de 10 tegn, Regnskab tager; ret det under Varekartotek > Entré",
    "item group 'Entré': the VAT code 'KØBSMOMS-25' is longer than the 10 characters Regnskab takes; mend it under Items > Entré")]
#[case::long_dimension(|day: &mut DailyReport| day.lines[0].dimensions.4 = "SVØMMEHALLEN".to_owned(),
    "varegruppen 'Entré': dimensionen 'SVØMMEHALLEN' er længere end de 10 tegn, Regnskab tager; ret det under Varekartotek > Entré",
    "item group 'Entré': the dimension 'SVØMMEHALLEN' is longer than the 10 characters Regnskab takes; mend it under Items > Entré")]
#[case::no_amount(|day: &mut DailyReport| day.lines.push(line(AccountSource::ItemGroup, "Café", "1020", 0)),
    "varegruppen 'Café': en linje har intet beløb; ret det under Varekartotek > Café",
    "item group 'Café': a line has no amount; mend it under Items > Café")]
#[case::too_large(|day: &mut DailyReport| { day.lines[0].amount = 1_000_000_000_000_000; day.lines[1].amount = -1_000_000_000_000_000; },
    "varegruppen 'Entré': et beløb er for stort til at blive bogført nøjagtigt; ret det under Varekartotek > Entré",
    "item group 'Entré': an amount is too large to be booked exactly; mend it under Items > Entré")]
#[case::vat_on_a_customer(|day: &mut DailyReport| { day.lines[0].posting = Posting::Customer("C1".to_owned()); day.lines[0].vat_code = "U25".to_owned(); },
    "varegruppen 'Entré': en linje på en kunde kan ikke have en momskode; ret det under Varekartotek > Entré",
    "item group 'Entré': a line on a customer cannot have a VAT code; mend it under Items > Entré")]
#[case::accrual_backwards(|day: &mut DailyReport| day.lines[0].accrual = Some(Accrual { first: "2027-01-01".to_owned(), last: "2026-12-31".to_owned() }),
    "varegruppen 'Entré': periodiseringen fra '01-01-2027' til '31-12-2026' er ikke en periode; ret det under Varekartotek > Entré",
    "item group 'Entré': the accrual from '2027-01-01' to '2026-12-31' is not a period; mend it under Items > Entré")]
#[case::no_day(|day: &mut DailyReport| day.date = "2026-02-29".to_owned(),
    "datoen '2026-02-29' er ikke en dag; luk dagen igen",
    "the date '2026-02-29' is not a day; close the day again")]
#[case::no_currency(|day: &mut DailyReport| day.currency = "kr.".to_owned(),
    "valutaen 'kr.' er ikke en valutakode på tre bogstaver; ret den i afdelingens opsætning",
    "the currency 'kr.' is not a currency code of three letters; correct it in the set-up of the department")]
#[case::other_currency(|day: &mut DailyReport| day.currency = "EUR".to_owned(),
    "dagen er i EUR, og regnskabet i Regnskab føres i DKK; ret valutaen i afdelingens opsætning",
    "the day is in EUR, and the books in Regnskab are kept in DKK; correct the currency in the set-up of the department")]
#[case::out_by_little(|day: &mut DailyReport| day.lines[0].amount = 101,
    "debet og kredit går ikke op: forskellen er 0,01 DKK; angiv en afrundingskonto under Systemindstillinger > Integrationer > Bogføring > Regnskab, eller ret dagens kasseopgørelse og luk dagen igen",
    "debit and credit do not balance: the difference is 0.01 DKK; enter a rounding account under System settings > Integrations > Bookkeeping > Regnskab, or correct the day's cash count and close the day again")]
#[case::out_by_much(|day: &mut DailyReport| day.lines[0].amount = -125_050,
    "debet og kredit går ikke op: forskellen er -1.251,50 DKK; ret dagens kasseopgørelse og luk dagen igen",
    "debit and credit do not balance: the difference is -1251.50 DKK; correct the day's cash count and close the day again")]
fn each_fault_says_where_to_mend_it(#[case] spoil: Spoil, #[case] da: &str, #[case] en: &str) {
    let mut report = day(&[100, -100]);
    assert!(check(&report, &rules(None), Locale::Da).is_ok());
    spoil(&mut report);
    let (danish, english) = (refusal(&report, Locale::Da), refusal(&report, Locale::En));
    assert_eq!(danish.message, format!("dagsrapporten er ikke sendt til Regnskab:\n- {da}"));
    assert_eq!(english.message, format!("the daily report was not sent to Regnskab:\n- {en}"));
    assert_eq!((danish.kind, danish.code.as_str()), (ErrorKind::Validation, "bookkeeping.report-refused"));
}

#[test]
fn what_else_speaks_against_an_account_is_told_where_it_is_mended() {
    let rules = Rules { account_fault: |account, _| (account == "1010").then(|| "odd".to_owned()), ..rules(None) };
    let refused = check(&day(&[100, -100]), &rules, Locale::En).unwrap_err();
    assert!(refused.message.contains("item group 'Entré': odd; mend it under"), "{}", refused.message);
}

#[test]
fn all_faults_come_at_once_and_each_only_once() {
    let mut report = day(&[100, 100, -150]);
    report.lines[0].posting = Posting::Ledger(String::new());
    report.lines[1].posting = Posting::Ledger(String::new());
    report.date = "i går".to_owned();
    let refused = refusal(&report, Locale::Da);
    assert_eq!(refused.message.lines().count(), 4, "{}", refused.message);
    assert_eq!(refused.subject.as_deref(), Some("Entré"));
}

#[test]
fn more_faults_than_fit_a_screen_are_counted() {
    let mut report = day(&[]);
    for number in 0..80 {
        report.lines.push(line(AccountSource::ItemGroup, &format!("Hold {number}"), "", 100));
        report.lines.push(line(AccountSource::ItemGroup, "Entré", "1010", -100));
    }
    let refused = refusal(&report, Locale::Da);
    assert!(refused.message.ends_with("\n- og 30 til"), "{}", refused.message);
}

#[test]
fn a_rounding_difference_is_a_line_of_its_own_and_never_more_than_one_a_line() {
    let account = Posting::Ledger("7900".to_owned());
    let report = day(&[100, -98]);
    let entries = check(&report, &rules(Some(&account)), Locale::Da).unwrap();
    assert_eq!((entries[2].line, entries[2].posting, entries[2].amount), (None, &account, -2));
    let entries = check(&day(&[100, -97]), &rules(Some(&account)), Locale::Da).map(|entries| entries.len());
    assert!(entries.is_err_and(|error| error.message.contains("forskellen er 0,03 DKK")));
}

proptest! {
    /// Whatever stands in a report: what is let through sums to zero and has no empty line, and nothing panics.
    #[test]
    fn what_is_let_through_can_be_booked(
        amounts in prop::collection::vec(prop_oneof![any::<i64>(), -200i64..200], 0..12),
        balanced: bool,
        rounding: bool,
    ) {
        let mut amounts = amounts;
        if balanced {
            let rest = amounts.iter().map(|amount| i128::from(*amount)).sum::<i128>();
            amounts.extend(i64::try_from(-rest).ok().filter(|rest| *rest != 0));
        }
        let account = Posting::Ledger("7900".to_owned());
        let report = day(&amounts);
        if let Ok(entries) = check(&report, &rules(rounding.then_some(&account)), Locale::En) {
            prop_assert_eq!(entries.iter().map(|entry| i128::from(entry.amount)).sum::<i128>(), 0);
            prop_assert!(entries.iter().all(|entry| entry.amount != 0));
            prop_assert!(entries.len() <= amounts.len() + 1);
        } else {
            let sum = amounts.iter().map(|amount| i128::from(*amount)).sum::<i128>();
            let odd = amounts.iter().any(|amount| *amount == 0 || amount.unsigned_abs() > 999_999_999_999_999);
            prop_assert!(sum != 0 || odd);
        }
    }
}
