// What e-mail addresses, user names and other texts of users may be, and when two are the same. It owns these rules
// and must not know where the texts are kept.
import { IdentityError } from "./errors.ts";

const LOCAL_PART = /^[^\s\p{C}@<>()[\],;:\\"]+$/u;
const DOMAIN_LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/u;
/** RFC 5321 section 4.5.3.1.3, less the angle brackets. */
const MAX_EMAIL_BYTES = 254;

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
  const address = text.trim().normalize("NFC");
  const at = address.indexOf("@");
  const local = address.slice(0, at);
  const domain = address.slice(at + 1).replace(/\.$/, "");
  if (at < 1 || Buffer.byteLength(address) > MAX_EMAIL_BYTES || !LOCAL_PART.test(local) || !domain.split(".").every((label) => DOMAIN_LABEL.test(label))) {
    throw new IdentityError("EMAIL_INVALID", "This is not an e-mail address.", { fields: [{ field: "email", description: "is not an e-mail address" }] });
  }
  return { address, key: asCompared(`${local}@${domain}`) };
}

/** An address, or its beginning, as addresses are compared. */
export const asCompared = (address: string): string => address.toLowerCase().normalize("NFC");

/** The key of what may be an address; nothing when it isn't one, so that nobody has it. */
export function emailKey(text: string): string | undefined {
  try {
    return parseEmail(text).key;
  } catch {
    return undefined;
  }
}

/** The longest name of a user or a group, in characters, as in the contract. */
export const MAX_NAME = 128;

/** Whether a name holds controls; those of the direction of writing too, which would turn round our own words beside it, where users decide. */
export const hasControls = (name: string): boolean => /[\p{Cc}\p{Cs}\p{Bidi_Control}]/u.test(name);

/** Checks a user name that somebody has chosen on a page: unlike others, it is not empty. */
export function checkChosenUsername(text: string): string {
  const name = text.trim();
  if (name === "" || [...name].length > MAX_NAME) throw new IdentityError("USERNAME_INVALID", `A name is needed, of ${MAX_NAME} characters at most.`);
  return checkUsername(name);
}

/** Checks a user name. An `@` is refused, so that a name is never somebody else's e-mail address. */
export function checkUsername(name: string): string {
  // Cc, Cs, Zl and Zp: controls, lone surrogates, line and paragraph separators.
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}@]/u.test(name) || (name !== "" && name.trim() === "")) {
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
  if (reason.trim() === "" || [...reason].length > MAX_LOCK_REASON) {
    const description = `is empty or longer than ${MAX_LOCK_REASON} characters`;
    throw new IdentityError("FIELD_INVALID", `The reason ${description}.`, { fields: [{ field, description }] });
  }
  return reason;
}
