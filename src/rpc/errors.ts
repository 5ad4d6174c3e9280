import { Code, ConnectError } from "@connectrpc/connect";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RetryInfoSchema,
} from "../../gen/google/rpc/error_details_pb.ts";
import type { Reason } from "../domain/errors.ts";
import { IdentityError } from "../domain/errors.ts";
import type { Call, Middleware } from "./call.ts";
import { withoutStack } from "./without-stack.ts";

/** The domain of the reasons in google.rpc.ErrorInfo. */
export const ERROR_DOMAIN = "latchkey";

/** The gRPC code of each reason. A new reason does not compile without one. */
const CODES: Record<Reason, Code> = {
  MALFORMED_REQUEST: Code.InvalidArgument,
  FIELD_INVALID: Code.InvalidArgument,
  PARAMETER_REPEATED: Code.InvalidArgument,
  PARAMETER_UNKNOWN: Code.InvalidArgument,
  PAGE_TOKEN_INVALID: Code.InvalidArgument,
  EMAIL_INVALID: Code.InvalidArgument,
  USERNAME_INVALID: Code.InvalidArgument,
  PASSWORD_UNACCEPTABLE: Code.InvalidArgument,
  REDIRECT_URI_INVALID: Code.InvalidArgument,
  ROUTE_NOT_FOUND: Code.NotFound,
  HTTP_METHOD_NOT_ALLOWED: Code.Unimplemented,
  BODY_TOO_LARGE: Code.ResourceExhausted,
  MEDIA_TYPE_UNSUPPORTED: Code.InvalidArgument,
  REQUEST_TIMEOUT: Code.DeadlineExceeded,
  ENCODING_UNSUPPORTED: Code.Unimplemented,
  CREDENTIAL_MISSING: Code.Unauthenticated,
  TOKEN_INVALID: Code.Unauthenticated,
  SIGN_IN_FAILED: Code.Unauthenticated,
  CLIENT_AUTHENTICATION_FAILED: Code.Unauthenticated,
  PERMISSION_DENIED: Code.PermissionDenied,
  REAUTHENTICATION_REQUIRED: Code.PermissionDenied,
  USER_LOCKED: Code.PermissionDenied,
  PROOF_REQUIRED: Code.PermissionDenied,
  USER_NOT_FOUND: Code.NotFound,
  EMAIL_TAKEN: Code.AlreadyExists,
  USERNAME_TAKEN: Code.AlreadyExists,
  USER_STATE_CONFLICT: Code.FailedPrecondition,
  SESSION_NOT_FOUND: Code.NotFound,
  GROUP_NOT_FOUND: Code.NotFound,
  GROUP_MEMBER_NOT_FOUND: Code.NotFound,
  GROUP_MEMBER_EXISTS: Code.AlreadyExists,
  GROUP_LAST_OWNER: Code.FailedPrecondition,
  GROUP_INVITATION_NOT_FOUND: Code.NotFound,
  GROUP_INVITATION_EXISTS: Code.AlreadyExists,
  GROUP_INVITATION_DECLINED: Code.FailedPrecondition,
  GROUP_INVITATION_REQUIRED: Code.FailedPrecondition,
  CLIENT_NOT_FOUND: Code.NotFound,
  GRANT_NOT_FOUND: Code.NotFound,
  PREDECESSOR_NOT_FOUND: Code.NotFound,
  RESOURCE_NOT_FOUND: Code.NotFound,
  RESOURCE_EXISTS: Code.AlreadyExists,
  GRANT_INVALID: Code.InvalidArgument,
  GRANT_TYPE_UNSUPPORTED: Code.InvalidArgument,
  CLIENT_UNAUTHORIZED: Code.PermissionDenied,
  SCOPE_INVALID: Code.InvalidArgument,
  OAUTH_REQUEST_INVALID: Code.InvalidArgument,
  CLIENT_DOCUMENT_INVALID: Code.InvalidArgument,
  TARGET_INVALID: Code.InvalidArgument,
  AUTHORIZATION_DETAILS_INVALID: Code.InvalidArgument,
  AUTHORIZATION_PENDING: Code.FailedPrecondition,
  SLOW_DOWN: Code.FailedPrecondition,
  AUTHORIZATION_DENIED: Code.FailedPrecondition,
  DEVICE_CODE_EXPIRED: Code.FailedPrecondition,
  SOFTWARE_STATEMENT_INVALID: Code.InvalidArgument,
  CLIENT_REGISTRATION_DISABLED: Code.PermissionDenied,
  DPOP_PROOF_INVALID: Code.Unauthenticated,
  REQUEST_OBJECT_INVALID: Code.InvalidArgument,
  REQUEST_URI_INVALID: Code.FailedPrecondition,
  RATE_LIMITED: Code.ResourceExhausted,
  OVERLOADED: Code.ResourceExhausted,
  STORE_UNAVAILABLE: Code.Unavailable,
  DEADLINE_EXCEEDED: Code.DeadlineExceeded,
  CANCELLED: Code.Canceled,
  UNIMPLEMENTED: Code.Unimplemented,
  INTERNAL: Code.Internal,
  IDEMPOTENCY_KEY_REUSED: Code.FailedPrecondition,
};

/** Returns the ConnectError that carries code, reason and details over every protocol. */
export function toConnectError(error: IdentityError): ConnectError {
  const { fields, retryAfter, metadata } = error.details;
  const headers =
    retryAfter === undefined
      ? undefined
      : { "retry-after": String(Math.max(1, Math.ceil(retryAfter / 1000))) };
  const details: ConstructorParameters<typeof ConnectError>[3] = [
    {
      desc: ErrorInfoSchema,
      value: { reason: error.reason, domain: ERROR_DOMAIN, metadata: { ...metadata } },
    },
    ...(fields === undefined
      ? []
      : [
          {
            desc: BadRequestSchema,
            value: {
              fieldViolations: fields.map(({ field, description, rule }) => ({
                field,
                description,
                reason: rule ?? "",
              })),
            },
          },
        ]),
    ...(retryAfter === undefined
      ? []
      : [{ desc: RetryInfoSchema, value: { retryDelay: durationFromMs(Math.ceil(retryAfter)) } }]),
  ];
  // The cause has a trace.
  const { message, reason } = error;
  return withoutStack(() => new ConnectError(message, CODES[reason], headers, details, error));
}

/** Returns the reason of a failure; without one, the name of its code. */
export function reasonOf(thrown: unknown): string {
  const error = ConnectError.from(thrown);
  return (
    error.findDetails(ErrorInfoSchema)[0]?.reason ??
    Code[error.code].replaceAll(/(?<=[a-z])[A-Z]/g, "_$&").toUpperCase()
  );
}

/**
 * Turns every error into a ConnectError with a reason. Unexpected errors go to `fault`; the client
 * gets INTERNAL without details.
 */
export const errors =
  (fault: (call: Call, cause: unknown) => void): Middleware =>
  async (call, next) => {
    try {
      return await next();
    } catch (error) {
      if (error instanceof IdentityError && error.reason !== "INTERNAL")
        throw toConnectError(error);
      fault(call, error);
      throw toConnectError(
        new IdentityError(
          "INTERNAL",
          `Something went wrong on our side; the request is ${call.requestId}.`,
        ),
      );
    }
  };
