import { ticks } from "../domain/clock.ts";
import type { Observer } from "../domain/predecessor/observation.ts";
import type { Ownership } from "../domain/predecessor/ownership.ts";
import {
  type Stage,
  type StageIdentifiers,
  stageOf,
  type StageSetting,
} from "../domain/predecessor/stage.ts";
import type { Stages } from "../domain/predecessor/stages.ts";
import { readAndKeep, readBody } from "../http/body/body.ts";
import { readParameters } from "../http/body/parameters.ts";
import { failure } from "../http/errors.ts";
import { DECLINED, type Step } from "../http/pipeline.ts";
import { checkHeaders } from "../http/server/headers.ts";
import { requestRecordOf } from "../http/server/request-record.ts";
import { send } from "../http/server/send.ts";
import { splitTarget } from "../http/server/target.ts";
import type { Handler, HttpRequest, HttpResponse, Operation } from "../http/types.ts";
import { FORWARDED } from "./client.ts";
import type { Exchange, PredecessorClient } from "./exchange.ts";
import { type Forwarded, fromPredecessor, toPredecessor } from "./forwarding.ts";
import { isObject } from "./message.ts";
import { type StagedRoute, stagedRouteOf } from "./routes.ts";

/** A predecessor and how to reach it. */
export interface Predecessor {
  readonly url: URL;
  readonly client: PredecessorClient;
  readonly realm: string;
}

export interface MirrorOptions {
  readonly stages: Stages;
  /** By the name of the API; the others have none. */
  readonly predecessors: ReadonlyMap<string, Predecessor>;
  readonly ownership: Ownership;
  /** The value of the header that names this installation. */
  readonly installation: string;
  /** Whether a token works here, also one that the predecessor has made. */
  readonly acceptsToken: (token: string) => Promise<boolean>;
  /** The URL under which clients reach the server. */
  readonly issuer: string;
  readonly maxBodyBytes: number;
  readonly now: () => number;
  /** What is known of who asked, but for `isPage`. */
  readonly forwardedOf: (request: HttpRequest) => Omit<Forwarded, "isPage">;
  /** Answers with an error in the shape of the API. */
  readonly fail: (request: HttpRequest, response: HttpResponse, error: unknown) => void;
  readonly observer: Observer;
  /** Receives each call that the predecessor has answered; resolves when it is learnt from. */
  readonly onAnswered: (exchange: Exchange, stage: Stage, route: StagedRoute) => Promise<void>;
}

/** A call that has stages, and what it says. */
interface StagedCall {
  readonly route: StagedRoute;
  readonly parameters: ReadonlyMap<string, string>;
  /** All values of a name: which of them the predecessor takes is unknown. */
  readonly all: (name: string) => readonly string[];
  readonly isClear: boolean;
  readonly authorization: string;
}

/** A call that may mean more users than this is refused here, since each is looked up. */
const MAX_MEANINGS = 8;

const operations = new Map<StagedRoute, Operation>();

/** Returns what telemetry knows of a forwarded call, made once a route. */
function operationOf(staged: StagedRoute): Operation {
  const { kind, route } = staged;
  const protocol = kind === "page" ? "page" : "http";
  const operation = operations.get(staged) ?? { protocol, method: "", route };
  operations.set(staged, operation);
  return operation;
}

/** Returns what a call says of its user. The page before a form didn't know who would fill it. */
const identifiersOf = ({ route, parameters }: StagedCall): StageIdentifiers => ({
  ...(route.kind !== "page" && userOf(route, parameters)),
  parameters,
});

const userOf = (route: StagedRoute, parameters: StagedCall["parameters"]): StageIdentifiers => ({
  accId: route.accId && parameters.get(route.accId),
  email: route.email && parameters.get(route.email),
  username: route.username && parameters.get(route.username),
});

/** Returns whether no header is there twice of which a server takes the first or the last. */
function hasOneOfEach(request: HttpRequest): boolean {
  try {
    checkHeaders(request);
    return true;
  } catch {
    return false;
  }
}

const forwardedAlready = () => failure("INTERNAL", "the call has been forwarded already");

