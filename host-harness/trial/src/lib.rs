//! The trial surface: what a simulator of an accounting system offers to whoever tries a connector against it.
//!
//! A suite that knows no accounting system by name must still be able to look into one, to type into it as a bookkeeper does,
//! and to order trouble on the line. This is the little it asks for: JSON over HTTP under `/_trial`, without credentials, on a
//! loopback address. Debtors and vouchers are shown in the contract's own words; what the contract has no word for stands under
//! `unmodelled`, so that it can be seen to survive.
//!
//! | request | body | answer |
//! |---|---|---|
//! | `GET /_trial` | | [`About`] |
//! | `POST /_trial/reset` | | `{}`; data as at the start, no faults, calls, deliveries or link, [`Clock`] as it was set |
//! | `GET /_trial/debtors` | | list of [`Debtor`] |
//! | `POST /_trial/debtors` | [`Typed`] | the [`Debtor`], typed in by a person |
//! | `PATCH /_trial/debtors/{external-id}` | [`Typed`] | the [`Debtor`], edited by a person; what is not named stays |
//! | `DELETE /_trial/debtors/{external-id}` | | `{}`; deleted by a person |
//! | `GET /_trial/vouchers` | | list of [`Voucher`]: what lies in journals, and what is posted |
//! | `POST /_trial/faults` | [`Fault`] | `{}` |
//! | `DELETE /_trial/faults` | | `{}`; no more of them |
//! | `GET /_trial/calls` | | list of [`Call`], oldest first; calls of this surface are not among them |
//! | `DELETE /_trial/calls` | | `{}`; forgotten |
//! | `POST /_trial/link` | [`Link`] | `{}`; a person enters the link where the system keeps it |
//! | `POST /_trial/deliveries/take` | | list of [`Delivery`]: the calls of the link that wait, which now count as answered well |
//! | `GET /_trial/deliveries/foreign` | | one [`Delivery`] about another company or another table; `404` where there is none such |
//! | `POST /_trial/clock` | [`Clock`] | `{}`; the clock stands there |
//!
//! Anything else is `404`; a body that cannot be read is `400`; both with [`Wrong`]. External ids are percent-encoded in paths.
//!
//! [`answer`] is the whole server side over a [`Surface`], for a simulator with any HTTP library.
#![deny(missing_docs)]

mod serve;
mod words;

pub use serve::{Answer, Surface, SurfaceError, answer};
pub use words::{
    Ability, About, Attribute, Call, Clock, Debtor, Delivery, Fault, Header, How, Line, Link, On, Typed, Voucher, Wrong,
};

/// The version of the surface; [`About::trial`] tells a simulator's.
pub const VERSION: u32 = 1;

/// Where it begins, without a slash at the end.
pub const ROOT: &str = "/_trial";
