// The composition root: builds every part once, and lists the steps that a request passes.
import { Health } from "../gen/grpc/health/v1/health_pb.ts";
import { ServerReflection } from "../gen/grpc/reflection/v1/reflection_pb.ts";
import * as reflectionAlpha from "../gen/grpc/reflection/v1alpha/reflection_pb.ts";
import { crossOrigin } from "./app/cross-origin.ts";
import type { AppDependencies } from "./app/dependencies.ts";
import { createMailQueue } from "./app/mail-queue.ts";
import { openOutbound } from "./app/outbound.ts";
import { buildPages } from "./app/pages.ts";
import { createPredecessors, openPredecessors, portOf } from "./app/predecessors.ts";
import { createServices } from "./app/services.ts";
import { WriteWatch } from "./app/write-watch.ts";
import { openPasswordVerifier } from "./app/password-verifier.ts";
import { CallTime } from "./domain/call-time.ts";
import { ticks } from "./domain/clock.ts";
import { skewText } from "./domain/database-clock.ts";
import { ConfigError } from "./config/config-error.ts";
import { DOCUMENTED_APIS } from "./config/documented-apis.ts";
import { createDomain } from "./create-domain.ts";
import { renderLetter } from "./email/preview.ts";
import { createFetchAdapter } from "./http/fetch-adapter.ts";
import { DECLINED, ofNode, pipeline } from "./http/pipeline.ts";
import type { Refuse } from "./http/protocols/invocation.ts";
import { createRpcRefusal } from "./http/protocols/refuse-rpc.ts";
import { isFramedCall } from "./http/protocols/select-protocol.ts";
import { createUnary } from "./http/protocols/unary.ts";
import { withoutBasePath } from "./http/base-path.ts";
import { shortenDeadline } from "./http/server/deadline.ts";
import { createProbes, PROBE_METHODS } from "./http/server/probes.ts";
import { requestRecordOf } from "./http/server/request-record.ts";
import { createTranscoder } from "./http/transcoding/transcoder.ts";
import type { Handler, HttpRequest } from "./http/types.ts";
import { createRun, createRunStream } from "./rpc/call.ts";
import { createLearner } from "./predecessor/apis/learner.ts";
import { createAdapter } from "./rpc/connect-adapter.ts";
import { ERROR_DOMAIN, errors } from "./rpc/errors.ts";
import { createHealthRun, Readiness } from "./rpc/health.ts";
import { authenticate } from "./rpc/middleware/authenticate.ts";
import { canonicalizeIds } from "./rpc/middleware/canonicalize-ids.ts";
import { authorize } from "./rpc/middleware/authorize.ts";
import { deadline } from "./rpc/middleware/deadline.ts";
import { readRepetition } from "./rpc/middleware/repetition.ts";
import { createValidate } from "./rpc/middleware/validate.ts";
import { createAdmission } from "./rpc/overload.ts";
import type { Pages } from "./web/pages.ts";
import { basePathOf } from "./web/request/base-path.ts";

/** The largest message of every protocol; Connect's own default is 4 GiB. */
const MAX_MESSAGE_BYTES = 64 * 1024;
/** The longest time that a call may take; a longer deadline of the caller is cut to it. */
const MAX_TIMEOUT_MS = 60_000;
/** The same of a stream. A timer can't wait for more than 24 days. */
const MAX_STREAM_MS = 86_400_000;

/** How long the database may take to say that it is ready, in milliseconds. */
const READY_MS = 2_000;

/** Where other answers than pages are. */
const PLACES = ["/v1", "/user", "/ajax", "/oauth2/token", "/healthz", "/readyz"];

/** The built application. */
export interface App {
  /** Answers every request. */
  readonly handler: Handler;
  /** Returns whether a path is that of a unary method. */
  readonly isUnary: (path: string) => boolean;
  readonly readiness: Readiness;
  /** The methods that each page takes, by its path. */
  readonly pages: Pages["methods"];
  /** Checks from time to time that the database can be written; returns the function that stops. */
  watchWrites(): () => void;
  /** Follows the stages and brands that are set elsewhere; returns the function that stops. */
  followSettings(): () => void;
  /** Wraps the quick hashes that imports brought; returns the function that stops. */
  wrapHashes(): () => void;
  /** Tells clients that sessions have ended; returns the function that stops. */
  tellLogouts(): () => void;
  /** Counts events by day and the rows of tables; returns the function that stops. */
  keepCounting(): () => void;
  /** Writes what is observed of predecessors; returns the function that writes the last. */
  keepObservations(): () => Promise<void>;
  /** Ends the streams that never end by themselves. */
  endStreams(): void;
  /** Waits until what the predecessors answered is learnt, at most `limitMs`. */
  drainPredecessors(limitMs: number): Promise<void>;
  /** Waits for the e-mails that are being sent, at most `limitMs`. */
  drainMail(limitMs: number): Promise<void>;
}

