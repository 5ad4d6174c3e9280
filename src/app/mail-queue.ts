import { join } from "node:path";
import { newId } from "../domain/ids.ts";
import { type EmailFailureReason, mailFailureOf, MailQueue } from "../email/mail-queue.ts";
import { folderTransport, smtpTransport, verifySmtp } from "../email/transport.ts";
import type { AppDependencies } from "./dependencies.ts";

/** Creates the queue of outgoing e-mail, over SMTP or, without a server, into a folder. */
export function createMailQueue({
  config: { mail, dataDir },
  clock,
  telemetry,
  issuer,
}: AppDependencies): MailQueue {
  const transport =
    mail.server === undefined
      ? folderTransport(join(dataDir, "mail"), mail.from, () => newId(clock))
      : smtpTransport(mail.server, mail.from);
  return new MailQueue({
    transport,
    issuer,
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
