import { auditEvent, type AuditType } from "../../audit.ts";
import type { Clock } from "../../clock.ts";
import { IdentityError, invalidField } from "../../errors.ts";
import { newId } from "../../ids.ts";
import type { Client } from "../../model.ts";
import type { RequestContext } from "../../request-context.ts";
import { equalSecrets, hashToken, newToken, PREFIX } from "../../security/tokens.ts";
import type { Aggregates, Store } from "../../store.ts";
import type { AllowedOrigins } from "../clients/allowed-origins.ts";
import { looksOtherwise } from "../clients/client-access.ts";
import { checkClient, type ClientRules } from "../clients/client-rules.ts";
import type { SectorIdentifiers } from "../clients/settings/sector-identifiers.ts";
import { bearerOf, type InitialToken, type RegistrationAccess } from "./registration-access.ts";
import { type RegistrationRequest, requestedClient } from "./requested-client.ts";

/** A client that registered itself, with its credentials as far as they are known. */
export interface SelfRegisteredClient {
  readonly client: Client;
  /** Only of a new client that has one. */
  readonly secret: string;
  readonly registrationToken: string;
}

/** A change of a registration, RFC 7592 section 2.2. */
export interface RegistrationChange extends RegistrationRequest {
  readonly clientId: string;
  /** Must be the current one; empty: not sent. */
  readonly clientSecret: string;
}

export interface ClientRegistrationsDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly rules: ClientRules;
  readonly allowedOrigins: AllowedOrigins;
  readonly sectorIdentifiers: SectorIdentifiers;
  readonly access: RegistrationAccess;
  /** How long an unused client stays. */
  readonly unusedMs: number;
}

const refused = (): IdentityError =>
  new IdentityError("TOKEN_INVALID", "The registration access token is not that of a client.");

/** The registrations of clients by themselves, RFC 7591 and RFC 7592. */
export class ClientRegistrations {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #rules: ClientRules;
  readonly #allowedOrigins: AllowedOrigins;
  readonly #sectorIdentifiers: SectorIdentifiers;
  readonly #access: RegistrationAccess;
  readonly #unusedMs: number;

  constructor({
    store,
    clock,
    rules,
    allowedOrigins,
    sectorIdentifiers,
    access,
    unusedMs,
  }: ClientRegistrationsDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#rules = rules;
    this.#allowedOrigins = allowedOrigins;
    this.#sectorIdentifiers = sectorIdentifiers;
    this.#access = access;
    this.#unusedMs = unusedMs;
  }

  /** Whether clients may register. */
  get isOn(): boolean {
    return this.#access.isOn;
  }

  /** Makes an initial access token. The caller has shown the scope. */
  async makeToken(
    context: RequestContext,
    uses: number,
    lifetimeMs: number,
  ): Promise<InitialToken> {
    const made = this.#access.make(uses, lifetimeMs);
    const details = {
      id: made.id,
      uses: String(uses),
      expires: new Date(made.expiresAt).toISOString(),
    };
    await this.#store.audit.append(
      auditEvent(this.#clock, context, "registration_token.create", { details }),
    );
    return made;
  }

  /** Registers a client. `authorization` is the header with the initial access token. */
  async register(
    context: RequestContext,
    authorization: string,
    request: RegistrationRequest,
  ): Promise<SelfRegisteredClient> {
    const take = await this.#access.require(context, authorization);
    const now = this.#clock.now();
    const registrationToken = newToken(this.#clock, PREFIX.registration);
    const client: Client = {
      ...requestedClient(request),
      id: newId(this.#clock),
      apis: [],
      allowedOrigins: [],
      pkceOptional: false,
      secretVersion: 1,
      createdAt: now,
      updatedAt: now,
      registration: { tokenHash: hashToken(registrationToken), expiresAt: now + this.#unusedMs },
    };
    await this.#check(context, client);
    const secret = needsSecret(client) ? newToken(this.#clock, PREFIX.clientSecret) : "";
    const kept = { clientId: client.id, version: 1, hash: hashToken(secret), createdAt: now };
    await this.#store.transaction(async (tx) => {
      const initialToken = await take(tx);
      await tx.clients.insert(client, secret === "" ? undefined : kept);
      await this.#record(tx, context, client, {
        type: "client.register",
        details: initialToken === "" ? {} : { token: initialToken },
      });
    });
    this.#allowedOrigins.forget();
    return { client, secret, registrationToken };
  }

  /** Returns the client whose registration token the header has. */
  async read(authorization: string, id: string): Promise<SelfRegisteredClient> {
    const registrationToken = bearerOf(authorization) ?? "";
    const client = await this.#require(this.#store, authorization, id);
    return { client, secret: "", registrationToken };
  }

