// The addresses that the server requests, and the 70 and more that it refuses.
import { isIP } from "node:net";
import { describe, expect, test } from "vitest";
import { OutboundError } from "../../src/domain/outbound.ts";
import { createOutbound, type OutboundOptions } from "../../src/outbound/client.ts";
import { isPublic } from "../../src/outbound/addresses.ts";

const SPECIAL: readonly (readonly [what: string, ...addresses: string[]])[] = [
  ["this network", "0.0.0.0", "0.0.0.1", "0.255.255.255"],
  ["private", "10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.1"],
  ["private", "192.168.255.255"],
  ["shared by carriers", "100.64.0.0", "100.100.100.200", "100.127.255.255"],
  ["loopback", "127.0.0.0", "127.0.0.1", "127.1.2.3", "127.255.255.255", "::1"],
  ["metadata services", "169.254.0.0", "169.254.169.254", "169.254.170.2", "169.254.255.255"],
  ["metadata services", "168.63.129.16", "fd00:ec2::254"],
  ["protocol assignments", "192.0.0.0", "192.0.0.8", "192.0.0.170", "192.0.0.255"],
  ["documentation", "192.0.2.1", "198.51.100.1", "203.0.113.255", "2001:db8::1", "3fff::1"],
  ["documentation", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["AS112, AMT and 6to4 relays", "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.175.48.1"],
  ["AS112", "2620:4f:8000::1"],
  ["benchmarks", "198.18.0.0", "198.19.255.255", "2001:2::1"],
  ["multicast", "224.0.0.0", "224.0.0.1", "239.255.255.255", "ff00::", "ff02::1", "ff0e::1"],
  ["reserved and broadcast", "240.0.0.0", "255.255.255.254", "255.255.255.255"],
  ["unspecified", "::"],
  ["mapped IPv4", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"],
  ["mapped IPv4", "::ffff:8.8.8.8", "::ffff:7f00:1", "0:0:0:0:0:ffff:a00:1"],
  ["compatible and translated IPv4", "::127.0.0.1", "::8.8.8.8", "::ffff:0:127.0.0.1"],
  ["NAT64", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1", "64:ff9b::8.8.8.8", "64:ff9b:1::1"],
  ["6to4", "2002:7f00:1::", "2002:a00:1::1", "2002:808:808::1"],
  ["Teredo and other assignments", "2001::1", "2001:0:4136:e378::1", "2001:10::1", "2001:20::1"],
  ["unique local", "fc00::1", "fd12:3456:789a::1", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
  ["link-local", "fe80::1", "febf::1", "fe80::a9fe:a9fe", "fe80::1%eth0"],
  ["site-local, discarded and unassigned", "fec0::1", "100::1", "5f00::1", "4000::1", "::2"],
  ["outside of global unicast", "1fff:ffff::1"],
];
const special = SPECIAL.flatMap(([what, ...addresses]) =>
  addresses.map((address) => [what, address] as const),
);

const PUBLIC = [
  "1.1.1.1",
  "8.8.8.8",
  "9.255.255.255",
  "11.0.0.0",
  "100.63.255.255",
  "100.128.0.0",
  "126.255.255.255",
  "128.0.0.0",
  "169.253.255.255",
  "169.255.0.0",
  "172.15.255.255",
  "172.32.0.0",
  "192.0.1.0",
  "192.167.255.255",
  "192.169.0.0",
  "198.17.255.255",
  "198.20.0.0",
  "223.255.255.255",
  "2000::1",
  "2001:200::1",
  "2001:4860:4860::8888",
  "2606:4700:4700::1111",
  "2a00:1450:4001::1",
];

const familyOf = (address: string): 4 | 6 => (isIP(address.replace(/%.*/, "")) === 4 ? 4 : 6);
const outbound = (options: Partial<OutboundOptions> = {}) =>
  createOutbound({ now: () => 0, allowsLoopback: false, limitMs: 300, ...options });

/** Returns why a GET of a URL failed. */
async function failure(url: string, options: Partial<OutboundOptions> = {}): Promise<string> {
  const error: unknown = await outbound(options)
    .fetch(url, 100)
    .catch((thrown: unknown) => thrown);
  return error instanceof OutboundError ? error.failure : `no refusal: ${JSON.stringify(error)}`;
}

test("the table is as long as it says", () => {
  expect(special.length).toBeGreaterThanOrEqual(80);
  expect(new Set(special.map(([, address]) => address)).size).toBe(special.length);
});

describe("an address that no public host has is refused", () => {
  test.each(special)("%s: %s", async (_what, address) => {
    expect(isPublic({ address, family: familyOf(address) })).toBe(false);
    const resolved = [{ address, family: familyOf(address) }];
    const byName = await failure("https://app.example/x", { resolve: async () => resolved });
    expect(byName).toBe("address");
    if (address.includes("%")) return;
    const host = familyOf(address) === 4 ? address : `[${address}]`;
    expect(await failure(`https://${host}/x`)).toBe("address");
  });
});

test.each(PUBLIC)("an address beside them is public: %s", (address) => {
  expect(isPublic({ address, family: familyOf(address) })).toBe(true);
});

test.each([
  "http://[::ffff:127.0.0.1]/",
  "https://0x7f.1/",
  "https://2130706433/",
  "https://0177.0.0.1/",
  "https://127.0.0.1./",
  "https://127.1/",
  "https://①②⑦.0.0.1/",
  "https://localhost/",
  "https://LOCALHOST./",
  "https://anything.localhost/",
  "https://[0:0:0:0:0:0:0:1]/",
])("another spelling of this machine is refused: %s", async (url) => {
  expect(await failure(url)).toBe("address");
});

test.each(["http://1.1.1.1/", "http://app.example/"])(
  "http is refused before a connection: %s",
  async (url) => {
    const resolve = async () => [{ address: "1.1.1.1", family: 4 as const }];
    expect(await failure(url, { resolve })).toBe("address");
  },
);

test.each([
  "ftp://app.example/",
  "file:///etc/passwd",
  "data:application/json,{}",
  "gopher://app.example/",
  "https://user@app.example/",
  "https://user:password@app.example/",
  "https://app.example/#",
  "https://app.example/#fragment",
  "//app.example/",
  "app.example",
  "",
  `https://app.example/${"x".repeat(2_048)}`,
])("a URL that is no plain https URL is refused without a look at its name: %s", async (url) => {
  let asked = 0;
  const resolve = async () => {
    asked++;
    return [];
  };
  expect(await failure(url, { resolve })).toBe("url");
  expect(asked).toBe(0);
});

test("a name without addresses, and one that can't be resolved, are refused", async () => {
  expect(await failure("https://app.example/", { resolve: async () => [] })).toBe("address");
  const resolve = async () => Promise.reject(new Error("SERVFAIL"));
  expect(await failure("https://app.example/", { resolve })).toBe("address");
});

test("a network that the operator admits is requested by https only", async () => {
  const networks = ["10.1.0.0/16", "fd00::5"];
  // Nothing listens there, so a request that begins ends without a connection or in time.
  const begun = /^(?:connection|timeout)$/;
  expect(await failure("https://10.1.2.3/", { networks })).toMatch(begun);
  expect(await failure("https://[fd00::5]/", { networks })).toMatch(begun);
  expect(await failure("https://10.2.0.0/", { networks })).toBe("address");
  expect(await failure("https://[fd00::6]/", { networks })).toBe("address");
  expect(await failure("http://10.1.2.3/", { networks })).toBe("address");
  expect(await failure("https://127.0.0.1/", { networks })).toBe("address");
});
