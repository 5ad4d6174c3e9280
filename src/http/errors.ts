import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema, ErrorInfoSchema } from "../../gen/google/rpc/error_details_pb.ts";
import { clip, type Violation } from "./transcoding/violations.ts";

/** The reasons that http/ itself gives, each with its code. */
const CODES = {
  MALFORMED_REQUEST: Code.InvalidArgument,
  PARAMETER_REPEATED: Code.InvalidArgument,
  PARAMETER_UNKNOWN: Code.InvalidArgument,
  FIELD_INVALID: Code.InvalidArgument,
  ROUTE_NOT_FOUND: Code.NotFound,
  HTTP_METHOD_NOT_ALLOWED: Code.Unimplemented,
  BODY_TOO_LARGE: Code.ResourceExhausted,
  MEDIA_TYPE_UNSUPPORTED: Code.InvalidArgument,
  REQUEST_TIMEOUT: Code.DeadlineExceeded,
  ENCODING_UNSUPPORTED: Code.Unimplemented,
  DEADLINE_EXCEEDED: Code.DeadlineExceeded,
  UNIMPLEMENTED: Code.Unimplemented,
  INTERNAL: Code.Internal,
} as const;

/** A reason that http/ itself gives. */
export type HttpReason = keyof typeof CODES;

/** Makes an error of http/. The domain of its ErrorInfo is added by `errorView`. */
export function failure(
  reason: HttpReason,
  message: string,
  violations: readonly Violation[] = [],
): ConnectError {
  const details: ConstructorParameters<typeof ConnectError>[3] = [
    { desc: ErrorInfoSchema, value: { reason } },
  ];
  if (violations.length > 0)
    details.push({ desc: BadRequestSchema, value: { fieldViolations: [...violations] } });
  return new ConnectError(clip(message), CODES[reason], undefined, details);
}

/** Makes the error of invalid fields, which names all of them. */
export const invalidFields = (violations: readonly Violation[]): ConnectError =>
  failure(
    "FIELD_INVALID",
    violations.map(({ field, description }) => `${field} ${description}`).join("; "),
    violations,
  );

/** Makes the error of a request that can't be read. */
export const malformed = (message: string): ConnectError => failure("MALFORMED_REQUEST", message);
