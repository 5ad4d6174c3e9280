// Clients: the applications that use this server. It owns their registration and their secrets,
// and must not know what they ask for at the token endpoint.
import { act } from "../../acting.ts";
import type { AuditType } from "../../audit.ts";
import { auditEvent } from "../../audit.ts";
import type { RequestContext } from "../../request-context.ts";
import { callingUser, requireRecent } from "../../principal.ts";
import type { Clock } from "../../clock.ts";
import { newId } from "../../ids.ts";
import { IdentityError, invalidField } from "../../errors.ts";
import type { Client, ClientSecret } from "../../model.ts";
import { hasControls, isLongerThan, isVisible } from "../../text.ts";
import type { PageOf, PageRequest } from "../../paging.ts";
import type { PageTokens } from "../../security/signed-values.ts";
import type { Aggregates, Store } from "../../store.ts";
import type { ClientChange } from "../store.ts";
import { hashToken, newToken, PREFIX } from "../../security/tokens.ts";
import { DEFAULT_REALM } from "../../accounts/new-user.ts";
import type { DerivedSecrets } from "./derived-secrets.ts";
import { checkRedirectUri } from "./redirect-uris.ts";
import type { Realms } from "./realms.ts";
import { EVERY_SCOPE, holdsScope, isClientScope, isUserScope } from "./scopes.ts";

/** RFC 6749 sections 4.1, 6 and 4.4. */
export const GRANT_TYPES = ["authorization_code", "refresh_token", "client_credentials"] as const;
const DEFAULT_GRANT_TYPES = ["authorization_code", "refresh_token"];

/** The same limits as in the contract. */
export const MAX_NAME_CHARACTERS = 200;
export const MAX_REDIRECT_URIS = 20;
/** How long an old secret may work on. */
const MAX_OVERLAP_MS = 30 * 86_400_000;

/** What a registration says. */
export interface NewClient {
  readonly name: string;
  readonly ownerId?: string | undefined;
  readonly public: boolean;
  readonly grantTypes: readonly string[];
  readonly scopes: readonly string[];
  readonly redirectUris: readonly string[];
  readonly apis: readonly string[];
}

/**
 * A client with its newest secret, which is shown once; empty for a public client, or when it has
 * been shown.
 */
export interface ClientWithSecret {
  readonly client: Client;
  readonly secret: string;
}

/** What can be registered here. */
export interface ClientRules {
  /** The names of the documented APIs. */
  readonly apis: readonly string[];
  /** Those of them that only administrators give. */
  readonly givenApis: readonly string[];
  readonly realms: Realms;
}

/** Nobody gives what they don't have. */
const mayGive = ({ caller }: RequestContext, scope: string): boolean =>
  caller.kind === "operator" ||
  (caller.kind === "client" && holdsScope(caller.token.scopes, scope));

const notFound = (): IdentityError =>
  new IdentityError("CLIENT_NOT_FOUND", "There is no such client, or none that you may see.");

const notDeveloper = (): IdentityError =>
  new IdentityError("PERMISSION_DENIED", "Only a developer can register a client.");

export class Clients {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #pageTokens: PageTokens;
  readonly #rules: ClientRules;
  readonly #secrets: DerivedSecrets;

  constructor(
    store: Store,
    clock: Clock,
    pageTokens: PageTokens,
    secrets: DerivedSecrets,
    rules: ClientRules,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#pageTokens = pageTokens;
    this.#secrets = secrets;
    this.#rules = rules;
  }

