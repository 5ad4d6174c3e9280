import { SenlerService } from "../../gen/legacy/senler/v1/senler_pb.ts";
import { IdentityError, invalidField } from "../domain/errors.ts";
import type { GroupKeys } from "../domain/legacy/group-keys.ts";
import type { ServiceBinding } from "../rpc/call.ts";
import { bind } from "../rpc/call.ts";

export interface SenlerDependencies {
  readonly groupKeys: GroupKeys;
}

/** Binds the documented call to the domain. */
export function senler({ groupKeys }: SenlerDependencies): ServiceBinding {
  return bind(SenlerService, {
    token: async (request, call) => {
      const { clientId, clientSecret, redirectUri, code, grantType } = request;
      const needed = {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uri: redirectUri,
        code,
      };
      // The documented error has place for one parameter.
      const missing = Object.entries(needed).find(([, value]) => value === "")?.[0];
      if (missing !== undefined) throw invalidField(missing, "is needed");
      if (grantType !== "" && grantType !== "authorization_code")
        throw new IdentityError("GRANT_TYPE_UNSUPPORTED", "There is no such grant.");
      return { accessToken: await groupKeys.exchange(call, call.endpoint.api, request) };
    },
  });
}