  /** Replaces everything that the client has said before, RFC 7592 section 2.2. */
  async replace(
    context: RequestContext,
    authorization: string,
    id: string,
    change: RegistrationChange,
  ): Promise<SelfRegisteredClient> {
    // Outside of the transaction, which must not wait for a server of others.
    const before = await this.#require(this.#store, authorization, id);
    await this.#check(context, { ...before, ...requestedClient(change) });
    for (;;) {
      const done = await this.#store.transaction((tx) =>
        this.#replace(tx, context, { authorization, id, change }),
      );
      if (!done) continue;
      this.#allowedOrigins.forget();
      return this.read(authorization, id);
    }
  }

  /** Deletes the client with its consents, codes and tokens, RFC 7592 section 2.3. */
  async remove(context: RequestContext, authorization: string, id: string): Promise<void> {
    const isDone = await this.#store.transaction(async (tx) => {
      const client = await this.#require(tx, authorization, id);
      if (await tx.clients.deletePart(id)) return false;
      if (!(await tx.clients.delete(id))) throw refused();
      await this.#record(tx, context, client, { type: "client.delete" });
      return true;
    });
    if (!isDone) return this.remove(context, authorization, id);
    this.#allowedOrigins.forget();
  }

  /** Returns false if the client has changed since it was read. */
  async #replace(
    tx: Aggregates,
    context: RequestContext,
    {
      authorization,
      id,
      change,
    }: { readonly authorization: string; readonly id: string; readonly change: RegistrationChange },
  ): Promise<boolean> {
    const before = await this.#require(tx, authorization, id);
    if (change.clientId !== id) throw invalidField("client_id", "must be that of the address");
    if (change.clientSecret !== "" && !(await this.#hasSecret(tx, id, change.clientSecret)))
      throw invalidField("client_secret", "is not that of the client");
    const asked = requestedClient(change);
    const after: Client = { ...before, ...asked };
    if (authenticationOf(after) !== authenticationOf(before))
      throw invalidField(
        "token_endpoint_auth_method",
        "can't change between a secret, keys and none; register a new client",
      );
    const endsVerification = looksOtherwise(after, before);
    const { public: _, ...fields } = asked;
    const now = this.#clock.now();
    if (!(await tx.clients.update(id, { ...fields, endsVerification }, now, before))) return false;
    await this.#record(tx, context, after, { type: "client.update" });
    return true;
  }

  /** Rejects a token that is not that of the client; an unknown client is refused alike. */
  async #require(
    { clients }: Pick<Aggregates, "clients">,
    authorization: string,
    id: string,
  ): Promise<Client> {
    if (authorization === "")
      throw new IdentityError("CREDENTIAL_MISSING", "Send the registration access token.");
    const token = bearerOf(authorization) ?? "";
    const client = await clients.find(id);
    const hash = client?.registration?.tokenHash ?? "";
    if (!equalSecrets(hash, hashToken(token)) || client === undefined) throw refused();
    if (client.disabledAt !== undefined)
      throw new IdentityError("PERMISSION_DENIED", "An administrator has disabled this client.");
    return client;
  }

  async #hasSecret({ clients }: Aggregates, id: string, secret: string): Promise<boolean> {
    const hash = hashToken(secret);
    const secrets = await clients.secrets(id, this.#clock.now());
    return secrets.map((kept) => equalSecrets(kept.hash, hash)).includes(true);
  }

  /** Checks a client by the rules for a caller without rights, and names members as RFC 7591. */
  async #check(context: RequestContext, client: Client): Promise<void> {
    try {
      checkClient(this.#rules, { ...context, caller: { kind: "anonymous" } }, client);
      await this.#sectorIdentifiers.requireListed(client);
    } catch (error) {
      if (!(error instanceof IdentityError) || error.reason !== "FIELD_INVALID") throw error;
      const [first] = error.details.fields ?? [];
      if (first === undefined) throw error;
      const member = first.field === "name" ? "client_name" : first.field.replace("settings.", "");
      throw invalidField(member, first.description);
    }
  }

  #record(
    tx: Aggregates,
    context: RequestContext,
    { id: clientId }: Client,
    event: { readonly type: AuditType; readonly details?: Readonly<Record<string, string>> },
  ): Promise<void> {
    const details = event.details ?? { by: "registration token" };
    return tx.audit.append(auditEvent(this.#clock, context, event.type, { clientId, details }));
  }
}

/** How a client authenticates; by a secret, both ways are one. */
function authenticationOf({ public: isPublic, settings }: Client): "none" | "keys" | "secret" {
  if (isPublic) return "none";
  return settings.tokenEndpointAuthMethod === "private_key_jwt" ? "keys" : "secret";
}

const needsSecret = (client: Client): boolean => authenticationOf(client) === "secret";
