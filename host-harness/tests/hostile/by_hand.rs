//! Connectors written by hand, instruction by instruction: what no compiler of a language with strings and lists brings
//! itself to make.

use std::path::Path;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::abi::WasmType;
use wit_parser::{ManglingAndAbi, Resolve, WasmExport, WasmExportKind, WorldItem};

const ABI: ManglingAndAbi = ManglingAndAbi::Standard32;

/// Where what a module lies about begins in its memory; below it are its answers.
pub(crate) const HEAP: u32 = 0x1_0000;

/// What a connector by hand is made of.
#[derive(Clone, Copy)]
pub(crate) struct ByHand<'a> {
    /// Pages of memory.
    pub(crate) pages: u32,
    /// What its function of this name does, e.g. `describe`; every other gives up.
    pub(crate) bodies: &'a [(&'a str, &'a str)],
    /// What follows when the host has read the answer of the function of this name.
    pub(crate) after: Option<(&'a str, &'a str)>,
    /// What it does where the host wants memory for an argument; none to hand some out.
    pub(crate) realloc: Option<&'a str>,
    /// More fields of the module.
    pub(crate) more: &'a str,
}

impl Default for ByHand<'_> {
    fn default() -> Self {
        Self { pages: 32, bodies: &[], after: None, realloc: None, more: "" }
    }
}

/// The component.
pub(crate) fn by_hand(made_of: ByHand<'_>) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit")).unwrap();
    let world = resolve.select_world(&[package], Some("connector")).unwrap();
    let text = text(&resolve, world, made_of);
    let mut module = wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8, false).unwrap();
    ComponentEncoder::default().validate(true).module(&module).unwrap().encode().unwrap()
}

fn text(resolve: &Resolve, world: wit_parser::WorldId, made_of: ByHand<'_>) -> String {
    let mut text = String::from("(module\n");
    for (key, item) in &resolve.worlds[world].exports {
        let WorldItem::Interface { id, .. } = item else { continue };
        for (name, func) in &resolve.interfaces[*id].functions {
            let export = |kind| resolve.wasm_export_name(ABI, WasmExport::Func { interface: Some(key), func, kind });
            let signature = resolve.wasm_signature(ABI.export_variant(), func);
            let body = made_of.bodies.iter().find(|(whose, _)| whose == name).map_or("unreachable", |(_, body)| body);
            let (taken, given) = (types("param", &signature.params), types("result", &signature.results));
            text.push_str(&format!("(func (export {:?}) {taken} {given} {body})\n", export(WasmExportKind::Normal)));
            if let Some((_, after)) = made_of.after.filter(|(whose, _)| whose == name) {
                let export = export(WasmExportKind::PostReturn);
                text.push_str(&format!("(func (export {export:?}) {} {after})\n", types("param", &signature.results)));
            }
        }
    }
    let (memory, realloc) =
        (resolve.wasm_export_name(ABI, WasmExport::Memory), resolve.wasm_export_name(ABI, WasmExport::Realloc));
    text.push_str(&format!("(memory (export {memory:?}) {})\n", made_of.pages));
    // Memory upwards from the heap, never given back.
    let hands_out = "(local $at i32)
        (local.set $at (i32.and (i32.add (global.get $free) (i32.const 15)) (i32.const -16)))
        (global.set $free (i32.add (local.get $at) (local.get 3)))
        (local.get $at)";
    text.push_str(&format!("(global $free (mut i32) (i32.const {HEAP}))\n"));
    let body = made_of.realloc.unwrap_or(hands_out);
    text.push_str(&format!("(func (export {realloc:?}) (param i32 i32 i32 i32) (result i32) {body})\n"));
    text.push_str(made_of.more);
    text.push(')');
    text
}

fn types(what: &str, types: &[WasmType]) -> String {
    let name = |one: &WasmType| match one {
        WasmType::I32 | WasmType::Pointer | WasmType::Length => "i32",
        WasmType::I64 | WasmType::PointerOrI64 => "i64",
        WasmType::F32 => "f32",
        WasmType::F64 => "f64",
    };
    match types {
        [] => String::new(),
        types => format!("({what} {})", types.iter().map(name).collect::<Vec<_>>().join(" ")),
    }
}

/// Bytes at a place in memory.
pub(crate) fn data(at: u32, bytes: &[u8]) -> String {
    let bytes: String = bytes.iter().map(|byte| format!("\\{byte:02x}")).collect();
    format!("(data (i32.const {at}) \"{bytes}\")\n")
}

/// Numbers at a place in memory, of four bytes each.
pub(crate) fn words(at: u32, words: &[u32]) -> String {
    data(at, &words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<_>>())
}
