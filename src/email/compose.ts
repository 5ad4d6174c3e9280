import { html } from "hono/html";
import type { EmailMessage } from "../domain/email/mailer.ts";
import type { Language } from "../domain/email/language.ts";
import { deliveryAddress } from "../domain/accounts/email-address.ts";
import { mailMessages } from "./messages/messages.ts";

/** What a transport delivers. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly date: Date;
}

/** Inline, because mail programs ignore style sheets. */
const BODY_STYLE =
  "margin:0;padding:24px 16px;background:#f3f5f9;color:#171c26;" +
  "font:16px/1.5 system-ui,sans-serif";
const BUTTON_STYLE =
  "display:inline-block;padding:12px 24px;border-radius:10px;background:#2459d6;color:#fff;" +
  "font-weight:600;text-decoration:none";

const timeFormat = (language: Language): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" });
const TIMES = { en: timeFormat("en"), ru: timeFormat("ru"), zh: timeFormat("zh") };

/** The page that the link opens. Opening a page never changes anything. */
const PAGES: Readonly<Record<EmailMessage["kind"], string>> = {
  "already-registered": "/sign-in",
  "sign-up": "/confirm-sign-up",
  "verify-email": "/verify-email",
  "change-email": "/verify-email",
  "reset-password": "/reset-password",
  "password-changed": "/forgot-password",
  "address-proven": "/forgot-password",
  "email-changed": "/",
  "account-deleted": "/sign-in",
  "account-restored": "/forgot-password",
  "group-invitation": "/account/communities",
  test: "/",
};

/**
 * Renders an e-mail in its language as plain text and HTML. The HTML loads nothing, so the sender
 * can't see that it was read. Every link begins with `issuer`, not with the host of a request.
 */
export async function compose(letter: EmailMessage, issuer: string): Promise<Mail> {
  const { kind, language, writtenAt } = letter;
  // The same mailbox that the key of the address names: a mail server can't read another one in it.
  const to = deliveryAddress(letter.to);
  const date = new Date(writtenAt);
  const when = `${TIMES[language].format(date)} UTC`;
  const { subject, text, action, after } = mailMessages[language][kind]({
    host: new URL(issuer).host,
    when,
  });
  const link = `${issuer}${PAGES[kind]}${"token" in letter ? `?token=${letter.token}` : ""}`;
  const page = await html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <title>${subject}</title>
      </head>
      <body style="${BODY_STYLE}">
        <div style="max-width:480px;margin:0 auto;padding:32px;background:#fff;border-radius:16px">
          <p style="margin:0;font-weight:600;color:#2459d6">Latchkey</p>
          <h1 style="margin:16px 0;font-size:22px;line-height:1.25">${subject}</h1>
          <p>${text}</p>
          <p style="margin:24px 0">
            <a href="${link}" style="${BUTTON_STYLE}">${action}</a>
          </p>
          <p style="margin:0;font-size:14px;color:#525c6e;overflow-wrap:anywhere">${link}</p>
          ${after.map((line) => html`<p style="font-size:14px;color:#525c6e">${line}</p>`)}
        </div>
      </body>
    </html> `;
  return {
    to,
    subject,
    date,
    text: [text, `${action}:\n${link}`, ...after, "— Latchkey"].join("\n\n") + "\n",
    html: page.toString(),
  };
}
