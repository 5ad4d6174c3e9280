// The look-ups of users that calls make most, each compiled once.
import { type Database, PARAMETER } from "../../engine/database.ts";
import { lookup } from "../../engine/lookup.ts";
import { prepared } from "../../engine/memo.ts";
import { USER_COLUMNS, type UserRow } from "./user-row.ts";

/** The primary key. */
export const byId = lookup(
  (db, ids) => db.selectFrom("users").select(USER_COLUMNS).where("id", "in", ids),
  ({ u_id }) => u_id,
);

/** Selects the users of a realm. */
export const inRealm = (db: Database, realm = PARAMETER) =>
  db.selectFrom("users").select(USER_COLUMNS).where("realm", "=", realm);

/** Index users_email_claim. */
export const byEmail = lookup(
  (db, claims) => inRealm(db).select("email_claim").where("email_claim", "in", claims),
  ({ email_claim }) => email_claim ?? "",
);

/** Index users_username_claim. */
export const byUsername = lookup(
  (db, claims) => inRealm(db).select("username_claim").where("username_claim", "in", claims),
  ({ username_claim }) => username_claim ?? "",
);

type OriginRow = UserRow & {
  readonly email_claim: string | null;
  readonly username_claim: string | null;
  readonly o_ref: string | null;
};

/** A user with the origin: an index as above, then the primary key of the origins. */
const originBy = (claimed: "email_claim" | "username_claim") =>
  lookup<OriginRow>(
    (db, claims) =>
      db
        .selectFrom("users")
        .leftJoin("origins", (join) =>
          join.on("origins.kind", "=", PARAMETER).onRef("origins.ref", "=", "users.id"),
        )
        .select(USER_COLUMNS)
        .select(["email_claim", "username_claim", "origins.ref as o_ref"])
        .where("realm", "=", PARAMETER)
        .where(claimed, "in", claims),
    (row) => row[claimed] ?? "",
  );
export const originByEmail = originBy("email_claim");
export const originByUsername = originBy("username_claim");

/** A user with the last check: index users_email_claim or users_username_claim, then a key. */
const checkedBy = (claim: "email_claim" | "username_claim") =>
  prepared<
    [network: string, realm: string, claimed: string],
    UserRow & { passed_at: number | null }
  >(
    (db, network, realm, claimed) =>
      db
        .selectFrom("users")
        .leftJoin("password_checks", (join) =>
          join
            .onRef("password_checks.user_id", "=", "users.id")
            .on("password_checks.network", "=", network),
        )
        .select(USER_COLUMNS)
        .select("password_checks.passed_at")
        .where("realm", "=", realm)
        .where(claim, "=", claimed),
    [PARAMETER, PARAMETER, PARAMETER],
  );
export const checkedByEmail = checkedBy("email_claim");
export const checkedByUsername = checkedBy("username_claim");
