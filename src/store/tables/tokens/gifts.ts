import type { NewTokens } from "../../../domain/oauth/store.ts";
import type { Database } from "../../engine/database.ts";
import type { Tables } from "../../engine/schema.ts";
import { insertion } from "../../engine/writes/insertion.ts";
import { fromAccessToken, fromRefreshToken } from "./token-row.ts";

/** The rows that the use of a code or a refresh token inserts. */
export interface Gift {
  readonly access: readonly Tables["access_tokens"][];
  readonly refresh: readonly Tables["refresh_tokens"][];
}

export const accessTokens = insertion("access_tokens");
export const refreshTokens = insertion("refresh_tokens");

export const toGift = ({ access, refresh }: NewTokens): Gift => ({
  access: access === undefined ? [] : [fromAccessToken(access)],
  refresh: refresh === undefined ? [] : [fromRefreshToken(refresh)],
});

/** Inserts the tokens of all gifts, with one statement for each kind. */
export async function give(tx: Database, gifts: readonly Gift[]): Promise<void> {
  await accessTokens.many(
    tx,
    gifts.flatMap(({ access }) => access),
  );
  await refreshTokens.many(
    tx,
    gifts.flatMap(({ refresh }) => refresh),
  );
}

export const valuesOf = ({ access, refresh }: Gift): unknown[] =>
  [...access, ...refresh].flatMap((row) => Object.values(row));
