// The authenticate step: finds out who calls. It owns nothing but the way from the header to the
// domain.
import type { Authentication } from "../../domain/sessions/authentication.ts";
import type { Middleware } from "../call.ts";

/**
 * Reads the Authorization header. A method that anybody may call reads its own credentials, if any:
 * a client's Basic, or a documented API's token.
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
