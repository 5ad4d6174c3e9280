// What names of users, groups and applications may be, what they look like, and how they are shown.
// It owns these rules and must not know where names are kept.
import { createHash } from "node:crypto";
import unhomoglyph from "unhomoglyph";
import { IdentityError } from "../errors.ts";

export {
  deliveryAddress,
  type Email,
  emailKey,
  emailKeyPrefix,
  emailKeys,
  parseEmail,
} from "./email-address.ts";

/** The longest name of a user or a group, in characters, as in the contract. */
export const MAX_NAME = 128;
/**
 * No name has more code units, with some space around it: what is longer is looked at no further.
 */
export const MAX_UNITS = 4 * MAX_NAME;

/** Characters that are not seen, that turn round our own words beside them, or that no font has. */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
/** A blank besides the space: U+2800 is a sign of Braille without dots. */
const BLANK = /[\p{Zs}\u2800]/gu;
/** A character that leaves something on the page by itself. */
const SEEN = /[^\p{C}\p{Z}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/u;
/**
 * UTS 39 section 5.4: a mark that is there twice, more than four at once, or one with nothing below
 * it.
 */
const STRAY_MARKS = /^\p{M}|(\p{Mn})\1|\p{Mn}{5}/u;

/**
 * Whether a name holds what is not seen or turns round our own words beside it, where users decide.
 */
export const hasControls = (name: string): boolean => UNSEEN.test(name);

/** Whether a name shows anything at all. */
export const isVisible = (name: string): boolean => SEEN.test(name);

/** Whether a text has more characters than that; looks at no more of it than it must. */
export const isLongerThan = (text: string, characters: number): boolean =>
  text.length > characters && (text.length > 2 * characters || [...text].length > characters);

const usernameInvalid = (description: string): IdentityError =>
  new IdentityError("USERNAME_INVALID", `The user name ${description}.`, {
    fields: [{ field: "username", description }],
  });

/**
 * Checks a user name that somebody has chosen on a page: unlike others, it is not empty, and space
 * around it is no part of it.
 */
export function checkChosenUsername(text: string): string {
  if (text.length > MAX_UNITS) throw usernameInvalid(`is longer than ${MAX_NAME} characters`);
  const name = text.trim();
  if (name === "") throw usernameInvalid("is needed");
  return checkNewUsername(name);
}

/**
 * Checks a user name that one of our own ways in brings: what is seen of it is all of it. Answers
 * it in NFC.
 */
export function checkNewUsername(text: string): string {
  if (isLongerThan(text, MAX_NAME)) throw usernameInvalid(`is longer than ${MAX_NAME} characters`);
  const name = text.normalize("NFC");
  checkUsername(name);
  if (hasControls(name)) throw usernameInvalid("holds a character that is not seen");
  if (name !== "" && !isVisible(name)) throw usernameInvalid("shows nothing");
  if (name !== name.trim() || /[^\P{Zs} ]| {2}|\u2800/u.test(name))
    throw usernameInvalid("begins or ends with a space, or holds another blank than single spaces");
  if (STRAY_MARKS.test(name.normalize("NFD")))
    throw usernameInvalid("holds marks without letters, or too many of them");
  return name;
}

/**
 * Checks a user name as the documented APIs do. An `@` is refused, so that a name is never somebody
 * else's e-mail address.
 */
export function checkUsername(name: string): string {
  if (name.length > MAX_UNITS) throw usernameInvalid(`is longer than ${MAX_NAME} characters`);
  // Cc, Cs, Zl and Zp: controls, lone surrogates, line and paragraph separators.
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}@]/u.test(name) || (name !== "" && name.trim() === ""))
    throw usernameInvalid("holds an @ or a control character, or is blank");
  return name;
}

/**
 * What a name looks like, as a digest: two names that may be taken for each other have one. It is
 * that of the skeleton of UTS 39 section 4, made of the name in NFKC and without what is not seen.
 * Case is seen. Empty for a name that shows nothing.
 */
export function lookOf(name: string): string {
  if (name.length > MAX_UNITS || !isVisible(name)) return "";
  const seen = name
    .normalize("NFKC")
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, "")
    .replaceAll(BLANK, " ");
  const skeleton = unhomoglyph(seen.normalize("NFD")).normalize("NFD");
  return createHash("sha256").update(skeleton.trim().replaceAll(/ {2,}/g, " ")).digest("base64url");
}

/** The longest reason of a lock, in characters, as in the contract. */
export const MAX_LOCK_REASON = 500;

/** Checks why a user is locked: whoever looks at the lock later must learn it. */
export function checkLockReason(reason: string, field = "reason"): string {
  if (isLongerThan(reason, MAX_LOCK_REASON) || reason.trim() === "") {
    const description = `is empty or longer than ${MAX_LOCK_REASON} characters`;
    throw new IdentityError("FIELD_INVALID", `The reason ${description}.`, {
      fields: [{ field, description }],
    });
  }
  return reason;
}
