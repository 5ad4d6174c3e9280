import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import type { HttpRequest } from "../types.ts";

/** The longest chain of proxies, and the longest address. */
const MAX_HOPS = 32;
const MAX_ADDRESS = 64;

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** The addresses from `address` with the same first `prefix` bits. */
interface Network {
  readonly address: Address;
  readonly prefix: number;
}

/**
 * Creates a function that returns the address of a request's client. It is the socket's other end
 * or, when that is a trusted proxy, the last address in X-Forwarded-For that is not one. The client
 * may have written all addresses before it. Throws an Error for an invalid address or network.
 */
export function createAddressOf(
  trustedProxies: readonly string[],
): (request: HttpRequest) => string {
  const isTrusted = createTrust(trustedProxies);
  return (request) => {
    let address = peerOf(request);
    if (trustedProxies.length === 0) return address;
    let rest = String(request.headers["x-forwarded-for"] ?? "");
    for (let hops = 0; hops < MAX_HOPS && isTrusted(address); hops++) {
      const comma = rest.lastIndexOf(",");
      const hop = normalizeAddress(rest.slice(comma + 1).trim());
      if (hop === undefined) break;
      address = hop;
      rest = comma < 0 ? "" : rest.slice(0, comma);
    }
    return address;
  };
}

/** Creates a function that returns whether the socket's other end is a trusted proxy. */
export function createIsProxied(
  trustedProxies: readonly string[],
): (request: HttpRequest) => boolean {
  const isTrusted = createTrust(trustedProxies);
  return (request) => trustedProxies.length > 0 && isTrusted(peerOf(request));
}

const peerOf = ({ socket }: HttpRequest): string =>
  normalizeAddress(socket.remoteAddress ?? "") ?? "";

function createTrust(trustedProxies: readonly string[]): (address: string) => boolean {
  const networks = trustedProxies.map(parseNetwork);
  return (text) => {
    if (text === "") return false;
    const address = ipaddr.parse(text);
    return networks.some(
      (network) =>
        network.address.kind() === address.kind() && address.match(network.address, network.prefix),
    );
  };
}

/** Parses an address such as `10.0.0.1`, or a network such as `10.0.0.0/8`. */
function parseNetwork(network: string): Network {
  const [text = "", prefix] = network.split("/");
  const normalized = normalizeAddress(text);
  const address = normalized === undefined ? undefined : ipaddr.parse(normalized);
  const bits = address?.kind() === "ipv6" ? 128 : 32;
  if (
    address === undefined ||
    (prefix !== undefined && (!/^\d{1,3}$/.test(prefix) || Number(prefix) > bits))
  )
    throw new Error(`${network} is not an IP address or a network`);
  return { address, prefix: prefix === undefined ? bits : Number(prefix) };
}

/**
 * Returns the one spelling of an address: without port and brackets, and IPv4 also where it came as
 * `::ffff:1.2.3.4`. Undefined for any other text.
 */
export function normalizeAddress(text: string): string | undefined {
  if (text.length > MAX_ADDRESS) return undefined;
  const bare =
    /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ??
    (/^[\d.]+:\d+$/.test(text) ? text.slice(0, text.indexOf(":")) : text);
  // ipaddr.js also reads octal and hexadecimal numbers and short forms; node's check refuses them.
  if (isIP(bare) === 4) return bare;
  return isIP(bare) === 0 || bare.includes("%") ? undefined : ipaddr.process(bare).toString();
}
