// Converts tokens to rows and back.
import type { AccessToken, RefreshToken } from "../../../domain/model.ts";
import type { Terms } from "../../../domain/oauth/terms.ts";
import { groupNumber } from "../group-number.ts";
import { fromList, toList } from "../json-list.ts";
import { fromValue, toValue } from "../json-value.ts";
import type { Tables } from "../../engine/schema.ts";

export const fromAccessToken = (token: AccessToken): Tables["access_tokens"] => ({
  hash: token.hash,
  client_id: token.clientId,
  user_id: token.userId ?? null,
  epoch: token.epoch,
  grant_id: token.grantId ?? null,
  family_id: token.familyId ?? null,
  api: token.api,
  scopes: fromList(token.scopes),
  group_id: groupNumber(token.groupId),
  created_at: token.createdAt,
  last_used_at: token.lastUsedAt,
  expires_at: token.expiresAt ?? null,
  acts: 0,
  terms: fromValue(token.terms),
  shard_key: token.userId ?? token.hash,
});

export const toAccessToken = (row: Tables["access_tokens"]): AccessToken => ({
  hash: row.hash,
  clientId: row.client_id,
  userId: row.user_id ?? undefined,
  epoch: row.epoch,
  grantId: row.grant_id ?? undefined,
  familyId: row.family_id ?? undefined,
  api: row.api,
  scopes: toList(row.scopes),
  groupId: BigInt(row.group_id),
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
  expiresAt: row.expires_at ?? undefined,
  terms: toValue<Terms>(row.terms),
});

export const fromRefreshToken = (token: RefreshToken): Tables["refresh_tokens"] => ({
  hash: token.hash,
  family_id: token.familyId,
  grant_id: token.grantId,
  client_id: token.clientId,
  user_id: token.userId,
  epoch: token.epoch,
  api: token.api,
  scopes: fromList(token.scopes),
  group_id: groupNumber(token.groupId),
  created_at: token.createdAt,
  expires_at: token.expiresAt,
  idle_expires_at: token.idleExpiresAt,
  used_at: token.usedAt ?? null,
  removable_at:
    token.usedAt === undefined ? Math.min(token.idleExpiresAt, token.expiresAt) : token.expiresAt,
  terms: fromValue(token.terms),
});

export const toRefreshToken = (row: Tables["refresh_tokens"]): RefreshToken => ({
  hash: row.hash,
  familyId: row.family_id,
  grantId: row.grant_id,
  clientId: row.client_id,
  userId: row.user_id,
  epoch: row.epoch,
  api: row.api,
  scopes: toList(row.scopes),
  groupId: BigInt(row.group_id),
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  idleExpiresAt: row.idle_expires_at,
  usedAt: row.used_at ?? undefined,
  terms: toValue<Terms>(row.terms),
});
