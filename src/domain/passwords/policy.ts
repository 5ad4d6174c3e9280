import { IdentityError } from "../errors.ts";
import type { User } from "../model.ts";
import { undecorated } from "./decoration.ts";

/** The longest password that is hashed. */
export const MAX_PASSWORD_BYTES = 1024;
export const MIN_PASSWORD_CHARACTERS = 8;

/** Our own names, which attackers try first on this service, alone or with digits around them. */
const OUR_NAMES: ReadonlySet<string> = new Set([
  "latchkey",
  "kokids",
  "secretpair",
  "zimoxy",
  "senler",
]);

/** The rule that a new password breaks. */
export type PasswordRule = "short" | "long" | "common" | "personal";

/** The user whose password it will be. */
type Owner = Pick<User, "email" | "username">;

/** Returns whether a password is too long to hash. A UTF-16 code unit has a byte at least. */
export const isLongPassword = (password: string): boolean =>
  password.length > MAX_PASSWORD_BYTES || Buffer.byteLength(password) > MAX_PASSWORD_BYTES;

/**
 * Rejects a new password that is too easy to guess. There are no rules of composition: length is
 * what counts. `field` is the name of the field in the request.
 */
export async function checkNewPassword(
  password: string,
  owner: Owner,
  field = "password",
): Promise<void> {
  const refuse = (rule: PasswordRule, why: string): never => {
    throw new IdentityError("PASSWORD_UNACCEPTABLE", `The password ${why}.`, {
      fields: [{ field, description: why, rule }],
    });
  };
  if (isLongPassword(password)) refuse("long", `is longer than ${MAX_PASSWORD_BYTES} bytes`);
  if ([...password].length < MIN_PASSWORD_CHARACTERS)
    refuse("short", `needs at least ${MIN_PASSWORD_CHARACTERS} characters`);
  const lower = password.toLowerCase();
  const names = namesOf(owner);
  const isPersonal = [lower, ...undecorated(lower)].some((word) => names.includes(word));
  if (isPersonal || OUR_NAMES.has(lower.replaceAll(/\P{L}/gu, "")))
    refuse("personal", "is the user's address or name, or this service's");
  const { isGuessable } = await import("./guessable-passwords.ts");
  if (isGuessable(password))
    refuse(
      "common",
      "is one of the first that are tried: a common word, a row of keys, a run or a repeat",
    );
}

const namesOf = ({ email, username }: Owner): string[] =>
  [email, email.slice(0, email.lastIndexOf("@")), username].map((name) => name.toLowerCase());
