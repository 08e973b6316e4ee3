//! What the machine has: memory and address space.

use rustix::process::{Resource, getrlimit};
use std::path::{Path, PathBuf};

/// 2 GiB where nothing says how much there is: a small server.
const ASSUMED_MEMORY: u64 = 2 * 1024 * 1024 * 1024;

/// Where control groups are found, by the second version of their interface.
const CONTROL_GROUPS: &str = "/sys/fs/cgroup";

/// What a process may have of this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    /// Memory.
    pub memory: Memory,
    /// Address space, bytes; `None` where it is not limited (`RLIMIT_AS`).
    pub address_space: Option<u64>,
}

/// How much memory there is, and who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// In bytes.
    pub bytes: u64,
    /// Who says so.
    pub source: MemorySource,
}

/// Who says how much memory there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemorySource {
    /// The limit of the process's control group (`memory.max`, version 2).
    ControlGroup,
    /// What the system has available (`MemAvailable`).
    System,
    /// Nobody: 2 GiB is assumed.
    Assumed,
}

impl Machine {
    /// This machine, now.
    pub fn read() -> Self {
        let group = std::fs::read_to_string("/proc/self/cgroup").ok();
        let group = group.as_deref().and_then(control_group).unwrap_or_else(|| PathBuf::from("/"));
        let limit = group_limit(Path::new(CONTROL_GROUPS), &group);
        let available = std::fs::read_to_string("/proc/meminfo").ok().as_deref().and_then(available);
        Self { memory: Memory::of(limit, available), address_space: address_space() }
    }
}

impl Memory {
    /// The smaller of what the control group allows and what the system has.
    fn of(group: Option<u64>, system: Option<u64>) -> Self {
        match (group, system) {
            (Some(bytes), system) if system.is_none_or(|system| bytes <= system) => {
                Self { bytes, source: MemorySource::ControlGroup }
            }
            (_, Some(bytes)) => Self { bytes, source: MemorySource::System },
            _ => Self { bytes: ASSUMED_MEMORY, source: MemorySource::Assumed },
        }
    }
}

/// The limit of this process's address space, bytes.
pub(crate) fn address_space() -> Option<u64> {
    getrlimit(Resource::As).current
}

/// The process's group, from the text of `/proc/self/cgroup`.
fn control_group(text: &str) -> Option<PathBuf> {
    text.lines().find_map(|line| line.strip_prefix("0::")).map(PathBuf::from)
}

/// The lowest limit of a group and of those it lies in.
fn group_limit(root: &Path, group: &Path) -> Option<u64> {
    let limit = |group: &Path| {
        let inside = group.strip_prefix("/").unwrap_or(group);
        std::fs::read_to_string(root.join(inside).join("memory.max")).ok()?.trim().parse().ok()
    };
    group.ancestors().filter_map(limit).min()
}

/// `MemAvailable`, from the text of `/proc/meminfo`, in bytes.
fn available(text: &str) -> Option<u64> {
    let kib = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    kib.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("MemTotal: 100 kB\nMemAvailable:    24112640 kB\n", Some(24_112_640 * 1024))]
    #[case("MemTotal: 100 kB\n", None)]
    #[case("MemAvailable: many kB\n", None)]
    fn reads_what_is_available(#[case] text: &str, #[case] bytes: Option<u64>) {
        assert_eq!(available(text), bytes);
    }

    #[rstest]
    #[case("0::/system.slice/accounting.service\n", Some("/system.slice/accounting.service"))]
    #[case("12:memory:/a\n0::/\n", Some("/"))]
    #[case("12:memory:/a\n", None)]
    fn reads_the_control_group(#[case] text: &str, #[case] group: Option<&str>) {
        assert_eq!(control_group(text), group.map(PathBuf::from));
    }

    #[test]
    fn the_lowest_limit_of_all_groups_around_counts() {
        let root = tempfile::tempdir().unwrap();
        let put = |group: &str, limit: &str| {
            std::fs::create_dir_all(root.path().join(group)).unwrap();
            std::fs::write(root.path().join(group).join("memory.max"), limit).unwrap();
        };
        put("a", "300\n");
        put("a/b", "max\n");
        put("a/b/c", "400\n");
        assert_eq!(group_limit(root.path(), Path::new("/a/b/c")), Some(300));
        assert_eq!(group_limit(root.path(), Path::new("/elsewhere")), None);
    }

    #[rstest]
    #[case(Some(10), Some(20), 10, MemorySource::ControlGroup)]
    #[case(Some(20), Some(10), 10, MemorySource::System)]
    #[case(None, Some(10), 10, MemorySource::System)]
    #[case(Some(10), None, 10, MemorySource::ControlGroup)]
    #[case(None, None, ASSUMED_MEMORY, MemorySource::Assumed)]
    fn the_smaller_counts(
        #[case] group: Option<u64>,
        #[case] system: Option<u64>,
        #[case] bytes: u64,
        #[case] source: MemorySource,
    ) {
        assert_eq!(Memory::of(group, system), Memory { bytes, source });
    }

    #[test]
    fn this_machine_has_memory() {
        assert!(Machine::read().memory.bytes > 0);
    }
}
