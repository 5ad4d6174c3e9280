// Developers with one application each, known by a pair of an id and a secret that can be seen
// again. It owns the pair, its redirect URIs and its codes, and must not know which documented API
// shows them.
import { act } from "../acting.ts";
import { auditEvent } from "../audit.ts";
import type { RequestContext } from "../request-context.ts";
import { isRecent, requireRecent } from "../principal.ts";
import type { Clock } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import type { Client, Session, User } from "../model.ts";
import type { Store } from "../store.ts";
import { hashToken } from "../security/tokens.ts";
import type { ClientAuthentication } from "../oauth/clients/client-authentication.ts";
import { UUID_CODE } from "../oauth/authorization/code-formats.ts";
import type { DerivedSecrets } from "../oauth/clients/derived-secrets.ts";
import { redeem } from "../oauth/grants/authorization-code.ts";
import { issueCode } from "../oauth/authorization/issue-code.ts";
import type { Realms } from "../oauth/clients/realms.ts";
import { checkRedirectUri } from "../oauth/clients/redirect-uris.ts";

/**
 * Which redirect URIs an application may use: the first one and those its developer adds; listed
 * ones; all.
 */
export type RedirectPolicy = "pin" | "registered" | "any";
/** When the secret is shown: always, or within 5 minutes of a password check. */
export type SecretReveal = "always" | "recent_login";

/** A developer's own sign-ins add redirect URIs up to so many. */
const MAX_PINNED = 10;

/** The settings of the API. */
export interface SecretPairPolicy {
  readonly api: string;
  readonly realm: string;
  readonly redirectPolicy: RedirectPolicy;
  readonly secretReveal: SecretReveal;
}

/** Both empty for somebody who is no developer. */
export interface SecretPair {
  readonly secretId: string;
  readonly secretValue: string;
}

const unregistered = (): IdentityError =>
  new IdentityError("REDIRECT_URI_INVALID", "The redirect URI is not one of this application.");

export class SecretPairs {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #clients: ClientAuthentication;
  readonly #secrets: DerivedSecrets;
  readonly #realms: Realms;
  readonly #policy: SecretPairPolicy;

  constructor(
    store: Store,
    clock: Clock,
    clients: ClientAuthentication,
    secrets: DerivedSecrets,
    realms: Realms,
    policy: SecretPairPolicy,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#clients = clients;
    this.#secrets = secrets;
    this.#realms = realms;
    this.#policy = policy;
  }

