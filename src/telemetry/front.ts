// What stands before every answer: gives requests their ids and has them told of. It may be there before the application
// is, and must not know what answers.
import type { Config } from "../config.ts";
import type { Clock } from "../domain/clock.ts";
import { newId, ticks } from "../domain/clock.ts";
import { createFront } from "../http/exchange.ts";
import { createAddressOf, createIsProxied } from "../http/forwarded.ts";
import type { Handler } from "../http/transcoder.ts";
import type { Logger } from "../log.ts";
import { logFaults, logRequests } from "./requests.ts";

/** Stands before a server's handler. */
export function createTelemetryFront({ config, clock, log }: { readonly config: Config; readonly clock: Clock; readonly log: Logger }): (handler: Handler) => Handler {
  return createFront({
    newId: () => newId(clock),
    ticks,
    addressOf: createAddressOf(config.trustedProxies),
    trusts: createIsProxied(config.trustedProxies),
    ended: logRequests(log),
    onFault: logFaults(log),
  });
}
