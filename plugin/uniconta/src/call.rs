//! What every module needs of one call: the ports, the reader's language, the proven settings, Uniconta.

use crate::api::Api;
use crate::settings::UnicontaSettings;
use accounting_kit::ports::Ports;
use accounting_kit::sync::ahead::Ahead;
use accounting_kit::types::{Context, Customer, Locale};

/// One call of the connector with settings that are in order.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// The outside and the host.
    pub ports: Ports<'a>,
    /// The settings.
    pub settings: &'a UnicontaSettings,
    /// The reader's language.
    pub locale: Locale,
    /// How far a look ahead is.
    pub ahead: Ahead<'a>,
}

impl<'a> Call<'a> {
    /// One call.
    pub fn new(ports: Ports<'a>, context: &'a Context, settings: &'a UnicontaSettings) -> Self {
        Self { ports, settings, locale: context.locale, ahead: Ahead::of(&context.settings) }
    }

    /// Uniconta.
    pub fn api(&self) -> Api<'a> {
        Api::new(self.ports.http, self.settings, self.locale)
    }

    /// Whether a customer is synchronised: not deleted, and carrying the customer tag.
    pub fn is_tagged(&self, customer: &Customer) -> bool {
        !customer.deleted && !self.settings.tag.is_empty() && customer.tags.iter().any(|tag| tag == &self.settings.tag)
    }
}
