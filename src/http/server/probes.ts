import { DECLINED, type Step } from "../pipeline.ts";
import type { Operation } from "../types.ts";
import { requestRecordOf } from "./request-record.ts";
import { send } from "./send.ts";
import { rawPathOf } from "./target.ts";

interface Probe {
  readonly operation: Operation;
  readonly ask: () => Promise<boolean>;
}

const HEADERS = { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" };

const operationOf = (path: string): Operation => ({
  protocol: "http",
  method: "",
  route: `GET ${path}`,
});

/** Answers `/healthz` (liveness) and `/readyz` (readiness); declines all else. */
export function createProbes(ready: () => Promise<boolean>): Step {
  const probes = new Map<string, Probe>([
    ["/healthz", { operation: operationOf("/healthz"), ask: () => Promise.resolve(true) }],
    ["/readyz", { operation: operationOf("/readyz"), ask: () => ready().catch(() => false) }],
  ]);
  return (request, response) => {
    const probe = probes.get(rawPathOf(request.url ?? ""));
    if (probe === undefined || (request.method !== "GET" && request.method !== "HEAD"))
      return DECLINED;
    requestRecordOf(request).operation = probe.operation;
    return probe.ask().then((good) => {
      const body = JSON.stringify({ status: good ? "ok" : "unavailable" });
      send(request, response, { status: good ? 200 : 503, headers: { ...HEADERS }, body }, {});
    });
  };
}
