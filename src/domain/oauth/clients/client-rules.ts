import { hasControls, isLongerThan, isVisible } from "../../text.ts";
import { DEFAULT_REALM } from "../../accounts/new-user.ts";
import { IdentityError, invalidField } from "../../errors.ts";
import type { Client } from "../../model.ts";
import type { RequestContext } from "../../request-context.ts";
import { callingUser } from "../../principal.ts";
import { isAdministrator } from "../../administration/administrators.ts";
import type { Realms } from "./realms.ts";
import { checkOrigins } from "./origins.ts";
import { GRANT_TYPES, TOKEN_EXCHANGE } from "../grant-types.ts";
import { checkRedirectUris } from "./redirect-uris.ts";
import { checkSettings } from "./settings/settings-rules.ts";
import { EVERY_SCOPE, holdsScope, isClientScope, isUserScope } from "./scopes.ts";

/** Those that only a client with a credential can use. */
const CONFIDENTIAL_GRANT_TYPES = ["client_credentials", TOKEN_EXCHANGE] as const;

/** The same limits as in the contract. */
export const MAX_NAME_CHARACTERS = 200;
export const MAX_REDIRECT_URIS = 20;

/** What this server allows to register. */
export interface ClientRules {
  /** The names of the documented APIs. */
  readonly apis: readonly string[];
  /** The APIs that only administrators give to clients. */
  readonly givenApis: readonly string[];
  /** The APIs that show the secret of a client again, so that it must be derived. */
  readonly derivedSecretApis: readonly string[];
  readonly realms: Realms;
}

/**
 * Returns whether the caller holds the scope, as administrators and the operator hold all. A caller
 * can grant only scopes that it holds.
 */
const mayGrant = ({ caller }: RequestContext, scope: string): boolean =>
  caller.kind === "operator" ||
  isAdministrator(caller) ||
  (caller.kind === "client" && holdsScope(caller.token.scopes, scope));

/** Returns whether the caller, who may register clients, may give them the API. */
const mayGiveApi = ({ givenApis }: ClientRules, context: RequestContext, api: string): boolean =>
  !givenApis.includes(api) || mayGrant(context, EVERY_SCOPE);

/** Returns whether a caller without a user may give all scopes and APIs that the client has. */
export const mayGiveAllOf = (
  rules: ClientRules,
  context: RequestContext,
  { scopes, apis }: Client,
): boolean =>
  scopes.every((scope) => isUserScope(scope) || mayGrant(context, scope)) &&
  apis.every((api) => mayGiveApi(rules, context, api));

/**
 * Rejects a client that the caller may not register, or not change from `before`. The client keeps
 * the scopes and APIs that it has already: its owner keeps what an administrator has given.
 */
export function checkClient(
  rules: ClientRules,
  context: RequestContext,
  client: Client,
  before?: Client,
): void {
  checkName(client.name);
  if (client.redirectUris.length > MAX_REDIRECT_URIS)
    throw invalidField("redirect_uris", `are more than ${MAX_REDIRECT_URIS}`);
  checkOrigins(client.allowedOrigins);
  // A public client has no secret that could bind a code to it (RFC 9700 section 2.1.1).
  if (client.public && client.pkceOptional)
    throw invalidField("pkce_optional", "must not be true for a public client");
  checkGrantTypes(client);
  checkScopes(context, client, before?.scopes ?? []);
  checkApis(rules, context, client, before?.apis ?? []);
  checkRedirectUris(client.redirectUris, {
    plainHttp: client.apis.length > 0,
    isPublic: client.public,
  });
  checkSettings(client.settings, client);
}

export function checkName(name: string): void {
  if (isLongerThan(name, MAX_NAME_CHARACTERS))
    throw invalidField("name", `is longer than ${MAX_NAME_CHARACTERS} characters`);
  // The consent page shows the name: blanks or U+3164 alone would show the user nothing.
  if (!isVisible(name)) throw invalidField("name", "must contain visible characters");
  if (hasControls(name)) throw invalidField("name", "must not contain invisible characters");
}

function checkGrantTypes(client: Client): void {
  const unknownGrant = client.grantTypes.find(
    (type) => !(GRANT_TYPES as readonly string[]).includes(type),
  );
  if (unknownGrant !== undefined)
    throw invalidField(
      "grant_types",
      `contains an unknown grant type; known ones are ${GRANT_TYPES.join(", ")}`,
    );
  // RFC 6749 section 4.4: only a confidential client can act for itself, or for another one.
  const confidential = CONFIDENTIAL_GRANT_TYPES.find((type) => client.grantTypes.includes(type));
  if (client.public && confidential !== undefined)
    throw invalidField("grant_types", `must not contain ${confidential} for a public client`);
}

function checkScopes(
  context: RequestContext,
  client: Client,
  scopesBefore: readonly string[],
): void {
  const byUser = callingUser(context.caller) !== undefined;
  const isAllowed = (scope: string): boolean =>
    isUserScope(scope) ||
    (byUser && scopesBefore.includes(scope)) ||
    (!client.public && isClientScope(scope) && mayGrant(context, scope));
  if (client.scopes.every(isAllowed)) return;
  throw new IdentityError("SCOPE_INVALID", "A scope is unknown, or this client can't have it.", {
    fields: [{ field: "scopes", description: "contains a scope that this client can't have" }],
  });
}

function checkApis(
  rules: ClientRules,
  context: RequestContext,
  client: Client,
  apisBefore: readonly string[],
): void {
  const { apis, realms } = rules;
  const user = callingUser(context.caller);
  const added = client.apis.filter((api) => !apisBefore.includes(api));
  const refuse = (message: string): never => {
    throw new IdentityError("PERMISSION_DENIED", message, {
      fields: [{ field: "apis", description: message }],
    });
  };
  if (!client.apis.every((api) => apis.includes(api)))
    throw invalidField(
      "apis",
      `contains an unknown documented API; known ones are ${apis.join(", ")}`,
    );
  const kept = added.find((api) => !mayGiveApi(rules, context, api));
  if (kept !== undefined) refuse(`Only an administrator can give a client the API ${kept}.`);
  requireOneRealm(rules, client.apis, apisBefore);
  // Developers of the default realm register clients for all realms. Users of other realms may have
  // signed up by themselves, so they register clients for their own realm only.
  if (isAdministrator(context.caller)) return;
  if (user !== undefined && user.realm !== DEFAULT_REALM && realms.of(client) !== user.realm)
    refuse("A developer of another realm can register only clients of that realm.");
}

/** Rejects new APIs if a client with all these APIs would be for users of more than one realm. */
export function requireOneRealm(
  { realms }: ClientRules,
  apis: readonly string[],
  apisBefore: readonly string[],
): void {
  if (apis.some((api) => !apisBefore.includes(api)) && realms.of({ apis }) === undefined)
    throw invalidField(
      "apis",
      "belong to more than one realm, but a client is for the users of one",
    );
}
