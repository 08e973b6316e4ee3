//! Compiles the crate anew when a migration is added: the macro that takes them in does not watch the folder.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
