// Live credentials: keys that never expire, refresh tokens, sessions; and consents.
import { DAY } from "../../durations.ts";
import { invalidField } from "../../errors.ts";
import { newId } from "../../ids.ts";
import type { Client, Consent, RefreshToken, User } from "../../model.ts";
import { isUserScope } from "../../oauth/clients/scopes.ts";
import { isResourceScope } from "../../oauth/resources/check-resource.ts";
import { isResourceConsent } from "../../oauth/resources/scopes-for.ts";
import { hashToken } from "../../security/tokens.ts";
import type { StateFields } from "../fields.ts";
import { collision, type Kind, type LineContext, MAX_CLIENT_ID, UNCHANGED } from "./kind.ts";
import { readTerms, sameTerms } from "./terms.ts";

/** The tokens of the standard endpoint are for this API. */
const STANDARD_API = "identity";
const GROUP_KEY_API = "senler";
const SESSION_APIS = ["kokids", "secretpair"];
/** How long an imported refresh token lives when its line doesn't say it. */
const REFRESH_MS = 90 * DAY;

/** The user, the client and the group that a credential is for. */
interface Parties {
  readonly user: User;
  readonly client: Client;
  readonly groupId: bigint;
}

async function partiesOf(
  fields: StateFields,
  { references, rules }: LineContext,
): Promise<Parties> {
  const groupId = fields.optionalGroup("group_id");
  const [user, client] = await Promise.all([
    references.user("user", fields.needed("user")),
    references.client("client_id", fields.needed("client_id", MAX_CLIENT_ID)),
    references.group("group_id", groupId),
  ]);
  if (!rules.realms.admits(client, user))
    throw invalidField("client_id", "is a client for users of another realm");
  return { user, client, groupId };
}

/** Reads scopes: those of ours that a user can give, and others of a form. */
function scopesOf(fields: StateFields, isOther: (scope: string) => boolean): string[] {
  const scopes = fields.list("scopes");
  if (!scopes.every((scope) => isUserScope(scope) || isOther(scope)))
    throw invalidField("scopes", "holds a scope that no user can give");
  return scopes;
}

/** Reads what a token allows: the scopes of resources only together with an audience. */
function accessOf(fields: StateFields): {
  readonly access: Pick<RefreshToken, "scopes" | "terms">;
  /** A scope of a resource alone doesn't say where the user has agreed to it. */
  readonly agreed: readonly string[];
} {
  const terms = readTerms(fields);
  const isOther = (scope: string) => terms?.audience !== undefined && isResourceScope(scope);
  const scopes = scopesOf(fields, isOther);
  return { access: { scopes, terms }, agreed: scopes.filter(isUserScope) };
}

/** Rejects a line without the limits of the stored token. */
function requireSameTerms(fields: StateFields, { terms }: Pick<RefreshToken, "terms">): void {
  if (fields.has("terms") && !sameTerms(readTerms(fields), terms))
    throw collision("terms", "are not those of the token in the database");
}

/** Returns the consent of the parties, and its row if it isn't stored yet. */
async function consentOf(
  { store, clock, now }: LineContext,
  { user, client, groupId }: Parties,
  scopes: readonly string[],
): Promise<{ readonly consent: Consent; readonly isNew: boolean }> {
  const known = await store.grants.findFor(user.id, client.id, groupId);
  if (known !== undefined) return { consent: known, isNew: false };
  const consent: Consent = {
    id: newId(clock),
    userId: user.id,
    clientId: client.id,
    groupId,
    scopes,
    createdAt: now,
    lastUsedAt: now,
  };
  return { consent, isNew: true };
}

const tokenOf = (fields: StateFields): string => {
  const token = fields.hash("token", hashToken);
  if (token === undefined) throw invalidField("token", "or its SHA-256 is needed");
  return token.hash;
};

