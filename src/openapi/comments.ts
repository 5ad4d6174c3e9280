// What the contract says in words. It owns how a comment is read, with the two conventions that the
// contract keeps in them, and must not know what is described.
import { COMMENTS } from "../../gen/comments.ts";

/** Anything with a comment: services, methods, messages, fields and enums. */
interface Described {
  readonly kind: string;
  readonly name: string;
  readonly typeName?: string;
  readonly parent?: { readonly typeName: string };
}

/** The comment; empty when there is none. */
export const commentOf = ({ name, typeName, parent }: Described): string =>
  COMMENTS[typeName ?? `${parent?.typeName ?? ""}.${name}`] ?? "";

/** The first sentence, for a title. */
export const summaryOf = (comment: string): string =>
  /^.+?[.](?=\s|$)/s.exec(comment)?.[0].replace(/\.$/, "") ?? comment;

const REASON_PREFIX = "ERROR_REASON_";

/** What a reason means, without the gRPC code at the end. */
export const meaningOf = (reason: string): string =>
  reasonComment(reason).replace(/ [A-Z_]+(?:, [^.]*)?\.$/, "");

/** Whether a failure for this reason tells when to come back. */
export const hasRetryInfo = (reason: string): boolean =>
  reasonComment(reason).includes("RetryInfo");

const reasonComment = (reason: string): string =>
  COMMENTS[`identity.v1.ErrorReason.${REASON_PREFIX}${reason}`] ?? "";

const isReason = (word: string): boolean => reasonComment(word) !== "";

/**
 * The reasons that a comment names: those of a method are those for which it can fail, besides what
 * any method can.
 */
export const reasonsIn = (comment: string): string[] =>
  [...comment.matchAll(/\b[A-Z][A-Z_]+\b/g)].map(([word]) => word).filter(isReason);

/** A field that the server alone sets. */
export const isOutputOnly = (comment: string): boolean => /\bOutput only\.$/.test(comment);
