import { act } from "../acting.ts";
import { auditEvent } from "../audit.ts";
import type { Clock } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import type { Client, User } from "../model.ts";
import { redirectUriFault } from "../oauth/clients/redirect-uris.ts";
import type { RequestContext } from "../request-context.ts";
import { requireRecent } from "../principal.ts";
import type { Store } from "../store.ts";

/**
 * Which redirect URIs an application with a secret pair may use: the first one and those that its
 * developer adds (`pin`), only registered ones, or any.
 */
export type RedirectPolicy = "pin" | "registered" | "any";

/** How many redirect URIs a developer's own sign-ins may add. */
const MAX_PINNED = 10;

export interface RedirectRulesDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly policy: RedirectPolicy;
}

/** Applies the redirect policy to the applications with a secret pair. */
export class RedirectRules {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #policy: RedirectPolicy;

  constructor({ store, clock, policy }: RedirectRulesDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#policy = policy;
  }

  /** Returns whether the application may get a code at this URI. */
  mayUse({ redirectUris }: Client, redirectUri: string): boolean {
    return (
      this.#policy === "any" ||
      redirectUris.includes(redirectUri) ||
      (this.#policy === "pin" && redirectUris.length === 0)
    );
  }

  /** Returns whether a sign-in of this user may add a redirect URI. */
  mayPin({ ownerId, redirectUris }: Client, user: User): boolean {
    const own = ownerId === user.id && redirectUris.length < MAX_PINNED;
    return this.#policy === "pin" && (redirectUris.length === 0 || own);
  }

  /** Returns whether the URI must be added before the application gets a code there. */
  needsPin({ redirectUris }: Client, redirectUri: string): boolean {
    return this.#policy !== "any" && !redirectUris.includes(redirectUri);
  }

  /**
   * Adds the redirect URI: the first one that any user signs in for, or another one when the
   * application's developer signs in. Returns false if another request has changed the list first.
   */
  async pin(
    context: RequestContext,
    client: Client,
    user: User,
    redirectUri: string,
  ): Promise<boolean> {
    if (!this.mayPin(client, user)) throw redirectUriUnregistered();
    // Codes of all users could then go there, so the developer must have given the password
    // recently. A user without a session has just given it.
    if (client.redirectUris.length > 0) requireRecent(context.caller, this.#clock.now());
    return act(this.#store, context.caller, async (tx) => {
      if (!(await tx.clients.pinRedirectUri(client, redirectUri, this.#clock.now()))) return false;
      await tx.audit.append(
        auditEvent(this.#clock, context, "client.update", {
          clientId: client.id,
          userId: user.id,
          details: { pinned: redirectUri },
        }),
      );
      return true;
    });
  }
}

export const redirectUriUnregistered = (): IdentityError =>
  new IdentityError("REDIRECT_URI_INVALID", "The redirect URI is not one of this application.");

/** Rejects a malformed redirect URI. */
export function requireRedirectUriForm(redirectUri: string): void {
  if (redirectUriFault(redirectUri, { plainHttp: true, isPublic: false }) === undefined) return;
  throw new IdentityError(
    "FIELD_INVALID",
    "The redirect URI is not an absolute http or https URI.",
    {
      fields: [{ field: "redirect_uri", description: "is not an absolute http or https URI" }],
    },
  );
}
