// The authorization code grant, RFC 6749 section 4.1.3 with RFC 7636.
import { auditEvent } from "../../audit.ts";
import { IdentityError } from "../../errors.ts";
import type { AuthorizationCode } from "../../model.ts";
import { hashToken } from "../../tokens.ts";
import { verifies } from "../pkce.ts";
import type { Grant, GrantInput, IssuedTokens } from "../token.ts";
import { invalidGrant, issue, REFRESH_TOKEN_MS, requireLiveUser } from "./issue.ts";

/** Whether the verifier is the one that the code asks for; a code without a challenge takes none (RFC 9700 section 4.8.2). */
const verifierFits = (code: AuthorizationCode, verifier: string): boolean => (code.codeChallenge === "" ? verifier === "" : verifies(verifier, code.codeChallenge));

export const authorizationCode: Grant = async (input) => {
  const { store, clock, client, request } = input;
  if (request.code === "") throw new IdentityError("OAUTH_REQUEST_INVALID", "code is needed.");
  const code = await store.codes.find(hashToken(request.code));
  // Somebody else's code, or another destination: refused without a trace on the code, so that outsiders can't burn it.
  if (code === undefined || code.clientId !== client.id || code.redirectUri !== request.redirectUri) throw invalidGrant();
  const outcome = await store.transaction(async (tx): Promise<IssuedTokens | "used" | "refused"> => {
    // One statement decides who is first; a wrong verifier burns the code as well.
    if (!(await tx.codes.redeem(code.hash, clock.now()))) return "used";
    if (code.expiresAt <= clock.now() || !verifierFits(code, request.codeVerifier)) return "refused";
    await requireLiveUser(tx, clock, code);
    return issue(tx, clock, client, code, code.scopes, { scopes: code.scopes, expiresAt: clock.now() + REFRESH_TOKEN_MS });
  });
  if (outcome === "used" && verifierFits(code, request.codeVerifier)) await revokeReplayed(input, code);
  if (outcome === "used" || outcome === "refused") throw invalidGrant();
  return outcome;
};

/** RFC 6749 section 4.1.2: a second valid redemption means that the code has leaked, so what the first one gave ends. */
async function revokeReplayed({ store, clock, context, client }: GrantInput, code: AuthorizationCode): Promise<void> {
  await store.tokens.deleteFamily(code.familyId);
  await store.audit.append(auditEvent(clock, context, "code.reuse", { succeeded: false, userId: code.userId, clientId: client.id }));
}
