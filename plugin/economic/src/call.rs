//! What every module needs of one call: the ports, the reader's language, the proven settings, e-conomic.

use crate::api::Api;
use crate::settings::EconomicSettings;
use accounting_kit::ports::Ports;
use accounting_kit::types::{Context, Customer, Locale};

/// One call of the connector with settings that are in order.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// The outside and the host.
    pub ports: Ports<'a>,
    /// The settings.
    pub settings: &'a EconomicSettings,
    /// What surrounds the call.
    pub context: &'a Context,
    /// The reader's language.
    pub locale: Locale,
}

impl<'a> Call<'a> {
    /// One call.
    pub fn new(ports: Ports<'a>, context: &'a Context, settings: &'a EconomicSettings) -> Self {
        Self { ports, settings, context, locale: context.locale }
    }

    /// e-conomic.
    pub fn api(&self) -> Api<'a> {
        Api::new(self.ports.http, self.settings, &self.context.idempotency_key, self.locale)
    }

    /// Whether a customer is synchronised: not deleted, and carrying the customer tag.
    pub fn is_tagged(&self, customer: &Customer) -> bool {
        !customer.deleted && !self.settings.tag.is_empty() && customer.tags.contains(&self.settings.tag)
    }
}
