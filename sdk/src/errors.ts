import { durationMs } from "@bufbuild/protobuf/wkt";
import type { Code } from "@connectrpc/connect";
import { ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RetryInfoSchema,
} from "../gen/google/rpc/error_details_pb.js";
import { ErrorReason } from "../gen/identity/v1/errors_pb.js";

/** The domain of the reasons in google.rpc.ErrorInfo. */
const DOMAIN = "latchkey";

/**
 * Why a call failed, in a word: every name of the contract's enum.
 *
 * @example
 * ```ts
 * import type { Reason } from "@latchkey/sdk";
 *
 * const texts: Partial<Record<Reason, string>> = { USER_LOCKED: "Ask your administrator." };
 * console.log(texts.USER_LOCKED); // Ask your administrator.
 * ```
 */
export type Reason = Exclude<keyof typeof ErrorReason, "UNSPECIFIED">;

/**
 * A field that breaks a rule of the contract.
 *
 * @example
 * ```ts
 * import type { InvalidField } from "@latchkey/sdk";
 *
 * const text = ({ field, description }: InvalidField) => `${field}: ${description}`;
 * console.log(text({ field: "email", description: "is needed" })); // email: is needed
 * ```
 */
export interface InvalidField {
  readonly field: string;
  readonly description: string;
}

/**
 * Returns the reason of an error; undefined if it has none that this version knows.
 *
 * @example
 * ```ts
 * import { reasonOf } from "@latchkey/sdk";
 *
 * const error = await latchkey.users
 *   .getUser({ userId: "unknown" })
 *   .catch((error: unknown) => error);
 * console.log(reasonOf(error)); // USER_NOT_FOUND
 * ```
 */
export function reasonOf(error: unknown): Reason | undefined {
  if (!(error instanceof ConnectError)) return undefined;
  const name = error.findDetails(ErrorInfoSchema).find(({ domain }) => domain === DOMAIN)?.reason;
  return isKnown(name) ? name : undefined;
}

const isKnown = (name: string | undefined): name is Reason =>
  name !== undefined && typeof ErrorReason[name as Reason] === "number";

/**
 * Returns whether an error has one of these reasons.
 *
 * @example
 * ```ts
 * import { isReason } from "@latchkey/sdk";
 *
 * try {
 *   await latchkey.users.signIn({
 *     identifier: { case: "username", value: "ada" },
 *     password: "a guess",
 *   });
 * } catch (error) {
 *   if (!isReason(error, "SIGN_IN_FAILED", "USER_LOCKED")) throw error;
 *   console.log("no entry"); // no entry
 * }
 * ```
 */
export function isReason(error: unknown, ...reasons: readonly Reason[]): error is ConnectError {
  const reason = reasonOf(error);
  return reason !== undefined && reasons.includes(reason);
}

/**
 * Returns the fields of a request that are wrong.
 *
 * @example
 * ```ts
 * import { invalidFieldsOf } from "@latchkey/sdk";
 *
 * const error = await latchkey.users
 *   .createUser({ email: "", realm: "No realm" })
 *   .catch((error: unknown) => error);
 * const fields = invalidFieldsOf(error).map(({ field }) => field);
 * console.log(fields.join()); // email,realm
 * ```
 */
export function invalidFieldsOf(error: unknown): readonly InvalidField[] {
  if (!(error instanceof ConnectError)) return [];
  return error
    .findDetails(BadRequestSchema)
    .flatMap(({ fieldViolations }) =>
      fieldViolations.map(({ field, description }) => ({ field, description })),
    );
}

/**
 * Returns the milliseconds to wait before the next try; undefined if the server doesn't say.
 *
 * @example
 * ```ts
 * import { retryAfterOf } from "@latchkey/sdk";
 *
 * console.log(retryAfterOf(new Error("no wish"))); // undefined
 * ```
 */
export function retryAfterOf(error: unknown): number | undefined {
  if (!(error instanceof ConnectError)) return undefined;
  const delay = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
  return delay === undefined ? undefined : durationMs(delay);
}

/** Creates an error like those of the server. */
export const refusal = (
  reason: Reason,
  code: Code,
  message: string,
  cause?: unknown,
): ConnectError =>
  new ConnectError(
    message,
    code,
    undefined,
    [{ desc: ErrorInfoSchema, value: { reason, domain: DOMAIN } }],
    cause,
  );
