import { act } from "../acting.ts";
import { auditEvent } from "../audit.ts";
import type { RequestContext } from "../request-context.ts";
import { isRecent } from "../principal.ts";
import type { Clock } from "../clock.ts";
import { canonicalId } from "../ids.ts";
import { IdentityError } from "../errors.ts";
import type { Client, Session, User } from "../model.ts";
import type { Store } from "../store.ts";
import { hashToken } from "../security/tokens.ts";
import type { ClientAuthentication } from "../oauth/clients/client-authentication.ts";
import { NO_SETTINGS } from "../oauth/clients/client-settings.ts";
import { UUID_CODE } from "../oauth/authorization/code-formats.ts";
import type { DerivedSecrets } from "../oauth/clients/derived-secrets.ts";
import { foreignSecret, type ForeignSecrets } from "../oauth/clients/foreign-secrets.ts";
import { redeem } from "../oauth/grants/authorization-code.ts";
import { invalidGrant } from "../oauth/grants/issue.ts";
import { issueCode } from "../oauth/authorization/issue-code.ts";
import type { Fallback } from "../predecessor/fallback.ts";
import type { Realms } from "../oauth/clients/realms.ts";
import {
  redirectUriUnregistered,
  type RedirectPolicy,
  RedirectRules,
  requireRedirectUriForm,
} from "./redirect-policy.ts";

/** When the developer can see the secret: always, or within 5 minutes of a password check. */
export type SecretReveal = "always" | "recent_login";

/** The settings of the API. */
export interface SecretPairPolicy {
  readonly api: string;
  readonly realm: string;
  readonly redirectPolicy: RedirectPolicy;
  readonly secretReveal: SecretReveal;
}

/** Creates the error for an application that is switched off: documented calls know no other. */
const applicationDisabled = (): IdentityError =>
  new IdentityError("CLIENT_NOT_FOUND", "There is no such application.", {
    metadata: { application: "disabled" },
  });

/** Returns whether an error is about an application that is switched off. */
export const isApplicationDisabled = (error: IdentityError): boolean =>
  error.details.metadata?.["application"] === "disabled";

/** The applications of one page of a developer's list. */
const PAGE = 50;
/** Ids of other clients are UUIDs. */
const SECRET_ID = /^(?![\da-f]{8}-[\da-f]{4}-)/i;

/** Both are empty for a user who is no developer. */
export interface SecretPair {
  readonly secretId: string;
  readonly secretValue: string;
}

export interface SecretPairsDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly clientAuthentication: ClientAuthentication;
  readonly derivedSecrets: DerivedSecrets;
  readonly foreignSecrets: ForeignSecrets;
  readonly fallback?: Fallback | undefined;
  readonly realms: Realms;
  readonly policy: SecretPairPolicy;
}

/**
 * Developers with one application each. The application has an id and a secret, which the developer
 * can see again.
 */
export class SecretPairs {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #clientAuthentication: ClientAuthentication;
  readonly #derivedSecrets: DerivedSecrets;
  readonly #foreignSecrets: ForeignSecrets;
  readonly #fallback: Fallback | undefined;
  readonly #realms: Realms;
  readonly #policy: SecretPairPolicy;
  readonly #redirects: RedirectRules;

  constructor({
    store,
    clock,
    clientAuthentication,
    derivedSecrets,
    foreignSecrets,
    fallback,
    realms,
    policy,
  }: SecretPairsDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#clientAuthentication = clientAuthentication;
    this.#derivedSecrets = derivedSecrets;
    this.#foreignSecrets = foreignSecrets;
    this.#fallback = fallback;
    this.#realms = realms;
    this.#policy = policy;
    this.#redirects = new RedirectRules({ store, clock, policy: policy.redirectPolicy });
  }

