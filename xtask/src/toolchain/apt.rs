//! Reading what `apt-cache` prints.

use anyhow::{Context, Result};

/// One thing a package needs: any of these packages will do.
pub(super) type Alternatives = Vec<String>;

/// One version of one package, as `apt-cache show` describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Package {
    /// Its name.
    pub(super) name: String,
    /// Its version, with the epoch if it has one.
    pub(super) version: String,
    /// "amd64", "all" and so on.
    pub(super) architecture: String,
    /// Bytes of the download.
    pub(super) size: u64,
    /// SHA-256 of the download, in lower-case hexadecimal.
    pub(super) sha256: String,
}

impl Package {
    /// Reads the first package of `apt-cache show`.
    ///
    /// # Errors
    /// When a field is missing, or the hash is not one.
    pub(super) fn parse(shown: &str) -> Result<Self> {
        let field = |name: &str| {
            shown
                .lines()
                .take_while(|line| !line.is_empty())
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
                .map(|value| value.trim().to_owned())
                .with_context(|| format!("apt-cache show has no `{name}`"))
        };
        let package = Self {
            name: field("Package")?,
            version: field("Version")?,
            architecture: field("Architecture")?,
            size: field("Size")?.parse().context("apt-cache show: `Size` is not a number")?,
            sha256: field("SHA256")?.to_ascii_lowercase(),
        };
        let is_hash = package.sha256.len() == 64 && package.sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
        anyhow::ensure!(is_hash, "apt-cache show {}: `SHA256` is not a hash", package.name);
        Ok(package)
    }

    /// The file name that `apt-get download` gives it: an epoch's colon is written `%3a`.
    pub(super) fn file_name(&self) -> String {
        format!("{}_{}_{}.deb", self.name, self.version.replace(':', "%3a"), self.architecture)
    }

    /// Name and version, as apt takes them.
    pub(super) fn exact(&self) -> String {
        format!("{}={}", self.name, self.version)
    }
}

/// Reads what the first package in `apt-cache depends` depends on; its other relations are passed over.
///
/// `|Depends` is one of several of which one is enough. A deeper line names a package that provides the one above it,
/// which, written `<name>`, may exist only in this way.
pub(super) fn dependencies(listed: &str) -> Vec<Alternatives> {
    let mut found: Vec<Alternatives> = Vec::new();
    let mut open = false;
    let mut inside = false;
    for line in listed.lines().skip(1) {
        if line.starts_with("    ") {
            if inside && let Some(last) = found.last_mut() {
                last.push(line.trim().to_owned());
            }
            continue;
        }
        let Some((kind, name)) = line.split_once("Depends: ") else {
            inside = false;
            continue;
        };
        inside = true;
        if !open {
            found.push(Alternatives::new());
        }
        open = kind.contains('|');
        if let Some(last) = found.last_mut()
            && !name.starts_with('<')
        {
            last.push(name.trim().to_owned());
        }
    }
    found.retain(|alternatives| !alternatives.is_empty());
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compilers_dependencies_are_read_up_to_the_other_relations() {
        let found = dependencies(include_str!("../../testdata/depends-rustc-web.txt"));
        let expected: [&[&str]; 6] =
            [&["libc6"], &["libgcc-s1"], &["libstd-rust-web-dev"], &["gcc"], &["libc6-dev"], &["binutils"]];
        assert_eq!(found, expected);
    }

    #[test]
    fn alternatives_stay_together_and_a_virtual_package_becomes_its_providers() {
        let found = dependencies(include_str!("../../testdata/depends-alternatives.txt"));
        let expected: [&[&str]; 6] = [
            &["libc6"],
            &["rustc-web"],
            &["rust-web-gdb", "rust-web-lldb"],
            &["awk-one", "awk-two", "awk-three"],
            &["libsystemd0", "libelogind0"],
            &["cargo-web"],
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_package_without_dependencies_has_none() {
        assert!(dependencies("rust-web-src\n  Conflicts: <rust-mozilla-src>\n  Conflicts: rust-src\n").is_empty());
        assert!(dependencies("").is_empty());
    }

    #[test]
    fn a_package_is_read_with_its_hash_and_file_name() {
        let package = Package::parse(include_str!("../../testdata/show-libllvm.txt")).unwrap();
        assert_eq!(package.name, "libllvm22");
        assert_eq!(package.version, "1:22.1.8-1~deb12u1");
        assert_eq!(package.size, 29_378_692);
        assert_eq!(package.file_name(), "libllvm22_1%3a22.1.8-1~deb12u1_amd64.deb");
        assert_eq!(package.exact(), "libllvm22=1:22.1.8-1~deb12u1");
    }

    #[test]
    fn of_several_versions_the_first_is_read_whole() {
        let text = include_str!("../../testdata/show-rustc-web.txt");
        let package = Package::parse(text).unwrap();
        assert_eq!(package.version, "1.96.0+dfsg1-1~deb12u2");
        assert_eq!(package.sha256, "8fefe1d6377fe4082f5a9d2a47e095e2d20319eaab9754bd2f0275155c9adf90");
    }

    #[test]
    fn a_package_without_a_proper_hash_is_refused() {
        let text = include_str!("../../testdata/show-libllvm.txt");
        let without: String =
            text.lines().filter(|line| !line.starts_with("SHA256")).map(|line| format!("{line}\n")).collect();
        assert!(Package::parse(&without).unwrap_err().to_string().contains("SHA256"));
        let short = text.replace("SHA256: ", "SHA256: zz");
        assert!(Package::parse(&short).is_err());
    }
}
