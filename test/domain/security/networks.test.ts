import { describe, expect, test } from "vitest";
import { networkOf, placeOf } from "../../../src/domain/security/networks.ts";

describe("the network of an address", () => {
  test.each([
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::FFFF:c000:207", "192.0.2.7"],
    ["2001:db8:0:a::1", "2001:db8:0:a::/64"],
    ["2001:DB8:0:A:1:2:3:4", "2001:db8:0:a::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["", ""],
    ["not:an:address", "not:an:address"],
  ])("%s counts as %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  test("in a queue, an IPv4 address stands in its /24 and an IPv6 address in its /64", () => {
    expect(placeOf("192.0.2.7")).toEqual({ network: "192.0.2.", address: "192.0.2.7" });
    const network = "2001:db8:0:a::/64";
    expect(placeOf("2001:db8:0:a::1")).toEqual({ network, address: network });
  });
});
