import type { Client } from "../../model.ts";
import type { RequestContext } from "../../request-context.ts";
import type { AuthorizationError } from "./authorization-error.ts";
import type { Lifetime } from "./lifetime.ts";

/** OpenID Connect Core section 3.1.2.1. */
export type Prompt = "none" | "login" | "consent" | "select_account";

/** A valid authorization request, checked as far as possible before the user signs in. */
export interface CheckedAuthorization {
  readonly client: Client;
  /** The realm whose users can answer. */
  readonly realm: string;
  /** The redirect URI. */
  readonly destination: string;
  readonly scopes: readonly string[];
  readonly lifetime: Lifetime;
  readonly prompt: ReadonlySet<Prompt>;
  readonly loginHint: string;
  readonly locales: readonly string[];
  /** Present if access is for a group. `id` is the group that the client names; 0 is none. */
  readonly group: { readonly id: bigint; readonly vkGroupId: bigint } | undefined;
  /** Whether an earlier consent is enough. */
  readonly remembers: boolean;
  /** Returns the location of an error response; absent if the browser must not go there. */
  readonly fail: ((error: AuthorizationError) => string) | undefined;
  /** Records the user's consent and returns the location with the code. */
  agree(context: RequestContext, groupId: bigint): Promise<string>;
}
