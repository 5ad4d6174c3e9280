import { DECLINED, type Step } from "../pipeline.ts";
import type { Operation } from "../types.ts";
import { requestRecordOf } from "./request-record.ts";
import { send } from "./send.ts";
import { rawPathOf } from "./target.ts";

interface Probe {
  readonly operation: Operation;
  readonly ask: () => Promise<boolean>;
  readonly hasDetail: boolean;
}

const HEADERS = { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" };

/** The methods of each probe, by its path. */
export const PROBE_METHODS: ReadonlyMap<string, readonly string[]> = new Map([
  ["/healthz", ["GET"]],
  ["/readyz", ["GET"]],
]);

const operationOf = (path: string): Operation => ({
  protocol: "http",
  method: "",
  route: `GET ${path}`,
});

/**
 * Answers `/healthz` (liveness) and `/readyz` (readiness); declines all else. `detail` is what an
 * operator should know of a process that is ready all the same.
 */
export function createProbes(
  ready: () => Promise<boolean>,
  detail: () => string | undefined = () => undefined,
): Step {
  const probes = new Map<string, Probe>([
    [
      "/healthz",
      { operation: operationOf("/healthz"), ask: () => Promise.resolve(true), hasDetail: false },
    ],
    [
      "/readyz",
      { operation: operationOf("/readyz"), ask: () => ready().catch(() => false), hasDetail: true },
    ],
  ]);
  return (request, response) => {
    const probe = probes.get(rawPathOf(request.url ?? ""));
    if (probe === undefined || (request.method !== "GET" && request.method !== "HEAD"))
      return DECLINED;
    requestRecordOf(request).operation = probe.operation;
    return probe.ask().then((good) => {
      const status = good ? "ok" : "unavailable";
      const body = JSON.stringify({ status, ...(probe.hasDetail && { detail: detail() }) });
      send(request, response, { status: good ? 200 : 503, headers: { ...HEADERS }, body }, {});
    });
  };
}
