// Sample rows. Each function makes one that differs from every other.
import { createHash } from "node:crypto";
import { newId, newNumber } from "../../src/domain/ids.ts";
import { systemClock } from "../../src/domain/clock.ts";
import type {
  AccessToken,
  AuditEvent,
  AuthorizationCode,
  Client,
  ClientSecret,
  Device,
  Consent,
  Group,
  GroupInvitation,
  EmailToken,
  PendingSignUp,
  RefreshToken,
  Session,
  SigningKey,
  User,
} from "../../src/domain/model.ts";
import type { Resource } from "../../src/domain/oauth/resources/resource.ts";

/** The time of these tests. */
export const NOW = 1_760_000_000_000;

/** Every migration, in its order. */
export const MIGRATIONS = [
  "0001-initial",
  "0002-administrators",
  "0003-mail-links",
  "0004-user-imports",
  "0005-way-back",
  "0006-identifiers",
  "0007-sign-ups",
  "0009-consents",
  "0010-acts",
  "0011-pkce-optional",
  "0012-client-origins",
  "0013-write-checks",
  "0014-waiting-hashes",
  "0015-origins",
  "0016-stages",
  "0017-own-passwords",
  "0018-session-ends",
  "0019-observations",
  "0020-sealed-secrets",
  "0021-state-imports",
  "0022-former-identifiers",
  "0023-observed-asks",
  "0031-profiles",
  "0024-listed-users",
  "0025-administered-clients",
  "0026-audit-days",
  "0027-brands",
  "0028-group-invitations",
  "0029-authorization-terms",
  "0030-rsa-signing-keys",
  "0032-registered-clients",
  "0033-pushed-requests",
  "0034-client-urls",
  "0035-resources",
  "0036-device-authorizations",
  "0037-session-clients",
  "0038-authorization-details",
  "0039-described-clients",
  "0042-answers",
  "0043-leases",
  "0044-shard-keys",
];

let lastId = 0;

/** Returns an id that sorts after those before it, also after one of the same millisecond. */
export function id(): string {
  lastId = Math.max(lastId + 1, systemClock.now());
  return newId({ ...systemClock, now: () => lastId });
}

const hash = (): string => createHash("sha256").update(id()).digest("base64url");

export function aSignUp(given: Partial<PendingSignUp> = {}): PendingSignUp {
  const name = id();
  return {
    hash: hash(),
    realm: "main",
    username: `name-${name}`,
    email: `${name}@Example.org`,
    emailKey: `${name}@example.org`,
    passwordHash: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
    request: "",
    createdAt: NOW,
    expiresAt: NOW + 1,
    ...given,
  };
}

export function aUser(given: Partial<User> = {}): User {
  const name = id();
  return {
    id: name,
    realm: "main",
    username: `name-${name}`,
    email: `${name}@Example.org`,
    emailKey: `${name}@example.org`,
    accId: "acc",
    passwordHash: "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
    state: "active",
    developer: false,
    administrator: false,
    epoch: 1,
    lockReason: "",
    createdAt: NOW,
    updatedAt: NOW,
    ...given,
  };
}

export const aDevice = (given: Partial<Device> = {}): Device => ({
  userId: id(),
  gaid: id(),
  bundle: "org.example.app",
  osInt: 0n,
  sdkVersion: "1.2.3",
  seenAt: NOW,
  ...given,
});

export const aSession = (given: Partial<Session> = {}): Session => ({
  id: id(),
  userId: id(),
  epoch: 1,
  api: "identity",
  tokenHash: hash(),
  userAgent: "curl/8",
  address: "192.0.2.1",
  createdAt: NOW,
  lastUsedAt: NOW,
  expiresAt: NOW + 1_000,
  ...given,
});

export const aGroup = (given: Partial<Group> = {}): Group => ({
  id: newNumber(systemClock),
  name: "A group",
  vkGroupId: 0n,
  createdAt: NOW,
  ...given,
});

