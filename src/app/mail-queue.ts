import { join } from "node:path";
import type { Config } from "../config/settings.ts";
import type { Clock } from "../domain/clock.ts";
import type { Brand } from "../domain/branding/brand.ts";
import { newId } from "../domain/ids.ts";
import {
  type AnsweringTransport,
  type EmailFailureReason,
  mailFailureOf,
  MailQueue,
} from "../email/mail-queue.ts";
import { folderTransport, smtpTransport, verifySmtp } from "../email/transport.ts";
import type { AppDependencies } from "./dependencies.ts";

/** Creates what delivers e-mails: SMTP or, without a server, a folder. */
export const createMailTransport = (
  { mail, dataDir }: Pick<Config, "mail" | "dataDir">,
  clock: Clock,
): AnsweringTransport =>
  mail.server === undefined
    ? folderTransport(join(dataDir, "mail"), mail.from, () => newId(clock))
    : smtpTransport(mail.server, mail.from);

/** Creates the queue of outgoing e-mail. */
export function createMailQueue(
  { config, clock, telemetry, issuer }: AppDependencies,
  brandOf: (realm: string) => Brand,
): MailQueue {
  return new MailQueue({
    transport: createMailTransport(config, clock),
    issuer,
    brandOf,
    onQueued: telemetry.emailQueued,
    onSettled: telemetry.emailSettled,
    onFault: (error) => telemetry.fault(error),
  });
}

/** Returns why e-mails can't be sent to the server; undefined if they can. Sends none. */
export const checkMailServer = (
  server: URL,
): Promise<{ readonly reason: EmailFailureReason; readonly text: string } | undefined> =>
  verifySmtp(server).then(() => undefined, mailFailureOf);
