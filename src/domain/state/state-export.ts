import type { Clock } from "../clock.ts";
import type { Client, ClientSecret, User } from "../model.ts";
import type { DerivedSecrets } from "../oauth/clients/derived-secrets.ts";
import { foreignSecret, type ForeignSecrets } from "../oauth/clients/foreign-secrets.ts";
import { EVERY_SCOPE, isUserScope } from "../oauth/clients/scopes.ts";
import { MAX_RESOURCES } from "../oauth/resources/resource.ts";
import { toClientMetadata } from "../oauth/clients/settings/metadata.ts";
import type { PasswordHasher } from "../passwords/hasher.ts";
import type { StorePage } from "../paging.ts";
import type { Store } from "../store.ts";
import { all, readPages } from "./export-pages.ts";
import {
  hexDigestOf,
  groupOf,
  type ExportLine,
  resourceLine,
  sessionClientLine,
  timeOf,
  userLine,
} from "./export-lines.ts";
import { termsLine } from "./kinds/terms.ts";

export interface StateExportDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly hasher: PasswordHasher;
  readonly derivedSecrets: DerivedSecrets;
  readonly foreignSecrets: ForeignSecrets;
  /** The APIs of a realm; everything belongs to one. */
  readonly realmOf: (api: string) => string | undefined;
}

const PAIR_API = "secretpair";
const PARTNER_API = "zimoxy";
const SESSION_API = "kokids";

/** What a user has; with an epoch, only while it is that of the user. */
interface OfUser {
  readonly userId?: string | undefined;
  readonly epoch?: number;
}

/** Writes everything of a realm in the vocabulary of imports, page by page. */
export class StateExport {
  readonly #dependencies: StateExportDependencies;

  constructor(dependencies: StateExportDependencies) {
    this.#dependencies = dependencies;
  }

  async *lines(realm: string): AsyncGenerator<ExportLine> {
    yield* this.#users(realm);
    yield* this.#clients(realm);
    yield* this.#groups(realm);
    yield* this.#credentials(realm);
    yield* this.#resources(realm);
    yield* this.#sessionClients(realm);
  }

