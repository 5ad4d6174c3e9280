// Clients: the applications that use this server. It owns their registration and their secrets,
// and must not know what they ask for at the token endpoint.
import type { AuditType } from "../audit.ts";
import { auditEvent } from "../audit.ts";
import type { Context } from "../caller.ts";
import { callingUser } from "../caller.ts";
import type { Clock } from "../clock.ts";
import { newId } from "../clock.ts";
import { IdentityError, invalidField } from "../errors.ts";
import type { Client, ClientSecret } from "../model.ts";
import { hasControls, isLonger } from "../names.ts";
import type { PageOf, PageRequest, PageTokens } from "../page-token.ts";
import type { ClientChange, Store } from "../store.ts";
import { hashToken, newToken, PREFIX } from "../tokens.ts";
import type { DerivedSecrets } from "./derived-secrets.ts";
import { checkRedirectUri } from "./redirect-uris.ts";
import { holdsScope, isClientScope, isUserScope } from "./scopes.ts";

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

/** A client with its newest secret, which is shown once; empty for a public client, or when it has been shown. */
export interface ClientWithSecret {
  readonly client: Client;
  readonly secret: string;
}

/** Nobody gives what they don't have. */
const mayGive = ({ caller }: Context, scope: string): boolean => caller.kind === "operator" || (caller.kind === "client" && holdsScope(caller.token.scopes, scope));

const notFound = (): IdentityError => new IdentityError("CLIENT_NOT_FOUND", "There is no such client, or none that you may see.");

export class Clients {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #pageTokens: PageTokens;
  /** The names of the documented APIs. */
  readonly #apis: readonly string[];
  readonly #secrets: DerivedSecrets;

  constructor(store: Store, clock: Clock, pageTokens: PageTokens, secrets: DerivedSecrets, apis: readonly string[]) {
    this.#store = store;
    this.#clock = clock;
    this.#pageTokens = pageTokens;
    this.#secrets = secrets;
    this.#apis = apis;
  }

