import type { Authentication } from "../../domain/sessions/authentication.ts";
import type { Middleware } from "../call.ts";

/**
 * Finds the principal by the Authorization header. A method with `access.anyone` reads its own
 * credentials, if any: a client's Basic, or a token of a documented API.
 */
export const authenticate =
  (authentication: Authentication): Middleware =>
  async (call, next) => {
    if (!call.endpoint.access.anyone) {
      call.caller = await authentication.callerOfHeader(
        call.arrival.header("authorization"),
        call.endpoint.api,
      );
    }
    return next();
  };
