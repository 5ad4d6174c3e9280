import ipaddr from "ipaddr.js";
import type { Requester } from "./ticket.ts";

/**
 * Returns the network that an address is counted under. An IPv4 address counts alone, also when it
 * is mapped into IPv6 (RFC 4291 section 2.5.5.2). An IPv6 address counts with its /64.
 */
export function networkOf(address: string): string {
  if (!address.includes(":") || !ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  const prefix = parsed.parts.slice(0, 4).map((part) => part.toString(16));
  return `${prefix.join(":")}::/64`;
}

/**
 * Returns the place of an address in a fair queue: first its IPv4 /24 or IPv6 /64, then the address
 * (or /64) within it.
 */
export function placeOf(address: string): Pick<Requester, "network" | "address"> {
  const network = networkOf(address);
  return {
    network: network.includes(":") ? network : network.slice(0, network.lastIndexOf(".") + 1),
    address: network,
  };
}
