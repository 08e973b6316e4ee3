//! Which addresses a name may not stand for: whatever is not the public internet.
//!
//! Checked after the name was looked up, on every address, so that a public name cannot point a connector at the host's own
//! network. Written out here, since the standard library's `is_global` is not stable; the ranges are those of IANA's
//! special-purpose registries. Addresses that carry an IPv4 address inside (mapped, 6to4, NAT64, Teredo) are judged by it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Why this address may not be reached; none for the public internet.
pub fn why_forbidden(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => why_forbidden_v4(address),
        IpAddr::V6(address) => why_forbidden_v6(address),
    }
}

fn why_forbidden_v4(address: Ipv4Addr) -> Option<&'static str> {
    match address.octets() {
        [0, ..] => Some("unspecified"),
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Some("private"),
        [100, 64..=127, ..] => Some("carrier-grade NAT"),
        [127, ..] => Some("loopback"),
        [169, 254, ..] => Some("link-local"),
        [192, 0, 0, _] => Some("protocol assignments"),
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Some("documentation"),
        [192, 88, 99, _] => Some("6to4 relay"),
        [198, 18..=19, ..] => Some("benchmarking"),
        [224..=239, ..] => Some("multicast"),
        [240..=255, ..] => Some("reserved or broadcast"),
        _ => None,
    }
}

fn why_forbidden_v6(address: Ipv6Addr) -> Option<&'static str> {
    let segments = address.segments();
    match segments {
        [0, 0, 0, 0, 0, 0, 0, 0] => Some("unspecified"),
        [0, 0, 0, 0, 0, 0, 0, 1] => Some("loopback"),
        // IPv4-mapped, and the older IPv4-compatible and IPv4-translated forms.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0, 0, 0, 0, 0, 0, high, low] | [0, 0, 0, 0, 0xffff, 0, high, low] => {
            why_forbidden_v4(inside(high, low))
        }
        // NAT64, the well-known prefix.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => why_forbidden_v4(inside(high, low)),
        [0x64, 0xff9b, ..] => Some("local NAT64"),
        // 6to4 carries it at the front.
        [0x2002, high, low, ..] => why_forbidden_v4(inside(high, low)),
        // Teredo carries it at the end, inverted.
        [0x2001, 0, _, _, _, _, high, low] => why_forbidden_v4(inside(!high, !low)),
        [0x2001, 0x0db8, ..] | [0x3fff, 0..=0x0fff, ..] => Some("documentation"),
        [0x2001, 2, 0, ..] => Some("benchmarking"),
        [0x2001, 0x10..=0x2f, ..] => Some("reserved"),
        [0x100, 0, 0, ..] => Some("discard-only"),
        [0xfc00..=0xfdff, ..] => Some("private"),
        [0xfe80..=0xfebf, ..] => Some("link-local"),
        [0xfec0..=0xfeff, ..] => Some("private (site-local)"),
        [0xff00..=0xffff, ..] => Some("multicast"),
        // Only 2000::/3 has been given out so far.
        [0x2000..=0x3fff, ..] => None,
        _ => Some("reserved"),
    }
}

fn inside(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits((u32::from(high) << 16) | u32::from(low))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("0.0.0.0")]
    #[case("10.1.2.3")]
    #[case("100.64.0.1")]
    #[case("100.127.255.255")]
    #[case("127.0.0.1")]
    #[case("127.255.0.1")]
    #[case("169.254.169.254")]
    #[case("172.16.0.1")]
    #[case("172.31.255.255")]
    #[case("192.0.0.8")]
    #[case("192.0.2.1")]
    #[case("192.88.99.1")]
    #[case("192.168.0.1")]
    #[case("198.18.0.1")]
    #[case("198.51.100.7")]
    #[case("203.0.113.9")]
    #[case("224.0.0.1")]
    #[case("255.255.255.255")]
    #[case("::")]
    #[case("::1")]
    #[case("::ffff:127.0.0.1")]
    #[case("::ffff:10.0.0.1")]
    #[case("::10.0.0.1")]
    #[case("::ffff:0:192.168.1.1")]
    #[case("64:ff9b::10.0.0.1")]
    #[case("64:ff9b::7f00:1")]
    #[case("64:ff9b:1::1")]
    #[case("2002:0a00:0001::1")]
    #[case("2002:7f00:0001::1")]
    #[case("2001:0:4136:e378:8000:63bf:f5ff:fffe")]
    #[case("2001:db8::1")]
    #[case("3fff::1")]
    #[case("100::1")]
    #[case("fc00::1")]
    #[case("fd12:3456::1")]
    #[case("fe80::1")]
    #[case("fec0::1")]
    #[case("ff02::1")]
    #[case("4000::1")]
    fn is_forbidden(#[case] address: &str) {
        assert!(why_forbidden(address.parse().unwrap()).is_some(), "{address}");
    }

    #[rstest]
    #[case("1.1.1.1")]
    #[case("52.232.0.1")]
    #[case("100.63.255.255")]
    #[case("100.128.0.1")]
    #[case("172.15.0.1")]
    #[case("172.32.0.1")]
    #[case("192.0.1.1")]
    #[case("223.255.255.1")]
    #[case("2606:4700::1111")]
    #[case("2a01:111::1")]
    #[case("::ffff:1.1.1.1")]
    #[case("64:ff9b::1.1.1.1")]
    #[case("2002:0101:0101::1")]
    fn is_public(#[case] address: &str) {
        assert_eq!(why_forbidden(address.parse().unwrap()), None, "{address}");
    }
}
