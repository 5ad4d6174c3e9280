import { DOCUMENTED_APIS } from "../config/documented-apis.ts";
import type { Domain } from "../create-domain.ts";
import { documentedBindings } from "../legacy/bindings.ts";
import type { ServiceBinding } from "../rpc/call.ts";
import { auditService } from "../rpc/services/audit-service.ts";
import { brandingService } from "../rpc/services/branding-service.ts";
import { oauthService } from "../rpc/services/oauth-service.ts";
import { predecessorService } from "../rpc/services/predecessor-service.ts";
import { resourceService } from "../rpc/services/resources/resource-service.ts";
import { userService } from "../rpc/services/user-service.ts";
import type { AppDependencies } from "./dependencies.ts";

/** Binds the services of the API and the documented APIs that are enabled. */
export const createServices = (
  { config, clock, issuer }: AppDependencies,
  domain: Domain,
): readonly ServiceBinding[] => [
  userService({ ...domain, now: () => clock.now() }),
  oauthService({ ...domain, issuer }),
  predecessorService(domain),
  auditService(domain),
  brandingService(domain),
  resourceService(domain),
  ...DOCUMENTED_APIS.filter(({ name }) => config.apis[name].enabled).map(({ name }) =>
    documentedBindings[name]({ ...domain, ...config.kokids, realm: config.apis[name].realm }),
  ),
];
