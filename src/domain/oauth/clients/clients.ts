import { DAY } from "../../durations.ts";
import { act } from "../../acting.ts";
import { type AuditType, auditEvent } from "../../audit.ts";
import type { RequestContext } from "../../request-context.ts";
import { actorOf, callingUser, requireRecent } from "../../principal.ts";
import type { Clock } from "../../clock.ts";
import { newId } from "../../ids.ts";
import type { Answers, Keep } from "../../idempotency/answers.ts";
import { IdentityError, invalidField } from "../../errors.ts";
import type { Client, ClientSecret } from "../../model.ts";
import type { PageOf, PageRequest } from "../../paging.ts";
import type { PageTokens } from "../../security/signed-values.ts";
import type { Aggregates, Store } from "../../store.ts";
import type { ClientChange } from "../store.ts";
import { hashToken, newToken, PREFIX } from "../../security/tokens.ts";
import type { AllowedOrigins } from "./allowed-origins.ts";
import { type ClientSettings, NO_SETTINGS, withSettings } from "./client-settings.ts";
import { changeDetails, pkceDetails } from "./change-details.ts";
import { checkClient, type ClientRules } from "./client-rules.ts";
import {
  clientNotFound,
  isOwnChange,
  looksOtherwise,
  requireMayChange,
  requireNotDisabled,
} from "./client-access.ts";
import { usesKey } from "../proofs/client-assertions.ts";
import { isClientUrl } from "../documents/client-url.ts";
import type { DerivedSecrets } from "./derived-secrets.ts";
import type { SectorIdentifiers } from "./settings/sector-identifiers.ts";

const DEFAULT_GRANT_TYPES = ["authorization_code", "refresh_token"];

/** How long an old secret may stay valid. */
const MAX_OVERLAP_MS = 30 * DAY;

/** A registration. */
export interface NewClient {
  readonly name: string;
  readonly ownerId?: string | undefined;
  readonly public: boolean;
  readonly grantTypes: readonly string[];
  readonly scopes: readonly string[];
  readonly redirectUris: readonly string[];
  readonly apis: readonly string[];
  readonly allowedOrigins?: readonly string[] | undefined;
  readonly pkceOptional?: boolean | undefined;
  readonly settings?: ClientSettings | undefined;
}

/** A change, which may also name single settings: the others stay. */
export interface ClientUpdate extends ClientChange {
  /** An undefined member is removed. */
  readonly changedSettings?: ClientSettings | undefined;
}

/**
 * A client with its newest secret, which is shown once. The secret is empty for a public client and
 * when it has been shown before.
 */
export interface ClientWithSecret {
  readonly client: Client;
  readonly secret: string;
}

/** An event of the audit trail about a client. */
interface ClientEvent {
  readonly type: AuditType;
  readonly clientId: string;
  readonly details?: Readonly<Record<string, string>>;
}

/** Rejects a change of a client that only its document can change. */
function requireRegistered(id: string): void {
  if (isClientUrl(id))
    throw invalidField("client_id", "is a URL: the document there describes the client");
}

const notDeveloper = (): IdentityError =>
  new IdentityError("PERMISSION_DENIED", "Only a developer can register a client.");

export interface ClientsDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly pageTokens: PageTokens;
  readonly derivedSecrets: DerivedSecrets;
  readonly rules: ClientRules;
  readonly allowedOrigins: AllowedOrigins;
  readonly sectorIdentifiers: SectorIdentifiers;
  readonly answers: Answers;
}

/** The registration of clients and their secrets. */
export class Clients {
  readonly #parts: ClientsDependencies;
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(parts: ClientsDependencies) {
    this.#parts = parts;
    this.#store = parts.store;
    this.#clock = parts.clock;
  }

