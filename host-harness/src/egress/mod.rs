//! The way out: which hosts a connector may reach, and how requests really get there.

mod allow_list;
mod exchange;
mod live;
mod private_addresses;
mod refusal;
mod routes;

pub use allow_list::{AllowList, HostNameError};
pub use live::{
    AddressRule, BETWEEN_BYTES_TIMEOUT, CONNECT_TIMEOUT, FIRST_BYTE_TIMEOUT, LiveError, LiveOptions, LiveTransport,
    Resolve, SystemResolver,
};
pub use private_addresses::why_forbidden;
pub use refusal::Refusal;
pub use routes::{Route, RouteError, Routes};
