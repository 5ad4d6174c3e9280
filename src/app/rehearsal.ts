import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import type { Config } from "../config/settings.ts";
import { ticks } from "../domain/clock.ts";
import { createDomain, type Domain } from "../create-domain.ts";
import { keepBody } from "../http/body/body.ts";
import { createTranscoder } from "../http/transcoding/transcoder.ts";
import type { ComparedAnswer } from "../predecessor/compare.ts";
import type { Exchange } from "../predecessor/exchange.ts";
import { createRun } from "../rpc/call.ts";
import { ERROR_DOMAIN, errors } from "../rpc/errors.ts";
import { authenticate } from "../rpc/middleware/authenticate.ts";
import { authorize } from "../rpc/middleware/authorize.ts";
import { createValidate } from "../rpc/middleware/validate.ts";
import type { AppDependencies } from "./dependencies.ts";
import { createServices } from "./services.ts";

/** Returns what Latchkey would answer to a call, without lasting effect. */
export type Rehearse = (exchange: Exchange) => Promise<ComparedAnswer | undefined>;

/**
 * Builds the documented APIs a second time, over a store whose changes are undone. The code is the
 * same, so the answer is the one that a client would get. It sends no e-mail and reaches no limit.
 */
export async function createRehearsal(
  dependencies: AppDependencies,
  { hasher }: Pick<Domain, "hasher">,
): Promise<Rehearse> {
  const { config } = dependencies;
  const rehearsals = dependencies.store.rehearsals();
  const domain = await createDomain({
    ...dependencies,
    store: rehearsals.store,
    // The predecessor isn't asked: what is rehearsed is what Latchkey answers alone.
    config: { ...config, apis: alone(config.apis) },
    hasher,
  });
  const bindings = createServices(dependencies, domain).filter(({ service }) =>
    service.typeName.startsWith("legacy."),
  );
  const run = createRun(
    bindings,
    [
      errors(() => undefined),
      authenticate(domain.authentication, domain.dpopProofs),
      authorize,
      createValidate(),
    ],
    ticks,
  );
  const addresses = new WeakMap<object, string>();
  // No byte goes through it, so all rehearsed calls share it.
  const socket = new Socket();
  const transcoder = createTranscoder({
    services: bindings.map(({ service }) => service),
    invoke: run,
    addressOf: (request) => addresses.get(request) ?? "",
    now: ticks,
    errorDomain: ERROR_DOMAIN,
  });

  return async ({ request: { method, target, headers, body }, address }) => {
    const request = new IncomingMessage(socket);
    addresses.set(request, address);
    request.method = method;
    request.url = target;
    for (const [name, value] of headers) {
      request.rawHeaders.push(name, value);
      request.headers[name] ??= value;
    }
    request.complete = true;
    keepBody(request, body);
    const answer = await rehearsals.run(async () => transcoder.answerOf(request));
    // Latchkey is busy, or a limit holds that `own` would have too: nothing to compare.
    if (answer === undefined || answer.status === 429) return undefined;
    return {
      status: answer.status,
      contentType: answer.headers["content-type"] ?? "",
      body: Buffer.from(answer.body),
    };
  };
}

/** Returns the settings of the APIs without their predecessors. */
const alone = (apis: Config["apis"]): Config["apis"] =>
  Object.fromEntries(
    Object.entries(apis).map(([name, api]) => [name, { ...api, predecessor: undefined }]),
  ) as Config["apis"];
