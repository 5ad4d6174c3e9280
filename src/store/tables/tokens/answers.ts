import type { AnswerStore, KeptAnswer } from "../../../domain/idempotency/store.ts";
import type { Database } from "../../engine/database.ts";
import { unlessDuplicate } from "../../engine/errors.ts";
import { lookup } from "../../engine/lookup.ts";
import type { Tables } from "../../engine/schema.ts";
import { insertion } from "../../engine/writes/insertion.ts";

/** The primary key. */
const byId = lookup(
  (db, ids) => db.selectFrom("answers").selectAll().where("id", "in", ids),
  ({ id }) => id,
);

export const keptAnswers = insertion("answers");

/** A column has at most 64 KiB. */
const PART = 65_000;

/** Returns the row of an answer, whose text is ASCII. */
export const fromAnswer = ({ id, request, sealed, expiresAt }: KeptAnswer): Tables["answers"] => ({
  id,
  request,
  sealed: sealed.slice(0, PART),
  sealed_rest: sealed.slice(PART),
  expires_at: expiresAt,
});

export const answers = (db: Database): AnswerStore => ({
  insert: (answer) => unlessDuplicate(keptAnswers.many(db, [fromAnswer(answer)])),

  async find(id) {
    const row = await byId(db, id);
    return (
      row && {
        id,
        request: row.request,
        sealed: row.sealed + row.sealed_rest,
        expiresAt: row.expires_at,
      }
    );
  },

  async removeExpired(id, now) {
    await db
      .deleteFrom("answers")
      .where("id", "=", id) // The primary key.
      .where("expires_at", "<=", now)
      .execute();
  },
});
