import type { User } from "../../domain/model.ts";
import { stateAt } from "../../domain/accounts/user-state.ts";
import { auth0Format } from "./formats/auth0.ts";
import { clerkFormat } from "./formats/clerk.ts";
import { keycloakFormat } from "./formats/keycloak.ts";
import { kratosFormat } from "./formats/kratos.ts";
import type { UserFormatName } from "./format-names.ts";
import { knownHash } from "./known-hash.ts";
import type { UserFormat } from "./user-format.ts";

const FORMATS: Readonly<Record<UserFormatName, UserFormat>> = {
  auth0: auth0Format,
  keycloak: keycloakFormat,
  kratos: kratosFormat,
  clerk: clerkFormat,
};

/** What an export needs besides the users. */
export interface UserExport {
  readonly format: UserFormatName;
  /** Which locks have ended. */
  readonly now: number;
  /** Takes a user who is written without a password, because the format can't say the hash. */
  readonly onReset: (user: User) => void;
}

/** Writes users as one JSON document, a user in each line. Deleted users are left out. */
export async function* exportedText(
  users: AsyncIterable<User>,
  { format, now, onReset }: UserExport,
): AsyncGenerator<string> {
  const { open, close, hashOf, userOf } = FORMATS[format];
  let separator = `${open}\n`;
  for await (const user of users) {
    const state = stateAt(user, now);
    if (state === "deleted") continue;
    const hash = knownHash(user.passwordHash);
    const said = hash && hashOf(hash);
    if (said === undefined) onReset(user);
    const exported = { user, isLocked: state === "locked" };
    yield `${separator}${JSON.stringify(userOf(exported, said))}`;
    separator = ",\n";
  }
  yield separator === ",\n" ? `\n${close}\n` : `${open}${close}\n`;
}
