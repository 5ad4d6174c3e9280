// The parts of the domain that the pages speak for.
import type { Authentication } from "../domain/authentication.ts";
import type { Clock } from "../domain/clock.ts";
import type { Groups } from "../domain/groups.ts";
import type { AuthorizationFlow } from "../domain/oauth/flow/flow.ts";
import type { Seals } from "../domain/seals.ts";
import type { Sessions } from "../domain/sessions.ts";
import type { SignUp } from "../domain/sign-up.ts";

export interface WebParts {
  readonly authentication: Authentication;
  readonly clock: Clock;
  readonly flow: AuthorizationFlow;
  readonly groups: Groups;
  readonly seals: Seals;
  readonly sessions: Sessions;
  readonly signUp: SignUp;
  /** Where the outside reaches the server. */
  readonly issuer: string;
  /** Which of the documented APIs have pages. */
  readonly apis: { readonly secretpair: boolean; readonly senler: boolean };
}