  async *#users(realm: string): AsyncGenerator<ExportLine> {
    const { store, hasher } = this.#dependencies;
    for await (const user of all(
      (page: StorePage) => store.state.users(page),
      ({ id }) => id,
    ))
      if (user.realm === realm) yield userLine(user, hasher.portable(user.passwordHash));
    for await (const device of this.#ofUsers(
      realm,
      (page: StorePage<{ userId: string; gaid: string }>) => store.state.devices(page),
      ({ userId, gaid }) => ({ userId, gaid }),
    ))
      yield {
        kind: "device",
        user: device.userId,
        gaid: device.gaid,
        bundle: device.bundle,
        os_int: device.osInt.toString(),
        ...(device.sdkVersion !== "" && { sdk_ver_c: device.sdkVersion }),
      };
  }

  async *#clients(realm: string): AsyncGenerator<ExportLine> {
    const { store, clock } = this.#dependencies;
    for await (const clients of readPages(
      (page: StorePage) => store.state.clients(page),
      ({ id }) => id,
    )) {
      const lines = clients
        .filter((client) => this.#isWritten(client, realm))
        .map(async (client) => {
          const [secret] = await store.clients.secrets(client.id, clock.now());
          return this.#clientLine(await this.#owned(client, realm), secret);
        });
      yield* await Promise.all(lines);
    }
  }

  /** An administrator's rights stay: a client that has them isn't written. */
  #isWritten({ apis, scopes }: Client, realm: string): boolean {
    if (scopes.includes(EVERY_SCOPE) || !scopes.every(isUserScope)) return false;
    return apis.every((api) => this.#dependencies.realmOf(api) === realm);
  }

  /** An application goes on working when its owner is deleted; it is written without one. */
  async #owned({ ownerId, ...client }: Client, realm: string): Promise<Client> {
    const owner =
      ownerId === undefined ? undefined : await this.#dependencies.store.users.find(ownerId);
    return isOf(realm, owner) ? { ...client, ownerId } : client;
  }

  #clientLine(client: Client, secret: ClientSecret | undefined): ExportLine {
    const { id, name, ownerId, redirectUris, apis, scopes, grantTypes } = client;
    const owner = ownerId === undefined ? {} : { owner: ownerId };
    const disabled = client.disabledAt !== undefined && {
      disabled: true,
      disable_reason: client.disableReason ?? "",
    };
    if (isPair(client) && ownerId !== undefined) {
      const value = this.#valueOf(client, secret);
      if (value !== undefined)
        return {
          kind: "secret_pair",
          user: ownerId,
          secret_id: id,
          secret_value: value,
          redirect_uris: redirectUris,
          name,
          ...disabled,
        };
    }
    // Without a secret, such a client still authenticates itself, by its keys.
    const hasKeys = client.settings.tokenEndpointAuthMethod === "private_key_jwt";
    const lists = { redirect_uris: redirectUris, scopes, grant_types: grantTypes };
    const shared = { name, ...owner, ...lists, ...disabled };
    if (apis.includes(PARTNER_API) && secret !== undefined)
      return {
        kind: "partner_key",
        client_id: id,
        ...shared,
        apis: apis.filter((api) => api !== PARTNER_API),
        secret_key_sha256: hexDigestOf(secret.hash),
      };
    return {
      kind: "client",
      client_id: id,
      ...shared,
      apis,
      ...(client.public || (secret === undefined && !hasKeys)
        ? { type: "public" }
        : secret && { client_secret_sha256: hexDigestOf(secret.hash) }),
      ...(client.allowedOrigins.length > 0 && { allowed_origins: client.allowedOrigins }),
      ...(client.pkceOptional && { pkce_optional: true }),
      ...(client.registration && {
        registration_token_sha256: hexDigestOf(client.registration.tokenHash),
        expires_at: timeOf(client.registration.expiresAt),
      }),
      ...(Object.keys(client.settings).length > 0 && {
        settings: toClientMetadata(client.settings),
      }),
      created_at: timeOf(client.createdAt),
    };
  }

  /** Returns the secret of a pair in clear, which its API shows too. */
  #valueOf({ id, secretVersion }: Client, secret: ClientSecret | undefined): string | undefined {
    const { derivedSecrets, foreignSecrets } = this.#dependencies;
    if (secretVersion !== foreignSecret) return derivedSecrets.of(id, secretVersion);
    return secret && foreignSecrets.open(secret);
  }

  async *#groups(realm: string): AsyncGenerator<ExportLine> {
    const { store } = this.#dependencies;
    for await (const group of all(
      (page: StorePage<bigint>) => store.state.groups(page),
      ({ id }) => id,
    ))
      yield {
        kind: "group",
        id: group.id.toString(),
        name: group.name,
        ...(group.vkGroupId !== 0n && { vk_group_id: group.vkGroupId.toString() }),
      };
    for await (const member of this.#ofUsers(
      realm,
      (page: StorePage<{ groupId: bigint; userId: string }>) => store.state.members(page),
      ({ groupId, userId }) => ({ groupId, userId }),
    ))
      yield {
        kind: "member",
        group_id: member.groupId.toString(),
        user: member.userId,
        role: member.role,
      };
  }

  async *#credentials(realm: string): AsyncGenerator<ExportLine> {
    const { store, clock, realmOf } = this.#dependencies;
    const now = clock.now();
    for await (const consent of this.#ofUsers(
      realm,
      (page: StorePage) => store.state.consents(page),
      ({ id }) => id,
    ))
      yield {
        kind: "consent",
        user: consent.userId,
        client_id: consent.clientId,
        ...groupOf(consent.groupId),
        scopes: consent.scopes,
      };
    for await (const key of this.#ofUsers(
      realm,
      (page: StorePage) => store.state.accessKeys(page),
      ({ hash }) => hash,
    ))
      yield {
        kind: "access_key",
        token_sha256: hexDigestOf(key.hash),
        user: key.userId,
        client_id: key.clientId,
        ...groupOf(key.groupId),
        scopes: key.scopes,
        ...termsLine(key.terms),
        created_at: timeOf(key.createdAt),
      };
    for await (const token of this.#ofUsers(
      realm,
      (page: StorePage) => store.state.refreshTokens(page, now),
      ({ hash }) => hash,
    ))
      yield {
        kind: "refresh_token",
        token_sha256: hexDigestOf(token.hash),
        user: token.userId,
        client_id: token.clientId,
        ...groupOf(token.groupId),
        scopes: token.scopes,
        ...termsLine(token.terms),
        expires_at: timeOf(Math.min(token.expiresAt, token.idleExpiresAt)),
        created_at: timeOf(token.createdAt),
      };
    if (realmOf(SESSION_API) !== realm) return;
    for await (const session of this.#ofUsers(
      realm,
      (page: StorePage) => store.state.sessions(SESSION_API, page, now),
      ({ id }) => id,
    ))
      yield {
        kind: "session_token",
        api: session.api,
        token_sha256: hexDigestOf(session.tokenHash),
        user: session.userId,
        expires_at: timeOf(session.expiresAt),
        created_at: timeOf(session.createdAt),
      };
  }

  /** Resources are of no realm: each export has them, with those of their clients that it has. */
  async *#resources(realm: string): AsyncGenerator<ExportLine> {
    const { store } = this.#dependencies;
    const written = async (ids: readonly string[]): Promise<readonly string[]> => {
      const clients = await Promise.all(ids.map((id) => store.clients.find(id)));
      return ids.filter((_, index) => {
        const client = clients[index];
        return client !== undefined && this.#isWritten(client, realm);
      });
    };
    for (const resource of await store.resources.list(MAX_RESOURCES))
      yield resourceLine({
        ...resource,
        introspectors: await written(resource.introspectors),
        machineClients: await written(resource.machineClients),
      });
  }

  /** Sessions of browsers aren't written, but who must hear that their users are signed out is. */
  async *#sessionClients(realm: string): AsyncGenerator<ExportLine> {
    const { store } = this.#dependencies;
    for await (const client of this.#ofUsers(
      realm,
      (page: StorePage<{ sessionId: string; clientId: string }>) =>
        store.state.sessionClients(page),
      ({ sessionId, clientId }) => ({ sessionId, clientId }),
    ))
      yield sessionClientLine(client);
  }

  /**
   * Yields the rows of users who are in the realm. What has ended isn't written: it would live
   * again.
   */
  async *#ofUsers<Row extends OfUser, Key>(
    realm: string,
    read: (page: StorePage<Key>) => Promise<readonly Row[]>,
    keyOf: (row: Row) => Key,
  ): AsyncGenerator<Row> {
    const { users } = this.#dependencies.store;
    for await (const rows of readPages(read, keyOf)) {
      // Together, so that the look-ups of a page share statements.
      const owners = await Promise.all(
        rows.map(async ({ userId }) => (userId === undefined ? undefined : users.find(userId))),
      );
      yield* rows.filter((row, index) => {
        const owner = owners[index];
        return isOf(realm, owner) && (row.epoch === undefined || row.epoch === owner.epoch);
      });
    }
  }
}

/** Returns whether a user is in an export of the realm. */
const isOf = (realm: string, user: User | undefined): user is User =>
  user?.realm === realm && user.state !== "deleted";

const isPair = ({ apis }: Client): boolean => apis.length === 1 && apis[0] === PAIR_API;
