//! What may be loaded: components that ask for one thing too many, offer one too few, or were made for another contract.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use host_harness::component_info::NotAComponent;
use host_harness::connector::{CallError, Connector, Function, LoadError};
use host_harness::engine::{Engine, EngineOptions};
use host_harness::sandbox::Limits;
use rstest::rstest;
use std::path::Path;
use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{ManglingAndAbi, Resolve};

/// A component whose every function gives up at once, of the project's own contract with `change` made to its text.
fn component(change: impl Fn(&str, String) -> String, dependencies: &[(&str, &str)]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_file() {
            let text = std::fs::read_to_string(&path).unwrap();
            std::fs::write(folder.path().join(&name), change(&name, text)).unwrap();
        }
    }
    for (name, text) in dependencies {
        let dependency = folder.path().join("deps").join(name);
        std::fs::create_dir_all(&dependency).unwrap();
        std::fs::write(dependency.join("package.wit"), text).unwrap();
    }
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(folder.path()).unwrap();
    let world = resolve.select_world(&[package], Some("connector")).unwrap();
    let mut module = dummy_module(&resolve, world, ManglingAndAbi::Standard32);
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).unwrap();
    ComponentEncoder::default().validate(true).module(&module).unwrap().encode().unwrap()
}

fn unchanged(_: &str, text: String) -> String {
    text
}

fn engine() -> Engine {
    Engine::new(EngineOptions::default()).unwrap()
}

#[tokio::test]
async fn a_component_of_the_contract_is_loaded_and_its_breakdown_is_told() {
    let connector = Connector::load(&engine(), &component(unchanged, &[])).unwrap();
    assert_eq!(connector.info().exports.len(), 5);
    let report = connector.describe(Limits::default()).await;
    assert_eq!(report.function, Function::Describe);
    let error = report.result.unwrap_err();
    assert!(matches!(error, CallError::Trapped { .. }), "{error}");
    let label = &connector.info().sha256[..12];
    assert_eq!(
        error.to_string(),
        format!(
            "connector sha256:{label} broke down in describe: it gave up (a panic, most likely; its log may say why)"
        )
    );
}

#[rstest]
#[case(
    "wasi:random/random@0.2.0",
    "random",
    "package wasi:random@0.2.0; interface random { get-random-u64: func() -> u64; }"
)]
#[case(
    "wasi:filesystem/preopens@0.2.3",
    "filesystem",
    "package wasi:filesystem@0.2.3; interface preopens { count: func() -> u32; }"
)]
#[case(
    "wasi:cli/environment@0.2.0",
    "cli",
    "package wasi:cli@0.2.0; interface environment { initial-cwd: func() -> option<string>; }"
)]
#[case("wasi:sockets/tcp@0.2.0", "sockets", "package wasi:sockets@0.2.0; interface tcp { open: func(); }")]
#[case(
    "wasi:clocks/wall-clock@0.2.0",
    "clocks",
    "package wasi:clocks@0.2.0; interface wall-clock { now: func() -> u64; }"
)]
#[case("wasi:io/poll@0.3.0", "io", "package wasi:io@0.3.0; interface poll { poll: func(); }")]
#[case("evil:door/open@1.0.0", "door", "package evil:door@1.0.0; interface open { open: func(); }")]
fn one_import_too_many_is_refused_by_name(#[case] import: &str, #[case] folder: &str, #[case] package: &str) {
    let change = |name: &str, text: String| match name {
        "world.wit" => text.replace("import log;", &format!("import log;\n  import {import};")),
        _ => text,
    };
    let error = Connector::load(&engine(), &component(change, &[(folder, package)])).unwrap_err();
    let message = error.to_string();
    let LoadError::ForbiddenImports { imports } = error else { panic!("{error}") };
    assert_eq!(imports, [import]);
    assert!(message.starts_with(&format!(
        "the component asks for what no connector may have: {import}; allowed are wasi:io/poll"
    )));
}

#[test]
fn a_missing_export_is_refused_by_name() {
    let change = |name: &str, text: String| match name {
        "world.wit" => text.replace("export upkeep;", ""),
        _ => text,
    };
    let error = Connector::load(&engine(), &component(change, &[])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the component is not a connector of flexybox:accounting@0.1.0: it does not export flexybox:accounting/upkeep@0.1.0"
    );
}

