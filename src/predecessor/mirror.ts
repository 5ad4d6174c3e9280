import { CallTime } from "../domain/call-time.ts";
import { ticks } from "../domain/clock.ts";
import type { Observer } from "../domain/predecessor/observation.ts";
import type { ForwardedLimits } from "../domain/predecessor/forwarded-limits.ts";
import { type Stage, stageOf } from "../domain/predecessor/stage.ts";
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
import {
  createDecision,
  type DecisionOptions,
  identifiersOf,
  type StagedCall,
} from "./decision.ts";
import type { Exchange, PredecessorClient } from "./exchange.ts";
import { type Forwarded, fromPredecessor, toPredecessor } from "./forwarding.ts";
import { isObject } from "./message.ts";
import { type StagedRoute, stagedRouteOf } from "./routes.ts";
import { isLimitedSignIn, sendWithin } from "./within-limits.ts";

/** A predecessor and how to reach it. */
export interface Predecessor {
  readonly url: URL;
  readonly client: PredecessorClient;
  readonly realm: string;
}

export interface MirrorOptions extends DecisionOptions {
  readonly stages: Stages;
  /** By the name of the API; the others have none. */
  readonly predecessors: ReadonlyMap<string, Predecessor>;
  /** What holds for secrets that the predecessor checks in the other stages than `mirror`. */
  readonly limits: ForwardedLimits;
  /** The value of the header that names this installation. */
  readonly installation: string;
  /** The URL under which clients reach the server. */
  readonly issuer: string;
  readonly maxBodyBytes: number;
  /** What is known of who asked, but for `isPage`. */
  readonly forwardedOf: (request: HttpRequest) => Omit<Forwarded, "isPage">;
  /** Answers with an error in the shape of the API. */
  readonly fail: (request: HttpRequest, response: HttpResponse, error: unknown) => void;
  readonly observer: Observer;
  /** Receives each call that the predecessor has answered; resolves when it is learnt from. */
  readonly onAnswered: (exchange: Exchange, stage: Stage, route: StagedRoute) => Promise<void>;
}

const operations = new Map<StagedRoute, Operation>();

/** Returns what telemetry knows of a forwarded call, made once a route. */
function operationOf(staged: StagedRoute): Operation {
  const { kind, route } = staged;
  const protocol = kind === "page" ? "page" : "http";
  const operation = operations.get(staged) ?? { protocol, method: "", route };
  operations.set(staged, operation);
  return operation;
}

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
  const { stages, predecessors, installation, now } = options;
  const isForwarded = createDecision(options);

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
      const time = new CallTime();
      const isTheirs = await time.run(() =>
        isForwarded(call, { setting, stage, realm: predecessor.realm }),
      );
      if (isTheirs) {
        if (request.headers[FORWARDED] !== undefined) throw forwardedAlready();
        if (await forward(request, response, { call, stage, body, predecessor, time })) return;
      }
      // What is left of the database's time.
      requestRecordOf(request).usedMs += time.usedMs;
      await ours(request, response, next, { route, stage });
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

  /** Returns false when Latchkey can answer in place of a predecessor that is away. */
  async function forward(
    request: HttpRequest,
    response: HttpResponse,
    {
      call,
      stage,
      body,
      predecessor,
      time,
    }: Readonly<{
      call: StagedCall;
      stage: Stage;
      body: Buffer;
      predecessor: Predecessor;
      time: CallTime;
    }>,
  ): Promise<boolean> {
    const { route, parameters } = call;
    const isPage = route.kind === "page";
    const forwarded = { ...options.forwardedOf(request), isPage };
    const sent = toPredecessor(request, body, forwarded);
    const { address } = forwarded;
    const ask = () => predecessor.client.send(sent, (given) => isPage || isObject(given));
    const reply = await time.run(() =>
      sendWithin(options.limits, call, { stage, realm: predecessor.realm, address }, ask),
    );
    // The predecessor may be stopped for good, so what it doesn't redeem is no code.
    if (reply === undefined && stage === "own") return false;
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
      isClear: call.isClear,
      address,
      isCounted: isLimitedSignIn(route, stage),
      userAgent: request.headers["user-agent"] ?? "",
      reply,
    };
    const answer = { status: reply.status, headers: {}, body: reply.body };
    // An end that a client has seen must hold here too, also when this process is killed now.
    if (route.kind === "end")
      await options.onAnswered(exchange, stage, route).catch(() => {
        throw failure("INTERNAL", "the end of the access can't be stored");
      });
    send(request, response, answer, headers);
    // The client waits for nothing of it, and has no later call before it.
    if (route.kind !== "end") void options.onAnswered(exchange, stage, route);
    return true;
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
