// The applications of another server: clients, pairs of developers and keys of partners.
import { isDeepStrictEqual } from "node:util";
import { MAX_LOCK_REASON } from "../../accounts/lock-reason.ts";
import { invalidField } from "../../errors.ts";
import { canonicalId, newId } from "../../ids.ts";
import type { Client, ClientSecret, User } from "../../model.ts";
import { checkClient } from "../../oauth/clients/client-rules.ts";
import { foreignClient } from "../../oauth/clients/foreign-secrets.ts";
import { fromClientMetadata } from "../../oauth/clients/settings/metadata.ts";
import { isClientUrl } from "../../oauth/documents/client-url.ts";
import type { RequestContext } from "../../request-context.ts";
import { hashToken } from "../../security/tokens.ts";
import type { StateFields } from "../fields.ts";
import {
  type Brought,
  collision,
  type Kind,
  type LineContext,
  MAX_CLIENT_ID,
  UNCHANGED,
} from "./kind.ts";

/** Holds no scope, so an import gives a client none that only an administrator gives. */
const UNPRIVILEGED: RequestContext = {
  caller: { kind: "anonymous" },
  address: "",
  userAgent: "import",
  expired: () => false,
};
const PAIR_API = "secretpair";
const PARTNER_API = "zimoxy";

/** The fields of an application that an administrator has switched off. */
const DISABLED_FIELDS = ["disabled", "disable_reason"] as const;

/** Reads that an application is switched off. A verification isn't read: it isn't ours. */
function disabledOf(
  fields: StateFields,
  now: number,
): Pick<Client, "disabledAt" | "disableReason"> | undefined {
  const reason = fields.text("disable_reason", MAX_LOCK_REASON);
  if (!fields.isTrue("disabled")) return undefined;
  return { disabledAt: now, disableReason: reason === "" ? "It was disabled before." : reason };
}

/** Reads that a client registered itself: no administrator vouches for it, here neither. */
function registrationOf(
  fields: StateFields,
  now: number,
): Pick<Client, "registration"> | undefined {
  const token = fields.hash("registration_token", hashToken);
  const expiresAt = fields.time("expires_at");
  return token && { registration: { tokenHash: token.hash, expiresAt: expiresAt ?? now } };
}

/** Compares what a line says of a client with the stored one; a client may be used meanwhile. */
function differs(
  known: Client,
  line: Client,
  given: (field: string) => boolean,
): string | undefined {
  const lists = [
    ["redirect_uris", known.redirectUris, line.redirectUris],
    ["apis", known.apis, line.apis],
    ["scopes", known.scopes, line.scopes],
    ["grant_types", known.grantTypes, line.grantTypes],
  ] as const;
  if (given("name") && known.name !== line.name) return "name";
  if (known.public !== line.public) return "type";
  if (given("owner") && known.ownerId !== line.ownerId) return "owner";
  if (given("settings") && !isDeepStrictEqual(known.settings, line.settings)) return "settings";
  return lists.find(
    ([field, one, other]) => given(field) && one.toSorted().join() !== other.toSorted().join(),
  )?.[0];
}

const secretOf = (client: Client, hash: string): ClientSecret => ({
  clientId: client.id,
  version: client.secretVersion,
  hash,
  createdAt: client.createdAt,
});

/** Rejects a secret that another client has: the documented calls find a client by it. */
async function hasSecret({ store, now }: LineContext, id: string, hash: string): Promise<boolean> {
  return (await store.clients.secrets(id, now)).some((secret) => secret.hash === hash);
}

/** A client that describes itself goes when no user lets it in any more. */
const expiryOf = (
  { id, ownerId, registration }: Client,
  secret: object | undefined,
  { now, unusedClientMs }: LineContext,
): number | undefined =>
  isClientUrl(id) && secret === undefined && ownerId === undefined && registration === undefined
    ? now + unusedClientMs
    : undefined;

export const clientKind: Kind = {
  name: "client",
  rank: 1,
  fields: [
    "client_id",
    "client_secret",
    "client_secret_sha256",
    "name",
    "redirect_uris",
    "owner",
    "apis",
    "scopes",
    "type",
    "grant_types",
    "allowed_origins",
    "pkce_optional",
    "settings",
    "registration_token_sha256",
    "expires_at",
    "created_at",
    ...DISABLED_FIELDS,
  ],
  async read(fields, context) {
    const type = fields.text("type") || "confidential";
    if (type !== "confidential" && type !== "public")
      throw invalidField("type", "is neither confidential nor public");
    const secret = fields.hash("client_secret", hashToken);
    const settings = fromClientMetadata(fields.object("settings"));
    const hasKeys = settings.tokenEndpointAuthMethod === "private_key_jwt";
    if (!(hasKeys && secret === undefined) && (type === "public") !== (secret === undefined))
      throw invalidField(
        "client_secret",
        type === "public" ? "is there, but a public client has none" : "or its SHA-256 is needed",
      );
    const id = canonicalId(fields.id("client_id", MAX_CLIENT_ID));
    const grantTypes = fields.list("grant_types");
    const owner = fields.has("owner")
      ? await context.references.user("owner", fields.text("owner"))
      : undefined;
    const client = foreignClient(context.now, {
      id,
      name: fields.text("name") || id,
      public: type === "public",
      ...(owner !== undefined && { ownerId: owner.id }),
      redirectUris: fields.list("redirect_uris"),
      apis: fields.list("apis"),
      scopes: fields.list("scopes"),
      allowedOrigins: fields.list("allowed_origins"),
      pkceOptional: fields.isTrue("pkce_optional"),
      settings,
      ...registrationOf(fields, context.now),
      ...disabledOf(fields, context.now),
      ...(grantTypes.length > 0 && { grantTypes }),
      createdAt: fields.time("created_at") ?? context.now,
    });
    checkClient(context.rules, UNPRIVILEGED, client);
    const known = await context.store.clients.find(id);
    if (known === undefined) {
      const kept = secret && secretOf(client, secret.hash);
      const expiresAt = expiryOf(client, secret, context);
      return { ref: id, rows: { clients: [{ client, secret: kept, expiresAt }] } };
    }
    const field = differs(known, client, (name) => fields.has(name));
    if (field !== undefined)
      throw collision(field, "differs from that of the client in the database");
    if (secret !== undefined && !(await hasSecret(context, id, secret.hash)))
      throw collision("client_secret", "is not that of the client in the database");
    return UNCHANGED;
  },
};

