//! The way out: which hosts a connector may reach, and how requests really get there.

mod allow_list;
mod exchange;
mod kept;
mod live;
mod private_addresses;
mod refusal;
mod routes;
mod wire;

pub use allow_list::{AllowList, HostNameError};
pub use kept::{KEPT_IDLE, KEPT_IN_ALL, KEPT_LIFETIME, KEPT_PER_HOST, KEPT_PER_INSTALLATION};
pub use live::{
    AddressRule, BETWEEN_BYTES_TIMEOUT, CONNECT_TIMEOUT, FIRST_BYTE_TIMEOUT, LiveError, LiveOptions, LiveTransport,
    Resolve, SystemResolver,
};
pub use private_addresses::why_forbidden;
pub use refusal::Refusal;
pub use routes::{Route, RouteError, Routes};
