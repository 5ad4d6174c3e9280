// Who may change a client, on pages and by calls alike.
import { isAdministrator } from "../../administration/administrators.ts";
import { IdentityError } from "../../errors.ts";
import type { Client } from "../../model.ts";
import { callingUser, requireRecent } from "../../principal.ts";
import type { RequestContext } from "../../request-context.ts";
import { type ClientRules, mayGiveAllOf } from "./client-rules.ts";

export const clientNotFound = (): IdentityError =>
  new IdentityError("CLIENT_NOT_FOUND", "There is no such client, or none that you may see.");

/** Rejects a caller who is no user and lacks a right of the client. */
function requireAllRights(rules: ClientRules, context: RequestContext, client: Client): void {
  if (callingUser(context.caller) === undefined && !mayGiveAllOf(rules, context, client))
    throw new IdentityError(
      "PERMISSION_DENIED",
      "This client has scopes or documented APIs that you can't give.",
    );
}

/**
 * Rejects a caller who may not change a client: its owner may, an administrator, and a client or
 * operator that has no fewer rights. Users must have given the password recently.
 */
export function requireMayChange(
  rules: ClientRules,
  context: RequestContext,
  client: Client | undefined,
  now: number,
): asserts client is Client {
  const { caller } = context;
  const user = callingUser(caller);
  const isOwnerOrOther = user === undefined || client?.ownerId === user.id;
  if (client === undefined || !(isOwnerOrOther || isAdministrator(caller))) throw clientNotFound();
  if (caller.kind === "anonymous" || caller.kind === "partner") throw clientNotFound();
  requireRecent(caller, now);
  requireAllRights(rules, context, client);
}

/** Rejects the owner of a client that an administrator has switched off. */
export function requireNotDisabled({ caller }: RequestContext, client: Client): void {
  if (client.disabledAt === undefined || isAdministrator(caller)) return;
  if (callingUser(caller) === undefined) return;
  throw new IdentityError(
    "PERMISSION_DENIED",
    "An administrator has disabled this client. Only an administrator can delete it.",
    { metadata: { client: "disabled" } },
  );
}

/**
 * Rejects a caller who may not say of a client whether it is verified or works: its owner, who is
 * no administrator, and the client itself.
 */
export function requireMayAdminister(
  rules: ClientRules,
  context: RequestContext,
  client: Client | undefined,
  now: number,
): asserts client is Client {
  const { caller } = context;
  const isAllowed =
    caller.kind === "operator" || caller.kind === "client" || isAdministrator(caller);
  if (!isAllowed)
    throw new IdentityError("PERMISSION_DENIED", "Only an administrator can do this.");
  if (client === undefined) throw clientNotFound();
  if (caller.kind === "client" && caller.token.clientId === client.id)
    throw new IdentityError("PERMISSION_DENIED", "A client can't administer itself.");
  requireRecent(caller, now);
  requireAllRights(rules, context, client);
}

/** Returns whether a client is changed by itself or by an owner who is no administrator. */
export const isOwnChange = ({ caller }: RequestContext, { id }: Client): boolean =>
  caller.kind === "client" ? caller.token.clientId === id : isUserOnly(caller);

const isUserOnly = (caller: RequestContext["caller"]): boolean =>
  callingUser(caller) !== undefined && !isAdministrator(caller);

/** The settings that users see when they are asked to agree. */
const SHOWN_SETTINGS = ["clientUri", "policyUri", "tosUri"] as const;

/** Returns whether users see another name or link, or go to another place. */
export const looksOtherwise = (after: Client, before: Client): boolean =>
  after.name !== before.name ||
  SHOWN_SETTINGS.some((name) => after.settings[name] !== before.settings[name]) ||
  after.redirectUris.some((uri) => !before.redirectUris.includes(uri));