  /**
   * Registers a client. A user must be a developer and can give the client only scopes of users.
   * With the id of an earlier registration (`known`), it returns the client of that registration.
   * A deleted client is not registered again.
   */
  async create(
    context: RequestContext,
    input: NewClient,
    known?: string,
  ): Promise<ClientWithSecret> {
    const user = callingUser(context.caller);
    if (user !== undefined && !user.developer) throw notDeveloper();
    requireRecent(context.caller, this.#clock.now());
    return this.#once(context, (keep) => this.#create(context, input, known, keep));
  }

  async #create(
    context: RequestContext,
    input: NewClient,
    known: string | undefined,
    keep: Keep<ClientWithSecret> | undefined,
  ): Promise<ClientWithSecret> {
    const user = callingUser(context.caller);
    const now = this.#clock.now();
    const id = known ?? newId(this.#clock);
    const grantTypes = input.grantTypes.length === 0 ? DEFAULT_GRANT_TYPES : input.grantTypes;
    // Such an id would be that of a client which describes itself.
    if (isClientUrl(id)) throw invalidField("client_id", "must not begin with https://");
    const client: Client = {
      ...input,
      grantTypes,
      allowedOrigins: input.allowedOrigins ?? [],
      pkceOptional: input.pkceOptional ?? false,
      settings: input.settings ?? NO_SETTINGS,
      ownerId: user?.id ?? input.ownerId,
      id,
      secretVersion: 1,
      createdAt: now,
      updatedAt: now,
    };
    checkClient(this.#parts.rules, context, client);
    await this.#parts.sectorIdentifiers.requireListed(client);
    // A client that authenticates by a key would never use a secret.
    const secret = client.public || usesKey(client) ? "" : this.#newSecret(client, 1);
    const kept = secret === "" ? undefined : this.#secretOf(client.id, 1, secret);
    const isNew = await act(this.#store, context.caller, async (tx) => {
      if (user !== undefined && !(await tx.users.find(user.id))?.developer) throw notDeveloper();
      if (
        known !== undefined &&
        (await tx.audit.list({ clientId: id, type: "client.delete" }, { limit: 1 })).length > 0
      )
        throw clientNotFound();
      if (!(await tx.clients.insert(client, kept))) return false;
      const details = pkceDetails(client);
      await this.#record(tx, context, { type: "client.create", clientId: client.id, details });
      await keep?.inside(tx, { client, secret });
      return true;
    });
    this.#parts.allowedOrigins.forget();
    return isNew ? { client, secret } : { client: await this.get(context, id), secret: "" };
  }

  /** Returns a client. A user can read only their own; other callers have shown the scope. */
  async get(
    context: RequestContext,
    id: string,
    { clients }: Pick<Aggregates, "clients"> = this.#store,
  ): Promise<Client> {
    const client = await clients.find(id);
    const user = callingUser(context.caller);
    if (client === undefined || (user !== undefined && client.ownerId !== user.id))
      throw clientNotFound();
    return client;
  }

  /** Lists the clients of one owner, or all. */
  list(ownerId: string | undefined, request: PageRequest): Promise<PageOf<Client>> {
    return this.#parts.pageTokens.page(
      ["clients", ownerId ?? ""],
      request,
      (page) => this.#store.clients.list(ownerId, page),
      (client) => client.id,
    );
  }

  /** Changes a client. */
  async update(context: RequestContext, id: string, update: ClientUpdate): Promise<Client> {
    requireRegistered(id);
    const { changedSettings, ...whole } = update;
    await this.#requireSector(context, id, update);
    const isDone = await this.#change(context, id, async (tx, before) => {
      const change = changedSettings
        ? { ...whole, settings: withSettings(before.settings, changedSettings) }
        : whole;
      const given = Object.fromEntries(
        Object.entries(change).filter(([, value]) => value !== undefined),
      );
      const after: Client = { ...before, ...given };
      if (after.grantTypes.length === 0)
        throw invalidField("grant_types", "must contain at least one grant type");
      checkClient(this.#parts.rules, context, after, before);
      const endsVerification = isOwnChange(context, before) && looksOtherwise(after, before);
      // Writes only if the scopes, APIs and settings are still those of `before`, so that it
      // doesn't restore what another change has taken away in the meantime.
      const all = { ...change, endsVerification };
      if (!(await tx.clients.update(id, all, this.#clock.now(), before))) return false;
      // An API that is given directly also ends the request for it.
      for (const api of after.apis.filter((each) => !before.apis.includes(each)))
        await tx.apiRequests.delete(id, api);
      const details = {
        fields: Object.keys(given).join(" "),
        ...changeDetails(after, before),
        ...(endsVerification && before.verifiedAt !== undefined && { verified: "false" }),
      };
      await this.#record(tx, context, { type: "client.update", clientId: id, details });
      return true;
    });
    this.#parts.allowedOrigins.forget();
    if (!isDone) return this.update(context, id, update);
    const changed = await this.#store.clients.find(id);
    if (changed === undefined) throw clientNotFound();
    return changed;
  }

  /** Deletes a client with its consents, codes and tokens. Many of them go in parts before it. */
  async delete(context: RequestContext, id: string): Promise<void> {
    const isDone = await this.#change(context, id, async (tx, client) => {
      requireNotDisabled(context, client);
      if (await tx.clients.deletePart(id)) return false;
      if (!(await tx.clients.delete(id))) throw clientNotFound();
      await this.#record(tx, context, { type: "client.delete", clientId: id });
      return true;
    });
    if (!isDone) return this.delete(context, id);
    this.#parts.allowedOrigins.forget();
  }