/** Forwards the calls that the predecessor answers, and leaves all others to the next step. */
export function createMirror(options: MirrorOptions): Step {
  const { stages, predecessors, ownership, installation, now } = options;

  async function serve(
    request: HttpRequest,
    response: HttpResponse,
    next: Handler,
    [route, predecessor]: readonly [StagedRoute, Predecessor],
  ): Promise<void> {
    try {
      const { query } = splitTarget(request.url ?? "");
      const body = await readAndKeep(request, options.maxBodyBytes);
      // What can't be decompressed here is the predecessor's to refuse.
      const plain = await readBody(request, options.maxBodyBytes).catch(() => undefined);
      const read = readParameters(query, plain, request.headers["content-type"]);
      const call: StagedCall = {
        route,
        parameters: read.first,
        all: read.all,
        isClear: read.isClear && hasOneOfEach(request),
        authorization: request.headers.authorization ?? "",
      };
      const setting = stages.of(route.api);
      const stage = stageOf(setting, identifiersOf(call));
      if (!(await isForwarded(call, { setting, stage, realm: predecessor.realm })))
        return await ours(request, response, next, { route, stage });
      if (request.headers[FORWARDED] !== undefined) throw forwardedAlready();
      await forward(request, response, { call, stage, body, predecessor });
    } catch (error) {
      options.fail(request, response, error);
    }
  }

  /** Leaves a call to Latchkey itself, and records how long that took. */
  async function ours(
    request: HttpRequest,
    response: HttpResponse,
    next: Handler,
    { route: { api, route }, stage }: { route: StagedRoute; stage: Stage },
  ): Promise<void> {
    const startedAt = ticks();
    await next(request, response);
    const ownMs = ticks() - startedAt;
    const outcome = "own";
    options.observer.record({ api, stage, route, outcome, differences: [], ownMs });
  }

  async function forward(
    request: HttpRequest,
    response: HttpResponse,
    {
      call: { route, parameters, isClear },
      stage,
      body,
      predecessor,
    }: { call: StagedCall; stage: Stage; body: Buffer; predecessor: Predecessor },
  ): Promise<void> {
    const isPage = route.kind === "page";
    const forwarded = { ...options.forwardedOf(request), isPage };
    const sent = toPredecessor(request, body, forwarded);
    const reply = await predecessor.client.send(sent, (given) => isPage || isObject(given));
    const record = requestRecordOf(request);
    record.operation = operationOf(route);
    if (reply === undefined) {
      const { api } = route;
      const outcome = "unserved";
      options.observer.record({ api, stage, route: route.route, outcome, differences: [] });
      throw failure("INTERNAL", "the server before can't be asked");
    }
    const headers = fromPredecessor(reply, predecessor.url, options.issuer, isPage);
    const exchange: Exchange = {
      api: route.api,
      route: route.route,
      request: sent,
      parameters,
      isClear,
      address: forwarded.address,
      userAgent: request.headers["user-agent"] ?? "",
      reply,
    };
    const learnt = options.onAnswered(exchange, stage, route);
    // An end that a client has seen must hold here too, also when this process is killed now.
    if (route.kind === "end")
      await learnt.catch(() => {
        throw failure("INTERNAL", "the end of the access can't be stored");
      });
    send(request, response, { status: reply.status, headers: {}, body: reply.body }, headers);
  }

  async function isForwarded(
    call: StagedCall,
    { setting, stage, realm }: { setting: StageSetting; stage: Stage; realm: string },
  ): Promise<boolean> {
    const { route, parameters, authorization } = call;
    const { code, application, kind } = route;
    const given = code && parameters.get(code.parameter);
    // A code is redeemed where it was made, for as long as it lives.
    if (code !== undefined && given !== undefined) {
      if (await ownership.ofCode(given)) return false;
      if (stage !== "own") return true;
      return setting.stage !== "own" || now() < setting.changedAt + code.lifetimeMs;
    }
    if (stage === "own") return false;
    // Our own forms have paths of their own, so the form is on a page of the predecessor's.
    if (kind === "page" && route.route.startsWith("POST ")) return true;
    const token = authorization.replace(/^bearer +/i, "");
    if (token !== "" && route.api !== "zimoxy" && (await ownership.ofToken(token))) return false;
    if (stage === "mirror") return !(await mayBeOurs(call, realm));
    // In `fallback` only what Latchkey can't know is the predecessor's.
    if (kind === "profile") return token !== "" && !(await options.acceptsToken(token));
    const id = application && parameters.get(application);
    return id !== undefined && id !== "" && !(await ownership.knowsApplication(id));
  }

  /** Returns whether a call names a user whose password only Latchkey knows. */
  async function mayBeOurs({ route, all }: StagedCall, realm: string): Promise<boolean> {
    if (route.kind === "page") return false;
    const valuesOf = (name = ""): readonly string[] => (all(name).length > 0 ? all(name) : [""]);
    const [emails, usernames] = [valuesOf(route.email), valuesOf(route.username)];
    if (emails.length * usernames.length > MAX_MEANINGS) return true;
    for (const email of emails)
      for (const username of usernames)
        if (await ownership.ofUser(realm, { email, username })) return true;
    return false;
  }

  return (request, response, next) => {
    const { path } = splitTarget(request.url ?? "");
    const navigates = (request.headers.accept ?? "").includes("text/html");
    const route = stagedRouteOf(request.method ?? "", path, navigates);
    const predecessor = route && predecessors.get(route.api);
    if (route === undefined || predecessor === undefined) return DECLINED;
    const { stage, percent, changedAt } = stages.of(route.api);
    const rests = stage === "own" && percent >= 100;
    // Two installations that name each other would forward a call, or ask about it, for ever.
    const sender = request.headers[FORWARDED];
    if (sender === installation || (sender !== undefined && !rests))
      return options.fail(request, response, forwardedAlready());
    if (rests && !(route.code !== undefined && now() < changedAt + route.code.lifetimeMs))
      return DECLINED;
    return serve(request, response, next, [route, predecessor]);
  };
}
