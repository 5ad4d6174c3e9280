import type { Authentication } from "../domain/sessions/authentication.ts";
import { IdentityError } from "../domain/errors.ts";
import { parseEmail } from "../domain/accounts/email-address.ts";
import type { Registrations } from "../domain/accounts/registrations.ts";
import type { Sessions } from "../domain/sessions/sessions.ts";
import { bind, type ServiceBinding } from "../rpc/call.ts";
import { GuestbookService } from "../../gen/legacy/guestbook/v1/guestbook_pb.ts";

export interface GuestbookDependencies {
  readonly registrations: Registrations;
  readonly sessions: Sessions;
  readonly authentication: Authentication;
  readonly realm: string;
}

/** Serves the invented calls. */
export function guestbook({
  registrations,
  sessions,
  authentication,
  realm,
}: GuestbookDependencies): ServiceBinding {
  return bind(GuestbookService, {
    enrol: async ({ name, mail, word }, call) => {
      const user = await registrations.register(call, {
        realm,
        username: name,
        email: mail,
        password: word,
        enforcePasswordPolicy: false,
      });
      return { badge: (await sessions.open(call, call.endpoint.api, user)).token, name };
    },
    enter: async ({ mail, word }, call) => {
      const identifier = { email: parseEmail(mail).address };
      return {
        badge: (
          await sessions.signIn(call, call.endpoint.api, { realm, identifier, password: word })
        ).token,
      };
    },
    show: async ({ badge }, call) => {
      const caller = await authentication.callerOf(badge, call.endpoint.api);
      if (caller.kind !== "user")
        throw new IdentityError("TOKEN_INVALID", "The badge is not a guest's.");
      return { name: caller.user.username, mail: caller.user.email, staff: caller.user.developer };
    },
  });
}
