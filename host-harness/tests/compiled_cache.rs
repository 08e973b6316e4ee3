//! Components compiled once: the same as compiled now, and compiled anew whenever what was kept is not what was written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod hostile;

use host_harness::cache::Cache;
use host_harness::connector::{Code, Connector};
use host_harness::engine::{Engine, EngineOptions, Metering};
use host_harness::sandbox::Limits;
use hostile::component;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

fn engine(metering: Metering, cache: &Cache) -> Engine {
    Engine::new(EngineOptions { metering, concurrent_calls: 4 }).unwrap().with_cache(cache.clone())
}

fn cache() -> (tempfile::TempDir, Cache) {
    let folder = tempfile::tempdir().unwrap();
    let cache = Cache::open(folder.path()).unwrap();
    (folder, cache)
}

/// Put something else in a file's place; what may be written of it itself is not asked.
fn replace(file: &Path, content: impl AsRef<[u8]>) {
    std::fs::remove_file(file).unwrap();
    std::fs::write(file, content).unwrap();
}

fn only_file(cache: &Cache) -> PathBuf {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(cache.folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files.remove(0)
}

#[tokio::test]
async fn what_was_kept_is_used_and_does_the_same() {
    let (_folder, cache) = cache();
    let bytes = component();
    let without =
        Connector::load(&Engine::new(EngineOptions { metering: Metering::Fuel, concurrent_calls: 4 }).unwrap(), &bytes);
    let first = Connector::load(&engine(Metering::Fuel, &cache), &bytes).unwrap();
    // Another engine, as after a start anew.
    let second = Connector::load(&engine(Metering::Fuel, &cache), &bytes).unwrap();
    let portable = Engine::for_any_processor(Metering::Fuel).unwrap();
    let portable = Connector::load(&portable, &bytes).unwrap();
    let connectors = [without.unwrap(), first, second, portable];
    assert_eq!(connectors.each_ref().map(Connector::code), [Code::Compiled, Code::Kept, Code::Cached, Code::Compiled]);
    assert_eq!(cache.count(), 1);

    let mut told = Vec::new();
    for connector in &connectors {
        let report = connector.describe(Limits::default()).await;
        assert!(report.fuel.is_some());
        told.push((format!("{:?}", report.result.unwrap()), report.fuel, report.peak_memory));
    }
    assert!(told.windows(2).all(|two| two[0] == two[1]), "{told:#?}");
}

#[test]
fn other_settings_and_other_components_have_files_of_their_own() {
    let (_folder, cache) = cache();
    let bytes = component();
    assert_eq!(Connector::load(&engine(Metering::Off, &cache), &bytes).unwrap().code(), Code::Kept);
    assert_eq!(Connector::load(&engine(Metering::Fuel, &cache), &bytes).unwrap().code(), Code::Kept);
    // A section that nobody reads: other bytes, so another component.
    let other = [&bytes[..], &[0, 2, 1, b'x']].concat();
    assert_eq!(Connector::load(&engine(Metering::Off, &cache), &other).unwrap().code(), Code::Kept);
    assert_eq!(cache.count(), 3);
    assert_eq!(Connector::load(&engine(Metering::Off, &cache), &bytes).unwrap().code(), Code::Cached);
}

#[test]
fn what_was_compiled_for_any_processor_is_found() {
    let (_folder, cache) = cache();
    let bytes = component();
    let portable = Engine::for_any_processor(Metering::Off).unwrap().with_cache(cache.clone());
    assert_eq!(Connector::load(&portable, &bytes).unwrap().code(), Code::Kept);
    assert_eq!(Connector::load(&portable, &bytes).unwrap().code(), Code::Cached);
    assert_eq!(Connector::load(&engine(Metering::Off, &cache), &bytes).unwrap().code(), Code::Cached);
    assert_eq!(Connector::load(&engine(Metering::Fuel, &cache), &bytes).unwrap().code(), Code::Kept);
    assert_eq!(cache.count(), 2);
}

#[test]
fn whatever_is_damaged_is_compiled_anew() {
    let (_folder, cache) = cache();
    let bytes = component();
    let load = || Connector::load(&engine(Metering::Off, &cache), &bytes).unwrap().code();
    assert_eq!(load(), Code::Kept);
    let file = only_file(&cache);
    let good = std::fs::read(&file).unwrap();
    let flipped = |place: usize| {
        let mut bytes = good.clone();
        bytes[place] ^= 0x10;
        bytes
    };
    let damages = [
        ("nothing", Vec::new()),
        ("less than its foot", good[good.len() - 40..].to_vec()),
        ("its beginning, cut off", good[good.len() / 2..].to_vec()),
        ("its end, cut off", good[..good.len() / 2].to_vec()),
        ("more", [&good[..], b"x"].concat()),
        ("another first byte", flipped(0)),
        ("another last byte of code", flipped(good.len() - 101)),
        ("another length", flipped(good.len() - 96)),
        ("another component", flipped(good.len() - 80)),
        ("another digest", flipped(good.len() - 50)),
        ("another key", flipped(good.len() - 20)),
        ("another form", flipped(good.len() - 10)),
        ("another magic", flipped(good.len() - 1)),
    ];
    for (what, damaged) in damages {
        replace(&file, damaged);
        assert_eq!(load(), Code::Kept, "{what}");
        assert_eq!(load(), Code::Cached, "{what}");
    }
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    assert_eq!((load(), load()), (Code::Kept, Code::Cached), "a folder");
    std::fs::set_permissions(&file, Permissions::from_mode(0o666)).unwrap();
    assert_eq!((load(), load()), (Code::Kept, Code::Cached), "writable by others");
    // Root can read it all the same.
    std::fs::set_permissions(&file, Permissions::from_mode(0o000)).unwrap();
    load();
    assert_eq!(load(), Code::Cached, "unreadable");
    assert_eq!(cache.trouble(), None);
}

/// The envelope is whole, and what lies in it is not wasmtime's.
#[test]
fn what_wasmtime_refuses_is_compiled_anew() {
    let (_folder, cache) = cache();
    let bytes = component();
    let load = || Connector::load(&engine(Metering::Off, &cache), &bytes).unwrap().code();
    assert_eq!(load(), Code::Kept);
    let file = only_file(&cache);
    let name = file.file_stem().unwrap().to_str().unwrap();
    let key: Vec<u8> = (0..32).map(|place| u8::from_str_radix(&name[place * 2..place * 2 + 2], 16).unwrap()).collect();
    let key = host_harness::cache::Key::new(key.try_into().unwrap());
    let nonsense = b"no code at all";
    let foot = host_harness::cache::envelope::foot(&key, &[0; 32], nonsense);
    replace(&file, [&nonsense[..], &foot].concat());
    assert_eq!(load(), Code::Kept);
    assert_eq!(load(), Code::Cached);
}

#[test]
fn a_full_folder_in_its_place_only_means_no_cache() {
    let (_folder, cache) = cache();
    let bytes = component();
    let load = || Connector::load(&engine(Metering::Off, &cache), &bytes).unwrap().code();
    assert_eq!(load(), Code::Kept);
    let file = only_file(&cache);
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir_all(file.join("full")).unwrap();
    assert_eq!(load(), Code::Compiled);
    assert!(cache.trouble().is_some());
}

#[test]
fn a_folder_that_went_away_only_means_no_cache() {
    let (folder, cache) = cache();
    folder.close().unwrap();
    assert_eq!(Connector::load(&engine(Metering::Off, &cache), &component()).unwrap().code(), Code::Compiled);
    assert!(cache.trouble().is_some());
}

#[test]
fn several_loads_at_once_are_all_good() {
    let (_folder, cache) = cache();
    let bytes = component();
    let engine = engine(Metering::Off, &cache);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| Connector::load(&engine, &bytes).unwrap());
        }
    });
    only_file(&cache);
    assert_eq!(Connector::load(&engine, &bytes).unwrap().code(), Code::Cached);
}
