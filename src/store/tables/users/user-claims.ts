// Makes e-mail address and name unique: a live user claims each that is not empty, under a unique
// index.
import type { User } from "../../../domain/model.ts";
import type { UniqueValues, UserConflict } from "../../../domain/accounts/store.ts";
import { lookOf } from "../../../domain/accounts/usernames.ts";
import type { Database } from "../../engine/database.ts";
import { Contention, isDuplicate } from "../../engine/errors.ts";

/** Returns the value of a claim's column: an empty value claims nothing. */
export const claim = (value: string): string | null => (value === "" ? null : value);

type Claimant = Pick<User, "id" | "realm" | "emailKey" | "username">;

/**
 * Runs a `write` of claims. Returns its result, or which claim of the `claimant` another user has.
 */
export async function claiming<T>(
  db: Database,
  write: () => Promise<T>,
  claimant: () => Promise<Claimant | undefined>,
): Promise<T | UserConflict> {
  try {
    return await write();
  } catch (error) {
    const wanted = isDuplicate(error) ? await claimant() : undefined;
    if (wanted === undefined) throw error;
    const conflict = await conflictOf(db, wanted);
    // The other user has given the claim up since, so there is no conflict any more.
    if (conflict === undefined) throw new Contention(error);
    return conflict;
  }
}

const othersIn = (db: Database, realm: string, id: string) =>
  db.selectFrom("users").select("id").where("realm", "=", realm).where("id", "!=", id);

async function conflictOf(
  db: Database,
  { id, realm, emailKey, username }: Claimant,
): Promise<UserConflict | undefined> {
  const others = othersIn(db, realm, id);
  if (await others.where("email_claim", "=", emailKey).executeTakeFirst()) return "email";
  if (await others.where("username_claim", "=", username).executeTakeFirst()) return "username";
  if (await others.where("look_claim", "=", lookOf(username)).executeTakeFirst()) return "look";
  return undefined;
}

/** Returns the first of the values that another live user has. */
export async function findConflict(
  db: Database,
  realm: string,
  { emailKeys = [], username = "", look = "", exceptId = "" }: UniqueValues,
): Promise<UserConflict | undefined> {
  const others = othersIn(db, realm, exceptId);
  // Indexes users_email_claim, users_username_claim and users_look.
  const owners: readonly (readonly [UserConflict, typeof others | undefined])[] = [
    ["email", emailKeys.length > 0 ? others.where("email_claim", "in", emailKeys) : undefined],
    ["username", username === "" ? undefined : others.where("username_claim", "=", username)],
    [
      "look",
      look === ""
        ? undefined
        : others.where("username_look", "=", look).where("deleted_at", "is", null),
    ],
  ];
  const asked = owners.flatMap(([kind, owner]) => (owner === undefined ? [] : [{ kind, owner }]));
  if (asked.length === 0) return undefined;
  const query = db.selectNoFrom((eb) => asked.map(({ kind, owner }) => eb.exists(owner).as(kind)));
  const row: Partial<Record<string, unknown>> = await query.executeTakeFirstOrThrow();
  return asked.find(({ kind }) => Number(row[kind]) === 1)?.kind;
}
