import { createHash } from "node:crypto";
import unhomoglyph from "unhomoglyph";
import { IdentityError } from "../errors.ts";
import { hasControls, isLongerThan, isVisible } from "../text.ts";

/** The longest name of a user or a group, in characters, as in the contract. */
export const MAX_NAME = 128;
/**
 * No valid name has more code units than this, with some space around it. Longer texts are rejected
 * before any other check.
 */
export const MAX_UNITS = 4 * MAX_NAME;

/** A blank besides the space: U+2800 is a Braille sign without dots. */
const BLANK = /[\p{Zs}\u2800]/gu;
/** UTS 39 section 5.4: a mark that occurs twice, more than four at once, or one with no base. */
const STRAY_MARKS = /^\p{M}|(\p{Mn})\1|\p{Mn}{5}/u;

const usernameInvalid = (description: string): IdentityError =>
  new IdentityError("USERNAME_INVALID", `The user name ${description}.`, {
    fields: [{ field: "username", description }],
  });

/** Checks a name that a user has typed on a page: it is required, and outer space is removed. */
export function checkChosenUsername(text: string): string {
  if (text.length > MAX_UNITS) throw usernameInvalid(`is longer than ${MAX_NAME} characters`);
  const name = text.trim();
  if (name === "") throw usernameInvalid("is needed");
  return checkNewUsername(name);
}

/**
 * Checks a name that comes through one of our own APIs or pages: all of its characters must be
 * visible. Returns it in NFC.
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
 * Checks a name as the documented APIs do. It rejects `@`, so that a name can't be the e-mail
 * address of another user.
 */
export function checkUsername(name: string): string {
  if (name.length > MAX_UNITS) throw usernameInvalid(`is longer than ${MAX_NAME} characters`);
  // Cc, Cs, Zl and Zp: controls, lone surrogates, line and paragraph separators.
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}@]/u.test(name) || (name !== "" && name.trim() === ""))
    throw usernameInvalid("holds an @ or a control character, or is blank");
  return name;
}

/**
 * Returns a digest of what a name looks like: names that can be mistaken for each other share it.
 * It is made of the skeleton of UTS 39 section 4, after NFKC and without invisible characters. Case
 * matters. Empty for a name that draws nothing.
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
