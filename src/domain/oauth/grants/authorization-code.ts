import { auditEvent } from "../../audit.ts";
import { isOver } from "../../durations.ts";
import { IdentityError } from "../../errors.ts";
import type { Keep } from "../../idempotency/answers.ts";
import type { AuthorizationCode } from "../../model.ts";
import { scopesFor } from "../resources/scopes-for.ts";
import type { NewTokens } from "../store.ts";
import { isCodeVerifier, verifies } from "../authorization/pkce.ts";
import {
  type GrantHandler,
  type GrantInput,
  narrowTargets,
  type Shown,
  type TokenRequest,
} from "./grant.ts";
import { invalidGrant, issue, REFRESH_TOKEN_MS, requireKey, requireLiveUser } from "./issue.ts";

/**
 * Returns whether the verifier fits the code's challenge. A code without a challenge accepts no
 * verifier (RFC 9700 section 4.8.2).
 */
const verifierFits = (code: AuthorizationCode, verifier: string): boolean =>
  code.codeChallenge === "" ? verifier === "" : verifies(verifier, code.codeChallenge);

const badVerifier = (message: string): IdentityError =>
  new IdentityError("OAUTH_REQUEST_INVALID", message);

const UNKNOWN =
  "code is unknown, expired or used, or was given to another client. Authorize again.";

/** The authorization code grant, RFC 6749 section 4.1.3 with RFC 7636. */
export const authorizationCode: GrantHandler = (input) => {
  if (input.request.code === "")
    throw new IdentityError("OAUTH_REQUEST_INVALID", "code is required.");
  const { codeVerifier } = input.request;
  if (codeVerifier !== "" && !isCodeVerifier(codeVerifier))
    throw badVerifier(
      "code_verifier is malformed: it must be 43 to 128 characters of A-Z, a-z, 0-9, '-', '.', " +
        "'_' and '~' (RFC 7636 section 4.1).",
    );
  const found = input.shown.code;
  if (found?.code.clientId === input.client.id) requireKey(input, found.code);
  return redeem({ ...input, found }, "identity", async (code) => {
    const { resources, details } = await narrowTargets(input, code.terms);
    return issue(input, {
      origin: code,
      scopes: scopesFor(code.scopes, resources),
      resources,
      details,
      // The user agreed to less if the client could not refresh at that time.
      refresh:
        (code.lifetimeMs ?? REFRESH_TOKEN_MS) < REFRESH_TOKEN_MS
          ? undefined
          : { scopes: code.scopes, expiresAt: input.clock.now() + REFRESH_TOKEN_MS },
    });
  });
};

/** The parts of a grant's input that a redemption reads. */
type Redemption<T> = Pick<GrantInput, "store" | "clock" | "realms" | "context" | "client"> & {
  readonly request: Pick<TokenRequest, "redirectUri" | "codeVerifier">;
  /** The code, if there is one. */
  readonly found: Shown["code"];
  readonly keep?: Keep<T> | undefined;
};

/** What to answer the client, and what to store. */
interface Given<T> {
  readonly answer: T;
  readonly tokens: NewTokens;
}

/**
 * Redeems a code of one API and stores the tokens that `give` makes, in one transaction. Returns
 * the answer of `give`. `fits` checks what else the request must match. A request that doesn't fit,
 * has no verifier, or comes from another client leaves the code unused, so that an outsider can't
 * invalidate it.
 */
export async function redeem<T>(
  input: Redemption<T>,
  api: string,
  give: (code: AuthorizationCode) => Given<T> | Promise<Given<T>>,
  fits: (code: AuthorizationCode) => boolean = ({ redirectUri }) =>
    redirectUri === input.request.redirectUri,
): Promise<T> {
  const { store, clock, client, request, found, keep } = input;
  if (found === undefined || found.code.clientId !== client.id || found.code.api !== api)
    throw invalidGrant(UNKNOWN);
  const { code, user } = found;
  if (!fits(code)) throw invalidGrant("redirect_uri is not that of the authorization request.");
  if (code.codeChallenge !== "" && request.codeVerifier === "")
    throw badVerifier("code_verifier is missing: the authorization request had a code_challenge.");
  const isRight = verifierFits(code, request.codeVerifier);
  const isExpired = isOver(code, clock.now());
  // One statement decides which of several requests is first. A wrong verifier also uses up the
  // code.
  const isFirst = async (tokens?: NewTokens): Promise<boolean> =>
    code.usedAt === undefined && (await store.codes.redeem(code.hash, clock.now(), tokens));
  if (code.usedAt === undefined && !isExpired && isRight) {
    requireLiveUser(input, code, user);
    const { answer, tokens } = await give(code);
    if (await isFirst(keep ? { ...tokens, answer: keep.answer(answer) } : tokens)) return answer;
  } else if (await isFirst()) {
    throw invalidGrant(isExpired ? UNKNOWN : wrongVerifier(code));
  }
  // The client asks again with its key: no reuse.
  const earlier = await keep?.earlier();
  if (earlier !== undefined) return earlier;
  if (isRight) await revokeReplayed(input, code);
  throw invalidGrant(UNKNOWN);
}

const wrongVerifier = ({ codeChallenge }: AuthorizationCode): string =>
  codeChallenge === ""
    ? "code_verifier was sent, but the authorization request had no code_challenge."
    : "code_verifier is not the one of the code_challenge. The code is used up.";

/**
 * Ends the tokens of the first redemption. RFC 6749 section 4.1.2: a second valid redemption means
 * that the code has leaked. The code goes with them: a client that sends it on and on, which may be
 * a public one, writes one event.
 */
async function revokeReplayed(
  { store, clock, context, client }: Redemption<unknown>,
  code: AuthorizationCode,
): Promise<void> {
  await store.transaction(async (tx) => {
    // Another request has noted it.
    if (!(await tx.codes.delete(code.hash))) return;
    await tx.tokens.deleteFamily(code.familyId);
    await tx.audit.append(
      auditEvent(clock, context, "code.reuse", {
        succeeded: false,
        userId: code.userId,
        clientId: client.id,
      }),
    );
  });
}
