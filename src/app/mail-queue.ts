import { join } from "node:path";
import { newId } from "../domain/ids.ts";
import { MailQueue } from "../email/mail-queue.ts";
import { folderTransport, smtpTransport } from "../email/transport.ts";
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
    onSettled: telemetry.emailSettled,
    onFault: (error) => telemetry.fault(error),
  });
}
