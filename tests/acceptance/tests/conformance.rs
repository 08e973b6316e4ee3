//! The suite that any connector must pass, run on every connector that has a profile in `tests/conformance`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test panics when it fails"
)]

use accounting_conformance::{Profile, Suite, Verdict, as_table, run};
use host_harness::connector::Connector;
use host_harness::engine::{Engine, EngineOptions, Metering};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Simulators at once: one for each core of the smallest machine this is run on.
const AT_ONCE: usize = 2;

/// Every profile, by the name of its connector.
fn profiles() -> Vec<(String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../conformance");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let profiles = files.filter(|path| path.extension().is_some_and(|end| end == "toml"));
    profiles.map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), path)).collect()
}

fn connector(name: &str) -> Connector {
    let variable = format!("CONNECTOR_{}", name.to_uppercase().replace('-', "_"));
    let path = std::env::var_os(&variable).unwrap_or_else(|| panic!("{variable} is not set: run `cargo xtask test`"));
    let options = EngineOptions { metering: Metering::Fuel, ..EngineOptions::default() };
    Connector::load(&Engine::new(options).unwrap(), &std::fs::read(path).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_connector_with_a_profile_passes() {
    let profiles = profiles();
    assert!(!profiles.is_empty());
    for (name, path) in profiles {
        let profile = Profile::read(&path).unwrap();
        let suite = Suite { connector: connector(&name), profile, only: BTreeSet::new(), at_once: AT_ONCE };
        let ran = run(suite, |_| {}).await.unwrap();
        let failed = ran.iter().any(|one| matches!(one.verdict, Verdict::Fails { .. }));
        assert!(!failed, "{}", as_table(&name, &ran));
        assert!(ran.iter().any(|one| matches!(one.verdict, Verdict::Holds)), "{}", as_table(&name, &ran));
    }
}

/// Where there is no simulator, recorded exchanges stand for single cases, and a case with neither fails.
#[tokio::test(flavor = "multi_thread")]
async fn a_case_can_stand_on_recorded_exchanges() {
    let profile = |fixture: &str| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/uniconta");
        let text = format!(
            "capabilities = [\"customers\", \"customer-fields\", \"webhook\", \"webhook-registration\", \"catch-up\"]\n\
             [settings]\n[[replay]]\ncase = \"created\"\nfixtures = [{:?}]\n\
             [[skip]]\ncase = \"changed\"\nreason = \"nothing was recorded\"\n",
            folder.join(fixture)
        );
        Profile::parse(&text).unwrap()
    };
    let only = ["describe-calls-nobody", "created", "changed", "existing-is-found"].map(str::to_owned);
    let suite = |fixture| Suite {
        connector: connector("uniconta"),
        profile: profile(fixture),
        only: BTreeSet::from(only.clone()),
        at_once: 1,
    };
    let ran = run(suite("write-fails-503-then-retry"), |_| {}).await.unwrap();
    let words: Vec<(&str, &str)> = ran.iter().map(|one| (one.case.id, one.verdict.word())).collect();
    let expected = [
        ("describe-calls-nobody", "holds"),
        ("created", "holds"),
        ("changed", "skipped"),
        ("existing-is-found", "fails"),
    ];
    assert_eq!(words, expected);
    assert!(run(suite("there-is-none"), |_| {}).await.is_err());
}
