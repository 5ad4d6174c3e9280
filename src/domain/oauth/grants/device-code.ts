import { isOver, SECOND } from "../../durations.ts";
import { IdentityError } from "../../errors.ts";
import { hashToken } from "../../security/tokens.ts";
import { scopesFor } from "../resources/scopes-for.ts";
import { type GrantHandler, narrowTargets } from "./grant.ts";
import { invalidGrant, issue, REFRESH_TOKEN_MS, requireLiveUser } from "./issue.ts";

/** RFC 8628 section 3.5. */
const SLOWER_MS = 5 * SECOND;

const UNKNOWN = "device_code is unknown or used, or was given to another client.";

/** The device code grant, RFC 8628 section 3.4: the device asks until the user has answered. */
export const deviceCode: GrantHandler = async (input) => {
  const { store, clock, client, request, keep } = input;
  const { deviceAuthorizations } = store;
  if (request.deviceCode === "")
    throw new IdentityError("OAUTH_REQUEST_INVALID", "device_code is required.");
  const found = await deviceAuthorizations.find(hashToken(request.deviceCode));
  if (found === undefined || found.clientId !== client.id || found.usedAt !== undefined)
    throw invalidGrant(UNKNOWN);
  const now = clock.now();
  if (found.deniedAt !== undefined)
    throw new IdentityError("AUTHORIZATION_DENIED", "The user has refused.");
  if (isOver(found, now))
    throw new IdentityError("DEVICE_CODE_EXPIRED", "device_code has expired. Start again.");
  if (found.approval === undefined) {
    if (await deviceAuthorizations.poll(found.hash, now))
      throw new IdentityError("AUTHORIZATION_PENDING", "The user has not answered. Ask again.");
    await deviceAuthorizations.slowDown(found.hash, SLOWER_MS);
    throw new IdentityError("SLOW_DOWN", "Wait 5 seconds longer between two requests from now on.");
  }
  const origin = { ...found.approval, api: "identity", groupId: 0n };
  requireLiveUser(input, origin, await store.users.find(origin.userId));
  const { resources, details } = await narrowTargets(input, origin.terms);
  const { answer, tokens } = await issue(input, {
    origin,
    scopes: scopesFor(found.scopes, resources),
    resources,
    details,
    refresh: { scopes: found.scopes, expiresAt: now + REFRESH_TOKEN_MS },
  });
  // One statement decides which of several requests is first.
  const kept = keep ? { ...tokens, answer: keep.answer(answer) } : tokens;
  if (!(await deviceAuthorizations.redeem(found.hash, now, kept))) throw invalidGrant(UNKNOWN);
  return answer;
};
