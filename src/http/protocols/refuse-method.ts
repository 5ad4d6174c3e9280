import { errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import { failure } from "../errors.ts";
import { requestRecordOf } from "../server/request-record.ts";
import { send } from "../server/send.ts";
import type { HttpRequest, HttpResponse } from "../types.ts";
import { toRpcError } from "./rpc-error.ts";

/** What a refusal says. */
interface Refusal {
  readonly allowed: readonly string[];
  readonly errorDomain: string;
}

/**
 * Refuses a method of HTTP at the path of an RPC: 405 in Connect's shape, or 204 for OPTIONS, both
 * with the methods that the path takes.
 */
export function refuseMethod(
  request: HttpRequest,
  response: HttpResponse,
  { allowed, errorDomain }: Refusal,
): void {
  const allow = allowed.join(", ");
  if (request.method === "OPTIONS")
    return send(request, response, { status: 204, headers: {}, body: "" }, { allow });
  const error = toRpcError(
    failure("HTTP_METHOD_NOT_ALLOWED", `use ${allow}`),
    errorDomain,
    requestRecordOf(request),
  );
  const headers = { "content-type": "application/json" };
  const body = errorToJsonBytes(error, undefined);
  return send(request, response, { status: 405, headers, body }, { allow });
}
