import { ZimoxyService } from "../../gen/legacy/zimoxy/v1/zimoxy_pb.ts";
import type { PartnerRegistration } from "../domain/legacy/partner-registration.ts";
import type { ServiceBinding } from "../rpc/call.ts";
import { bind } from "../rpc/call.ts";

export interface ZimoxyDependencies {
  readonly partners: PartnerRegistration;
}

/** Binds the documented calls to the domain. */
export function zimoxy({ partners }: ZimoxyDependencies): ServiceBinding {
  return bind(ZimoxyService, {
    register: async (request, call) => {
      await partners.register(call, request.secretKey, request);
      return {};
    },
    login: async (request, call) => {
      await partners.login(call, request.secretKey, request);
      return {};
    },
  });
}
