//! Memory that a connector starts with, so that a call need not ask the host for it.
//!
//! A module may start with as much memory as it likes, and the standard library does not use it: its allocator only knows how to grow.
//! For the host, each growth is a change to its map of memory, and another one takes it back before the place is used again: up to a
//! fifth of the time of an event. So a module is made to start with room for one, and to grow within it by counting pages. Whoever needs more than
//! that grows as before.

use std::convert::Infallible;

use anyhow::{Context, Result, ensure};
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, Function, FunctionSection, GlobalSection, GlobalType, ImportSection,
    Instruction, MemoryType, Module, TypeSection, ValType,
};
use wasmparser::{
    CodeSectionReader, FunctionSectionReader, GlobalSectionReader, ImportSectionReader, Operator, Parser, TypeRef,
    TypeSectionReader,
};

/// What a module starts with, in pages of 64 KiB: two for its data and its stack, and six times the one that an event allocates. It is as much as
/// the host keeps ready between calls (`KEEP_RESIDENT` of its engine); what is not used takes no memory.
const PAGES: u64 = 8;

/// The one memory of a module; the bindings and the standard library know no other.
const MEMORY: u32 = 0;

/// The module, with room to start with.
///
/// # Errors
/// When it cannot be read, or has no memory.
pub(super) fn with_room(module: &[u8]) -> Result<Vec<u8>> {
    let mut room = Room::default();
    let mut with = Module::new();
    room.parse_core_module(&mut with, Parser::new(0), module).context("it is not a module that can be read")?;
    ensure!(room.pages > 0, "it has no memory");
    Ok(with.finish())
}

/// What has been seen of a module, and the indexes of what is added behind it.
#[derive(Default)]
struct Room {
    /// Pages the module asked to start with.
    pages: i32,
    /// The type of a function that grows: pages in, pages before or -1 out.
    growing: u32,
    /// The function that grows within the room.
    grow: u32,
    /// The global that counts the pages in use.
    in_use: u32,
}

impl Reencode for Room {
    type Error = Infallible;

    fn parse_type_section(&mut self, types: &mut TypeSection, section: TypeSectionReader<'_>) -> Result<(), Error> {
        utils::parse_type_section(self, types, section)?;
        self.growing = types.len();
        types.ty().function([ValType::I32], [ValType::I32]);
        Ok(())
    }

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> Result<(), Error> {
        for import in section.clone().into_imports() {
            match import?.ty {
                TypeRef::Func(_) => self.grow += 1,
                TypeRef::Global(_) => self.in_use += 1,
                _ => {}
            }
        }
        utils::parse_import_section(self, imports, section)
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_function_section(self, functions, section)?;
        self.grow += functions.len();
        functions.function(self.growing);
        Ok(())
    }

    fn memory_type(&mut self, memory: wasmparser::MemoryType) -> Result<MemoryType, Error> {
        self.pages = i32::try_from(memory.initial).unwrap_or_default();
        let memory = utils::memory_type(self, memory);
        Ok(MemoryType { minimum: memory.minimum.max(PAGES), ..memory })
    }

    fn parse_global_section(
        &mut self,
        globals: &mut GlobalSection,
        section: GlobalSectionReader<'_>,
    ) -> Result<(), Error> {
        utils::parse_global_section(self, globals, section)?;
        self.in_use += globals.len();
        let counter = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
        globals.global(counter, &ConstExpr::i32_const(self.pages));
        Ok(())
    }

    fn instruction<'a>(&mut self, operator: Operator<'a>) -> Result<Instruction<'a>, Error> {
        match operator {
            Operator::MemoryGrow { mem: MEMORY } => Ok(Instruction::Call(self.grow)),
            Operator::MemorySize { mem: MEMORY } => Ok(Instruction::GlobalGet(self.in_use)),
            other => utils::instruction(self, other),
        }
    }

    fn parse_code_section(&mut self, code: &mut CodeSection, section: CodeSectionReader<'_>) -> Result<(), Error> {
        utils::parse_code_section(self, code, section)?;
        code.function(&self.growing_within_the_room());
        Ok(())
    }
}

