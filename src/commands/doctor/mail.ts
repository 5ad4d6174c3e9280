import { checkMailServer } from "../../app/mail-queue.ts";
import type { Config } from "../../config/settings.ts";
import { type Finding, subject } from "./finding.ts";

/** What to do, by the reason of the failure. */
const ADVICE: Readonly<Record<string, string>> = {
  connection:
    "see that the mail server runs, that SMTP_URL names it, and that no firewall is between",
  timeout: "see that SMTP_URL has the right port, and that no firewall is between",
  tls:
    "see that the mail server offers TLS with a certificate for its name: " +
    "587 with smtp://, 465 with smtps://",
  authentication: "correct the user and the password in SMTP_URL; write special characters as %40",
  refused: "see why the mail server refuses this machine",
  deferred: "see why the mail server refuses this machine for now",
};

/** Returns what to do about a failure. */
export const mailAdvice = (reason: string): string =>
  ADVICE[reason] ?? "see that SMTP_URL is right and that the mail server runs";

/** Connects to the mail server and signs in, without sending an e-mail. */
export async function mail({ mail: { server }, publicUrl }: Config): Promise<Finding[]> {
  const { ok, warn, fail } = subject("mail");
  if (server === undefined)
    return publicUrl?.startsWith("https:") === true
      ? [
          warn(
            "PUBLIC_URL is https, but there is no SMTP_URL: users get no e-mail, and can neither " +
              "confirm an address nor reset a password",
            "set SMTP_URL and MAIL_FROM",
          ),
        ]
      : [ok("no SMTP_URL: e-mails are written to DATA_DIR/mail")];
  const failure = await checkMailServer(server);
  const signedIn = server.username === "" ? "" : " and our credentials";
  if (failure === undefined) return [ok(`${server.host} takes the connection${signedIn}`)];
  return [
    fail(
      `${server.host} can't be used, so no e-mail is sent: ${failure.reason} (${failure.text})`,
      mailAdvice(failure.reason),
    ),
  ];
}