  /**
   * Registers a client. A user must be a developer and can give it the scopes of users only. Again
   * under the same id, which must come from here, it answers the client that is there; one that was
   * deleted does not come back, nor do its secrets.
   */
  async create(
    context: RequestContext,
    input: NewClient,
    known?: string,
  ): Promise<ClientWithSecret> {
    const user = callingUser(context.caller);
    if (user !== undefined && !user.developer) throw notDeveloper();
    requireRecent(context.caller, this.#clock.now());
    const now = this.#clock.now();
    const id = known ?? newId(this.#clock);
    const grantTypes = input.grantTypes.length === 0 ? DEFAULT_GRANT_TYPES : input.grantTypes;
    const client: Client = {
      ...input,
      grantTypes,
      ownerId: user?.id ?? input.ownerId,
      id,
      secretVersion: 1,
      createdAt: now,
      updatedAt: now,
    };
    this.#check(context, client);
    const secret = client.public ? "" : this.#newSecret(client, 1);
    const isNew = await act(this.#store, context.caller, async (tx) => {
      if (user !== undefined && !(await tx.users.find(user.id))?.developer) throw notDeveloper();
      if (
        known !== undefined &&
        (await tx.audit.list({ clientId: id, type: "client.delete" }, { limit: 1 })).length > 0
      )
        throw notFound();
      if (
        !(await tx.clients.insert(
          client,
          client.public ? undefined : this.#secretOf(client.id, 1, secret),
        ))
      )
        return false;
      await this.#note(tx, context, "client.create", client.id);
      return true;
    });
    return isNew ? { client, secret } : { client: await this.get(context, id), secret: "" };
  }

  /** A client of the calling user; any, for those who have shown the scope. */
  async get(
    context: RequestContext,
    id: string,
    { clients }: Pick<Aggregates, "clients"> = this.#store,
  ): Promise<Client> {
    const client = await clients.find(id);
    const user = callingUser(context.caller);
    if (client === undefined || (user !== undefined && client.ownerId !== user.id))
      throw notFound();
    return client;
  }

  list(ownerId: string | undefined, request: PageRequest): Promise<PageOf<Client>> {
    return this.#pageTokens.page(
      ["clients", ownerId ?? ""],
      request,
      (page) => this.#store.clients.list(ownerId, page),
      (client) => client.id,
    );
  }

