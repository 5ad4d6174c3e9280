import type { BlockList } from "node:net";
import { isIP } from "node:net";
import { type DocumentFetcher, OutboundError, type Poster } from "../domain/outbound.ts";
import { networkOf } from "../domain/security/networks.ts";
import { type Address, isIn, isLoopback, isPublic, networkList } from "./addresses.ts";
import { freshForMs } from "./freshness.ts";
import { type Resolve, resolveByDns } from "./resolve.ts";
import { type OutboundAnswer, type OutboundRequest, sendOutbound } from "./send.ts";
import { Slots } from "./slots.ts";

/** How long a request may take, with the name server's answer. */
const LIMIT_MS = 5_000;
/** How many requests a process has under way. */
const MAX_REQUESTS = 64;
/** How many of them go to one address or IPv6 /64: a slow server must not take all. */
const MAX_REQUESTS_PER_NETWORK = 8;
/** How much of the answer to a form is read; the status is all that counts. */
const MAX_IGNORED_BYTES = 16 * 1024;
const MAX_URL_LENGTH = 2_048;

export interface OutboundOptions {
  readonly now: () => number;
  /** Whether URLs may name this machine, also by http: only where the server is on loopback. */
  readonly allowsLoopback: boolean;
  /** Networks that may be requested although they are not public, as `10.0.0.0/8`. */
  readonly networks?: readonly string[];
  readonly limitMs?: number;
  readonly resolve?: Resolve;
  /** The authorities that certificates are checked with. */
  readonly ca?: string;
  /** The largest number of requests under way, at all and to one network. */
  readonly slots?: readonly [total: number, perNetwork: number];
}

/** Makes the client that requests the URLs of clients. */
export function createOutbound(options: OutboundOptions): DocumentFetcher & Poster {
  const { now, allowsLoopback, networks = [], limitMs = LIMIT_MS, ca } = options;
  const resolve = options.resolve ?? resolveByDns;
  const slots = new Slots(...(options.slots ?? [MAX_REQUESTS, MAX_REQUESTS_PER_NETWORK]));
  const admitted = networkList(networks);

  const request = async (
    text: string,
    parts: Pick<OutboundRequest, "method" | "headers" | "body" | "maxBytes">,
  ): Promise<OutboundAnswer> => {
    const url = readUrl(text);
    const signal = AbortSignal.timeout(limitMs);
    const addresses = (await addressesOf(url, resolve, signal)).filter((address) =>
      mayRequest(url, address, { allowsLoopback, admitted }),
    );
    if (addresses[0] === undefined) throw new OutboundError("address");
    const free = slots.take(networkOf(addresses[0].address));
    if (free === undefined) throw new OutboundError("busy");
    try {
      return await sendOutbound({ ...parts, url, addresses, signal, ca });
    } finally {
      free();
    }
  };

  return {
    async fetch(url, maxBytes) {
      const { status, headers, body, isCut } = await request(url, {
        method: "GET",
        headers: { accept: "application/json" },
        maxBytes,
      });
      const isFound = status === 200;
      // A compressed answer was not asked for, and its length says nothing.
      const encoding = headers["content-encoding"] ?? "identity";
      if (isFound && (isCut || encoding.toLowerCase() !== "identity"))
        throw new OutboundError("size");
      return {
        status,
        mediaType: (headers["content-type"] ?? "").split(";")[0]!.trim().toLowerCase(),
        freshForMs: freshForMs(headers, now()),
        body: isFound ? body : Buffer.alloc(0),
      };
    },
    async post(url, form) {
      const { status } = await request(url, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams(form).toString(),
        maxBytes: MAX_IGNORED_BYTES,
      });
      return status;
    },
  };
}

/** Reads the URL. A user name would be credentials, and a fragment is not part of a request. */
function readUrl(text: string): URL {
  const url = text.length > MAX_URL_LENGTH ? null : URL.parse(text);
  const isWeb = url?.protocol === "https:" || url?.protocol === "http:";
  if (!isWeb || text.includes("#") || url.username + url.password !== "")
    throw new OutboundError("url");
  return url;
}

/** Returns the addresses of the host; a literal address is its own. */
async function addressesOf(
  { hostname }: URL,
  resolve: Resolve,
  signal: AbortSignal,
): Promise<readonly Address[]> {
  const bare = hostname.replace(/^\[|\]$/g, "");
  const version = isIP(bare);
  if (version !== 0) return [{ address: bare, family: version === 4 ? 4 : 6 }];
  try {
    return await resolve(hostname, signal);
  } catch (error) {
    throw new OutboundError(signal.aborted ? "timeout" : "address", error);
  }
}

/** Returns whether the server requests a URL at one of the addresses of its host. */
function mayRequest(
  { protocol }: URL,
  address: Address,
  rules: { readonly allowsLoopback: boolean; readonly admitted: BlockList },
): boolean {
  if (isLoopback(address)) return rules.allowsLoopback;
  return protocol === "https:" && (isPublic(address) || isIn(rules.admitted, address));
}