/** Builds the application over an open store. */
export async function createApp(dependencies: AppDependencies): Promise<App> {
  const { config, store, clock, telemetry } = dependencies;
  // Deadlines are measured by ticks: setting the clock must neither end a call nor let it go on.
  const now = ticks;
  const mailQueue = createMailQueue(dependencies, (realm) => domain.brands.of(realm));
  const opened = openPredecessors(dependencies);
  const domain = await createDomain({
    ...dependencies,
    predecessorPort: portOf(dependencies, opened),
    passwordVerifier: config.passwordVerifyUrl && openPasswordVerifier(config.passwordVerifyUrl),
    mailer: mailQueue,
    outbound: dependencies.outbound ?? openOutbound(dependencies),
    renderLetter: renderLetter(dependencies.issuer),
    instrumentation: telemetry.instrumentation,
  });
  const bindings = createServices(dependencies, domain);
  const steps = [
    errors((call, error) =>
      telemetry.fault(error, { id: call.requestId, operation: { method: call.name, route: "" } }),
    ),
    deadline,
    authenticate(domain.authentication, domain.dpopProofs),
    canonicalizeIds(
      bindings.flatMap(({ endpoints, streams }) => [...endpoints, ...streams]),
      "identity",
    ),
    authorize,
    createValidate(),
    readRepetition("identity"),
  ];
  const run = createRun(bindings, steps, now);
  const readiness = new Readiness();
  const ending = new AbortController();
  const addressOf = (request: HttpRequest): string => requestRecordOf(request).address;
  const admission = createAdmission(bindings, (address) => domain.hasher.hasPlaceFor(address));
  const refuse: Refuse = (method, request) => admission(method, () => addressOf(request));
  // Receives errors outside of a call, such as an answer that can't be encoded.
  const onFault = telemetry.fault;
  const pages = buildPages(dependencies, domain, bindings);
  const inMemory = new Map(bindings.map((binding) => [binding.service, binding.inMemory]));
  const transcoder = createTranscoder({
    services: bindings.map(({ service }) => service),
    invoke: run,
    inMemory: (method) => inMemory.get(method.parent)?.(method),
    refuse,
    // A gRPC call to the path of a documented API names a method that doesn't exist.
    declines: isFramedCall,
    addressOf,
    now,
    errorDomain: ERROR_DOMAIN,
    maxBodyBytes: MAX_MESSAGE_BYTES,
    pageMethods: (path) => pages.methods.get(path) ?? PROBE_METHODS.get(path) ?? [],
    onFault,
    origins: Object.fromEntries(
      DOCUMENTED_APIS.map(({ name }) => [name, config.apis[name].origins]),
    ),
  });
  // The documented APIs have no RPC: they are forms and JSON on their own paths.
  const rpcBindings = bindings.filter(({ service }) => !service.typeName.startsWith("legacy."));
  const runHealth = createHealthRun(
    readiness,
    rpcBindings.map(({ service }) => service.typeName),
  );
  const unaryMethods = [
    ...rpcBindings.flatMap(({ endpoints }) => endpoints.map(({ method }) => method)),
    Health.method.check,
    Health.method.list,
  ];
  const unaryPaths: ReadonlySet<string> = new Set(
    unaryMethods.map(({ parent, name }) => `/${parent.typeName}/${name}`),
  );
  const unary = createUnary({
    methods: unaryMethods,
    streams: [
      ...rpcBindings.map(({ service }) => service),
      Health,
      ServerReflection,
      reflectionAlpha.ServerReflection,
    ].flatMap(({ methods }) => methods.filter(({ methodKind }) => methodKind !== "unary")),
    invoke: (invocation) =>
      invocation.method.parent === Health ? runHealth(invocation) : run(invocation),
    refuse,
    now,
    errorDomain: ERROR_DOMAIN,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    maxTimeoutMs: MAX_TIMEOUT_MS,
    address: addressOf,
    onFault,
  });
  const connect = createAdapter({
    bindings: rpcBindings,
    run,
    runStream: createRunStream(rpcBindings, steps, now),
    readiness,
    reflection: config.reflection,
    addressOf,
    recordOf: requestRecordOf,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    maxTimeoutMs: MAX_TIMEOUT_MS,
    maxStreamMs: MAX_STREAM_MS,
    shutdownSignal: ending.signal,
    now,
    fallback: () => DECLINED,
  });
  const servePages = createFetchAdapter({
    serve: pages.serve,
    accepts: transcoder.mayBePage,
    addressOf,
    maxBodyBytes: MAX_MESSAGE_BYTES,
    onFault,
  });
  const predecessors = await createPredecessors({
    dependencies,
    domain,
    fail: transcoder.fail,
    maxBodyBytes: MAX_MESSAGE_BYTES,
    observer: domain.observations,
    predecessors: opened,
    learner: createLearner(domain.learning, (api) => config.apis[api].realm),
  });
  // Looked at again: a probe that waits for the database while a drain begins must say no.
  const ready = async (): Promise<boolean> =>
    readiness.serving &&
    (await new CallTime(ticks() + READY_MS).run(() => store.ready())) &&
    readiness.serving;
  // A step answers a request or leaves it to the next one.
  const answers = pipeline([
    createProbes(ready, () => skewText(clock.aheadMs ?? 0)), // /healthz and /readyz
    predecessors.step, // documented paths that the server before answers
    transcoder.answer, // documented paths and REST
    unary, // unary RPC at /package.Service/Method
    // streams, and unary calls with an unusual Content-Type
    ofNode((request, response) => {
      shortenDeadline(request, MAX_STREAM_MS);
      return connect(request, response);
    }),
    createRpcRefusal(ERROR_DOMAIN), // gRPC and gRPC-Web to unknown methods
    servePages,
    transcoder.refuse, // 404 and 405
  ]);
  const answer = crossOrigin(domain, bindings, {
    methodAt: transcoder.methodAt,
    isPage: (path) => pages.methods.has(path),
  })(answers);
  const basePath = basePathOf(dependencies.issuer);
  requireFree(basePath, [...pages.methods.keys(), ...PLACES]);
  telemetry.watch({
    hashes: () => domain.hasher.load,
    store: () => store.load,
    emails: () => mailQueue.load,
    ready,
    clockAhead: () => clock.aheadMs ?? 0,
  });
  const writes = new WriteWatch({
    store,
    onChange: (writable) => {
      readiness.setWritable(writable);
      telemetry.writable(writable);
    },
  });
  telemetry.whenStoreFails(() => {
    writes.suspect();
    clock.suspect?.();
  });
  return {
    handler: withoutBasePath(basePath, answer),
    isUnary: (path) => unaryPaths.has(path),
    readiness,
    pages: pages.methods,
    watchWrites: () => {
      writes.start();
      return () => writes.stop();
    },
    followSettings: () => {
      const stops = [domain.stages.follow(), domain.brands.follow()];
      return () => stops.forEach((stop) => stop());
    },
    wrapHashes: () => domain.wrapping.follow(onFault),
    tellLogouts: () => domain.backChannelLogout.follow(telemetry.logoutSettled, onFault),
    keepCounting: () => {
      const stops = [domain.auditRollup.follow(onFault), domain.tableCounter.follow(onFault)];
      return () => stops.forEach((stop) => stop());
    },
    keepObservations: () => domain.observations.keepWriting(),
    endStreams: () => ending.abort(),
    drainPredecessors: async (limitMs) => {
      await predecessors.drain(limitMs);
      predecessors.close();
    },
    drainMail: (limitMs) => mailQueue.drain(limitMs),
  };
}

/** Rejects a base path at which the server has paths of its own: a request would be ambiguous. */
function requireFree(basePath: string, paths: readonly string[]): void {
  if (basePath !== "" && paths.some((path) => `${path}/`.startsWith(`${basePath}/`)))
    throw new ConfigError([`PUBLIC_URL has the path ${basePath}, which the server itself uses`]);
}
