import type { AuthorizationRequestParser } from "../domain/oauth/authorization/request-parser.ts";
import { AuthorizationFlow } from "../domain/oauth/authorization/flow.ts";
import { oauth2Request } from "../domain/oauth/authorization/oauth2-request.ts";
import { PushedRequests } from "../domain/oauth/pushed/pushed-requests.ts";
import { RequestSources } from "../domain/oauth/pushed/request-sources.ts";
import { secretpairRequest } from "../domain/oauth/authorization/secretpair-request.ts";
import { senlerRequest } from "../domain/oauth/authorization/senler-request.ts";
import type { DomainDependencies } from "./dependencies.ts";
import type { GroupParts } from "./groups.ts";
import type { Legacy } from "./legacy.ts";
import type { OAuth } from "./oauth.ts";
import type { Security } from "./security.ts";

/** Builds the authorization flow of browsers, with a parser for each API that is served. */
export function createAuthorizationFlow(
  { config: { apis }, store, clock, issuer }: DomainDependencies,
  {
    groups,
    signedValues,
    authorizationService,
    clientAuthentication,
    clientKeys,
    clientDocuments,
    dpopProofs,
    secretPairs,
    idTokenHints,
    subjects,
  }: Security & GroupParts & OAuth & Legacy,
) {
  const parsers = new Map<string, AuthorizationRequestParser>();
  const parse = oauth2Request(authorizationService, { issuer, hints: idTokenHints, subjects });
  const requestSources = new RequestSources({
    store,
    clock,
    issuer,
    keys: clientKeys,
    clientDocuments,
  });
  parsers.set("oauth2", requestSources.parser(parse));
  if (apis.secretpair.enabled)
    parsers.set("secretpair", secretpairRequest(secretPairs, apis.secretpair.realm));
  if (apis.senler.enabled) parsers.set("senler", senlerRequest(authorizationService, "senler"));
  const flow = new AuthorizationFlow({ store, clock, groups, signedValues, parsers });
  const pushedRequests = new PushedRequests({
    store,
    clock,
    clientAuthentication,
    clientDocuments,
    dpopProofs,
    requestSources,
    parse,
  });
  return { flow, pushedRequests };
}
