// What is told of a request when it is over: one line of the log, never what it carried. It owns
// which facts are told and how loudly, and must not know how requests are answered.
import type { RequestRecord } from "../http/server/request-record.ts";
import type { Logger } from "./log.ts";
import type { Operation } from "../http/types.ts";

/** What machines ask every second. */
export const isRoutine = ({ method, route }: Operation): boolean =>
  method.startsWith("grpc.health.v1.") || route === "GET /healthz" || route === "GET /readyz";

/** Logs every request; those of load balancers only for who wants to see everything. */
export function logRequests(log: Logger): (record: RequestRecord, traceId?: string) => void {
  return ({ id, operation, status, reason, caller, address, durationMs }, traceId) => {
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
    if (isRoutine(operation)) log.debug(facts, "request");
    else log.info(facts, "request");
  };
}
