import { IdentityError } from "../../errors.ts";

/** A JSON object. */
export type JsonMembers = Readonly<Record<string, unknown>>;

/**
 * One thing that a client asks for, and a user or an administrator agrees to: RFC 9396 section 2.
 * It always has the resources that it is for, in the form in which they are registered.
 */
export interface AuthorizationDetail extends JsonMembers {
  readonly type: string;
  readonly locations: readonly string[];
}

/** Creates the error of RFC 9396 section 5. The rest of the sentence says what is wrong. */
export const invalidDetails = (rest: string): IdentityError =>
  new IdentityError("AUTHORIZATION_DETAILS_INVALID", `authorization_details ${rest}.`);

/** Returns the types of details, each once. */
export const typesOf = (details: readonly AuthorizationDetail[]): readonly string[] => [
  ...new Set(details.map(({ type }) => type)),
];

/** Returns JSON in which the members of objects are in one order, to compare values. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    isJsonObject(each)
      ? Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)))
      : each,
  );

export const isJsonObject = (value: unknown): value is JsonMembers =>
  typeof value === "object" && value !== null && !Array.isArray(value);
