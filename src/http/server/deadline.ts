// Whether and how long a client waits for its answer.
import { malformed } from "../errors.ts";
import type { HttpRequest } from "../types.ts";

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

/**
 * Returns when the client stops waiting, by grpc-timeout or connect-timeout-ms; undefined without
 * them. Throws MALFORMED_REQUEST.
 */
export function readDeadline({ headers }: HttpRequest, now: () => number): number | undefined {
  const connect = headers["connect-timeout-ms"];
  const grpc = headers["grpc-timeout"];
  if (connect === undefined && grpc === undefined) return undefined;
  const match =
    connect === undefined
      ? /^(\d{1,8})([HMSmun])$/.exec(String(grpc))
      : /^(\d{1,10})$/.exec(String(connect));
  if (match === null) throw malformed("malformed grpc-timeout or connect-timeout-ms");
  return now() + Number(match[1]) * UNITS[match[2] ?? "m"]!;
}
