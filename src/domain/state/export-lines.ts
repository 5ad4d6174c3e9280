// What an export writes of users, resources and others, in the vocabulary of imports.
import { detailTypeLine } from "../oauth/details/type-text.ts";
import { lineOfProfile } from "../accounts/attributes/profile-lines.ts";
import type { User } from "../model.ts";
import type { SessionClient } from "../oauth/logout/store.ts";
import type { Resource } from "../oauth/resources/resource.ts";

/** A line of the vocabulary of imports. */
export type ExportLine = Readonly<Record<string, unknown>>;

/** Returns a stored hash of a token as an import takes it. */
export const hexDigestOf = (hash: string): string => Buffer.from(hash, "base64url").toString("hex");

export const timeOf = (at: number): string => new Date(at).toISOString();

export const groupOf = (groupId: bigint): ExportLine =>
  groupId === 0n ? {} : { group_id: groupId.toString() };

export const userLine = (user: User, hash: string): ExportLine => ({
  kind: "user",
  id: user.id,
  ...(user.username !== "" && { username: user.username }),
  email: user.email,
  ...(user.emailVerifiedAt !== undefined && { email_verified: true }),
  ...(hash !== "" && { password_hash: hash }),
  ...(user.accId !== "" && { acc_id: user.accId }),
  created_at: timeOf(user.createdAt),
  ...(user.state === "locked" && { locked: true, lock_reason: user.lockReason }),
  ...(user.developer && { developer: true }),
  ...lineOfProfile(user.profile),
});

export const resourceLine = (resource: Resource): ExportLine => ({
  kind: "resource",
  uri: resource.uri,
  name: resource.name,
  scopes: resource.scopes.map(({ name, texts }) => ({ name, ...texts })),
  token_format: resource.tokenFormat,
  token_lifetime_s: resource.tokenLifetimeMs / 1000,
  ...(resource.introspectors.length > 0 && { introspectors: resource.introspectors }),
  ...(resource.machineClients.length > 0 && { machine_clients: resource.machineClients }),
  ...(resource.detailTypes.length > 0 && {
    detail_types: resource.detailTypes.map(detailTypeLine),
  }),
  created_at: timeOf(resource.createdAt),
});

export const sessionClientLine = (client: SessionClient): ExportLine => ({
  kind: "session_client",
  session_id: client.sessionId,
  user: client.userId,
  client_id: client.clientId,
  created_at: timeOf(client.createdAt),
});
