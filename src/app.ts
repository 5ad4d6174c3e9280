// The composition root: builds every part, in order, once. It owns which part gets which,
// and must not know how any of them works.
import { join } from "node:path";
import { Health } from "../gen/grpc/health/v1/health_pb.ts";
import { ServerReflection } from "../gen/grpc/reflection/v1/reflection_pb.ts";
import { ServerReflection as ServerReflectionAlpha } from "../gen/grpc/reflection/v1alpha/reflection_pb.ts";
import { newId } from "./domain/ids.ts";
import { createDomain, type Domain, type DomainDependencies } from "./create-domain.ts";
import { IdentityError, REASONS } from "./domain/errors.ts";
import { CLIENT_SCOPES, EVERY_SCOPE, USER_SCOPES } from "./domain/oauth/clients/scopes.ts";
import { requestRecordOf } from "./http/server/request-record.ts";
import { createFetchAdapter as servePages } from "./http/fetch-adapter.ts";
import { createProbes } from "./http/server/probes.ts";
import type { HttpRequest } from "./http/server/request.ts";
import { createTranscoder, type Handler, type Refuse } from "./http/transcoding/transcoder.ts";
import { createRefusal, createUnary } from "./http/protocols/unary.ts";
import { kokids } from "./legacy/kokids.ts";
import { secretpair } from "./legacy/secretpair.ts";
import { senler } from "./legacy/senler.ts";
import { zimoxy } from "./legacy/zimoxy.ts";
import { MailQueue } from "./email/mail-queue.ts";
import { folderTransport, smtpTransport } from "./email/transport.ts";
import type { Facts } from "./openapi/document.ts";
import { createAdapter } from "./rpc/connect-adapter.ts";
import { authenticate } from "./rpc/middleware/authenticate.ts";
import { authorize } from "./rpc/middleware/authorize.ts";
import type { ServiceBinding } from "./rpc/call.ts";
import { createRun } from "./rpc/call.ts";
import { deadline } from "./rpc/middleware/deadline.ts";
import { ERROR_DOMAIN, errors, toConnectError } from "./rpc/errors.ts";
import { createHealthRun, Readiness } from "./rpc/health.ts";
import { createAdmission } from "./rpc/overload.ts";
import { oauthService } from "./rpc/services/oauth-service.ts";
import { userService } from "./rpc/services/user-service.ts";
import { createValidate } from "./rpc/middleware/validate.ts";
import type { Telemetry } from "./telemetry/telemetry.ts";
import { createPages, type Pages } from "./web/pages.ts";

/** The largest message, whichever way it comes: Connect's own default is 4 GiB. */
const MAX_MESSAGE_BYTES = 64 * 1024;
/** No call takes longer, whatever deadline its caller asks for. */
const MAX_TIMEOUT_MS = 60_000;

/** What the process gives the application. */
export interface AppDependencies extends Omit<DomainDependencies, "mailer" | "instrumentation"> {
  readonly telemetry: Telemetry;
}

/** The built application. */
export interface App {
  /** Answers every request. */
  readonly handler: Handler;
  readonly readiness: Readiness;
  /** The methods that each page takes, by its path. */
  readonly pages: Pages["methods"];
  /** Ends the streams that would never end by themselves. */
  endStreams(): void;
  /** Waits for the letters that are under way, at most so long. */
  drainLetters(limitMs: number): Promise<void>;
}

