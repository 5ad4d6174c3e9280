// What an application asks a user for, checked as far as it can be before anybody has signed in.
// It owns the shape and must not know how each API writes it.
import type { RequestContext } from "../../request-context.ts";
import type { Client } from "../../model.ts";
import type { Lifetime, Outcome } from "./outcome.ts";
import type { Parameters } from "./parameters.ts";

/** OpenID Connect Core section 3.1.2.1. */
export type Prompt = "none" | "login" | "consent" | "select_account";

/** A request that may go on. */
export interface CheckedAuthorization {
  readonly client: Client;
  /** The users that can answer. */
  readonly realm: string;
  /** The redirect URI. */
  readonly destination: string;
  readonly scopes: readonly string[];
  readonly lifetime: Lifetime;
  readonly prompt: ReadonlySet<Prompt>;
  readonly loginHint: string;
  readonly locales: readonly string[];
  /** Whether it is about a group, and which one the application names: 0 is none. */
  readonly group: { readonly id: bigint; readonly vkGroupId: bigint } | undefined;
  /** Whether an earlier agreement is enough. */
  readonly remembers: boolean;
  /** Where the browser goes with an error; absent where it must not. */
  readonly fail: ((error: string) => string) | undefined;
  /** Records that the user agrees, and answers where the browser goes with the code. */
  agree(context: RequestContext, groupId: bigint): Promise<string>;
}

/** One API's way to ask: reads the parameters, or answers right away. */
export type AuthorizationRequestParser = (
  context: RequestContext,
  parameters: Parameters,
) => Promise<CheckedAuthorization | Outcome>;

/**
 * An error of the request: by itself to an application that an administrator has registered, else
 * only if the user wants it.
 */
export const failedAuthorization = (client: Client, error: string, location: string): Outcome =>
  client.ownerId === undefined
    ? { kind: "redirect", location }
    : { kind: "refuse", refusal: { reason: "application-error", error, client, location } };
