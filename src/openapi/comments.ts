// The comments of the contract, and its two conventions in them: a comment names the reasons of a
// failure, and "Output only." marks fields that only the server sets.
import { COMMENTS } from "../../gen/comments.ts";

/** A service, method, message, field, enum or enum value. */
interface Described {
  readonly kind: string;
  readonly name: string;
  readonly typeName?: string;
  readonly parent?: { readonly typeName: string };
}

/** Returns the comment, or an empty text. */
export const commentOf = ({ name, typeName, parent }: Described): string =>
  COMMENTS[typeName ?? `${parent?.typeName ?? ""}.${name}`] ?? "";

/** Returns the first sentence, for a title. */
export const summaryOf = (comment: string): string =>
  /^.+?[.](?=\s|$)/s.exec(comment)?.[0].replace(/\.$/, "") ?? comment;

const REASON_PREFIX = "ERROR_REASON_";

/** Returns the meaning of a reason, without the gRPC code at the end of its comment. */
export const meaningOf = (reason: string): string =>
  reasonComment(reason).replace(/ [A-Z_]+(?:, [^.]*)?\.$/, "");

/** Returns whether a failure for this reason says when to try again. */
export const hasRetryInfo = (reason: string): boolean =>
  reasonComment(reason).includes("RetryInfo");

const reasonComment = (reason: string): string =>
  COMMENTS[`identity.v1.ErrorReason.${REASON_PREFIX}${reason}`] ?? "";

const isReason = (word: string): boolean => reasonComment(word) !== "";

/** Returns the reasons that a comment names. A method's comment names its own reasons to fail. */
export const reasonsIn = (comment: string): string[] =>
  [...comment.matchAll(/\b[A-Z][A-Z_]+\b/g)].map(([word]) => word).filter(isReason);

/** Returns whether only the server sets the field. */
export const isOutputOnly = (comment: string): boolean => /\bOutput only\.$/.test(comment);
