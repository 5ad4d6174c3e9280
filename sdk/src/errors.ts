// Why a call failed. It owns the way from an error to its reason and details, and must not know
// what was called.
import { durationMs } from "@bufbuild/protobuf/wkt";
import type { Code } from "@connectrpc/connect";
import { ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RetryInfoSchema,
} from "../gen/google/rpc/error_details_pb.js";
import { ErrorReason } from "../gen/identity/v1/errors_pb.js";

/** Who gives the reasons, in ErrorInfo. */
const DOMAIN = "latchkey";

/**
 * Why a call failed, in a word: every name of the contract's enum.
 *
 * @example
 * import type { Reason } from "@latchkey/sdk";
 *
 * const texts: Partial<Record<Reason, string>> = { USER_LOCKED: "Ask your administrator." };
 * console.log(texts.USER_LOCKED); // Ask your administrator.
 */
export type Reason = Exclude<keyof typeof ErrorReason, "UNSPECIFIED">;

/**
 * A field that breaks a rule of the contract.
 *
 * @example
 * import type { InvalidField } from "@latchkey/sdk";
 *
 * const text = ({ field, description }: InvalidField) => `${field}: ${description}`;
 * console.log(text({ field: "email", description: "is needed" })); // email: is needed
 */
export interface InvalidField {
  readonly field: string;
  readonly description: string;
}

/**
 * The reason of an error; nothing if it has none that this version knows.
 *
 * @example
 * import { reasonOf } from "@latchkey/sdk";
 *
 * const error = await latchkey.users.getUser({ userId: "nobody" }).catch((error: unknown) =>
 * error); console.log(reasonOf(error)); // USER_NOT_FOUND
 */
export function reasonOf(error: unknown): Reason | undefined {
  if (!(error instanceof ConnectError)) return undefined;
  const name = error.findDetails(ErrorInfoSchema).find(({ domain }) => domain === DOMAIN)?.reason;
  return isKnown(name) ? name : undefined;
}

const isKnown = (name: string | undefined): name is Reason =>
  name !== undefined && typeof ErrorReason[name as Reason] === "number";

/**
 * Whether an error has one of these reasons.
 *
 * @example
 * import { isReason } from "@latchkey/sdk";
 *
 * try {
 * await latchkey.users.signIn({ identifier: { case: "username", value: "ada" }, password: "a guess"
 * }); } catch (error) {
 * if (!isReason(error, "SIGN_IN_FAILED", "USER_LOCKED")) throw error;
 * console.log("no entry"); // no entry }
 */
export function isReason(error: unknown, ...reasons: readonly Reason[]): error is ConnectError {
  const reason = reasonOf(error);
  return reason !== undefined && reasons.includes(reason);
}

/**
 * The fields that a request has wrong.
 *
 * @example
 * import { invalidFieldsOf } from "@latchkey/sdk";
 *
 * const error = await latchkey.users.createUser({ email: "" }).catch((error: unknown) => error);
 * console.log(invalidFieldsOf(error).map(({ field }) => field).join()); // email,password
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
 * How many milliseconds the server asks to wait before the next try; nothing if it doesn't.
 *
 * @example
 * import { retryAfterOf } from "@latchkey/sdk";
 *
 * console.log(retryAfterOf(new Error("no wish"))); // undefined
 */
export function retryAfterOf(error: unknown): number | undefined {
  if (!(error instanceof ConnectError)) return undefined;
  const delay = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
  return delay === undefined ? undefined : durationMs(delay);
}

/** An error like those that the server gives. */
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