  /** Lists the valid secrets without their hashes, the newest first. */
  async secrets(
    context: RequestContext,
    id: string,
  ): Promise<readonly Omit<ClientSecret, "hash">[]> {
    await this.get(context, id);
    const secrets = await this.#store.clients.secrets(id, this.#clock.now());
    return secrets.map(({ hash: _, ...facts }) => facts);
  }

  /**
   * Makes a new secret. The others stay valid for `overlapMs`. If `from` is given and is no longer
   * the client's version, it changes nothing and returns an empty secret.
   */
  async rotateSecret(
    context: RequestContext,
    id: string,
    overlapMs: number,
    from?: number,
  ): Promise<ClientWithSecret> {
    if (overlapMs > MAX_OVERLAP_MS) throw invalidField("overlap", "is longer than 30 days");
    requireRegistered(id);
    // A repetition needs the same rights as the first.
    if (context.repetition !== undefined) await this.#change(context, id, async () => undefined);
    return this.#once(context, (keep) => this.#rotate(context, id, { overlapMs, from }, keep));
  }

  #rotate(
    context: RequestContext,
    id: string,
    { overlapMs, from }: { readonly overlapMs: number; readonly from: number | undefined },
    keep: Keep<ClientWithSecret> | undefined,
  ): Promise<ClientWithSecret> {
    return this.#change(context, id, async (tx, client) => {
      if (client.public) throw invalidField("client_id", "is a public client, which has no secret");
      let secret = "";
      const make = (version: number): ClientSecret => {
        secret = this.#newSecret(client, version);
        return this.#secretOf(id, version, secret);
      };
      const endOthersAt = overlapMs > 0 ? this.#clock.now() + overlapMs : undefined;
      const made = await tx.clients.rotateSecret(id, make, endOthersAt, from);
      if (made === undefined) return { client: await this.get(context, id, tx), secret: "" };
      await this.#record(tx, context, { type: "client.rotate_secret", clientId: id });
      const result = { client: await this.get(context, id, tx), secret };
      await keep?.inside(tx, result);
      return result;
    });
  }

  #once(
    context: RequestContext,
    work: (keep: Keep<ClientWithSecret> | undefined) => Promise<ClientWithSecret>,
  ): Promise<ClientWithSecret> {
    return this.#parts.answers.once(context, { caller: actorOf(context.caller) }, work);
  }

  /** Runs a change of a client that the caller may change, see `requireMayChange`. */
  async #change<T>(
    context: RequestContext,
    id: string,
    work: (tx: Aggregates, client: Client) => Promise<T>,
  ): Promise<T> {
    return act(this.#store, context.caller, async (tx) => {
      const client = await tx.clients.find(id);
      requireMayChange(this.#parts.rules, context, client, this.#clock.now());
      return work(tx, client);
    });
  }

  /** Rejects a change after which the sector of the client lacks one of its redirect URIs. */
  async #requireSector(
    context: RequestContext,
    id: string,
    { settings, changedSettings, redirectUris }: ClientUpdate,
  ): Promise<void> {
    const changed = settings ?? changedSettings;
    if (changed === undefined && redirectUris === undefined) return;
    const client = await this.#store.clients.find(id);
    // Outside of the transaction, which must not wait for a server of others.
    requireMayChange(this.#parts.rules, context, client, this.#clock.now());
    await this.#parts.sectorIdentifiers.requireListed({
      settings: settings ?? withSettings(client.settings, changedSettings ?? {}),
      redirectUris: redirectUris ?? client.redirectUris,
    });
  }

  /** Makes a secret: derived for the APIs that show it again, else random. */
  #newSecret({ id, apis }: Client, version: number): string {
    return apis.some((api) => this.#parts.rules.derivedSecretApis.includes(api))
      ? this.#parts.derivedSecrets.of(id, version)
      : newToken(this.#clock, PREFIX.clientSecret);
  }

  #secretOf(clientId: string, version: number, secret: string): ClientSecret {
    return { clientId, version, hash: hashToken(secret), createdAt: this.#clock.now() };
  }

  #record(
    tx: Aggregates,
    context: RequestContext,
    { type, clientId, details = {} }: ClientEvent,
  ): Promise<void> {
    const userId = callingUser(context.caller)?.id;
    return tx.audit.append(auditEvent(this.#clock, context, type, { clientId, userId, details }));
  }
}
