// The authorization of a client by a signed-in user: it owns the checks of the request and the code that answers it,
// and must not know how the user was asked.
import { auditEvent } from "../audit.ts";
import type { Context } from "../caller.ts";
import { requireUser } from "../caller.ts";
import type { Clock } from "../clock.ts";
import { newId } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import type { Groups } from "../groups.ts";
import type { AuthorizationCode, Client, User } from "../model.ts";
import type { Store } from "../store.ts";
import { hashToken } from "../tokens.ts";
import { isCodeChallenge } from "./pkce.ts";
import { matchesRedirectUri } from "./redirect-uris.ts";
import { isUserScope, narrowScopes } from "./scopes.ts";

/** What a client asks for; empty is absent. */
export interface AuthorizationRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scope: string;
  readonly state: string;
  readonly codeChallenge: string;
  readonly codeChallengeMethod: string;
  /** 0 is none. */
  readonly groupId: bigint;
}

/** The answer to an agreement. */
export interface Authorization {
  readonly code: string;
  /** Where the browser goes, with the code. */
  readonly location: string;
  readonly expiresAt: number;
}

/** How the codes of an API look and how long they live. */
interface CodeForm {
  readonly make: (clock: Clock) => string;
  readonly lifetimeMs: number;
}

/** RFC 6749 section 4.1.2 asks for 10 minutes at most; a minute is enough for a redirect. */
const STANDARD: CodeForm = { make: (clock) => clock.random(32).toString("base64url"), lifetimeMs: 60_000 };

const badRequest = (message: string): IdentityError => new IdentityError("OAUTH_REQUEST_INVALID", message);

export class Authorize {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #groups: Groups;
  readonly #issuer: string;

  constructor(store: Store, clock: Clock, groups: Groups, issuer: string) {
    this.#store = store;
    this.#clock = clock;
    this.#groups = groups;
    this.#issuer = issuer;
  }

  /** Records that the calling user agrees to everything that is asked for, and answers a code. */
  async agree(context: Context, request: AuthorizationRequest): Promise<Authorization> {
    const user = requireUser(context.caller);
    const client = await this.#store.clients.find(request.clientId);
    if (client === undefined) throw new IdentityError("CLIENT_NOT_FOUND", "There is no such client.");
    const redirectUri = this.#redirectUri(client, request.redirectUri);
    if (!client.grantTypes.includes("authorization_code")) throw new IdentityError("CLIENT_UNAUTHORIZED", "The client may not use authorization codes.");
    this.#checkChallenge(client, request);
    const scopes = narrowScopes(request.scope, client.scopes.filter(isUserScope));
    if (request.groupId !== 0n) await this.#groups.requireRole(context, request.groupId, "administrator");
    const { code, row } = this.#make(client, user, request, scopes);
    await this.#store.transaction(async (tx) => {
      const now = row.createdAt;
      const grant = await tx.grants.agree({ id: row.grantId, userId: user.id, clientId: client.id, groupId: row.groupId, scopes, createdAt: now, lastUsedAt: now });
      await tx.codes.insert({ ...row, grantId: grant.id });
      await tx.audit.append(auditEvent(this.#clock, context, "grant.agree", { userId: user.id, clientId: client.id, details: { scope: scopes.join(" ") } }));
    });
    return { code, location: this.#location(redirectUri, code, request.state), expiresAt: row.expiresAt };
  }

  /** RFC 6749 section 3.1.2.3. */
  #redirectUri(client: Client, asked: string): string {
    const [only, ...more] = client.redirectUris;
    if (asked === "" && only !== undefined && more.length === 0) return only;
    if (asked !== "" && client.redirectUris.some((registered) => matchesRedirectUri(registered, asked, client.public))) return asked;
    throw new IdentityError("REDIRECT_URI_INVALID", "The redirect URI is not registered for this client.", { fields: [{ field: "redirect_uri", description: "is not registered for this client" }] });
  }

  /** RFC 9700 section 2.1.1: PKCE for everybody; only the clients of documented APIs, which don't know it, may do without. */
  #checkChallenge(client: Client, { codeChallenge, codeChallengeMethod }: AuthorizationRequest): void {
    if (codeChallenge === "" && codeChallengeMethod === "") {
      if (client.public || client.apis.length === 0) throw badRequest("code_challenge is needed.");
      return;
    }
    if (codeChallengeMethod !== "S256") throw badRequest("code_challenge_method must be S256.");
    if (!isCodeChallenge(codeChallenge)) throw badRequest("code_challenge is not a SHA-256 in base64url.");
  }

  #make(client: Client, user: User, request: AuthorizationRequest, scopes: readonly string[]): { code: string; row: AuthorizationCode } {
    const code = STANDARD.make(this.#clock);
    const now = this.#clock.now();
    const row: AuthorizationCode = {
      hash: hashToken(code),
      familyId: newId(this.#clock),
      grantId: newId(this.#clock),
      clientId: client.id,
      userId: user.id,
      epoch: user.epoch,
      api: "identity",
      scopes,
      redirectUri: request.redirectUri,
      codeChallenge: request.codeChallenge,
      groupId: request.groupId,
      createdAt: now,
      expiresAt: now + STANDARD.lifetimeMs,
    };
    return { code, row };
  }

  /** RFC 6749 section 4.1.2; `iss` as of RFC 9207. What the URI has of its own stays byte for byte. */
  #location(redirectUri: string, code: string, state: string): string {
    const answer = new URLSearchParams({ code, ...(state === "" ? {} : { state }), iss: this.#issuer });
    return `${redirectUri}${redirectUri.includes("?") ? "&" : "?"}${answer}`;
  }
}
