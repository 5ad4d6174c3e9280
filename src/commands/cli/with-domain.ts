import { readConfig } from "../../config/settings.ts";
import type { Config } from "../../config/settings.ts";
import type { RequestContext } from "../../domain/request-context.ts";
import { systemClock } from "../../domain/clock.ts";
import type { Store } from "../../domain/store.ts";
import { createDomain, type Domain } from "../../create-domain.ts";
import { openStore } from "../../store/engine/create-store.ts";
import { requireInstallation } from "./installation.ts";

/** The opened domain, as a command uses it. */
export interface Opened {
  readonly config: Config;
  readonly store: Store;
  readonly domain: Domain;
  /** The request context of the command. */
  readonly context: RequestContext;
}

/** Commands have no deadline. */
const context: RequestContext = {
  caller: { kind: "operator" },
  address: "",
  userAgent: "latchkey",
  expired: () => false,
};

/** Opens the database, runs `work`, and closes the database. */
export async function withDomain(work: (opened: Opened) => Promise<void>): Promise<void> {
  const config = readConfig();
  const { options, secret } = requireInstallation(config);
  const store = await openStore(options);
  try {
    if (!(await store.ready()))
      throw new Error("the database does not have this version's schema: run latchkey migrate");
    const domain = await createDomain({
      config,
      store,
      clock: systemClock,
      secret,
      issuer: config.publicUrl ?? "",
    });
    await work({ config, store, domain, context });
  } finally {
    await store.close();
  }
}