export const accessKeyKind: Kind = {
  name: "access_key",
  rank: 2,
  fields: [
    "token",
    "token_sha256",
    "user",
    "client_id",
    "group_id",
    "scopes",
    "terms",
    "created_at",
  ],
  async read(fields, context) {
    const hash = tokenOf(fields);
    const parties = await partiesOf(fields, context);
    const { user, client, groupId } = parties;
    const known = await context.store.tokens.findAccess(hash);
    // A key that was only seen in an answer of the predecessor's has no user until now.
    const learnt = known && (await isLearnt(context, hash)) ? known.token : undefined;
    const isCompleted =
      learnt?.userId === undefined &&
      learnt?.clientId === client.id &&
      (learnt.groupId === 0n || learnt.groupId === groupId);
    if (known !== undefined && !isCompleted) {
      const { token } = known;
      if (token.userId !== user.id || token.clientId !== client.id || token.groupId !== groupId)
        throw collision("token", "is a key of another user, client or group");
      requireSameTerms(fields, token);
      return UNCHANGED;
    }
    const { access, agreed } = accessOf(fields);
    const { consent, isNew } = await consentOf(context, parties, agreed);
    const createdAt = fields.time("created_at") ?? context.now;
    const token = {
      hash,
      clientId: client.id,
      userId: user.id,
      epoch: user.epoch,
      grantId: consent.id,
      familyId: newId(context.clock),
      api: client.apis.includes(GROUP_KEY_API) ? GROUP_KEY_API : STANDARD_API,
      ...access,
      groupId,
      createdAt,
      lastUsedAt: learnt?.lastUsedAt ?? context.now,
    };
    const rows = { accessTokens: [token], ...(isNew && { consents: [consent] }) };
    return { ref: hash, rows: isCompleted ? { ...rows, completedKeys: [hash] } : rows };
  },
};

async function isLearnt({ store }: LineContext, hash: string): Promise<boolean> {
  const origin = await store.origins.find("access_key", hash);
  return origin?.source.startsWith("learned:") === true;
}

export const refreshTokenKind: Kind = {
  name: "refresh_token",
  rank: 2,
  fields: [
    "token",
    "token_sha256",
    "user",
    "client_id",
    "group_id",
    "scopes",
    "terms",
    "expires_at",
    "created_at",
  ],
  async read(fields, context) {
    const hash = tokenOf(fields);
    const parties = await partiesOf(fields, context);
    const { user, client, groupId } = parties;
    const known = await context.store.tokens.findRefresh(hash);
    if (known !== undefined) {
      if (known.userId !== user.id || known.clientId !== client.id)
        throw collision("token", "is a token of another user or client");
      requireSameTerms(fields, known);
      return UNCHANGED;
    }
    const expiresAt = fields.time("expires_at") ?? context.now + REFRESH_MS;
    if (expiresAt <= context.now) throw invalidField("expires_at", "is in the past");
    const { access, agreed } = accessOf(fields);
    const { consent, isNew } = await consentOf(context, parties, agreed);
    const token = {
      hash,
      familyId: newId(context.clock),
      grantId: consent.id,
      clientId: client.id,
      userId: user.id,
      epoch: user.epoch,
      api: STANDARD_API,
      ...access,
      groupId,
      createdAt: fields.time("created_at") ?? context.now,
      expiresAt,
      idleExpiresAt: expiresAt,
    };
    return { ref: hash, rows: { refreshTokens: [token], ...(isNew && { consents: [consent] }) } };
  },
};

export const sessionTokenKind: Kind = {
  name: "session_token",
  rank: 2,
  fields: ["api", "token", "token_sha256", "user", "expires_at", "created_at"],
  async read(fields, context) {
    const { store, clock, now, realmOf } = context;
    const api = fields.text("api") || "kokids";
    if (!SESSION_APIS.includes(api))
      throw invalidField("api", `is none of ${SESSION_APIS.join(", ")}`);
    const tokenHash = tokenOf(fields);
    const user = await context.references.user("user", fields.needed("user"));
    if (realmOf(api) !== user.realm) throw invalidField("user", "is no user of this API's realm");
    const known = await store.sessions.findByToken(tokenHash);
    if (known !== undefined) {
      if (known.user.id !== user.id || known.session.api !== api)
        throw collision("token", "is a token of another user or API");
      return UNCHANGED;
    }
    const expiresAt = fields.time("expires_at");
    if (expiresAt === undefined) throw invalidField("expires_at", "is needed");
    if (expiresAt <= now) throw invalidField("expires_at", "is in the past");
    const session = {
      id: newId(clock),
      userId: user.id,
      epoch: user.epoch,
      api,
      tokenHash,
      userAgent: "",
      address: "",
      createdAt: fields.time("created_at") ?? now,
      lastUsedAt: now,
      expiresAt,
      hasForeignToken: true as const,
    };
    return { ref: tokenHash, rows: { sessions: [session] } };
  },
};

export const consentKind: Kind = {
  name: "consent",
  rank: 2,
  fields: ["user", "client_id", "group_id", "scopes"],
  async read(fields, context) {
    const parties = await partiesOf(fields, context);
    const scopes = scopesOf(fields, isResourceConsent);
    const { consent, isNew } = await consentOf(context, parties, scopes);
    if (!isNew) {
      if (!scopes.every((scope) => consent.scopes.includes(scope)))
        throw collision("scopes", "are more than those of the consent in the database");
      return UNCHANGED;
    }
    return { ref: consent.id, rows: { consents: [consent] } };
  },
};
