import type { Domain } from "../create-domain.ts";
import { kokids } from "../legacy/kokids.ts";
import { secretpair } from "../legacy/secretpair.ts";
import { senler } from "../legacy/senler.ts";
import { zimoxy } from "../legacy/zimoxy.ts";
import type { ServiceBinding } from "../rpc/call.ts";
import { oauthService } from "../rpc/services/oauth-service.ts";
import { userService } from "../rpc/services/user-service.ts";
import type { AppDependencies } from "./dependencies.ts";

/** Binds the services of the API and the documented APIs that are enabled. */
export function createServices(
  { config, clock, issuer }: AppDependencies,
  domain: Domain,
): readonly ServiceBinding[] {
  return [
    userService({ ...domain, now: () => clock.now() }),
    oauthService({ ...domain, issuer }),
    ...(config.kokids.enabled ? [kokids({ ...domain, ...config.kokids })] : []),
    ...(config.secretpair.enabled ? [secretpair({ ...domain, ...config.secretpair })] : []),
    ...(config.zimoxy.enabled ? [zimoxy(domain)] : []),
    ...(config.senler.enabled ? [senler(domain)] : []),
  ];
}
