// Whether and how long a client waits for its answer.
import { malformed } from "../errors.ts";
import type { HttpRequest } from "../types.ts";
import { requestRecordOf } from "./request-record.ts";

/** Whether the client of a request has gone away. */
export const isAborted = (request: HttpRequest): boolean =>
  "stream" in request ? request.stream.destroyed : request.socket.destroyed;

const UNITS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};

/** The headers that have a deadline, and the unit that each needs. */
const HEADERS = [
  ["connect-timeout-ms", ""],
  ["grpc-timeout", "m"],
] as const;

type TimeoutHeader = (typeof HEADERS)[number][0];

/** Returns for how many milliseconds a client waits; undefined for what can't be read. */
function millisecondsOf(header: TimeoutHeader, value: string): number | undefined {
  const form = header === "grpc-timeout" ? /^(\d{1,8})([HMSmun])$/ : /^(\d{1,10})$/;
  const match = form.exec(value);
  return match === null ? undefined : Number(match[1]) * UNITS[match[2] ?? "m"]!;
}

/**
 * Returns when the client stops waiting, by grpc-timeout or connect-timeout-ms; undefined without
 * them. Its time runs since the request came. Throws MALFORMED_REQUEST.
 */
export function readDeadline(request: HttpRequest, now: () => number): number | undefined {
  const { headers } = request;
  const [header] = HEADERS.find(([name]) => headers[name] !== undefined) ?? [];
  if (header === undefined) return undefined;
  const milliseconds = millisecondsOf(header, String(headers[header]));
  if (milliseconds === undefined) throw malformed("malformed grpc-timeout or connect-timeout-ms");
  const { arrivedAt = now() } = requestRecordOf(request);
  return arrivedAt + milliseconds;
}

/** Shortens a deadline that is too long for those who read the header themselves. */
export function shortenDeadline({ headers }: Pick<HttpRequest, "headers">, most: number): void {
  for (const [name, unit] of HEADERS) {
    const milliseconds = millisecondsOf(name, String(headers[name]));
    if (milliseconds !== undefined && milliseconds > most) headers[name] = `${most}${unit}`;
  }
}
