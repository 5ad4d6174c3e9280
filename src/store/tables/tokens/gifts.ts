import type { NewTokens } from "../../../domain/oauth/store.ts";
import { keyReused } from "../../../domain/idempotency/answers.ts";
import type { Database } from "../../engine/database.ts";
import { unlessDuplicate } from "../../engine/errors.ts";
import type { Tables } from "../../engine/schema.ts";
import { insertion } from "../../engine/writes/insertion.ts";
import { fromAnswer, keptAnswers } from "./answers.ts";
import { fromAccessToken, fromRefreshToken } from "./token-row.ts";

/** The rows that the use of a code or a refresh token inserts. */
export interface Gift {
  readonly access: readonly Tables["access_tokens"][];
  readonly refresh: readonly Tables["refresh_tokens"][];
  readonly answers: readonly Tables["answers"][];
}

export const accessTokens = insertion("access_tokens");
export const refreshTokens = insertion("refresh_tokens");

export const toGift = ({ access, refresh, answer }: NewTokens): Gift => ({
  access: access === undefined ? [] : [fromAccessToken(access)],
  refresh: refresh === undefined ? [] : [fromRefreshToken(refresh)],
  answers: answer === undefined ? [] : [fromAnswer(answer)],
});

/** Inserts the tokens and answers of all gifts, with one statement for each kind. */
export async function give(tx: Database, gifts: readonly Gift[]): Promise<void> {
  await accessTokens.many(
    tx,
    gifts.flatMap(({ access }) => access),
  );
  await refreshTokens.many(
    tx,
    gifts.flatMap(({ refresh }) => refresh),
  );
  const kept = gifts.flatMap(({ answers }) => answers);
  // A key that was used before fails its redemption alone.
  if (!(await unlessDuplicate(keptAnswers.many(tx, kept)))) throw keyReused();
}

export const valuesOf = ({ access, refresh, answers }: Gift): unknown[] =>
  [...access, ...refresh, ...answers].flatMap((row) => Object.values(row));
