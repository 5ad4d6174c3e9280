import { DOCUMENTED_APIS, type DocumentedApiName } from "../../config/documented-apis.ts";
import type { Fact } from "../../domain/predecessor/facts.ts";
import type {
  AskedUser,
  PredecessorAnswer,
  PredecessorPort,
} from "../../domain/predecessor/port.ts";
import type { Exchange, PredecessorClient, PredecessorReply } from "../exchange.ts";
import { isObject } from "../message.ts";
import { type AskedKind, ASKING, type DocumentedCall, requestOf } from "./asking.ts";
import { FACTS } from "./learner.ts";

export interface PortOptions {
  readonly clients: ReadonlyMap<string, PredecessorClient>;
  readonly realmOf: (api: DocumentedApiName) => string;
  /** Makes a token of the user that secretpair's predecessor accepts; undefined without its key. */
  readonly tokenOf:
    | ((user: { readonly username: string; readonly email: string }) => Promise<string>)
    | undefined;
}

/** The statuses by which the documents say that a user exists, and that a user is locked. */
const TAKEN: ReadonlySet<number> = new Set([409, 302]);
const LOCKED = 423;
const TOO_MANY = 429;
const FAULT = 500;

/** Whether the predecessor says that it can't answer now. */
const isBusy = ({ status }: PredecessorReply): boolean => status >= FAULT || status === TOO_MANY;

const UNAVAILABLE: PredecessorAnswer = { kind: "unavailable" };

/** Asks the predecessors by their documented calls. */
export function createPort({ clients, realmOf, tokenOf }: PortOptions): PredecessorPort {
  const nameOf = (text: string): DocumentedApiName | undefined =>
    DOCUMENTED_APIS.find(({ name }) => name === text)?.name;

  /** Makes a call; undefined when the predecessor can't answer it now. */
  async function exchange(
    api: DocumentedApiName,
    call: DocumentedCall,
    address: string,
    understood: (found: Exchange) => boolean = () => true,
  ): Promise<Exchange | undefined> {
    const request = requestOf(call, address);
    const parameters = new Map(Object.entries(call.parameters));
    const { route } = call;
    const foundIn = (reply: PredecessorReply): Exchange => ({
      api,
      route,
      request,
      parameters,
      isClear: true,
      address,
      userAgent: "",
      reply,
    });
    const reply = await clients
      .get(api)
      ?.send(request, (given) => isObject(given) && (isBusy(given) || understood(foundIn(given))));
    return reply === undefined || isBusy(reply) ? undefined : foundIn(reply);
  }

  const factsOf = (found: Exchange): readonly Fact[] =>
    FACTS[found.api]?.(found, realmOf(found.api)) ?? [];

  const userOf = (found: Exchange) => factsOf(found).find((fact) => fact.kind === "user");

  async function ask(
    api: DocumentedApiName,
    kind: AskedKind,
    asked: AskedUser,
  ): Promise<PredecessorAnswer | undefined> {
    const call = ASKING[api]?.[kind]?.(asked);
    if (call === undefined) return undefined;
    const refusals = ASKING[api]?.refusals?.[kind] ?? [];
    const found = await exchange(
      api,
      call,
      asked.address,
      (given) => refusals.includes(given.reply.status) || userOf(given) !== undefined,
    );
    if (found === undefined) return UNAVAILABLE;
    const user = userOf(found);
    const { status } = found.reply;
    // The client gets a token of ours, so the predecessor's is no session of a client.
    return user === undefined
      ? { kind: "refused", isTaken: TAKEN.has(status), isLocked: status === LOCKED }
      : { kind: "accepted", user: { ...user, token: undefined } };
  }

  return {
    async signIn(text, user) {
      const api = nameOf(text);
      return api && ask(api, "signIn", user);
    },
    async register(text, user) {
      const api = nameOf(text);
      return api && ask(api, "register", user);
    },
    async end(text, kind, user) {
      const api = nameOf(text);
      const call = api && ASKING[api]?.end?.(kind, user);
      if (api === undefined || call === undefined) return undefined;
      const found = await exchange(api, call, user.address);
      // A user whom the predecessor keeps could sign in again, and would come back.
      if (found !== undefined && kind === "deletion")
        return factsOf(found).some((fact) => fact.kind === "deletion");
      return found !== undefined;
    },
    async pair(text, user, makes) {
      const api = nameOf(text);
      const pairCall = api && ASKING[api]?.pair;
      if (api === undefined || pairCall === undefined || tokenOf === undefined) return undefined;
      const call = pairCall(await tokenOf(user), makes);
      const found = await exchange(api, call, user.address);
      if (found === undefined) return "unavailable";
      const pair = factsOf(found).find((fact) => fact.kind === "secret-pair");
      return pair && { secretId: pair.secretId, secretValue: pair.secretValue };
    },
  };
}