  /** Returns the secret pair of the user. */
  async pairOf(context: RequestContext, user: User, session: Session): Promise<SecretPair> {
    let client = await this.#applicationOf(user);
    // A user who was a developer of the predecessor's is one here too.
    if (client === undefined && (await this.#fallback?.findPair(this.#policy.api, context, user)))
      client = await this.#applicationOf({ ...user, developer: true });
    return client === undefined
      ? { secretId: "", secretValue: "" }
      : this.#show(context, user, session, client);
  }

  /** Makes the user a developer with an application. A second call returns the same application. */
  async becomeDeveloper(
    context: RequestContext,
    user: User,
    session: Session,
  ): Promise<SecretPair> {
    if ((await this.#applicationOf(user)) !== undefined) return this.pairOf(context, user, session);
    // The predecessor, as long as it is asked, gives the pair that both know.
    if (await this.#fallback?.makePair(this.#policy.api, context, user))
      return this.pairOf(context, { ...user, developer: true }, session);
    const id = this.#idFor(user);
    const now = this.#clock.now();
    // The version is the minute, so that an application that is deleted and made again gets
    // another secret.
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
      allowedOrigins: [],
      pkceOptional: false,
      settings: NO_SETTINGS,
      secretVersion,
      createdAt: now,
      updatedAt: now,
    };
    // The id is derived from the user, so one of several simultaneous calls inserts the
    // application, and all return the same one.
    await act(this.#store, { kind: "user", user, session }, async (tx) => {
      if (
        !(await tx.clients.insert(client, {
          clientId: id,
          version: secretVersion,
          hash: hashToken(this.#derivedSecrets.of(id, secretVersion)),
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
   * Returns the application if it may get a code at this URI, or if this user may add the URI.
   * Changes nothing.
   */
  async check(secretId: string, redirectUri: string, user?: User): Promise<Client> {
    const client = await this.#find(secretId);
    requireRedirectUriForm(redirectUri);
    const rules = this.#redirects;
    if (!rules.mayUse(client, redirectUri) && (user === undefined || !rules.mayPin(client, user)))
      throw redirectUriUnregistered();
    return client;
  }

  /** Rejects an unknown application or a malformed redirect URI, before the user signs in. */
  async checkApplication(secretId: string, redirectUri: string): Promise<void> {
    await this.#find(secretId);
    requireRedirectUriForm(redirectUri);
  }

  /** Issues a code to the application for the user who has just signed in. */
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
    const issuing = { store: this.#store, clock: this.#clock };
    return (await issueCode(issuing, context, agreement, UUID_CODE)).code;
  }

  /** Redeems a code of the application and returns its user. */
  async redeemCode(
    context: RequestContext,
    secretId: string,
    secretValue: string,
    code: string,
  ): Promise<User> {
    await this.#find(secretId);
    const found = await this.#store.codes.findWithParties(hashToken(code));
    const credentials = { authorization: "", clientId: secretId, clientSecret: secretValue };
    const client = await this.#clientAuthentication.authenticateKnown(
      context,
      credentials,
      found?.client,
    );
    const user = found && (await this.#store.users.find(found.code.userId));
    const request = { redirectUri: "", codeVerifier: "" };
    // The documented call doesn't repeat the redirect URI, so there is nothing to compare.
    const answer = await redeem(
      {
        store: this.#store,
        clock: this.#clock,
        realms: this.#realms,
        context,
        client,
        request,
        found,
      },
      this.#policy.api,
      () => ({ answer: user, tokens: {} }),
      () => true,
    );
    if (answer === undefined) throw invalidGrant();
    return answer;
  }

  /** Finds an application. One that also has an API of another realm works for no user. */
  async #find(secretId: string): Promise<Client> {
    const client = await this.#store.clients.find(canonicalId(secretId));
    if (
      client === undefined ||
      !client.apis.includes(this.#policy.api) ||
      this.#realms.of(client) !== this.#policy.realm
    )
      throw new IdentityError("CLIENT_NOT_FOUND", "There is no such application.");
    if (client.disabledAt !== undefined) throw applicationDisabled();
    return client;
  }

  /** Finds the application of a user: one made here, else one that another server made. */
  async #applicationOf(user: User): Promise<Client | undefined> {
    const { clients } = this.#store;
    const isOfApi = (client: Client): boolean => client.apis.includes(this.#policy.api);
    const own = await clients.find(this.#idFor(user));
    if (own !== undefined && isOfApi(own)) return own;
    if (!user.developer) return undefined;
    for (let after: string | undefined; ;) {
      const page = await clients.list(user.id, { after, limit: PAGE });
      const found = page.find((client) => isOfApi(client) && SECRET_ID.test(client.id));
      if (found !== undefined || page.length < PAGE) return found;
      after = page.at(-1)!.id;
    }
  }

  /** Adds the redirect URI, again if another request has changed the list first. */
  async #pin(
    context: RequestContext,
    client: Client,
    user: User,
    redirectUri: string,
  ): Promise<void> {
    if (!this.#redirects.needsPin(client, redirectUri)) return;
    if (await this.#redirects.pin(context, client, user, redirectUri)) return;
    await this.#pin(context, await this.#find(client.id), user, redirectUri);
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
    return { secretId: id, secretValue: mayShow ? await this.#valueOf(id, secretVersion) : "" };
  }

  /** Returns the secret: derived, or as another server made it. */
  async #valueOf(id: string, version: number): Promise<string> {
    if (version !== foreignSecret) return this.#derivedSecrets.of(id, version);
    const secrets = await this.#store.clients.secrets(id, this.#clock.now());
    const foreign = secrets.find((secret) => secret.version === foreignSecret);
    return (foreign && this.#foreignSecrets.open(foreign)) ?? "";
  }

  /** Returns the id of the user's application: seconds and a fraction in Base64, as documented. */
  #idFor(user: User): string {
    return Buffer.from(
      `${Math.floor(user.createdAt / 1000)}.${this.#derivedSecrets.digits(user.id)}`,
    ).toString("base64");
  }
}
