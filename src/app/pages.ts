import { readFile } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import type { Domain } from "../create-domain.ts";
import { IdentityError, REASONS } from "../domain/errors.ts";
import { CLIENT_SCOPES, EVERY_SCOPE, USER_SCOPES } from "../domain/oauth/clients/scopes.ts";
import type { ServerFacts } from "../openapi/document.ts";
import type { ServiceBinding } from "../rpc/call.ts";
import { ERROR_DOMAIN, toConnectError } from "../rpc/errors.ts";
import { createPages, type Pages } from "../web/pages.ts";
import type { OpenApiVersion } from "../web/request/dependencies.ts";
import type { AppDependencies } from "./dependencies.ts";

/** Builds the web pages. */
export function buildPages(
  dependencies: AppDependencies,
  domain: Domain,
  bindings: readonly ServiceBinding[],
): Pages {
  const { config, clock, issuer } = dependencies;
  const hasPlaceFor = (address: string): boolean => domain.hasher.hasPlaceFor(address);
  return createPages({
    ...domain,
    hasPlaceFor,
    clock,
    issuer,
    apis: config.apis,
    reflection: config.reflection,
    describeApi: config.docs
      ? (version) => describeApi(dependencies, bindings, version)
      : undefined,
    hasMailServer: config.mail.server !== undefined,
  });
}

/**
 * Returns the OpenAPI document of a version as JSON: the one that the build has made, or a new one.
 * The code is loaded with the first request for it.
 */
async function describeApi(
  { config, issuer }: AppDependencies,
  bindings: readonly ServiceBinding[],
  version: OpenApiVersion,
): Promise<string> {
  const facts: ServerFacts = {
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
    pause: () => setImmediate(),
  };
  const file = new URL(`openapi-${version}.json`, import.meta.url);
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text !== undefined) {
    const { fromKept } = await import("../openapi/kept.ts");
    const kept = fromKept(text, facts);
    if (kept !== undefined) return kept;
  }
  const { createDocument } = await import("../openapi/document.ts");
  const document = await createDocument(facts);
  if (version === "3.1") return JSON.stringify(document);
  const { downgrade } = await import("../openapi/downgrade.ts");
  return JSON.stringify(downgrade(document));
}
