import { BlockList, isIP } from "node:net";

/** An address with its family, as `node:dns` writes them. */
export interface Address {
  readonly address: string;
  readonly family: 4 | 6;
}

/**
 * IPv4 networks that no public host has: the special-purpose registry of RFC 6890 as IANA keeps it,
 * multicast, and the host agent of one cloud.
 */
const SPECIAL_IPV4 = [
  "0.0.0.0/8", // this network, RFC 791
  "10.0.0.0/8", // private, RFC 1918
  "100.64.0.0/10", // shared by carriers, RFC 6598
  "127.0.0.0/8", // loopback, RFC 1122
  "168.63.129.16/32", // the agent of a virtual machine's host
  "169.254.0.0/16", // link-local and metadata services, RFC 3927
  "172.16.0.0/12", // private, RFC 1918
  "192.0.0.0/24", // IETF protocol assignments, RFC 6890
  "192.0.2.0/24", // documentation, RFC 5737
  "192.31.196.0/24", // AS112, RFC 7535
  "192.52.193.0/24", // AMT, RFC 7450
  "192.88.99.0/24", // 6to4 relays, RFC 7526
  "192.168.0.0/16", // private, RFC 1918
  "192.175.48.0/24", // AS112, RFC 7534
  "198.18.0.0/15", // benchmarks, RFC 2544
  "198.51.100.0/24", // documentation, RFC 5737
  "203.0.113.0/24", // documentation, RFC 5737
  "224.0.0.0/4", // multicast, RFC 5771
  "240.0.0.0/4", // reserved, and broadcast, RFC 1112
];

/** Only global unicast is public (RFC 4291 section 2.4); mapped and NAT64 forms are outside. */
const GLOBAL_IPV6 = "2000::/3";
/** What is not public within it. */
const SPECIAL_IPV6 = [
  "2001::/23", // IETF protocol assignments with Teredo, benchmarks and ORCHID, RFC 2928
  "2001:db8::/32", // documentation, RFC 3849
  "2002::/16", // 6to4, which contains an IPv4 address, RFC 3056
  "2620:4f:8000::/48", // AS112, RFC 7534
  "3fff::/20", // documentation, RFC 9637
];

const LOOPBACK = ["127.0.0.0/8", "::1/128"];

/** Makes a list of networks as `10.0.0.0/8`; a single address is a network too. */
export function networkList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix] = network.split("/");
    const family = isIP(address) === 4 ? "ipv4" : "ipv6";
    list.addSubnet(address, Number(prefix ?? (family === "ipv4" ? 32 : 128)), family);
  }
  return list;
}

const special = networkList([...SPECIAL_IPV4, ...SPECIAL_IPV6]);
const global = networkList([GLOBAL_IPV6]);
const loopback = networkList(LOOPBACK);

/** Returns whether an address is in a list. One with a zone, as `fe80::1%eth0`, is in none. */
export const isIn = (list: BlockList, { address, family }: Address): boolean =>
  isIP(address) === family &&
  !address.includes("%") &&
  list.check(address, family === 4 ? "ipv4" : "ipv6");

/** Returns whether a public host may have the address. */
export const isPublic = (address: Address): boolean =>
  isIP(address.address) === address.family &&
  !address.address.includes("%") &&
  !isIn(special, address) &&
  (address.family === 4 || isIn(global, address));

export const isLoopback = (address: Address): boolean => isIn(loopback, address);
