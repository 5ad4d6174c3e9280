import { KokidsService } from "../../gen/legacy/kokids/v1/kokids_pb.ts";
import type { KokidsAccounts, DeleteProof } from "../domain/legacy/kokids-accounts.ts";
import { parseEmail } from "../domain/accounts/email-address.ts";
import type { Registrations } from "../domain/accounts/registrations.ts";
import type { Sessions } from "../domain/sessions/sessions.ts";
import type { ServiceBinding } from "../rpc/call.ts";
import { bind } from "../rpc/call.ts";

export interface KokidsDependencies {
  readonly registrations: Registrations;
  readonly sessions: Sessions;
  readonly kokidsAccounts: KokidsAccounts;
  readonly realm: string;
  readonly deleteProof: DeleteProof;
}

/** Binds the documented calls to the domain. */
export function kokids({
  registrations,
  sessions,
  kokidsAccounts,
  realm,
  deleteProof,
}: KokidsDependencies): ServiceBinding {
  return bind(KokidsService, {
    create: async ({ accId, email, userId, password, bundle, osInt, gaid, sdkVerC }, call) => {
      const device = { gaid, bundle, osInt: osInt ?? -1n, sdkVersion: sdkVerC };
      const user = await registrations.register(call, {
        realm,
        accId,
        email,
        username: userId,
        password,
        device,
        api: call.endpoint.api,
        enforcePasswordPolicy: false,
      });
      return { token: (await sessions.open(call, call.endpoint.api, user)).token };
    },
    login: async ({ accId, email, password }, call) => {
      const identifier = { email: parseEmail(email).address };
      return {
        token: (
          await sessions.signIn(call, call.endpoint.api, { realm, accId, identifier, password })
        ).token,
      };
    },
    logout: async ({ accId, email }, call) => {
      await kokidsAccounts.signOut(call, { api: call.endpoint.api, realm, accId, email });
      return {};
    },
    delete: async ({ accId, email, token }, call) => {
      await kokidsAccounts.delete(
        call,
        { api: call.endpoint.api, realm, accId, email },
        token,
        deleteProof,
      );
      return {};
    },
  });
}
