// What e-mail addresses, user names and other texts of users may be, and when two are the same. It owns these rules
// and must not know where the texts are kept.
import { IdentityError } from "./errors.ts";

const LOCAL_PART = /^[^\s\p{C}@<>()[\],;:\\"]+$/u;
const DOMAIN_LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/u;
/** RFC 5321 section 4.5.3.1.3, less the angle brackets. */
const MAX_EMAIL_BYTES = 254;
/** What is longer is read by nothing below, as in the contract: normalising takes the square of the length. */
const MAX_EMAIL_TEXT = 320;

/** An e-mail address: as its user wrote it, and as it is compared. */
export interface Email {
  readonly address: string;
  readonly key: string;
}

/**
 * Reads an address. Case, Unicode composition, space around it and a dot after the domain make no other address,
 * so that one mailbox is one account.
 */
export function parseEmail(text: string): Email {
  if (text.length > MAX_EMAIL_TEXT) throw emailInvalid();
  const address = text.trim().normalize("NFC");
  const at = address.indexOf("@");
  const local = address.slice(0, at);
  const domain = address.slice(at + 1).replace(/\.$/, "");
  if (at < 1 || Buffer.byteLength(address) > MAX_EMAIL_BYTES || !LOCAL_PART.test(local) || !domain.split(".").every((label) => DOMAIN_LABEL.test(label))) {
    throw emailInvalid();
  }
  return { address, key: asCompared(`${local}@${domain}`) };
}

const emailInvalid = (): IdentityError => new IdentityError("EMAIL_INVALID", "This is not an e-mail address.", { fields: [{ field: "email", description: "is not an e-mail address" }] });

/** An address, or its beginning, as addresses are compared; what is longer than any address as it is. */
export const asCompared = (address: string): string => (address.length > MAX_EMAIL_TEXT ? address : address.toLowerCase().normalize("NFC"));

/** The key of what may be an address; nothing when it isn't one, so that nobody has it. */
export function emailKey(text: string): string | undefined {
  if (text.length > MAX_EMAIL_TEXT) return undefined;
  try {
    return parseEmail(text).key;
  } catch {
    return undefined;
  }
}

/** The longest name of a user or a group, in characters, as in the contract. */
export const MAX_NAME = 128;

/** Whether a text has more characters than that. It looks at no more of the text than it must. */
export const isLonger = (text: string, characters: number): boolean => text.length > characters && (text.length > 2 * characters || [...text].length > characters);

/** Whether a name holds controls; those of the direction of writing too, which would turn round our own words beside it, where users decide. */
export const hasControls = (name: string): boolean => /[\p{Cc}\p{Cs}\p{Bidi_Control}]/u.test(name);

/** Checks a user name that somebody has chosen on a page: unlike others, it is not empty. */
export function checkChosenUsername(text: string): string {
  const name = text.length > MAX_EMAIL_TEXT ? "" : text.trim();
  if (name === "" || isLonger(name, MAX_NAME)) throw new IdentityError("USERNAME_INVALID", `A name is needed, of ${MAX_NAME} characters at most.`);
  return checkUsername(name);
}

/** Checks a user name. An `@` is refused, so that a name is never somebody else's e-mail address. */
export function checkUsername(name: string): string {
  // Cc, Cs, Zl and Zp: controls, lone surrogates, line and paragraph separators.
  if (isLonger(name, MAX_NAME) || /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}@]/u.test(name) || (name !== "" && name.trim() === "")) {
    throw new IdentityError("USERNAME_INVALID", "A user name holds no @ and no control characters, and is not blank.", {
      fields: [{ field: "username", description: "holds an @ or a control character, or is blank" }],
    });
  }
  return name;
}

/** The longest reason of a lock, in characters, as in the contract. */
export const MAX_LOCK_REASON = 500;

/** Checks why a user is locked: whoever looks at the lock later must learn it. */
export function checkLockReason(reason: string, field = "reason"): string {
  if (isLonger(reason, MAX_LOCK_REASON) || reason.trim() === "") {
    const description = `is empty or longer than ${MAX_LOCK_REASON} characters`;
    throw new IdentityError("FIELD_INVALID", `The reason ${description}.`, { fields: [{ field, description }] });
  }
  return reason;
}