impl Room {
    /// What is called in place of `memory.grow`: asks for what does not fit, and counts the rest.
    fn growing_within_the_room(&self) -> Function {
        let (wanted, left) = (0, 1);
        let mut grow = Function::new([(1, ValType::I32)]);
        let mut code = grow.instructions();
        code.memory_size(MEMORY).global_get(self.in_use).i32_sub().local_tee(left);
        code.local_get(wanted).i32_lt_u().if_(BlockType::Empty);
        code.local_get(wanted).local_get(left).i32_sub().memory_grow(MEMORY);
        code.i32_const(-1).i32_eq().if_(BlockType::Empty).i32_const(-1).return_().end().end();
        code.global_get(self.in_use);
        code.global_get(self.in_use).local_get(wanted).i32_add().global_set(self.in_use).end();
        grow
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasmparser::CustomSectionReader;

    /// Leaves out what is for people who read a module.
    struct Nameless;

    impl Reencode for Nameless {
        type Error = Infallible;

        fn parse_custom_section(&mut self, _: &mut Module, _: CustomSectionReader<'_>) -> Result<(), Error> {
            Ok(())
        }
    }

    fn without_names(module: &[u8]) -> Vec<u8> {
        let mut kept = Module::new();
        Nameless.parse_core_module(&mut kept, Parser::new(0), module).unwrap();
        kept.finish()
    }

    #[test]
    fn a_module_grows_within_its_room_first() {
        let module = wat::parse_str(
            r#"(module
                (import "host" "log" (func (param i32)))
                (import "host" "base" (global i32))
                (memory 3)
                (global (mut i32) (i32.const 65536))
                (func (param i32) (result i32) local.get 0 memory.grow)
                (func (result i32) memory.size))"#,
        );
        let expected = wat::parse_str(
            r#"(module
                (type (func (param i32)))
                (type (func (param i32) (result i32)))
                (type (func (result i32)))
                (type (func (param i32) (result i32)))
                (import "host" "log" (func (type 0)))
                (import "host" "base" (global i32))
                (memory 8)
                (global (mut i32) (i32.const 65536))
                (global $in-use (mut i32) (i32.const 3))
                (func (type 1) local.get 0 call $grow)
                (func (type 2) global.get $in-use)
                (func $grow (type 3) (param $wanted i32) (result i32) (local $left i32)
                    (local.tee $left (i32.sub (memory.size) (global.get $in-use)))
                    local.get $wanted
                    i32.lt_u
                    if
                        (memory.grow (i32.sub (local.get $wanted) (local.get $left)))
                        i32.const -1
                        i32.eq
                        if
                            (return (i32.const -1))
                        end
                    end
                    global.get $in-use
                    (global.set $in-use (i32.add (global.get $in-use) (local.get $wanted)))))"#,
        );
        assert_eq!(without_names(&with_room(&module.unwrap()).unwrap()), without_names(&expected.unwrap()));
    }

    #[test]
    fn what_asks_for_more_starts_with_that() {
        let module = wat::parse_str("(module (memory 9) (global (mut i32) (i32.const 0)))").unwrap();
        let with = with_room(&module).unwrap();
        let mut room = Room::default();
        room.parse_core_module(&mut Module::new(), Parser::new(0), &with).unwrap();
        assert_eq!(room.pages, 9);
    }

    #[test]
    fn what_is_no_module_with_a_memory_is_refused() {
        let refused = |module: &[u8]| format!("{:#}", with_room(module).unwrap_err());
        assert!(refused(b"(module)").starts_with("it is not a module that can be read"));
        assert_eq!(refused(&wat::parse_str("(module)").unwrap()), "it has no memory");
    }
}
