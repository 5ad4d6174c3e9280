// Where a request comes from. It owns the trust in proxies, and must not know what an address is
// used for.
import { BlockList, isIP, SocketAddress } from "node:net";
import type { HttpRequest } from "../types.ts";

/** No chain of proxies is longer, and no address. */
const MAX_HOPS = 32;
const MAX_ADDRESS = 64;

/**
 * Reads the address of the client: the socket's other end, or, when that is one of the trusted
 * proxies (addresses or networks such as `10.0.0.0/8`), the nearest address in X-Forwarded-For that
 * is not. Whatever stands further left in that header the client may have written itself. Throws an
 * Error for what is no address or network.
 */
export function createAddressOf(
  trustedProxies: readonly string[],
): (request: HttpRequest) => string {
  const isTrusted = createTrust(trustedProxies);
  return (request) => {
    const { headers } = request;
    let address = peerOf(request);
    if (trustedProxies.length === 0) return address;
    let rest = String(headers["x-forwarded-for"] ?? "");
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

/** Whether the socket's other end is one of the trusted proxies. */
export function createIsProxied(
  trustedProxies: readonly string[],
): (request: HttpRequest) => boolean {
  const isTrusted = createTrust(trustedProxies);
  return (request) => trustedProxies.length > 0 && isTrusted(peerOf(request));
}

const peerOf = ({ socket }: HttpRequest): string =>
  normalizeAddress(socket.remoteAddress ?? "") ?? "";

function createTrust(trustedProxies: readonly string[]): (address: string) => boolean {
  const trusted = new BlockList();
  for (const network of trustedProxies) addNetwork(trusted, network);
  return (address) => trusted.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

function addNetwork(list: BlockList, network: string): void {
  const [text = "", prefix] = network.split("/");
  const address = normalizeAddress(text);
  if (address === undefined || (prefix !== undefined && !/^\d{1,3}$/.test(prefix)))
    throw new Error(`${network} is no address and no network`);
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  if (prefix === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(prefix), family);
}

/**
 * One spelling for each address: no port, no brackets, IPv4 also where it came as ::ffff:1.2.3.4;
 * undefined when it is none.
 */
export function normalizeAddress(text: string): string | undefined {
  if (text.length > MAX_ADDRESS) return undefined;
  const bare =
    /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ??
    (/^[\d.]+:\d+$/.test(text) ? text.slice(0, text.indexOf(":")) : text);
  if (isIP(bare) === 4) return bare;
  if (isIP(bare) === 0 || bare.includes("%")) return undefined;
  const { address } = new SocketAddress({ address: bare, family: "ipv6" });
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
}
