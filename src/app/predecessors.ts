import { createHmac } from "node:crypto";
import { DOCUMENTED_APIS, type DocumentedApiName } from "../config/documented-apis.ts";
import type { Domain } from "../create-domain.ts";
import type { Observer } from "../domain/predecessor/observation.ts";
import type { PredecessorPort } from "../domain/predecessor/port.ts";
import { DAY } from "../domain/durations.ts";
import { IdentityError } from "../domain/errors.ts";
import { signLikePredecessor } from "../domain/sessions/session-tokens.ts";
import { DECLINED, type Step } from "../http/pipeline.ts";
import { createAddressOf, createIsProxied } from "../http/server/forwarded.ts";
import { readHeader } from "../http/server/headers.ts";
import type { Transcoder } from "../http/transcoding/transcoder.ts";
import type { HttpRequest } from "../http/types.ts";
import { AfterAnswers } from "../predecessor/after.ts";
import { createPort } from "../predecessor/apis/port.ts";
import { createPredecessorClient } from "../predecessor/client.ts";
import type { Learner } from "../predecessor/learner.ts";
import { createMirror, type Predecessor } from "../predecessor/mirror.ts";
import { isVolatileField } from "../predecessor/volatile.ts";
import { toConnectError } from "../rpc/errors.ts";
import type { AppDependencies } from "./dependencies.ts";
import { createRehearsal } from "./rehearsal.ts";

/** What the application has of its predecessors. */
interface Predecessors {
  /** Forwards what the predecessors answer. */
  readonly step: Step;
  /** Waits until everything that was answered is learnt and compared, at most `limitMs`. */
  drain(limitMs: number): Promise<void>;
  close(): void;
}

interface PredecessorsOptions {
  readonly dependencies: AppDependencies;
  readonly domain: Domain;
  readonly fail: Transcoder["fail"];
  readonly maxBodyBytes: number;
  readonly observer: Observer;
  readonly learner: Learner;
  readonly predecessors: ReadonlyMap<DocumentedApiName, Predecessor>;
}

/** How long a token lives that is made to ask the predecessor for one user. */
const TOKEN_MS = 60_000;

const NONE: Predecessors = {
  step: () => DECLINED,
  drain: () => Promise.resolve(),
  close: () => undefined,
};

/** Returns what names an installation to others: the same in each of its processes. */
const installationOf = (secret: string): string =>
  createHmac("sha256", secret).update("installation").digest("base64url").slice(0, 22);

/** Connects to the predecessors of the APIs that are served. */
export function openPredecessors({
  config,
  secret,
  telemetry: { predecessors: metrics },
}: Pick<AppDependencies, "config" | "secret"> & {
  readonly telemetry: Pick<AppDependencies["telemetry"], "predecessors">;
}): ReadonlyMap<DocumentedApiName, Predecessor> {
  const predecessors = new Map<DocumentedApiName, Predecessor>();
  for (const { name } of DOCUMENTED_APIS) {
    const { predecessor, realm, enabled } = config.apis[name];
    if (predecessor === undefined || !enabled) continue;
    const installation = installationOf(secret);
    metrics?.circuit(name, "closed");
    const client = createPredecessorClient({
      ...predecessor,
      installation,
      onCall: ({ milliseconds, failed }) => metrics?.asked(name, milliseconds, failed),
      onCircuit: (state) => metrics?.circuit(name, state),
    });
    predecessors.set(name, { url: predecessor.url, client, realm });
  }
  return predecessors;
}

/** Returns the port by which the domain asks the predecessors; undefined when there are none. */
export function portOf(
  { config, clock }: Pick<AppDependencies, "config" | "clock">,
  predecessors: ReadonlyMap<DocumentedApiName, Predecessor>,
): PredecessorPort | undefined {
  if (predecessors.size === 0) return undefined;
  const { legacyJwt } = config.secretpair;
  return createPort({
    clients: new Map([...predecessors].map(([name, { client }]) => [name, client])),
    realmOf: (api) => config.apis[api].realm,
    tokenOf:
      legacyJwt && ((user) => signLikePredecessor(legacyJwt.secret, user, clock.now() + TOKEN_MS)),
  });
}

/** Builds what stands before the documented APIs that have a predecessor. */
export async function createPredecessors(options: PredecessorsOptions): Promise<Predecessors> {
  const { dependencies, domain, fail, maxBodyBytes, learner, predecessors } = options;
  const { config, clock, secret, issuer, telemetry } = dependencies;
  const installation = installationOf(secret);
  if (predecessors.size === 0) return NONE;
  const metrics = telemetry.predecessors;
  const observer: Observer = {
    record: (observation) => {
      options.observer.record(observation);
      metrics?.observed(observation);
    },
  };
  metrics?.watchUsers([...predecessors.keys()], (api) =>
    domain.predecessorReports.users(api, predecessors.get(api as DocumentedApiName)?.realm ?? ""),
  );
  for (const [name, { client }] of predecessors)
    domain.observations.watchCircuit(name, () => client.circuit);
  const after = new AfterAnswers({
    learner,
    rehearse: await createRehearsal(dependencies, domain),
    observer,
    isVolatile: ({ api, route }, field) =>
      isVolatileField(api, field) || domain.volatileFields.has({ api, route, field }),
    beforeCompare: () => domain.volatileFields.refresh(),
    onError: (error) => telemetry.fault(error),
    onDropped: () => metrics?.dropped(),
  });
  const addressOf = createAddressOf(config.trustedProxies);
  const isProxied = createIsProxied(config.trustedProxies);
  const step = createMirror({
    stages: domain.stages,
    predecessors,
    ownership: domain.ownership,
    limits: domain.forwardedLimits,
    tokenLifetimeMs: config.secretpair.legacyJwt?.lifetimeMs ?? DAY,
    acceptsToken: async (token) => (await domain.sessions.findLive(token)) !== undefined,
    installation,
    issuer,
    maxBodyBytes,
    now: () => clock.now(),
    forwardedOf: (request) => ({
      address: addressOf(request),
      ...originOf(request, isProxied(request)),
    }),
    fail: (request, response, error) =>
      fail(request, response, error instanceof IdentityError ? toConnectError(error) : error),
    observer,
    onAnswered: (exchange, stage, route) => after.add({ exchange, stage, route, at: clock.now() }),
  });
  return {
    step,
    drain: (limitMs) => after.drain(limitMs),
    close: () => {
      for (const { client } of predecessors.values()) client.close();
    },
  };
}

/** Returns the scheme and the host that the client used; a trusted proxy says them itself. */
function originOf(
  request: HttpRequest,
  isProxied: boolean,
): { readonly proto: string; readonly host: string } {
  const said = (name: string): string | undefined =>
    isProxied ? readHeader(request, name)?.split(",")[0]?.trim() : undefined;
  const encrypted = "encrypted" in request.socket && request.socket.encrypted === true;
  const authority = request.headers[":authority"];
  return {
    proto: said("x-forwarded-proto") ?? (encrypted ? "https" : "http"),
    host:
      said("x-forwarded-host") ??
      (typeof authority === "string" ? authority : (request.headers.host ?? "")),
  };
}
