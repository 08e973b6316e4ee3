//! Every sentence the doctor can say, in Danish and English beside each other, one file for each topic.
//!
//! A message is one whole sentence; a step begins with what to do and has no full stop. What is filled in is named in the
//! text, and a name that does not exist does not compile. The name of the accounting system never begins a sentence,
//! since it may be "the accounting system".

/// A table of texts, each a function of the language and of what is filled in.
macro_rules! texts {
    ($($name:ident($($value:ident),*): $da:literal, $en:literal;)*) => {
        $(
            pub(in crate::doctor) fn $name(locale: Locale $(, $value: impl std::fmt::Display)*) -> String {
                match locale {
                    Locale::Da => format!($da),
                    Locale::En => format!($en),
                }
            }
        )*
    };
}

pub(super) mod days;
pub(super) mod link;
pub(super) mod numbers;
pub(super) mod setup;
pub(super) mod steps;
pub(super) mod system;
pub(super) mod verdicts;
pub(super) mod waiting;
