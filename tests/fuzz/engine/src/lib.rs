//! libFuzzer as a package of its own, so that it can be compiled in a call of cargo of its own.
//!
//! Its build script asks for `cc` with a feature that nothing else asks for. In one call with the host, that would have
//! everything compiled again that uses `cc`, the engine of the sandbox first. So `cargo xtask fuzz` compiles this package
//! by itself and names the result to the compiler when the targets are linked.
