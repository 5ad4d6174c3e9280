import { takingBack } from "../../call-time.ts";
import type { Clock } from "../../clock.ts";
import { isOver } from "../../durations.ts";
import { IdentityError } from "../../errors.ts";
import { canonicalId } from "../../ids.ts";
import { hashToken } from "../../security/tokens.ts";
import type { Store } from "../../store.ts";
import type { Client } from "../../model.ts";
import type { AuthorizationError } from "../authorization/authorization-error.ts";
import { type Outcome, refuse } from "../authorization/outcome.ts";
import { Parameters } from "../authorization/parameters.ts";
import {
  type AuthorizationRequestParser,
  failedAuthorization,
} from "../authorization/request-parser.ts";
import type { RequestContext } from "../../request-context.ts";
import type { ClientDocuments } from "../documents/client-documents.ts";
import { algorithmsOf } from "../proofs/client-assertions.ts";
import type { ClientKeys } from "../proofs/client-keys.ts";
import { readRequestObject } from "../proofs/request-object.ts";
import { jwtHeaderOf } from "../proofs/signed-jwt.ts";
import { isFapi, profileError } from "./required-source.ts";

/** How the `request_uri` of a pushed request begins, RFC 9126 section 2.2. */
export const REQUEST_URI_PREFIX = "urn:ietf:params:oauth:request_uri:";

export interface RequestSourcesDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly issuer: string;
  readonly keys: ClientKeys;
  readonly clientDocuments: ClientDocuments;
}

/** The parameters of a request, and the pushed request that they come from. */
interface Source {
  readonly parameters: Parameters;
  readonly pushed?: string | undefined;
}

/** Why a request object is refused, as the rest of a sentence. */
interface Wrong {
  readonly wrong: string;
}

/**
 * Refuses a request. The client gets the error if the request itself says where to send it; else a
 * page shows it.
 */
function refuseTo(
  checked: Awaited<ReturnType<AuthorizationRequestParser>>,
  error: AuthorizationError,
): Outcome {
  if ("kind" in checked || checked.fail === undefined)
    return refuse("malformed-request", `${error.code}: ${error.description}`);
  return failedAuthorization(checked.client, error, checked.fail(error));
}

/** Finds the parameters of requests that don't have them themselves. */
export class RequestSources {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #issuer: string;
  readonly #keys: ClientKeys;
  readonly #clientDocuments: ClientDocuments;

  constructor({ store, clock, issuer, keys, clientDocuments }: RequestSourcesDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#issuer = issuer;
    this.#keys = keys;
    this.#clientDocuments = clientDocuments;
  }

  /** Returns a parser that also accepts pushed requests and request objects. */
  parser(parse: AuthorizationRequestParser): AuthorizationRequestParser {
    return async (context, given, begunAt) => {
      const source = await this.#find(context, given, begunAt);
      if ("kind" in source) return source;
      if ("wrong" in source) {
        const error = { code: "invalid_request_object", description: `request ${source.wrong}.` };
        const others = new Parameters(given.pairs.filter(([name]) => name !== "request"));
        return refuseTo(await parse(context, others, begunAt), error);
      }
      const { parameters, pushed } = source;
      const checked = await parse(context, parameters, begunAt);
      if ("kind" in checked) return checked;
      const error = profileError(checked.client, parameters, pushed !== undefined);
      if (error !== undefined) return refuseTo(checked, error);
      if (pushed === undefined) return checked;
      return {
        ...checked,
        agree: (...consent) => this.#once(pushed, () => checked.agree(...consent)),
      };
    };
  }

  /** Reads the request object of a client, or returns why it is refused. */
  async ofObject(client: Client, text: string, begunAt: number): Promise<Source | Wrong> {
    const { requestObjectSigningAlg: only } = client.settings;
    const algorithms = algorithmsOf(client).filter((alg) => only === undefined || alg === only);
    const read = await readRequestObject(text, {
      clientId: client.id,
      issuer: this.#issuer,
      algorithms,
      keys: await this.#keys.of(client, jwtHeaderOf(text).kid),
      now: begunAt,
      isStrict: isFapi(client),
    });
    return "wrong" in read ? read : { parameters: new Parameters(read.pairs) };
  }

  async #find(
    context: RequestContext,
    given: Parameters,
    begunAt: number,
  ): Promise<Source | Wrong | Outcome> {
    const uri = given.get("request_uri");
    const object = given.get("request");
    // The parser itself refuses the addresses of others.
    if (!uri.startsWith(REQUEST_URI_PREFIX) && (uri !== "" || object === ""))
      return { parameters: given };
    const repeated = given.repeated("client_id", "request_uri", "request");
    if (repeated !== undefined || (uri !== "" && object !== ""))
      return refuse("malformed-request", "Send client_id and either request_uri or request, once.");
    const clientId = canonicalId(given.get("client_id"));
    if (uri !== "") return this.#pushed(clientId, uri, begunAt);
    const client = await this.#clientOf(context, clientId);
    return "kind" in client ? client : this.ofObject(client, object, begunAt);
  }

  /** RFC 9126 section 4. A flow that has begun in time may end later. */
  async #pushed(clientId: string, uri: string, begunAt: number): Promise<Source | Outcome> {
    const hash = hashToken(uri);
    const found = await this.#store.pushedRequests.find(hash);
    if (found === undefined || found.clientId !== clientId)
      return refuse("malformed-request", "request_uri is unknown, or is that of another client.");
    if (found.usedAt !== undefined)
      return refuse("expired", "request_uri has been used. Push the request again.");
    if (isOver(found, begunAt))
      return refuse("expired", "request_uri has expired. Push the request again.");
    return { parameters: new Parameters(found.pairs), pushed: hash };
  }

  /** Finds the client whose keys sign an object, RFC 9101 section 6.2. */
  async #clientOf(context: RequestContext, id: string): Promise<Client | Outcome> {
    try {
      const client = await this.#clientDocuments.find(id, "", context);
      return client ?? refuse("unknown-client", "client_id is not that of a registered client.");
    } catch (error) {
      if (error instanceof IdentityError && error.reason === "CLIENT_DOCUMENT_INVALID")
        return refuse("unknown-client", error.message);
      throw error;
    }
  }

  /** Lets a pushed request give one answer. It is given back if there is none. */
  async #once<T>(hash: string, answer: () => Promise<T>): Promise<T> {
    const now = this.#clock.now();
    if (!(await this.#store.pushedRequests.use(hash, now)))
      throw new IdentityError("REQUEST_URI_INVALID", "request_uri has been used.");
    try {
      return await answer();
    } catch (error) {
      await takingBack(() => this.#store.pushedRequests.giveBack(hash, now));
      throw error;
    }
  }
}
