import { Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import type { Address } from "./addresses.ts";

/** Returns every address of a name. Rejects when the signal ends it. */
export type Resolve = (name: string, signal: AbortSignal) => Promise<readonly Address[]>;

const isLocalhost = (name: string): boolean => /^(?:.+\.)?localhost\.?$/i.test(name);

/**
 * Asks the name servers, not the system's resolver: that one has threads which a client's slow name
 * server would occupy. So the hosts file is not read. RFC 6761 section 6.3 says what `localhost`
 * is.
 */
export const resolveByDns: Resolve = async (name, signal) => {
  if (isLocalhost(name))
    return [
      { address: "127.0.0.1", family: 4 },
      { address: "::1", family: 6 },
    ];
  signal.throwIfAborted();
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  const cancel = (): void => resolver.cancel();
  signal.addEventListener("abort", cancel);
  try {
    const [four, six] = await Promise.allSettled([
      resolver.resolve4(name),
      resolver.resolve6(name),
    ]);
    const found = [four, six].flatMap((each) => (each.status === "fulfilled" ? each.value : []));
    return found.map((address) => ({ address, family: isIP(address) === 4 ? 4 : 6 }));
  } finally {
    signal.removeEventListener("abort", cancel);
  }
};