export const secretPairKind: Kind = {
  name: "secret_pair",
  rank: 1,
  fields: ["user", "secret_id", "secret_value", "redirect_uris", "name", ...DISABLED_FIELDS],
  async read(fields, context) {
    const id = canonicalId(fields.id("secret_id", MAX_CLIENT_ID));
    const value = fields.secret("secret_value");
    if (value === "") throw invalidField("secret_value", "is needed");
    const user = await context.references.user("user", fields.needed("user"));
    const client = foreignClient(context.now, {
      id,
      name: fields.text("name") || user.username || user.email,
      ownerId: user.id,
      grantTypes: ["authorization_code"],
      scopes: ["profile"],
      redirectUris: fields.list("redirect_uris"),
      apis: [PAIR_API],
      ...disabledOf(fields, context.now),
    });
    checkClient(context.rules, UNPRIVILEGED, client);
    const known = await context.store.clients.find(id);
    if (known !== undefined) return unchangedPair(context, known, user, value);
    const others = await context.store.clients.list(user.id, { limit: 50 });
    if (others.some(({ apis }) => apis.includes(PAIR_API)))
      throw collision("user", "has another pair already");
    const secret = context.foreignSecrets.of(id, value, context.now);
    return {
      ref: id,
      keys: [`pair of ${user.id}`],
      rows: { clients: [{ client, secret }], developers: [user.id] },
    };
  },
};

async function unchangedPair(
  context: LineContext,
  known: Client,
  user: User,
  value: string,
): Promise<typeof UNCHANGED> {
  if (known.ownerId !== user.id || !known.apis.includes(PAIR_API))
    throw collision("secret_id", "is the id of another application");
  if (!(await hasSecret(context, known.id, hashToken(value))))
    throw collision("secret_value", "is not that of the pair in the database");
  return UNCHANGED;
}

export const partnerKeyKind: Kind = {
  name: "partner_key",
  rank: 1,
  fields: [
    "name",
    "secret_key",
    "secret_key_sha256",
    "owner",
    "client_id",
    "redirect_uris",
    "scopes",
    "apis",
    "grant_types",
    ...DISABLED_FIELDS,
  ],
  async read(fields, context) {
    const key = fields.hash("secret_key", hashToken);
    if (key === undefined) throw invalidField("secret_key", "or its SHA-256 is needed");
    const owner = fields.has("owner")
      ? await context.references.user("owner", fields.text("owner"))
      : undefined;
    const known = await context.store.clients.findBySecret(key.hash, context.now);
    if (known !== undefined) {
      if (
        !known.apis.includes(PARTNER_API) ||
        (fields.has("name") && known.name !== fields.text("name"))
      )
        throw collision("secret_key", "is the secret of another application");
      return UNCHANGED;
    }
    const id = fields.has("client_id")
      ? canonicalId(fields.id("client_id", MAX_CLIENT_ID))
      : newId(context.clock);
    if (fields.has("client_id") && (await context.store.clients.find(id)) !== undefined)
      throw collision("client_id", "is the id of another application");
    const grantTypes = fields.list("grant_types");
    const client = foreignClient(context.now, {
      id,
      name: fields.text("name") || "Partner",
      ...(owner !== undefined && { ownerId: owner.id }),
      redirectUris: fields.list("redirect_uris"),
      scopes: fields.list("scopes"),
      apis: fields.list("apis").filter((api) => api !== PARTNER_API),
      grantTypes: grantTypes.length > 0 ? grantTypes : ["authorization_code"],
      ...disabledOf(fields, context.now),
    });
    checkClient(context.rules, UNPRIVILEGED, client);
    const given = { ...client, apis: [...client.apis, PARTNER_API] };
    return {
      ref: id,
      keys: [`key ${key.hash}`],
      rows: { clients: [{ client: given, secret: secretOf(given, key.hash) }] },
    } satisfies Brought;
  },
};
