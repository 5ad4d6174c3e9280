import type { Client, User } from "../../model.ts";
import type { RequestContext } from "../../request-context.ts";
import type { AuthorizationDetail } from "../details/detail.ts";
import type { Resource } from "../resources/resource.ts";
import type { AuthorizationError } from "./authorization-error.ts";
import type { ClientAnswer } from "./client-answer.ts";
import type { Lifetime } from "./lifetime.ts";

/** OpenID Connect Core section 3.1.2.1. */
export const PROMPTS = ["none", "login", "consent", "select_account"] as const;
export type Prompt = (typeof PROMPTS)[number];

/** A valid authorization request, checked as far as possible before the user signs in. */
export interface CheckedAuthorization {
  readonly client: Client;
  /** The realm whose users can answer. */
  readonly realm: string;
  /** The redirect URI. */
  readonly destination: string;
  readonly scopes: readonly string[];
  /** What the tokens will be for (RFC 8707); none: this server. */
  readonly resources?: readonly Resource[];
  /** What the tokens will be limited to there (RFC 9396). */
  readonly details?: readonly AuthorizationDetail[];
  readonly lifetime: Lifetime;
  readonly prompt: ReadonlySet<Prompt>;
  readonly loginHint: string;
  readonly locales: readonly string[];
  /** Present if access is for a group. `id` is the group that the client names; 0 is none. */
  readonly group: { readonly id: bigint; readonly vkGroupId: bigint } | undefined;
  /** Whether an earlier consent is enough. */
  readonly remembers: boolean;
  /** How long ago the user may have signed in; absent: at any time. */
  readonly maxAgeMs?: number | undefined;
  /** Returns whether a user may answer; absent: every user of the realm. */
  readonly expects?: ((user: User) => boolean) | undefined;
  /** Returns an error response; absent if the browser must not go to the client. */
  readonly fail: ((error: AuthorizationError) => ClientAnswer) | undefined;
  /** Records the user's consent and returns the response with the code. */
  agree(context: RequestContext, groupId: bigint): Promise<ClientAnswer>;
}
