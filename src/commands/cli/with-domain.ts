import { readConfig } from "../../config/settings.ts";
import type { Config } from "../../config/settings.ts";
import type { RequestContext } from "../../domain/request-context.ts";
import type { Clock } from "../../domain/clock.ts";
import { DatabaseClock } from "../../domain/database-clock.ts";
import type { Store } from "../../domain/store.ts";
import type { CommandConnections, ConnectionsOptions } from "../../app/command-connections.ts";
import { createDomain, type Domain } from "../../create-domain.ts";
import { openStore } from "../../store/engine/create-store.ts";
import { requireInstallation } from "./installation.ts";

/** The opened domain, as a command uses it. */
export interface Opened {
  readonly config: Config;
  readonly store: Store;
  /** The time of the database. */
  readonly clock: Clock;
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

/** Opens what a command needs besides the database. */
type Connect = (options: ConnectionsOptions) => Promise<CommandConnections>;

/** Says on standard error that an e-mail to a user was not sent. */
const warnUnsent = (why: string): void =>
  void process.stderr.write(
    `The e-mail to the user was not sent: ${why}\nTry: latchkey mail test ADDRESS\n`,
  );

/**
 * Opens the database, runs `work`, and closes the database. With `connect`, users get the e-mails
 * of a server, and the servers that are taken over are asked and informed.
 */
export async function withDomain(
  work: (opened: Opened) => Promise<void>,
  connect?: Connect,
): Promise<void> {
  const config = readConfig();
  const { options, secret } = requireInstallation(config);
  const store = await openStore(options);
  try {
    if (!(await store.ready()))
      throw new Error("the database does not have this version's schema: run latchkey migrate");
    const clock = new DatabaseClock(store);
    await clock.measure();
    const opened: { domain?: Domain } = {};
    const connections = await connect?.({
      config,
      secret,
      clock,
      onUnsent: warnUnsent,
      brandOf: (realm) => opened.domain!.brands.of(realm),
    });
    try {
      const domain = await createDomain({
        config,
        store,
        clock,
        secret,
        issuer: config.publicUrl ?? "",
        ...(connections && {
          mailer: connections.mailer,
          predecessorPort: connections.predecessorPort,
        }),
      });
      opened.domain = domain;
      await work({ config, store, clock, domain, context });
    } finally {
      await connections?.close();
    }
  } finally {
    await store.close();
  }
}