  /** The pair of the user. */
  async pairOf(context: RequestContext, user: User, session: Session): Promise<SecretPair> {
    const client = await this.#store.clients.find(this.#idFor(user));
    return client?.apis.includes(this.#policy.api)
      ? this.#show(context, user, session, client)
      : { secretId: "", secretValue: "" };
  }

  /** Makes the user a developer with an application; again, the same one. */
  async becomeDeveloper(
    context: RequestContext,
    user: User,
    session: Session,
  ): Promise<SecretPair> {
    const id = this.#idFor(user);
    const now = this.#clock.now();
    // The minute, so that an application that is deleted and made again does not get its old secret
    // back.
    const secretVersion = Math.floor(now / 60_000);
    const client: Client = {
      id,
      name: user.username || user.email,
      ownerId: user.id,
      public: false,
      grantTypes: ["authorization_code"],
      scopes: ["profile"],
      redirectUris: [],
      apis: [this.#policy.api],
      secretVersion,
      createdAt: now,
      updatedAt: now,
    };
    // The id comes from the user, so of many who ask at once one makes it and all are shown the
    // same.
    await act(this.#store, { kind: "user", user, session }, async (tx) => {
      if (
        !(await tx.clients.insert(client, {
          clientId: id,
          version: secretVersion,
          hash: hashToken(this.#secrets.of(id, secretVersion)),
          createdAt: now,
        }))
      )
        return;
      await tx.users.update(user.id, { developer: true }, now);
      await tx.audit.append(
        auditEvent(this.#clock, context, "client.create", {
          clientId: id,
          userId: user.id,
          details: { api: this.#policy.api },
        }),
      );
    });
    return this.pairOf(context, user, session);
  }

  /**
   * The application, if it may be sent a code at this URI, or if this user is its developer and may
   * pin it; changes nothing.
   */
  async check(secretId: string, redirectUri: string, user?: User): Promise<Client> {
    const client = await this.#find(secretId);
    this.#checkForm(redirectUri);
    if (!this.#mayUse(client, redirectUri) && (user === undefined || !this.#mayPin(client, user)))
      throw unregistered();
    return client;
  }

  /**
   * Whether the application and the form of the URI are right, before anybody signs in for them.
   */
  async checkApplication(secretId: string, redirectUri: string): Promise<void> {
    await this.#find(secretId);
    this.#checkForm(redirectUri);
  }

  /** Gives the application a code for the user who has just signed in. */
  async issueCode(
    context: RequestContext,
    user: User,
    secretId: string,
    redirectUri: string,
  ): Promise<string> {
    const client = await this.#find(secretId);
    if (!this.#realms.admits(client, user))
      throw new IdentityError(
        "PERMISSION_DENIED",
        "The application is for users of another realm.",
      );
    if (this.#policy.redirectPolicy !== "any" && !client.redirectUris.includes(redirectUri))
      await this.#pin(context, client, user, redirectUri);
    const agreement = {
      user,
      client,
      api: this.#policy.api,
      scopes: ["profile"],
      redirectUri,
      codeChallenge: "",
      groupId: 0n,
      lifetimeMs: 0,
    };
    return (await issueCode(this.#store, this.#clock, context, agreement, UUID_CODE)).code;
  }

  /** Tells the application whose code it is; once. */
  async redeemCode(
    context: RequestContext,
    secretId: string,
    secretValue: string,
    code: string,
  ): Promise<User> {
    await this.#find(secretId);
    const client = await this.#clients.authenticate(context, {
      authorization: "",
      clientId: secretId,
      clientSecret: secretValue,
    });
    const request = { code, redirectUri: "", codeVerifier: "" };
    // The documented call doesn't repeat the redirect URI, so it isn't compared.
    return redeem(
      { store: this.#store, clock: this.#clock, realms: this.#realms, context, client, request },
      this.#policy.api,
      (_tx, _code, user) => Promise.resolve(user),
      () => true,
    );
  }

  /** An application that also names an API of another realm is for no user, and so is none here. */
  async #find(secretId: string): Promise<Client> {
    const client = await this.#store.clients.find(secretId);
    if (
      client === undefined ||
      !client.apis.includes(this.#policy.api) ||
      this.#realms.of(client) !== this.#policy.realm
    )
      throw new IdentityError("CLIENT_NOT_FOUND", "There is no such application.");
    return client;
  }

  #checkForm(redirectUri: string): void {
    try {
      checkRedirectUri(redirectUri, true);
    } catch {
      throw new IdentityError(
        "FIELD_INVALID",
        "The redirect URI is not an absolute http or https URI.",
        {
          fields: [{ field: "redirect_uri", description: "is not an absolute http or https URI" }],
        },
      );
    }
  }

  #mayUse({ redirectUris }: Client, redirectUri: string): boolean {
    const { redirectPolicy } = this.#policy;
    return (
      redirectPolicy === "any" ||
      redirectUris.includes(redirectUri) ||
      (redirectPolicy === "pin" && redirectUris.length === 0)
    );
  }

  #mayPin({ ownerId, redirectUris }: Client, user: User): boolean {
    const own = ownerId === user.id && redirectUris.length < MAX_PINNED;
    return this.#policy.redirectPolicy === "pin" && (redirectUris.length === 0 || own);
  }

  /**
   * The first URI that is ever used is the application's; a sign-in by its own developer adds
   * another.
   */
  async #pin(
    context: RequestContext,
    client: Client,
    user: User,
    redirectUri: string,
  ): Promise<void> {
    if (!this.#mayPin(client, user)) throw unregistered();
    // Codes of all users can then be sent there. Whoever comes without a session has just given the
    // password.
    if (client.redirectUris.length > 0) requireRecent(context.caller, this.#clock.now());
    const isPinned = await act(this.#store, context.caller, async (tx) => {
      if (!(await tx.clients.pinRedirectUri(client, redirectUri, this.#clock.now()))) return false;
      await tx.audit.append(
        auditEvent(this.#clock, context, "client.update", {
          clientId: client.id,
          userId: user.id,
          details: { pinned: redirectUri },
        }),
      );
      return true;
    });
    if (isPinned) return;
    // Somebody else was quicker: the same question again, with the list as it is now.
    const now = await this.#find(client.id);
    return now.redirectUris.includes(redirectUri)
      ? undefined
      : this.#pin(context, now, user, redirectUri);
  }

  async #show(
    context: RequestContext,
    user: User,
    session: Session,
    { id, secretVersion }: Client,
  ): Promise<SecretPair> {
    const mayShow = this.#policy.secretReveal === "always" || isRecent(session, this.#clock.now());
    if (mayShow)
      await this.#store.audit.append(
        auditEvent(this.#clock, context, "client.reveal_secret", { clientId: id, userId: user.id }),
      );
    return { secretId: id, secretValue: mayShow ? this.#secrets.of(id, secretVersion) : "" };
  }

  /** Base64 of seconds and a fraction, as the ids of the user centre always were. */
  #idFor(user: User): string {
    return Buffer.from(
      `${Math.floor(user.createdAt / 1000)}.${this.#secrets.digits(user.id)}`,
    ).toString("base64");
  }
}
