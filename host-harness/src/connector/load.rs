//! From bytes to something that can be called.

use super::compiled::{Code, compiled};
use super::contract::{self, CONTRACT, CONTRACT_VERSION};
use super::fit::Places;
use super::imports::{self, ALLOWED_IMPORTS};
use crate::component_info::{ComponentInfo, NotAComponent};
use crate::digest::hexadecimal;
use crate::engine::Engine;
use crate::sandbox::State;
use semver::Version;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};
use wasmtime::component::InstancePre;

/// A component that may be called. Cheap to clone; calls may run at the same time.
#[derive(Clone)]
pub struct Connector {
    pub(super) loaded: Arc<Loaded>,
}

pub(super) struct Loaded {
    pub(super) engine: Engine,
    /// Linked, and ready to be made an instance of.
    pub(super) ready: InstancePre<State>,
    /// Where its functions are.
    pub(super) places: Places,
    pub(super) info: ComponentInfo,
    /// The id it describes itself by, once it was asked.
    pub(super) id: OnceLock<Arc<str>>,
    /// What it is called until then.
    pub(super) label: Arc<str>,
    /// Where its code came from.
    pub(super) code: Code,
}

/// The bytes are not a connector that this host can run.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Not a component.
    #[error(transparent)]
    NotAComponent(#[from] NotAComponent),
    /// It asks for more than a connector may have.
    #[error("the component asks for what no connector may have: {}; allowed are {}", imports.join(", "), ALLOWED_IMPORTS.join(", "))]
    ForbiddenImports {
        /// Every import that is not allowed, by its full name.
        imports: Vec<String>,
    },
    /// It was made for another version of the contract.
    #[error(
        "the component was made for {}; this host speaks {CONTRACT_VERSION}: {}",
        contracts(interfaces),
        advice(interfaces)
    )]
    OtherContract {
        /// Every interface of another version, by its full name.
        interfaces: Vec<String>,
    },
    /// It needs what a later version of the contract brought, though the versions go together.
    #[error("the component was made for {} and asks for {}, which this host does not have; it speaks {CONTRACT_VERSION}: {}", contracts(imports), imports.join(", "), advice(imports))]
    NewerContract {
        /// Every import that this host does not have, by its full name.
        imports: Vec<String>,
    },
    /// It does not offer what a connector must.
    #[error("the component is not a connector of {CONTRACT}@{CONTRACT_VERSION}: it does not export {}", exports.join(", "))]
    MissingExports {
        /// Every export that is missing, by its full name.
        exports: Vec<String>,
    },
    /// The names are right, but what stands behind them is not.
    #[error(
        "the component {}does not fit {CONTRACT}@{CONTRACT_VERSION}: {reason}{}",
        made_for(component),
        then(component)
    )]
    Unfit {
        /// The version of the contract it was made for.
        component: Version,
        /// What does not fit.
        reason: String,
    },
    /// It cannot be compiled.
    #[error("the component cannot be compiled: {0}")]
    Compile(String),
    /// This host was built without a compiler, and the component was not compiled for it beforehand.
    #[error(
        "the component is not compiled for this host, which has no compiler: run `harness precompile` of the same version \
         with a build that has one, put what it writes into a folder of this host's, and name that with --cache"
    )]
    NotPrecompiled,
}

/// The versions of the contract that these interfaces are of.
fn versions(interfaces: &[String]) -> BTreeSet<Version> {
    interfaces.iter().filter_map(|name| contract::interface(name)).map(|(_, version)| version).collect()
}

fn contracts(interfaces: &[String]) -> String {
    let named = versions(interfaces).into_iter().map(|version| format!("{CONTRACT}@{version}"));
    named.collect::<Vec<_>>().join(" and ")
}

fn advice(interfaces: &[String]) -> String {
    versions(interfaces).last().map(|newest| contract::advice(newest, &contract::HOST)).unwrap_or_default()
}

/// Words for a component whose version is not the host's own.
fn made_for(component: &Version) -> String {
    if *component == contract::HOST { String::new() } else { format!("was made for {CONTRACT}@{component} and ") }
}

fn then(component: &Version) -> String {
    let other = *component != contract::HOST;
    if other { format!("; {}", contract::advice(component, &contract::HOST)) } else { String::new() }
}

impl Connector {
    /// Look at a component, and compile and link it when it may be run. What the engine's cache holds is not compiled again.
    ///
    /// Compiling takes some hundred milliseconds of all cores: outside of `main`, call it from
    /// `tokio::task::spawn_blocking`.
    ///
    /// # Errors
    /// When the bytes are not a connector that this host can run; nothing of them has run by then.
    pub fn load(engine: &Engine, bytes: &[u8]) -> Result<Self, LoadError> {
        let mut info = ComponentInfo::without_digest(bytes)?;
        imports::check(&info)?;
        let (component, digest, code) = compiled(engine, bytes)?;
        info.sha256 = hexadecimal(&digest);
        let unfit = |reason: String| LoadError::Unfit {
            component: contract::made_for(&info).unwrap_or(contract::HOST),
            reason,
        };
        let places = Places::of(&component, &info.exports).map_err(unfit)?;
        let unfit = |error: wasmtime::Error| unfit(format!("{error:#}"));
        let ready = engine.linker().instantiate_pre(&component).map_err(unfit)?;
        let short = info.sha256.get(..12).unwrap_or_default();
        let label = format!("sha256:{short}").into();
        Ok(Self {
            loaded: Arc::new(Loaded { engine: engine.clone(), ready, places, info, id: OnceLock::new(), label, code }),
        })
    }

    /// The id it describes itself by; until [`Connector::describe`] has answered, the beginning of its SHA-256.
    pub fn id(&self) -> &str {
        self.loaded.id.get().unwrap_or(&self.loaded.label)
    }

    /// What stands in its bytes.
    pub fn info(&self) -> &ComponentInfo {
        &self.loaded.info
    }

    /// Where its code came from.
    pub fn code(&self) -> Code {
        self.loaded.code
    }

    /// The engine it runs on.
    pub fn engine(&self) -> &Engine {
        &self.loaded.engine
    }
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connector").field("id", &self.id()).field("info", self.info()).finish_non_exhaustive()
    }
}
