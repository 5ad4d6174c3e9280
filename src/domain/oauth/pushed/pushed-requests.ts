import type { Clock } from "../../clock.ts";
import { MINUTE } from "../../durations.ts";
import { IdentityError, type Reason } from "../../errors.ts";
import type { Client } from "../../model.ts";
import type { RequestContext } from "../../request-context.ts";
import { networkOf } from "../../security/networks.ts";
import { countTry } from "../../security/rate-limit.ts";
import { hashToken, newToken } from "../../security/tokens.ts";
import type { Store } from "../../store.ts";
import type { AuthorizationError } from "../authorization/authorization-error.ts";
import type { Outcome } from "../authorization/outcome.ts";
import { Parameters } from "../authorization/parameters.ts";
import type { AuthorizationRequestParser } from "../authorization/request-parser.ts";
import type { ClientAuthentication, ClientCredentials } from "../clients/client-authentication.ts";
import type { ClientDocuments } from "../documents/client-documents.ts";
import { isClientUrl } from "../documents/client-url.ts";
import type { DpopProofs, RequestProof } from "../proofs/dpop.ts";
import { REQUEST_URI_PREFIX, type RequestSources } from "./request-sources.ts";
import type { KnownClient } from "../store.ts";
import { profileError } from "./required-source.ts";

/** How long a pushed request can begin in a browser. */
const BEGIN_MS = MINUTE;
/** The most characters of all parameters. */
const MAX_LENGTH = 16 * 1024;
/**
 * How many requests are kept for a network, of clients that any caller can pretend to be or can
 * make: each stays for a day.
 */
const KEPT = { tries: 600, windowMs: 10 * MINUTE };

/** The errors of an authorization request that have a reason of their own. */
const REASONS: Readonly<Record<string, Reason>> = {
  invalid_scope: "SCOPE_INVALID",
  invalid_target: "TARGET_INVALID",
  invalid_authorization_details: "AUTHORIZATION_DETAILS_INVALID",
  unauthorized_client: "CLIENT_UNAUTHORIZED",
};

const badRequest = (message: string): IdentityError =>
  new IdentityError("OAUTH_REQUEST_INVALID", message);

const failure = ({ code, description }: AuthorizationError): IdentityError =>
  new IdentityError(REASONS[code] ?? "OAUTH_REQUEST_INVALID", description);

/** What a client pushes. */
export interface PushedAuthorization {
  readonly credentials: ClientCredentials;
  /** The parameters of the authorization request, and no credentials. */
  readonly pairs: readonly (readonly [string, string])[];
  readonly proof: RequestProof | undefined;
}

export interface PushedRequestsDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly clientAuthentication: ClientAuthentication;
  readonly clientDocuments: ClientDocuments;
  readonly dpopProofs: DpopProofs;
  readonly requestSources: RequestSources;
  /** Parses requests of RFC 6749. */
  readonly parse: AuthorizationRequestParser;
}

/** The pushed authorization request endpoint, RFC 9126. */
export class PushedRequests {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #clientAuthentication: ClientAuthentication;
  readonly #clientDocuments: ClientDocuments;
  readonly #dpopProofs: DpopProofs;
  readonly #requestSources: RequestSources;
  readonly #parse: AuthorizationRequestParser;

  constructor(dependencies: PushedRequestsDependencies) {
    this.#store = dependencies.store;
    this.#clock = dependencies.clock;
    this.#clientAuthentication = dependencies.clientAuthentication;
    this.#clientDocuments = dependencies.clientDocuments;
    this.#dpopProofs = dependencies.dpopProofs;
    this.#requestSources = dependencies.requestSources;
    this.#parse = dependencies.parse;
  }

  /** Authenticates the client, checks its request, and keeps it for a minute. */
  async push(
    context: RequestContext,
    { credentials, pairs, proof }: PushedAuthorization,
  ): Promise<{ readonly requestUri: string; readonly lifetimeMs: number }> {
    const client = await this.#clientAuthentication.authenticate(context, credentials, (id) =>
      this.#find(context, id),
    );
    const given = new Parameters(pairs);
    // RFC 9126 section 2.1.
    if (given.get("request_uri") !== "") throw badRequest("request_uri can't be pushed.");
    const key = await this.#dpopProofs.keyOf(proof);
    const parameters = bindTo(key, await this.#parametersOf(client, given));
    if (JSON.stringify(parameters.pairs).length > MAX_LENGTH)
      throw badRequest(`The request is longer than ${MAX_LENGTH} characters.`);
    const now = this.#clock.now();
    const checked = await this.#parse(context, parameters, now);
    if ("kind" in checked) throw failure(errorOf(checked));
    const error = profileError(client, parameters, true);
    if (error !== undefined) throw failure(error);
    if (client.public || isClientUrl(client.id))
      await countTry(this.#store, this.#clock, `pushed:${networkOf(context.address)}`, KEPT);
    const requestUri = newToken(this.#clock, REQUEST_URI_PREFIX);
    await this.#store.pushedRequests.insert({
      hash: hashToken(requestUri),
      clientId: client.id,
      pairs: parameters.pairs,
      createdAt: now,
      expiresAt: now + BEGIN_MS,
    });
    return { requestUri, lifetimeMs: BEGIN_MS };
  }

  /**
   * Finds the client. Of one that describes itself there may be a document only, since no user has
   * agreed yet. What it says is read before anything that the client sends is believed.
   */
  async #find(context: RequestContext, id: string): Promise<KnownClient<Client> | undefined> {
    if (!isClientUrl(id)) return this.#store.clients.findWithSecrets(id);
    try {
      const client = await this.#clientDocuments.find(id, "", context);
      return client && { client, secrets: [] };
    } catch (error) {
      if (!(error instanceof IdentityError) || error.reason !== "CLIENT_DOCUMENT_INVALID")
        throw error;
      // RFC 6749 section 5.2: a client that can't be known is an invalid one.
      throw new IdentityError("CLIENT_AUTHENTICATION_FAILED", error.message);
    }
  }

  /** Returns the parameters with the id of the client, or those of the request object. */
  async #parametersOf(client: Client, given: Parameters): Promise<Parameters> {
    const object = given.get("request");
    if (object === "") {
      const others = given.pairs.filter(([name]) => name !== "client_id");
      return new Parameters([["client_id", client.id], ...others]);
    }
    const read = await this.#requestSources.ofObject(client, object, this.#clock.now());
    if ("wrong" in read)
      throw new IdentityError("REQUEST_OBJECT_INVALID", `request ${read.wrong}.`);
    return read.parameters;
  }
}

/** Binds the code to the key of the proof, RFC 9449 section 10.1. */
function bindTo(key: string | undefined, parameters: Parameters): Parameters {
  const asked = parameters.get("dpop_jkt");
  if (key === undefined || key === asked) return parameters;
  if (asked !== "") throw badRequest("dpop_jkt is not the key of the DPoP proof.");
  return new Parameters([...parameters.pairs, ["dpop_jkt", key]]);
}

/** Returns why a request is refused. */
function errorOf(outcome: Outcome): AuthorizationError {
  if (outcome.kind === "refuse") {
    const { refusal } = outcome;
    if (refusal.reason === "application-error") return refusal.error;
    const description = "description" in refusal ? refusal.description : undefined;
    return { code: "invalid_request", description: description ?? "The request is refused." };
  }
  const error = outcome.kind === "page" ? undefined : outcome.error;
  return error ?? { code: "invalid_request", description: "The request is refused." };
}
