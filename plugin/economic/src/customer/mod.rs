//! The customer as e-conomic holds it: properties, values, countries.

pub mod countries;
pub mod mapping;
pub mod properties;
pub mod values;