  async update(context: RequestContext, id: string, change: ClientChange): Promise<Client> {
    const given = Object.fromEntries(
      Object.entries(change).filter(([, value]) => value !== undefined),
    );
    const isDone = await this.#change(context, id, async (tx, before) => {
      const after: Client = { ...before, ...given };
      if (after.grantTypes.length === 0) throw invalidField("grant_types", "needs one at least");
      this.#check(context, after, before);
      // Only while it has what was looked at: what an administrator has taken in the meantime is
      // not put back.
      if (!(await tx.clients.update(id, change, this.#clock.now(), before))) return false;
      // What is given without a word to the request ends it too.
      for (const api of after.apis.filter((each) => !before.apis.includes(each)))
        await tx.apiRequests.delete(id, api);
      await this.#note(tx, context, "client.update", id, { fields: Object.keys(given).join(" ") });
      return true;
    });
    return isDone ? this.get(context, id) : this.update(context, id, change);
  }

  /** Deletes a client with everything that was given to it. */
  async delete(context: RequestContext, id: string): Promise<void> {
    await this.#change(context, id, async (tx) => {
      if (!(await tx.clients.delete(id))) throw notFound();
      await this.#note(tx, context, "client.delete", id);
    });
  }

  /** The secrets that work, the newest first, without what they are kept by. */
  async secrets(
    context: RequestContext,
    id: string,
  ): Promise<readonly Omit<ClientSecret, "hash">[]> {
    await this.get(context, id);
    const secrets = await this.#store.clients.secrets(id, this.#clock.now());
    return secrets.map(({ hash: _, ...facts }) => facts);
  }

  /**
   * Makes a new secret; the others work on for `overlapMs`. If the version that it follows is given
   * and the client has gone on since, nothing happens and there is no secret in the answer.
   */
  async rotateSecret(
    context: RequestContext,
    id: string,
    overlapMs: number,
    from?: number,
  ): Promise<ClientWithSecret> {
    if (overlapMs > MAX_OVERLAP_MS) throw invalidField("overlap", "is longer than 30 days");
    const secret = await this.#change(context, id, async (tx, client) => {
      if (client.public) throw invalidField("client_id", "is a public client, which has no secret");
      let secret = "";
      const make = (version: number): ClientSecret => {
        secret = this.#newSecret(client, version);
        return this.#secretOf(id, version, secret);
      };
      const made = await tx.clients.rotateSecret(id, make, this.#clock.now() + overlapMs, from);
      if (made === undefined) return "";
      await this.#note(tx, context, "client.rotate_secret", id);
      return secret;
    });
    return { client: await this.get(context, id), secret };
  }

  /**
   * One act on a client that the caller may change: none that may do more than the caller. Users
   * give the password first.
   */
  async #change<T>(
    context: RequestContext,
    id: string,
    work: (tx: Aggregates, client: Client) => Promise<T>,
  ): Promise<T> {
    return act(this.#store, context.caller, async (tx) => {
      const client = await this.get(context, id, tx);
      requireRecent(context.caller, this.#clock.now());
      if (callingUser(context.caller) === undefined) {
        const mayHold =
          client.scopes.every((scope) => isUserScope(scope) || mayGive(context, scope)) &&
          client.apis.every((api) => this.#mayGiveApi(context, api));
        if (!mayHold)
          throw new IdentityError(
            "PERMISSION_DENIED",
            "This client has scopes or documented APIs that you can't give.",
          );
      }
      return work(tx, client);
    });
  }

  /** Whether the caller, who may register clients, may make one that is for the API. */
  #mayGiveApi(context: RequestContext, api: string): boolean {
    return !this.#rules.givenApis.includes(api) || mayGive(context, EVERY_SCOPE);
  }

  /** What it has already is not given anew: its owner keeps what an administrator has given. */
  #check(context: RequestContext, client: Client, before?: Client): void {
    const scopesBefore = before?.scopes ?? [];
    const byUser = callingUser(context.caller) !== undefined;
    if (isLongerThan(client.name, MAX_NAME_CHARACTERS))
      throw invalidField("name", `is longer than ${MAX_NAME_CHARACTERS} characters`);
    // A user who consents must see whom: a name of U+3164 or of blanks shows nobody.
    if (!isVisible(client.name)) throw invalidField("name", "is needed, with something to be seen");
    if (hasControls(client.name)) throw invalidField("name", "holds characters that are not seen");
    if (client.redirectUris.length > MAX_REDIRECT_URIS)
      throw invalidField("redirect_uris", `are more than ${MAX_REDIRECT_URIS}`);
    const unknownGrant = client.grantTypes.find(
      (type) => !(GRANT_TYPES as readonly string[]).includes(type),
    );
    if (unknownGrant !== undefined)
      throw invalidField("grant_types", `names no grant: only ${GRANT_TYPES.join(", ")}`);
    // RFC 6749 section 4.4: only a confidential client can act for itself.
    if (client.public && client.grantTypes.includes("client_credentials"))
      throw invalidField("grant_types", "has client_credentials, which a public client can't use");
    if (
      !client.scopes.every(
        (scope) =>
          isUserScope(scope) ||
          (byUser && scopesBefore.includes(scope)) ||
          (!byUser && !client.public && isClientScope(scope) && mayGive(context, scope)),
      )
    ) {
      throw new IdentityError(
        "SCOPE_INVALID",
        "A scope is unknown, or not one that this client can be given.",
        { fields: [{ field: "scopes", description: "holds a scope that this client can't have" }] },
      );
    }
    this.#checkApis(context, client, before?.apis ?? []);
    for (const uri of client.redirectUris) checkRedirectUri(uri, client.apis.length > 0);
  }

  #checkApis(context: RequestContext, client: Client, apisBefore: readonly string[]): void {
    const { apis, realms } = this.#rules;
    const user = callingUser(context.caller);
    const added = client.apis.filter((api) => !apisBefore.includes(api));
    const refuse = (message: string): never => {
      throw new IdentityError("PERMISSION_DENIED", message, {
        fields: [{ field: "apis", description: message }],
      });
    };
    if (!client.apis.every((api) => apis.includes(api)))
      throw invalidField("apis", `names no documented API: only ${apis.join(", ")}`);
    const kept = added.find((api) => !this.#mayGiveApi(context, api));
    if (kept !== undefined) refuse(`Only an administrator gives a client the API ${kept}.`);
    if (added.length > 0 && realms.of(client) === undefined)
      throw invalidField(
        "apis",
        "are of more than one realm, and a client is for the users of one",
      );
    // Developers of the default realm register for all; others, who may have registered themselves
    // there, for their own.
    if (user !== undefined && user.realm !== DEFAULT_REALM && realms.of(client) !== user.realm)
      refuse("A developer of another realm registers clients of that realm only.");
  }

  /** An API that shows secrets again has them derived, all others have them random. */
  #newSecret({ id, apis }: Client, version: number): string {
    return apis.includes("secretpair")
      ? this.#secrets.of(id, version)
      : newToken(this.#clock, PREFIX.clientSecret);
  }

  #secretOf(clientId: string, version: number, secret: string): ClientSecret {
    return { clientId, version, hash: hashToken(secret), createdAt: this.#clock.now() };
  }

  #note(
    tx: Aggregates,
    context: RequestContext,
    type: AuditType,
    clientId: string,
    details: Record<string, string> = {},
  ): Promise<void> {
    return tx.audit.append(
      auditEvent(this.#clock, context, type, {
        clientId,
        userId: callingUser(context.caller)?.id,
        details,
      }),
    );
  }
}
