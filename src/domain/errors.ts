// Why the domain refuses: one error class with a closed set of reasons. It owns the reasons
// and must not know how a protocol shows them.

/** Every reason; the same names as the enum ErrorReason of the contract, which a test compares. */
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
  "CLIENT_NOT_FOUND",
  "GRANT_NOT_FOUND",
  "GRANT_INVALID",
  "GRANT_TYPE_UNSUPPORTED",
  "CLIENT_UNAUTHORIZED",
  "SCOPE_INVALID",
  "OAUTH_REQUEST_INVALID",
  "RATE_LIMITED",
  "OVERLOADED",
  "STORE_UNAVAILABLE",
  "DEADLINE_EXCEEDED",
  "CANCELLED",
  "UNIMPLEMENTED",
  "INTERNAL",
] as const;

/** Why a call fails. */
export type Reason = (typeof REASONS)[number];

/** What a reason may carry besides its text. */
export interface ErrorDetails {
  /** The fields that are wrong, and why. */
  readonly fields?: readonly {
    readonly field: string;
    readonly description: string;
    readonly rule?: string;
  }[];
  /** When to try again, in milliseconds from now. */
  readonly retryAfter?: number;
  /** Facts for a program. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** What caused it; goes to the log only. */
  readonly cause?: unknown;
}

/** A refusal with a reason that every protocol shows in its own way. */
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
 * A field that can't be as it is: `description` says why, as the end of a sentence that begins with
 * its name.
 */
export const invalidField = (field: string, description: string): IdentityError =>
  new IdentityError("FIELD_INVALID", `${field} ${description}.`, {
    fields: [{ field, description }],
  });

/** One answer for every user who isn't there. */
export const userNotFound = (): IdentityError =>
  new IdentityError("USER_NOT_FOUND", "There is no such user.");
