import { canonicalId } from "../../ids.ts";
import type { RequestContext } from "../../request-context.ts";
import { networkOf } from "../../security/networks.ts";
import type { Clock } from "../../clock.ts";
import { IdentityError } from "../../errors.ts";
import type { Client } from "../../model.ts";
import type { Store } from "../../store.ts";
import type { KnownClient, TokenClient } from "../store.ts";
import { equalSecrets, hashToken } from "../../security/tokens.ts";
import { countTry } from "../../security/rate-limit.ts";

/** The methods in the server's metadata. */
export const CLIENT_AUTHENTICATION_METHODS = [
  "client_secret_basic",
  "client_secret_post",
  "none",
] as const;

/** The credentials in a request. An empty text is an absent one. */
export interface ClientCredentials {
  /** The Authorization header. */
  readonly authorization: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** In base64, an id of 128 and a secret of 1,024 characters, with each byte escaped. */
const MAX_BASIC = 8 * 1024;

const failed = (): IdentityError =>
  new IdentityError(
    "CLIENT_AUTHENTICATION_FAILED",
    "The client_id is unknown or the client_secret is wrong.",
  );
/** The limit of wrong secrets for one client from one network. */
const LIMIT = { tries: 100, windowMs: 60_000 };

/** Parses a Basic header. RFC 6749 section 2.3.1: both halves are form-encoded. */
function parseBasic(authorization: string): { id: string; secret: string } {
  const match =
    authorization.length > MAX_BASIC
      ? null
      : /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization);
  if (match === null) throw failed();
  const text = Buffer.from(match[1]!, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 1 || text.includes("\ufffd")) throw failed();
  try {
    const decode = (part: string): string => decodeURIComponent(part.replaceAll("+", " "));
    return { id: decode(text.slice(0, colon)), secret: decode(text.slice(colon + 1)) };
  } catch {
    throw failed();
  }
}

/** Client authentication, RFC 6749 section 2.3. */
export class ClientAuthentication {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Authenticates the client and returns it. A public client only names itself. */
  async authenticate(context: RequestContext, credentials: ClientCredentials): Promise<Client> {
    const { id, secret } = this.#read(credentials);
    return this.#require(context, id, secret, await this.#store.clients.findWithSecrets(id));
  }

  /** Does the same, without another look at a client that the caller has just read. */
  async authenticateKnown(
    context: RequestContext,
    credentials: ClientCredentials,
    known: KnownClient | undefined,
  ): Promise<TokenClient> {
    const { id, secret } = this.#read(credentials);
    const found = known?.client.id === id ? known : await this.#store.clients.findWithSecrets(id);
    return this.#require(context, id, secret, found);
  }

  async #require<Known extends TokenClient>(
    context: RequestContext,
    id: string,
    secret: string,
    found: KnownClient<Known> | undefined,
  ): Promise<Known> {
    if (found?.client.public === true && secret === "") return found.client;
    const now = this.#clock.now();
    // An unknown client causes the same work: it has no secrets, so none matches.
    const hash = hashToken(secret);
    const right = (found?.secrets ?? [])
      .filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now)
      .map((kept) => equalSecrets(kept.hash, hash))
      .includes(true);
    if (found === undefined || !right || found.client.public) {
      await countTry(
        this.#store,
        this.#clock,
        `client:${id.slice(0, 128)}:${networkOf(context.address)}`,
        LIMIT,
      );
      throw failed();
    }
    return found.client;
  }

  #read({ authorization, clientId, clientSecret }: ClientCredentials): {
    id: string;
    secret: string;
  } {
    if (authorization === "") {
      if (clientId === "") throw failed();
      return { id: canonicalId(clientId), secret: clientSecret };
    }
    const basic = parseBasic(authorization);
    // RFC 6749 section 2.3: a request must not use more than one method.
    if (clientSecret !== "")
      throw new IdentityError(
        "OAUTH_REQUEST_INVALID",
        "The request uses two methods of client authentication.",
      );
    if (clientId !== "" && clientId !== basic.id)
      throw new IdentityError("OAUTH_REQUEST_INVALID", "The request names two different clients.");
    return { ...basic, id: canonicalId(basic.id) };
  }
}