/// The contract's text in another version, with something more in it.
fn grown(version: &'static str, file: &'static str, at: &'static str, more: &'static str) -> Vec<u8> {
    let change = move |name: &str, text: String| {
        let text = text.replace("@0.1.0;", &format!("@{version};"));
        if name != file {
            return text;
        }
        assert!(text.contains(at), "{at} is not in {file}");
        let text = text.replace(at, &format!("{at}\n  {more}"));
        format!("{text}\ninterface calendar {{ is-holiday: func(day: string) -> bool; }}")
    };
    component(change, &[])
}

#[rstest]
#[case::an_import(
    grown("0.1.1", "world.wit", "import log;", "import calendar;"),
    "the component was made for flexybox:accounting@0.1.1 and asks for flexybox:accounting/calendar@0.1.1, which this host \
     does not have; it speaks 0.1.0: update the host, or use a build of the connector for 0.1.0"
)]
#[case::a_function_of_an_import(
    grown("0.1.1", "log.wit", "write: func(level: level, message: string);", "flush: func();"),
    "the component was made for flexybox:accounting@0.1.1 and does not fit flexybox:accounting@0.1.0: "
)]
#[case::another_contract(
    grown("0.2.0", "world.wit", "import log;", "import calendar;"),
    "the component was made for flexybox:accounting@0.2.0; this host speaks 0.1.0: update the host, or use a build of the \
     connector for 0.1.0"
)]
#[case::an_older_contract(
    grown("0.0.9", "world.wit", "import log;", "import calendar;"),
    "the component was made for flexybox:accounting@0.0.9; this host speaks 0.1.0: use a build of the connector for 0.1.0"
)]
fn what_needs_more_than_this_host_has_is_refused_with_both_versions(#[case] bytes: Vec<u8>, #[case] why: &str) {
    let error = Connector::load(&engine(), &bytes).unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with(why), "{text}");
    if let LoadError::Unfit { .. } = error {
        assert!(text.contains("flush"), "{text}");
        assert!(text.ends_with("; update the host, or use a build of the connector for 0.1.0"), "{text}");
    }
}

#[rstest]
#[case::an_export(grown("0.1.1", "world.wit", "export upkeep;", "export calendar;"))]
#[case::a_function_of_an_export(grown("0.1.1", "configure.wit", "describe: func() -> connector;", "audit: func();"))]
fn what_offers_more_than_this_host_calls_is_let_in(#[case] bytes: Vec<u8>) {
    Connector::load(&engine(), &bytes).unwrap();
}

#[test]
fn the_right_names_with_other_functions_behind_them_are_refused() {
    let change = |name: &str, text: String| match name {
        "configure.wit" => text.replace("describe: func() -> connector;", "describe: func() -> string;"),
        _ => text,
    };
    let error = Connector::load(&engine(), &component(change, &[])).unwrap_err();
    assert!(matches!(error, LoadError::Unfit { .. }), "{error}");
    assert!(error.to_string().starts_with("the component does not fit flexybox:accounting@0.1.0: "), "{error}");
}

#[rstest]
#[case::garbage(b"not wasm".to_vec(), NotAComponent::NotWebAssembly)]
#[case::nothing(Vec::new(), NotAComponent::NotWebAssembly)]
#[case::text(b"(component)".to_vec(), NotAComponent::NotWebAssembly)]
#[case::module(wat::parse_str("(module (memory 1))").unwrap(), NotAComponent::CoreModule)]
fn what_is_no_component_is_refused(#[case] bytes: Vec<u8>, #[case] why: NotAComponent) {
    let error = Connector::load(&engine(), &bytes).unwrap_err();
    let LoadError::NotAComponent(found) = error else { panic!("{error}") };
    assert_eq!(found, why);
}

#[test]
fn a_component_cut_short_is_refused() {
    let mut bytes = component(unchanged, &[]);
    bytes.truncate(bytes.len() / 2);
    let error = Connector::load(&engine(), &bytes).unwrap_err();
    assert!(matches!(error, LoadError::NotAComponent(NotAComponent::Damaged(_))), "{error}");
}

#[test]
fn a_component_with_a_broken_module_inside_is_refused() {
    let mut bytes = component(unchanged, &[]);
    // The body of some function, behind the first code section: an opcode that does not exist.
    let unreachable = bytes.windows(2).position(|pair| pair == [0x00, 0x0b]).unwrap();
    bytes[unreachable] = 0xff;
    let error = Connector::load(&engine(), &bytes).unwrap_err();
    assert!(matches!(error, LoadError::Compile(_) | LoadError::NotAComponent(NotAComponent::Damaged(_))), "{error}");
}
