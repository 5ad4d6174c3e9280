import type { IncomingHttpHeaders } from "node:http";

/** A directive with its argument, quoted or not (RFC 9111 section 5.2). */
const DIRECTIVE = /([^\s,;="]+)(?:=(?:"([^"]*)"|([^\s,"]*)))?/g;

/**
 * Returns for how many milliseconds an answer is fresh (RFC 9111 section 4.2), as a private cache
 * counts; undefined if its headers don't say. Of several values the shortest counts.
 */
export function freshForMs(headers: IncomingHttpHeaders, now: number): number | undefined {
  const directives = [...(headers["cache-control"] ?? "").matchAll(DIRECTIVE)].map(
    ([, name = "", quoted, plain]) => [name.toLowerCase(), quoted ?? plain ?? ""] as const,
  );
  const isUnusable = directives.some(([name]) => name === "no-store" || name === "no-cache");
  if (isUnusable || headers.vary?.includes("*") === true) return 0;
  const ages = directives.flatMap(([name, value]) => (name === "max-age" ? [seconds(value)] : []));
  const age = headers.age === undefined ? 0 : seconds(headers.age);
  if (ages.length > 0) return Math.max(0, Math.min(...ages) - age) * 1000;
  if (headers.expires === undefined) return undefined;
  // An invalid time has passed (RFC 9111 section 5.3).
  const lifetime = Date.parse(headers.expires) - dateOf(headers.date, now) - age * 1000;
  return Number.isNaN(lifetime) ? 0 : Math.max(0, lifetime);
}

/** Reads delta-seconds; what is none is 0, so the answer is stale (RFC 9111 section 4.2.1). */
const seconds = (text: string): number => (/^\d{1,10}$/.test(text) ? Number(text) : 0);

function dateOf(text: string | undefined, now: number): number {
  const date = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(date) ? now : date;
}
