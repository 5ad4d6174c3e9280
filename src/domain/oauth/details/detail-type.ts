/** The lists of RFC 9396 section 2.2 whose values a type names. */
export const DETAIL_LISTS = ["actions", "datatypes", "privileges"] as const;
export type DetailList = (typeof DETAIL_LISTS)[number];

/** What a member of a detail can be. */
export const MEMBER_KINDS = ["string", "number", "boolean", "object"] as const;
export type MemberKind = (typeof MEMBER_KINDS)[number];

/** A member of a type that RFC 9396 doesn't name. */
export interface DetailMember {
  readonly name: string;
  readonly kind: MemberKind;
  readonly isRequired: boolean;
}

/**
 * A type of authorization details (RFC 9396 section 2) of a resource: what users read of it, and
 * what a detail may say. `docs/decisions/0038` has the reasons for this form.
 */
export interface DetailType extends Readonly<Record<DetailList, readonly string[]>> {
  readonly name: string;
  /** The title, by language; an empty text is that of English, and without one the name. */
  readonly texts: Readonly<Record<"en" | "ru" | "zh", string>>;
  /** Whether a detail may have `identifier`. */
  readonly hasIdentifier: boolean;
  readonly members: readonly DetailMember[];
}

const NAME = /^[\x21\x23-\x5b\x5d-\x7e]{1,128}$/;

/** Returns whether a text can be the name of a type, or a value of one of its lists. */
export const isDetailName = (text: string): boolean => NAME.test(text);
