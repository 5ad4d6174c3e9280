import { canonicalId } from "../../ids.ts";
import type { RequestContext } from "../../request-context.ts";
import { networkOf } from "../../security/networks.ts";
import type { Clock } from "../../clock.ts";
import { IdentityError } from "../../errors.ts";
import type { Client } from "../../model.ts";
import type { Store } from "../../store.ts";
import type { KnownClient, TokenClient } from "../store.ts";
import { equalSecrets, hashToken } from "../../security/tokens.ts";
import { foreignSecret } from "./foreign-secrets.ts";
import { JWT_BEARER_ASSERTION, subjectOf } from "../proofs/client-assertion.ts";
import { type ClientAssertions, PRIVATE_KEY_JWT, usesKey } from "../proofs/client-assertions.ts";
import { countTry } from "../../security/rate-limit.ts";

/** The methods in the server's metadata. */
export const CLIENT_AUTHENTICATION_METHODS = [
  "client_secret_basic",
  "client_secret_post",
  PRIVATE_KEY_JWT,
  "none",
] as const;

/** The credentials in a request. An empty text is an absent one. */
export interface ClientCredentials {
  /** The Authorization header. */
  readonly authorization: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** RFC 7521 section 4.2; absent where a client can't authenticate by a key. */
  readonly clientAssertionType?: string | undefined;
  readonly clientAssertion?: string | undefined;
}

/** In base64, an id of 128 and a secret of 1,024 characters, with each byte escaped. */
const MAX_BASIC = 8 * 1024;

const failed = (
  message = "The client_id is unknown or the client_secret is wrong.",
): IdentityError => new IdentityError("CLIENT_AUTHENTICATION_FAILED", message);

const ASSERTION_FAILED =
  "client_assertion is not by a key of its client, is used or has ended, or its claims are " +
  "wrong: iss and sub must be the client_id, and aud the issuer alone.";
/** The limit of wrong secrets for one client from one network. */
const LIMIT = { tries: 100, windowMs: 60_000 };

/** Returns the key under which wrong secrets of a client from a network are counted. */
export const wrongSecretsOf = (clientId: string, address: string): string =>
  `client:${canonicalId(clientId).slice(0, 128)}:${networkOf(address)}`;

/** The two halves of a Basic header, decoded or as they stand. */
interface Basic {
  readonly id: string;
  readonly secret: string;
  /** The halves as they stand, where that is something else: many clients never encode. */
  readonly asTheyStand?: { readonly id: string; readonly secret: string } | undefined;
}

/** What a client shows: a secret, or an assertion. */
interface ShownCredential extends Basic {
  readonly assertion?: string | undefined;
}

/** Parses a Basic header. RFC 6749 section 2.3.1: both halves are form-encoded. */
function parseBasic(authorization: string): Basic {
  const match =
    authorization.length > MAX_BASIC
      ? null
      : /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization);
  if (match === null) throw failed();
  const text = Buffer.from(match[1]!, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 1 || text.includes("\ufffd")) throw failed();
  const stands = { id: text.slice(0, colon), secret: text.slice(colon + 1) };
  if (!/[%+]/.test(text)) return stands;
  try {
    const decode = (part: string): string => decodeURIComponent(part.replaceAll("+", " "));
    return { id: decode(stands.id), secret: decode(stands.secret), asTheyStand: stands };
  } catch {
    // No client of ours has such credentials, see `#require`.
    return { ...stands, asTheyStand: stands };
  }
}

const badRequest = (message: string): IdentityError =>
  new IdentityError("OAUTH_REQUEST_INVALID", message);

/** Reads an assertion, RFC 7521 section 4.2. Its subject is the client. */
function readAssertion({
  authorization,
  clientId,
  clientSecret,
  clientAssertionType = "",
  clientAssertion = "",
}: ClientCredentials): ShownCredential {
  if (authorization !== "" || clientSecret !== "")
    throw badRequest("The request uses two methods of authentication.");
  if (clientAssertionType !== JWT_BEARER_ASSERTION)
    throw badRequest(`client_assertion_type must be ${JWT_BEARER_ASSERTION}.`);
  const id = subjectOf(clientAssertion);
  if (id === undefined) throw failed(ASSERTION_FAILED);
  if (clientId !== "" && clientId !== id)
    throw badRequest("The request names two different clients.");
  return { id, secret: "", assertion: clientAssertion };
}

