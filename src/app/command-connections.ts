import type { Config } from "../config/settings.ts";
import type { DomainDependencies } from "../create-domain.ts";
import type { Brand } from "../domain/branding/brand.ts";
import type { Clock } from "../domain/clock.ts";
import type { Mailer } from "../domain/email/mailer.ts";
import { MailQueue } from "../email/mail-queue.ts";
import { createMailTransport } from "./mail-queue.ts";

/** How long a command waits for its e-mails at the end. */
const MAIL_MS = 45_000;

/** What a command that changes users needs besides the database, as a server has it. */
export interface CommandConnections extends Pick<DomainDependencies, "predecessorPort"> {
  readonly mailer: Mailer;
  /** Delivers the e-mails, and closes the connections. */
  close(): Promise<void>;
}

export interface ConnectionsOptions {
  readonly config: Config;
  readonly secret: string;
  readonly clock: Clock;
  /** Returns the brand of a realm; called when the first e-mail is rendered. */
  readonly brandOf: (realm: string) => Brand;
  /** Receives why an e-mail was not sent. */
  readonly onUnsent: (why: string) => void;
}

/**
 * Returns the URL that links in e-mails begin with. Without PUBLIC_URL, it is that of a server on
 * this machine.
 */
export const linkUrlOf = ({ publicUrl, tls, port }: Config): string =>
  publicUrl ?? `${tls ? "https" : "http"}://localhost:${port}`;

/** Opens the mail queue and, where an API has one, the servers that are taken over. */
export async function openConnections({
  config,
  secret,
  clock,
  onUnsent,
  brandOf,
}: ConnectionsOptions): Promise<CommandConnections> {
  const mailQueue = new MailQueue({
    transport: createMailTransport(config, clock),
    issuer: linkUrlOf(config),
    brandOf,
    onSettled: ({ reason, failure }) => {
      if (failure !== undefined) onUnsent(`${reason} (${failure})`);
    },
    onFault: (error) => onUnsent(error instanceof Error ? error.message : String(error)),
  });
  const predecessors = await connectPredecessors({ config, secret, clock });
  return {
    mailer: mailQueue,
    predecessorPort: predecessors?.port,
    close: async () => {
      await mailQueue.drain(MAIL_MS);
      predecessors?.close();
    },
  };
}

/** Loads the code of the clients only if there is a server to ask. */
async function connectPredecessors({
  config,
  secret,
  clock,
}: Pick<ConnectionsOptions, "config" | "secret" | "clock">) {
  if (!Object.values(config.apis).some((api) => api.enabled && api.predecessor !== undefined))
    return undefined;
  const { openPredecessors, portOf } = await import("./predecessors.ts");
  const opened = openPredecessors({ config, secret, telemetry: { predecessors: undefined } });
  return {
    port: portOf({ config, clock }, opened),
    close: () => {
      for (const { client } of opened.values()) client.close();
    },
  };
}
