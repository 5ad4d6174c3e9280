/** All reasons, with the names of the enum ErrorReason of the contract; a test compares them. */
export const REASONS = [
  "MALFORMED_REQUEST",
  "FIELD_INVALID",
  "PARAMETER_REPEATED",
  "PARAMETER_UNKNOWN",
  "PAGE_TOKEN_INVALID",
  "EMAIL_INVALID",
  "USERNAME_INVALID",
  "PASSWORD_UNACCEPTABLE",
  "REDIRECT_URI_INVALID",
  "ROUTE_NOT_FOUND",
  "HTTP_METHOD_NOT_ALLOWED",
  "BODY_TOO_LARGE",
  "MEDIA_TYPE_UNSUPPORTED",
  "REQUEST_TIMEOUT",
  "ENCODING_UNSUPPORTED",
  "CREDENTIAL_MISSING",
  "TOKEN_INVALID",
  "SIGN_IN_FAILED",
  "CLIENT_AUTHENTICATION_FAILED",
  "PERMISSION_DENIED",
  "REAUTHENTICATION_REQUIRED",
  "USER_LOCKED",
  "PROOF_REQUIRED",
  "USER_NOT_FOUND",
  "EMAIL_TAKEN",
  "USERNAME_TAKEN",
  "USER_STATE_CONFLICT",
  "SESSION_NOT_FOUND",
  "GROUP_NOT_FOUND",
  "GROUP_MEMBER_NOT_FOUND",
  "GROUP_MEMBER_EXISTS",
  "GROUP_LAST_OWNER",
  "GROUP_INVITATION_NOT_FOUND",
  "GROUP_INVITATION_EXISTS",
  "GROUP_INVITATION_DECLINED",
  "GROUP_INVITATION_REQUIRED",
  "CLIENT_NOT_FOUND",
  "GRANT_NOT_FOUND",
  "PREDECESSOR_NOT_FOUND",
  "RESOURCE_NOT_FOUND",
  "RESOURCE_EXISTS",
  "GRANT_INVALID",
  "GRANT_TYPE_UNSUPPORTED",
  "CLIENT_UNAUTHORIZED",
  "SCOPE_INVALID",
  "OAUTH_REQUEST_INVALID",
  "CLIENT_DOCUMENT_INVALID",
  "TARGET_INVALID",
  "AUTHORIZATION_DETAILS_INVALID",
  "AUTHORIZATION_PENDING",
  "SLOW_DOWN",
  "AUTHORIZATION_DENIED",
  "DEVICE_CODE_EXPIRED",
  "SOFTWARE_STATEMENT_INVALID",
  "CLIENT_REGISTRATION_DISABLED",
  "DPOP_PROOF_INVALID",
  "REQUEST_OBJECT_INVALID",
  "REQUEST_URI_INVALID",
  "RATE_LIMITED",
  "OVERLOADED",
  "STORE_UNAVAILABLE",
  "DEADLINE_EXCEEDED",
  "CANCELLED",
  "UNIMPLEMENTED",
  "INTERNAL",
  "IDEMPOTENCY_KEY_REUSED",
] as const;

/** Why a call fails. */
export type Reason = (typeof REASONS)[number];

/** What an error may carry besides its reason and text. */
export interface ErrorDetails {
  /** The invalid fields, and why they are. */
  readonly fields?: readonly {
    readonly field: string;
    readonly description: string;
    readonly rule?: string;
    /** The value, where a list has several wrong ones. Never a secret. */
    readonly value?: string;
  }[];
  /** When the client may retry, in milliseconds from now. */
  readonly retryAfter?: number;
  /** Facts for programs. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** The cause; it is logged and never sent to the client. */
  readonly cause?: unknown;
}

/** The only error that the domain rejects requests with; each protocol renders it its own way. */
export class IdentityError extends Error {
  override readonly name = "IdentityError";
  readonly reason: Reason;
  readonly details: ErrorDetails;

  constructor(reason: Reason, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.reason = reason;
    this.details = details;
  }
}

/**
 * Returns the error of an invalid field. `description` continues a sentence that starts with it.
 */
export const invalidField = (field: string, description: string): IdentityError =>
  new IdentityError("FIELD_INVALID", `${field} ${description}.`, {
    fields: [{ field, description }],
  });

/** Returns the error for a user who doesn't exist; the same in every case. */
export const userNotFound = (): IdentityError =>
  new IdentityError("USER_NOT_FOUND", "There is no such user.");

/** When a client may retry after the database could not be used, in milliseconds. */
const STORE_PAUSE = 1_000;

/**
 * Returns the error of a call that could not use the database. `isUnknown` says that a change may
 * have been made all the same.
 */
export const storeUnavailable = (
  message: string,
  { cause, isUnknown = false }: { readonly cause: unknown; readonly isUnknown?: boolean },
): IdentityError =>
  new IdentityError("STORE_UNAVAILABLE", message, {
    retryAfter: STORE_PAUSE,
    ...(isUnknown && { metadata: { effect: "unknown" } }),
    cause,
  });
