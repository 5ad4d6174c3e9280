import { unescape } from "node:querystring";
import type { Config } from "../config/settings.ts";
import { brandOfSettings } from "../create-domain/branding.ts";
import { brandOf, NO_BRAND } from "../domain/branding/brand.ts";
import { systemClock, ticks } from "../domain/clock.ts";
import type { Language } from "../domain/email/language.ts";
import { DEFAULT_REALM } from "../domain/accounts/new-user.ts";
import { parseEmail } from "../domain/accounts/email-address.ts";
import { compose } from "../email/compose.ts";
import { type EmailFailureReason, mailFailureOf } from "../email/mail-queue.ts";
import { linkUrlOf } from "./command-connections.ts";
import { createMailTransport } from "./mail-queue.ts";

/** What has become of a test e-mail. */
export interface TestMailOutcome {
  /** The server's answer to the e-mail, or the file that has it. */
  readonly answer?: string;
  readonly failure?: {
    readonly reason: EmailFailureReason;
    /** The codes of the connection and of the mail server. */
    readonly code: string;
    /** What the mail server or the connection says, without our credentials. */
    readonly answer: string;
  };
  readonly milliseconds: number;
}

/** Sends one e-mail as a server would, once, and returns what has become of it. */
export async function sendTestMail(
  config: Config,
  to: string,
  language: Language,
): Promise<TestMailOutcome> {
  const { address } = parseEmail(to);
  const writtenAt = systemClock.now();
  const brand = brandOf(DEFAULT_REALM, NO_BRAND, brandOfSettings(config.brand));
  const letter = { kind: "test", to: address, realm: DEFAULT_REALM, language, writtenAt } as const;
  const mail = await compose(letter, linkUrlOf(config), brand);
  const begin = ticks();
  const outcome = await createMailTransport(config, systemClock)
    .deliver(mail)
    .then(
      (answer) => ({ answer }),
      (error: unknown) => ({ failure: failureOf(error, config.mail.server) }),
    );
  return { ...outcome, milliseconds: Math.round(ticks() - begin) };
}

function failureOf(error: unknown, server: URL | undefined): TestMailOutcome["failure"] {
  const { reason, text } = mailFailureOf(error);
  const { response, message } = error as { response?: unknown; message?: unknown };
  const said = typeof response === "string" ? response : String(message);
  return { reason, code: text, answer: server === undefined ? said : withoutSecrets(said, server) };
}

/** Hides the credentials in every form in which they are sent: a server may repeat its command. */
function withoutSecrets(text: string, { username, password }: URL): string {
  const [user, secret] = [unescape(username), unescape(password)];
  const forms = [secret, password, base64(`\0${user}\0${secret}`), base64(secret)];
  return forms
    .filter((form) => form !== "")
    .toSorted((a, b) => b.length - a.length)
    .reduce((hidden, form) => hidden.replaceAll(form, "***"), text);
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");