export const anInvitation = (given: Partial<GroupInvitation> = {}): GroupInvitation => ({
  groupId: newNumber(systemClock),
  userId: id(),
  role: "member",
  invitedBy: id(),
  createdAt: NOW,
  expiresAt: NOW + 1_000,
  ...given,
});

export const aClient = (given: Partial<Client> = {}): Client => ({
  id: id(),
  name: "An app",
  public: false,
  grantTypes: ["authorization_code"],
  scopes: ["profile"],
  redirectUris: ["https://app.example.org/callback"],
  apis: ["identity"],
  allowedOrigins: [],
  pkceOptional: false,
  settings: {},
  secretVersion: 1,
  createdAt: NOW,
  updatedAt: NOW,
  ...given,
});

export const aSecret = (given: Partial<ClientSecret> = {}): ClientSecret => ({
  clientId: id(),
  version: 1,
  hash: hash(),
  createdAt: NOW,
  ...given,
});

export const aGrant = (given: Partial<Consent> = {}): Consent => ({
  id: id(),
  userId: id(),
  clientId: id(),
  groupId: 0n,
  scopes: ["profile"],
  createdAt: NOW,
  lastUsedAt: NOW,
  ...given,
});

/** What a code and its tokens have in common. */
const origin = () => ({
  familyId: id(),
  grantId: id(),
  clientId: id(),
  userId: id(),
  epoch: 1,
  api: "identity",
  groupId: 0n,
  createdAt: NOW,
});

export const aCode = (given: Partial<AuthorizationCode> = {}): AuthorizationCode => ({
  ...origin(),
  hash: hash(),
  scopes: ["profile"],
  redirectUri: "https://app.example.org/callback",
  codeChallenge: "",
  expiresAt: NOW + 1_000,
  ...given,
});

export const anAccessToken = (given: Partial<AccessToken> = {}): AccessToken => ({
  ...origin(),
  hash: hash(),
  scopes: ["profile"],
  lastUsedAt: NOW,
  expiresAt: NOW + 1_000,
  ...given,
});

export const aRefreshToken = (given: Partial<RefreshToken> = {}): RefreshToken => ({
  ...origin(),
  hash: hash(),
  scopes: ["profile"],
  expiresAt: NOW + 10_000,
  idleExpiresAt: NOW + 1_000,
  ...given,
});

export const aKey = (given: Partial<SigningKey> = {}): SigningKey => ({
  kid: hash(),
  algorithm: "ES256",
  publicJwk: '{"kty":"EC"}',
  sealedJwk: "a.b.c.d.e",
  createdAt: NOW,
  ...given,
});

export const anEvent = (given: Partial<AuditEvent> = {}): AuditEvent => ({
  id: id(),
  at: NOW,
  type: "user.sign_in",
  succeeded: true,
  actor: "anonymous",
  address: "192.0.2.1",
  details: {},
  ...given,
});

export const aMailLink = (given: Partial<EmailToken> = {}): EmailToken => ({
  hash: hash(),
  userId: id(),
  purpose: "reset-password",
  email: "Name@Example.org",
  epoch: 1,
  createdAt: NOW,
  expiresAt: NOW + 1_000,
  ...given,
});

/** The answers of `count` calls that are all under way at once. */
export const parallel = <T>(count: number, call: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => call(index)));

export function aResource(given: Partial<Resource> = {}): Resource {
  const name = id();
  return {
    id: name,
    uri: `https://api.example/${name}`,
    name: "Ресурс",
    scopes: [{ name: "mcp:tools", texts: { en: "use tools", ru: "", zh: "使用工具" } }],
    tokenFormat: "jwt",
    tokenLifetimeMs: 60_000,
    introspectors: ["one", "two"],
    machineClients: ["three"],
    detailTypes: [
      {
        name: "payment",
        texts: { en: "pay", ru: "платить", zh: "" },
        actions: ["initiate"],
        datatypes: [],
        privileges: [],
        hasIdentifier: true,
        members: [{ name: "amount", kind: "number", isRequired: true }],
      },
    ],
    createdAt: NOW,
    updatedAt: NOW,
    ...given,
  };
}
