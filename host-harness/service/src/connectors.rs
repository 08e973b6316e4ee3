//! The connectors that are loaded, by id, and how one takes another's place while calls run.
//!
//! A call takes hold of the connector when it begins and keeps it to its end; so a new version serves every call that begins
//! after it was loaded, and the old one goes when its last call has ended.

use crate::error::{Refusal, ServiceError};
use arc_swap::ArcSwap;
use host_harness::bindings::exports::configure::Connector as Description;
use host_harness::connector::Connector;
use host_harness::engine::Engine;
use host_harness::sandbox::Limits;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A connector and what it says it is.
pub(crate) struct Loaded {
    /// Its bytes, for compiling it another way.
    pub(crate) component: Arc<[u8]>,
    pub(crate) connector: Connector,
    pub(crate) description: Description,
}

/// All that are loaded.
pub(crate) struct Connectors {
    engine: Engine,
    by_id: ArcSwap<BTreeMap<String, Arc<Loaded>>>,
}

impl Connectors {
    pub(crate) fn new(engine: Engine) -> Self {
        Self { engine, by_id: ArcSwap::default() }
    }

    /// Compile a component, ask it what it is, and let it serve from now on.
    pub(crate) async fn load(&self, component: Vec<u8>) -> Result<Arc<Loaded>, ServiceError> {
        let refused = |error: String| ServiceError::new(Refusal::Invalid, "not-a-connector", error);
        let engine = self.engine.clone();
        let component: Arc<[u8]> = component.into();
        let bytes = Arc::clone(&component);
        // Compiling takes some hundred milliseconds of all cores.
        let loaded = tokio::task::spawn_blocking(move || Connector::load(&engine, &bytes)).await;
        let connector = loaded
            .map_err(|error| ServiceError::internal(format!("compiling a connector was cut off: {error}")))?
            .map_err(|error| refused(error.to_string()))?;
        let described = connector.describe(Limits::default()).await.result;
        let description = described.map_err(|error| refused(error.to_string()))?;
        let id = connector.id().to_owned();
        if id != description.id {
            let wrong =
                format!("the connector calls itself {:?}, which is no id: lower case and dashes", description.id);
            return Err(refused(wrong));
        }
        let loaded = Arc::new(Loaded { component, connector, description });
        self.by_id.rcu(|before| {
            let mut after = BTreeMap::clone(before);
            after.insert(id.clone(), Arc::clone(&loaded));
            after
        });
        Ok(loaded)
    }

    /// The connector of this id, as it is now.
    pub(crate) fn get(&self, id: &str) -> Option<Arc<Loaded>> {
        self.by_id.load().get(id).cloned()
    }

    /// All, by id.
    pub(crate) fn all(&self) -> Vec<Arc<Loaded>> {
        self.by_id.load().values().cloned().collect()
    }
}
