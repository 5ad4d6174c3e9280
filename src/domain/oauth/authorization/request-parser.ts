import type { Client } from "../../model.ts";
import type { RequestContext } from "../../request-context.ts";
import { isRegisteredByAdministrator } from "../documents/client-url.ts";
import type { AuthorizationError } from "./authorization-error.ts";
import type { ClientAnswer } from "./client-answer.ts";
import type { CheckedAuthorization } from "./checked-authorization.ts";
import type { Outcome } from "./outcome.ts";
import type { Parameters } from "./parameters.ts";

/**
 * Parses the authorization requests of one API. An invalid request gets its outcome at once.
 * `begunAt` is when the flow of the browser began.
 */
export type AuthorizationRequestParser = (
  context: RequestContext,
  parameters: Parameters,
  begunAt: number,
) => Promise<CheckedAuthorization | Outcome>;

/**
 * Returns the outcome of an invalid request. A client that an administrator has registered gets the
 * error by a redirect. For other clients, the user decides whether to go there (RFC 9700 section
 * 4.11.2).
 */
export const failedAuthorization = (
  client: Client,
  error: AuthorizationError,
  answer: ClientAnswer,
): Outcome =>
  isRegisteredByAdministrator(client)
    ? { ...answer, error }
    : { kind: "refuse", refusal: { reason: "application-error", error, client, answer } };
