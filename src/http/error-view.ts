import { type DescMessage, type MessageShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RetryInfoSchema,
} from "../../gen/google/rpc/error_details_pb.ts";
import { failure } from "./errors.ts";
import { clip } from "./transcoding/violations.ts";

/** The HTTP statuses of reasons whose code alone gives another one. */
const STATUSES: Readonly<Record<string, number>> = {
  HTTP_METHOD_NOT_ALLOWED: 405,
  REQUEST_TIMEOUT: 408,
  BODY_TOO_LARGE: 413,
  MEDIA_TYPE_UNSUPPORTED: 415,
};

/** An error as a client sees it, before a protocol encodes it. */
export interface ErrorView {
  readonly code: Code;
  readonly status: number;
  readonly message: string;
  /** The reason of its ErrorInfo; empty when it has none. */
  readonly reason: string;
  /** The names of the invalid fields. */
  readonly fields: readonly string[];
  /** Seconds until the client may try again. */
  readonly retryAfter: number | undefined;
  readonly details: readonly {
    readonly desc: DescMessage;
    readonly message: MessageShape<DescMessage>;
  }[];
}

/** Reads any thrown value. What is no ConnectError becomes INTERNAL without details. */
export function errorView(error: unknown, domain: string): ErrorView {
  if (!(error instanceof ConnectError))
    return errorView(failure("INTERNAL", "internal error"), domain);
  const [info] = error.findDetails(ErrorInfoSchema);
  if (info?.domain === "") info.domain = domain;
  const reason = info?.reason ?? "";
  const [badRequest] = error.findDetails(BadRequestSchema);
  const [retryInfo] = error.findDetails(RetryInfoSchema);
  const { retryDelay } = retryInfo ?? {};
  return {
    code: error.code,
    status: STATUSES[reason] ?? HTTP_STATUS[error.code],
    message: clip(error.rawMessage),
    reason,
    fields: badRequest?.fieldViolations.map((violation) => violation.field) ?? [],
    retryAfter:
      retryDelay && Math.max(1, Math.ceil(Number(retryDelay.seconds) + retryDelay.nanos / 1e9)),
    details: [
      ...(info ? [{ desc: ErrorInfoSchema, message: info }] : []),
      ...(badRequest ? [{ desc: BadRequestSchema, message: badRequest }] : []),
      ...(retryInfo ? [{ desc: RetryInfoSchema, message: retryInfo }] : []),
    ],
  };
}

/** The HTTP status of each code, as google.rpc.Code documents it. */
export const HTTP_STATUS: Readonly<Record<Code, number>> = {
  [Code.Canceled]: 499,
  [Code.Unknown]: 500,
  [Code.InvalidArgument]: 400,
  [Code.DeadlineExceeded]: 504,
  [Code.NotFound]: 404,
  [Code.AlreadyExists]: 409,
  [Code.PermissionDenied]: 403,
  [Code.ResourceExhausted]: 429,
  [Code.FailedPrecondition]: 400,
  [Code.Aborted]: 409,
  [Code.OutOfRange]: 400,
  [Code.Unimplemented]: 501,
  [Code.Internal]: 500,
  [Code.Unavailable]: 503,
  [Code.DataLoss]: 500,
  [Code.Unauthenticated]: 401,
};
