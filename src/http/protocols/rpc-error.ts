import { ConnectError } from "@connectrpc/connect";
import { errorView } from "../error-view.ts";
import type { RequestRecord } from "../server/request-record.ts";

/**
 * Gives an error its reason and its domain, and notes the reason in the record. An error that is no
 * ConnectError becomes INTERNAL without details.
 */
export function toRpcError(error: unknown, domain: string, record: RequestRecord): ConnectError {
  const { code, message, details, reason } = errorView(error, domain);
  record.reason = reason;
  const metadata = error instanceof ConnectError ? error.metadata : undefined;
  return new ConnectError(
    message.toWellFormed(),
    code,
    metadata,
    details.map(({ desc, message: value }) => ({ desc, value })),
  );
}
