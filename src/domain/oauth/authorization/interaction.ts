// The questions that a request raises: who answers, for which group, and whether the client allows
// a question at all.
import { CLOCK_SKEW } from "../../durations.ts";
import type { Groups } from "../../groups/groups.ts";
import type { Group, Session, User } from "../../model.ts";
import { isRecent } from "../../principal.ts";
import type { RequestContext } from "../../request-context.ts";
import { type AuthorizationError, INTERACTION_REQUIRED } from "./authorization-error.ts";
import type { CheckedAuthorization } from "./checked-authorization.ts";
import type { AuthorizationStep, Outcome, SignInStep } from "./outcome.ts";
import type { PendingRequest } from "./pending-requests.ts";
import { failedAuthorization } from "./request-parser.ts";

/** The user who answers a request, and the group. */
export interface Parties {
  readonly user: User;
  readonly session: Session;
  readonly group: Group | undefined;
}

/**
 * Returns the page of a step, or the error if the client allows no questions (OpenID Connect Core
 * section 3.1.2.6).
 */
export function askUser(
  { client, prompt, fail }: CheckedAuthorization,
  error: AuthorizationError,
  step: AuthorizationStep,
): Outcome {
  if (!prompt.has("none") || fail === undefined) return { kind: "page", step };
  return failedAuthorization(client, error, fail(error));
}

/** Returns the step that signs the user in. `request` is the signed request. */
export const signInStep = (
  { client, destination, locales, realm, loginHint }: CheckedAuthorization,
  request: string,
): SignInStep => ({ request, client, destination, locales, name: "sign-in", realm, loginHint });

/**
 * Returns the signed-in user, if of the right realm. With the prompts `login` and `select_account`,
 * and after `max_age`, only if the user has signed in since the request. Returns `unexpected` for a
 * user who has signed in since then and is not the one whom the client expects.
 */
export function signedInUser(
  { caller }: RequestContext,
  { realm, prompt, maxAgeMs = Infinity, expects = () => true }: CheckedAuthorization,
  { askedAt }: PendingRequest,
  now: number,
): { user: User; session: Session } | "unexpected" | undefined {
  if (caller.kind !== "user" || caller.user.realm !== realm) return undefined;
  const again = prompt.has("login") || prompt.has("select_account");
  const { createdAt } = caller.session;
  const latest = now + CLOCK_SKEW;
  // A session or a request that is ahead of now comes from a clock that was wrong.
  const isNew =
    askedAt > latest ? isRecent(caller.session, now) : createdAt >= askedAt && createdAt <= latest;
  if (isNew) return expects(caller.user) ? caller : "unexpected";
  // A session ahead of now is of unknown age.
  const isTooOld = now - createdAt > maxAgeMs || (createdAt > latest && maxAgeMs < Infinity);
  return again || isTooOld || !expects(caller.user) ? undefined : caller;
}

/**
 * Returns the user's group of the request, or the step in which the user chooses one. The user's
 * choice takes precedence over the group that the client names.
 */
export async function chooseGroup(
  groups: Groups,
  checked: CheckedAuthorization,
  pending: PendingRequest,
  { user, request }: { readonly user: User; readonly request: string },
): Promise<{ readonly group: Group | undefined } | Outcome> {
  if (checked.group === undefined) return { group: undefined };
  const id = pending.groupId === "" ? checked.group.id : BigInt(pending.groupId);
  const administered = await groups.administeredBy(user.id, checked.group.vkGroupId);
  const group = administered.find((each) => each.id === id);
  if (group !== undefined) return { group };
  const { client, destination, locales } = checked;
  return askUser(checked, INTERACTION_REQUIRED, {
    request,
    client,
    destination,
    locales,
    name: "choose-group",
    groups: administered,
    wasRefused: id !== 0n,
  });
}
