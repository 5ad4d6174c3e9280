import { ConfigError } from "../../config/config-error.ts";
import { readConfig } from "../../config/settings.ts";
import type { Logger } from "../../telemetry/log.ts";
import type { Server } from "./server.ts";

/**
 * Loads the files of the certificate again. Everything else of a single process needs a restart:
 * nothing else could hold the port meanwhile. A certificate that can't be used changes nothing.
 */
export function reloadCertificate(
  log: Logger,
  signal: string,
  server: Pick<Server, "renew">,
): void {
  try {
    const { tls } = readConfig();
    if (tls !== undefined) server.renew(tls);
    log.info({ signal, certificate: tls !== undefined }, "reloaded");
  } catch (err) {
    const problems = err instanceof ConfigError ? { problems: err.problems } : { err };
    log.error({ signal, ...problems }, "not reloaded");
  }
}