  /**
   * Registers a client. A user must be a developer and can give it the scopes of users only. Again under the same id,
   * which must come from here, it answers the client that is there; one that was deleted does not come back, nor do its secrets.
   */
  async create(context: Context, input: NewClient, known?: string): Promise<ClientWithSecret> {
    const user = callingUser(context.caller);
    if (user !== undefined && !user.developer) throw new IdentityError("PERMISSION_DENIED", "Only a developer can register a client.");
    const now = this.#clock.now();
    const id = known ?? newId(this.#clock);
    const grantTypes = input.grantTypes.length === 0 ? DEFAULT_GRANT_TYPES : input.grantTypes;
    const client: Client = { ...input, grantTypes, ownerId: user?.id ?? input.ownerId, id, secretVersion: 1, createdAt: now, updatedAt: now };
    this.#check(context, client);
    if (known !== undefined && (await this.#store.audit.list({ clientId: id, type: "client.delete" }, { limit: 1 })).length > 0) throw notFound();
    const secret = client.public ? "" : this.#newSecret(client, 1);
    const isNew = await this.#store.clients.insert(client, client.public ? undefined : this.#secretOf(client.id, 1, secret));
    if (!isNew) return { client: await this.get(context, id), secret: "" };
    await this.#note(context, "client.create", client.id);
    return { client, secret };
  }

  /** A client of the calling user; any, for those who have shown the scope. */
  async get(context: Context, id: string): Promise<Client> {
    const client = await this.#store.clients.find(id);
    const user = callingUser(context.caller);
    if (client === undefined || (user !== undefined && client.ownerId !== user.id)) throw notFound();
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

  async update(context: Context, id: string, change: ClientChange): Promise<Client> {
    const before = await this.#own(context, id);
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    const after: Client = { ...before, ...given };
    if (after.grantTypes.length === 0) throw invalidField("grant_types", "needs one at least");
    this.#check(context, after, before.scopes);
    if (!(await this.#store.clients.update(id, change, this.#clock.now()))) throw notFound();
    await this.#note(context, "client.update", id, { fields: Object.keys(given).join(" ") });
    return this.get(context, id);
  }

  /** Deletes a client with everything that was given to it. */
  async delete(context: Context, id: string): Promise<void> {
    await this.#own(context, id);
    if (!(await this.#store.clients.delete(id))) throw notFound();
    await this.#note(context, "client.delete", id);
  }

  /** The secrets that work, the newest first, without what they are kept by. */
  async secrets(context: Context, id: string): Promise<readonly Omit<ClientSecret, "hash">[]> {
    await this.get(context, id);
    const secrets = await this.#store.clients.secrets(id, this.#clock.now());
    return secrets.map(({ hash: _, ...facts }) => facts);
  }

  /**
   * Makes a new secret; the others work on for `overlapMs`. If the version that it follows is given and the client
   * has gone on since, nothing happens and there is no secret in the answer.
   */
  async rotateSecret(context: Context, id: string, overlapMs: number, from?: number): Promise<ClientWithSecret> {
    if (overlapMs > MAX_OVERLAP_MS) throw invalidField("overlap", "is longer than 30 days");
    const client = await this.#own(context, id);
    if (client.public) throw invalidField("client_id", "is a public client, which has no secret");
    let secret = "";
    const make = (version: number): ClientSecret => {
      secret = this.#newSecret(client, version);
      return this.#secretOf(id, version, secret);
    };
    const made = await this.#store.clients.rotateSecret(id, make, this.#clock.now() + overlapMs, from);
    if (made === undefined) return { client: await this.get(context, id), secret: "" };
    await this.#note(context, "client.rotate_secret", id);
    return { client: await this.get(context, id), secret };
  }

  /** A client that the caller may change: none that may do more than the caller itself. */
  async #own(context: Context, id: string): Promise<Client> {
    const client = await this.get(context, id);
    if (callingUser(context.caller) === undefined && !client.scopes.every((scope) => isUserScope(scope) || mayGive(context, scope))) {
      throw new IdentityError("PERMISSION_DENIED", "This client has scopes that you don't have.");
    }
    return client;
  }

  /** What it has already is not given anew: its owner keeps what an administrator has given. */
  #check(context: Context, client: Client, scopesBefore: readonly string[] = []): void {
    const byUser = callingUser(context.caller) !== undefined;
    if (isLonger(client.name, MAX_NAME_CHARACTERS)) throw invalidField("name", `is longer than ${MAX_NAME_CHARACTERS} characters`);
    if (client.name.trim() === "") throw invalidField("name", "is needed");
    if (hasControls(client.name)) throw invalidField("name", "holds control characters");
    if (client.redirectUris.length > MAX_REDIRECT_URIS) throw invalidField("redirect_uris", `are more than ${MAX_REDIRECT_URIS}`);
    const unknownGrant = client.grantTypes.find((type) => !(GRANT_TYPES as readonly string[]).includes(type));
    if (unknownGrant !== undefined) throw invalidField("grant_types", `names no grant: only ${GRANT_TYPES.join(", ")}`);
    // RFC 6749 section 4.4: only a confidential client can act for itself.
    if (client.public && client.grantTypes.includes("client_credentials")) throw invalidField("grant_types", "has client_credentials, which a public client can't use");
    if (!client.scopes.every((scope) => isUserScope(scope) || (byUser && scopesBefore.includes(scope)) || (!byUser && !client.public && isClientScope(scope) && mayGive(context, scope)))) {
      throw new IdentityError("SCOPE_INVALID", "A scope is unknown, or not one that this client can be given.", { fields: [{ field: "scopes", description: "holds a scope that this client can't have" }] });
    }
    if (!client.apis.every((api) => this.#apis.includes(api))) throw invalidField("apis", `names no documented API: only ${this.#apis.join(", ")}`);
    for (const uri of client.redirectUris) checkRedirectUri(uri, client.apis.length > 0);
  }

  /** An API that shows secrets again has them derived, all others have them random. */
  #newSecret({ id, apis }: Client, version: number): string {
    return apis.includes("secretpair") ? this.#secrets.of(id, version) : newToken(this.#clock, PREFIX.clientSecret);
  }

  #secretOf(clientId: string, version: number, secret: string): ClientSecret {
    return { clientId, version, hash: hashToken(secret), createdAt: this.#clock.now() };
  }

  #note(context: Context, type: AuditType, clientId: string, details: Record<string, string> = {}): Promise<void> {
    return this.#store.audit.append(auditEvent(this.#clock, context, type, { clientId, userId: callingUser(context.caller)?.id, details }));
  }
}