/** Builds the application over an open store. */
export async function createApp(dependencies: AppDependencies): Promise<App> {
  const { config, store, clock, telemetry } = dependencies;
  const now = (): number => clock.now();
  const mailQueue = createOutbox(dependencies);
  const domain = await createDomain({
    ...dependencies,
    mailer: mailQueue,
    instrumentation: telemetry.instrumentation,
  });
  const bindings = bindServices(dependencies, domain);
  const run = createRun(
    bindings,
    [
      errors((call, error) =>
        telemetry.fault(error, { id: call.requestId, operation: { method: call.name, route: "" } }),
      ),
      deadline,
      authenticate(domain.authentication),
      authorize,
      createValidate(bindings.flatMap(({ endpoints }) => endpoints)),
    ],
    now,
  );
  const readiness = new Readiness();
  const ending = new AbortController();
  const addressOf = (request: HttpRequest): string => requestRecordOf(request).address;
  const admission = createAdmission(bindings, (address) => domain.hasher.hasPlaceFor(address));
  const refuse: Refuse = (method, request) => admission(method, () => addressOf(request));
  // What happens before and after the steps: an answer that can't be written, say.
  const onFault = telemetry.fault;
  const pages = buildPages(dependencies, domain, bindings);
  const transcoder = createTranscoder({
    services: bindings.map(({ service }) => service),
    invoke: run,
    refuse,
    addressOf,
    now,
    errorDomain: ERROR_DOMAIN,
    maxBodyBytes: MAX_MESSAGE_BYTES,
    fallback: servePages({
      serve: pages.serve,
      addressOf,
      maxBodyBytes: MAX_MESSAGE_BYTES,
      onFault,
    }),
    fallbackMethods: (path) => pages.methods.get(path) ?? [],
    onFault,
    origins: {
      kokids: config.kokids.origins,
      secretpair: config.secretpair.origins,
      zimoxy: config.zimoxy.origins,
      senler: config.senler.origins,
    },
  });
  // The documented APIs are what they are: forms and JSON on their own paths.
  const rpcBindings = bindings.filter(({ service }) => !service.typeName.startsWith("legacy."));
  const adapter = createAdapter({
    bindings: rpcBindings,
    run,
    readiness,
    reflection: config.reflection,
    addressOf,
    recordOf: requestRecordOf,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    maxTimeoutMs: MAX_TIMEOUT_MS,
    shutdownSignal: ending.signal,
    now,
    fallback: createRefusal({ errorDomain: ERROR_DOMAIN, next: transcoder }),
  });
  const runHealth = createHealthRun(
    readiness,
    rpcBindings.map(({ service }) => service.typeName),
  );
  const unary = createUnary({
    methods: [
      ...rpcBindings.flatMap(({ endpoints }) => endpoints.map(({ method }) => method)),
      Health.method.check,
      Health.method.list,
    ],
    streams: [Health, ServerReflection, ServerReflectionAlpha].flatMap(({ methods }) =>
      methods.filter(({ methodKind }) => methodKind !== "unary"),
    ),
    invoke: (invocation) =>
      invocation.method.parent === Health ? runHealth(invocation) : run(invocation),
    refuse,
    now,
    errorDomain: ERROR_DOMAIN,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    maxTimeoutMs: MAX_TIMEOUT_MS,
    address: addressOf,
    onFault,
    next: adapter,
  });
  const ready = async (): Promise<boolean> => readiness.serving && (await store.ready());
  const handler = createProbes({ ready, next: unary });
  telemetry.watch({ hashes: () => domain.hasher.load, store: () => store.load, ready });
  return {
    handler,
    readiness,
    pages: pages.methods,
    endStreams: () => ending.abort(),
    drainLetters: (limitMs) => mailQueue.drain(limitMs),
  };
}

function createOutbox({
  config: { mail, dataDir },
  clock,
  telemetry,
  issuer,
}: AppDependencies): MailQueue {
  const transport =
    mail.server === undefined
      ? folderTransport(join(dataDir, "mail"), mail.from, () => newId(clock))
      : smtpTransport(mail.server, mail.from);
  return new MailQueue({
    transport,
    issuer,
    onSettled: telemetry.letter,
    onFault: (error) => telemetry.fault(error),
  });
}

function bindServices(
  { config, clock, issuer }: AppDependencies,
  domain: Domain,
): readonly ServiceBinding[] {
  return [
    userService({ ...domain, now: () => clock.now() }),
    oauthService({ ...domain, issuer }),
    ...(config.kokids.enabled ? [kokids({ ...domain, ...config.kokids })] : []),
    ...(config.secretpair.enabled ? [secretpair({ ...domain, ...config.secretpair })] : []),
    ...(config.zimoxy.enabled ? [zimoxy(domain)] : []),
    ...(config.senler.enabled ? [senler(domain)] : []),
  ];
}

function buildPages(
  dependencies: AppDependencies,
  domain: Domain,
  bindings: readonly ServiceBinding[],
): Pages {
  const { config, clock, issuer } = dependencies;
  const apis = {
    kokids: config.kokids.enabled,
    secretpair: config.secretpair.enabled,
    zimoxy: config.zimoxy.enabled,
    senler: config.senler.enabled,
  };
  const hasPlaceFor = (address: string): boolean => domain.hasher.hasPlaceFor(address);
  return createPages({
    ...domain,
    hasPlaceFor,
    clock,
    issuer,
    apis,
    reflection: config.reflection,
    describeApi: config.docs ? () => describeApi(dependencies, bindings) : undefined,
    hasMailServer: config.mail.server !== undefined,
  });
}

/** The API's description; whatever it takes is loaded only for whoever asks. */
async function describeApi(
  { config, issuer }: AppDependencies,
  bindings: readonly ServiceBinding[],
): Promise<string> {
  const { createDocument } = await import("./openapi/document.ts");
  const facts: Facts = {
    services: bindings.map(({ service }) => service),
    reasons: REASONS,
    fail: (reason, message) =>
      toConnectError(
        new IdentityError(REASONS.find((each) => each === reason) ?? "INTERNAL", message),
      ),
    errorDomain: ERROR_DOMAIN,
    scopes: { user: USER_SCOPES, client: CLIENT_SCOPES, every: EVERY_SCOPE },
    issuer,
    reflection: config.reflection,
  };
  return JSON.stringify(createDocument(facts));
}
