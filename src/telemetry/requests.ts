import type { RequestRecord } from "../http/server/request-record.ts";
import type { Logger } from "./log.ts";
import type { Operation } from "../http/types.ts";

/** Returns whether an operation is a probe, which load balancers call every second. */
export const isRoutine = ({ method, route }: Operation): boolean =>
  method.startsWith("grpc.health.v1.") || route === "GET /healthz" || route === "GET /readyz";

/**
 * Logs one line for each request, without its content. Probes of load balancers are logged at the
 * level `debug`.
 */
export function logRequests(log: Logger): (record: RequestRecord, traceId?: string) => void {
  return ({ id, operation, status, reason, caller, address, durationMs }, traceId) => {
    const routine = isRoutine(operation);
    if (!log.isLevelEnabled(routine ? "debug" : "info")) return;
    const { protocol, method, route } = operation;
    const facts = {
      requestId: id,
      traceId,
      protocol,
      method,
      route,
      status,
      reason,
      caller,
      address,
      durationMs: Math.round(durationMs * 10) / 10,
    };
    if (routine) log.debug(facts, "request");
    else log.info(facts, "request");
  };
}
