// Liveness and readiness for whoever starts and stops the process. It owns the two paths and must
// not know what makes the server ready.
import { requestRecordOf } from "./request-record.ts";
import { send } from "./send.ts";
import type { Operation, Handler } from "../types.ts";

interface Probe {
  readonly operation: Operation;
  readonly ask: () => Promise<boolean>;
}

const operationOf = (path: string): Operation => ({
  protocol: "http",
  method: "",
  route: `GET ${path}`,
});

/** Answers `/healthz` and `/readyz`; everything else goes to `next`. */
export function createProbes({
  ready,
  next,
}: {
  ready: () => Promise<boolean>;
  next: Handler;
}): Handler {
  const probes = new Map<string | undefined, Probe>([
    ["/healthz", { operation: operationOf("/healthz"), ask: () => Promise.resolve(true) }],
    ["/readyz", { operation: operationOf("/readyz"), ask: () => ready().catch(() => false) }],
  ]);
  return (request, response) => {
    const probe = probes.get(request.url);
    if (probe === undefined || (request.method !== "GET" && request.method !== "HEAD"))
      return next(request, response);
    requestRecordOf(request).operation = probe.operation;
    return probe.ask().then((good) => {
      const headers = {
        "content-type": "application/json; charset=utf-8",
        "cache-control": "no-store",
      };
      send(
        request,
        response,
        {
          status: good ? 200 : 503,
          headers,
          body: JSON.stringify({ status: good ? "ok" : "unavailable" }),
        },
        {},
      );
    });
  };
}