/** Client authentication, RFC 6749 section 2.3. */
export class ClientAuthentication {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #assertions: ClientAssertions | undefined;

  /** Without `assertions`, no client authenticates by a key. */
  constructor(store: Store, clock: Clock, assertions?: ClientAssertions) {
    this.#store = store;
    this.#clock = clock;
    this.#assertions = assertions;
  }

  /**
   * Authenticates the client and returns it. A public client only names itself. `find` finds it, if
   * not only the store has it.
   */
  async authenticate(
    context: RequestContext,
    credentials: ClientCredentials,
    find: (id: string) => Promise<KnownClient<Client> | undefined> = (id) =>
      this.#store.clients.findWithSecrets(id),
  ): Promise<Client> {
    const shown = this.#read(credentials);
    const found = await find(shown.id);
    return (
      (await this.#authenticated(shown, found)) ??
      (await this.#asItStands(shown)) ??
      this.#refuse(context, shown)
    );
  }

  /** Does the same, without another look at a client that the caller has just read. */
  async authenticateKnown(
    context: RequestContext,
    credentials: ClientCredentials,
    known: KnownClient | undefined,
  ): Promise<TokenClient> {
    const shown = this.#read(credentials);
    const found =
      known?.client.id === shown.id ? known : await this.#store.clients.findWithSecrets(shown.id);
    return (
      (await this.#authenticated(shown, found)) ??
      (await this.#asItStands(shown)) ??
      this.#refuse(context, shown)
    );
  }

  async #authenticated<Known extends TokenClient>(
    { secret, assertion }: ShownCredential,
    found: KnownClient<Known> | undefined,
  ): Promise<Known | undefined> {
    if (found?.client.disabledAt !== undefined) return undefined;
    if (assertion !== undefined) {
      const isRight = found && (await this.#assertions?.accepts(found.client, assertion));
      return isRight === true ? found?.client : undefined;
    }
    if (found !== undefined && usesKey(found.client)) return undefined;
    if (found?.client.public === true && secret === "") return found.client;
    return this.#hasSecret(found, secret) && found?.client.public === false
      ? found.client
      : undefined;
  }

  /** Compares credentials that were never encoded, for clients of another server only. */
  async #asItStands({ asTheyStand }: Basic): Promise<Client | undefined> {
    if (asTheyStand === undefined) return undefined;
    const { id, secret } = asTheyStand;
    const found = await this.#store.clients.findWithSecrets(canonicalId(id));
    const secrets = found?.secrets.filter(({ version }) => version === foreignSecret) ?? [];
    const isRight = this.#hasSecret(found && { ...found, secrets }, secret);
    if (!isRight || found?.client.disabledAt !== undefined) return undefined;
    return found?.client.public === false && !usesKey(found.client) ? found.client : undefined;
  }

  /** An unknown client causes the same work: it has no secrets, so none matches. */
  #hasSecret(found: Pick<KnownClient, "secrets"> | undefined, secret: string): boolean {
    const now = this.#clock.now();
    const hash = hashToken(secret);
    return (found?.secrets ?? [])
      .filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now)
      .map((kept) => equalSecrets(kept.hash, hash))
      .includes(true);
  }

  async #refuse(context: RequestContext, { id, assertion }: ShownCredential): Promise<never> {
    await countTry(this.#store, this.#clock, wrongSecretsOf(id, context.address), LIMIT);
    throw failed(assertion === undefined ? undefined : ASSERTION_FAILED);
  }

  #read(credentials: ClientCredentials): ShownCredential {
    const { authorization, clientId, clientSecret } = credentials;
    if ((credentials.clientAssertion ?? "") + (credentials.clientAssertionType ?? "") !== "")
      return readAssertion(credentials);
    if (authorization === "") {
      if (clientId === "") throw failed();
      return { id: canonicalId(clientId), secret: clientSecret };
    }
    const basic = parseBasic(authorization);
    // RFC 6749 section 2.3: a request must not use more than one method.
    if (clientSecret !== "") throw badRequest("The request uses two methods of authentication.");
    if (clientId !== "" && clientId !== basic.id && clientId !== basic.asTheyStand?.id)
      throw badRequest("The request names two different clients.");
    return { ...basic, id: canonicalId(basic.id) };
  }
}
