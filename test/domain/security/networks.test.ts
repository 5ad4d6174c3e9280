import { expect, test } from "vitest";
import { networkOf, placeOf } from "../../../src/domain/security/networks.ts";

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["::FFFF:192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0DB8:0001:0002::1", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["", ""],
])("%s counts as %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test("in a queue, addresses of one IPv4 /24 and of one IPv6 /64 are neighbours", () => {
  expect(placeOf("192.0.2.7")).toEqual({ network: "192.0.2.", address: "192.0.2.7" });
  expect(placeOf("2001:db8:1:2::3")).toEqual({
    network: "2001:db8:1:2::/64",
    address: "2001:db8:1:2::/64",
  });
});
