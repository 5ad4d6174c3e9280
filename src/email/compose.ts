import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { deliveryAddress } from "../domain/accounts/email-address.ts";
import { type Brand, letterTextOf } from "../domain/branding/brand.ts";
import { fillIn, paragraphsOf } from "../domain/branding/letter-texts.ts";
import { namedLinks } from "../domain/branding/link-names.ts";
import type { Logo } from "../domain/branding/logo.ts";
import type { EmailMessage } from "../domain/email/mailer.ts";
import type { Language } from "../domain/email/language.ts";
import { mailMessages } from "./messages/messages.ts";

/** What a transport delivers. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly date: Date;
  /** The image that the HTML shows as `cid:` and this id; it travels with the letter. */
  readonly logo?: (Logo & { readonly id: string }) | undefined;
}

/** The id of the logo within a letter (RFC 2392). */
const LOGO_ID = "logo@latchkey";
/** The images that mail programs show. */
const SHOWN_TYPES: readonly string[] = ["image/png", "image/jpeg"];

/** Inline, because mail programs ignore style sheets. */
const BODY_STYLE =
  "margin:0;padding:24px 16px;background:#f3f5f9;color:#171c26;" +
  "font:16px/1.5 system-ui,sans-serif";
const CARD_STYLE =
  "max-width:480px;margin:0 auto;padding:32px;background:#fff;border-radius:16px;" +
  "overflow-wrap:anywhere";
const QUIET_STYLE = "font-size:14px;color:#525c6e";
const ACCENT = "#2459d6";
const buttonStyle = (accent: string): string =>
  `display:inline-block;padding:12px 24px;border-radius:10px;background:${accent};color:#fff;` +
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
  "new-device": "/forgot-password",
  test: "/",
};

/** The texts of a letter, those of the brand in place of ours. */
interface Words {
  readonly subject: string;
  /** The paragraphs above the button. */
  readonly paragraphs: readonly string[];
  readonly action: string;
  readonly after: readonly string[];
}

/** The button and what follows it stay ours: they say how long the link works. */
function wordsOf(
  { kind, language }: EmailMessage,
  brand: Brand,
  values: { readonly host: string; readonly when: string },
): Words {
  const { text, ...ours } = mailMessages[language][kind](values);
  const own = letterTextOf(brand.letters, { kind, language });
  const filled = (given: string): string => fillIn(given, { ...values, name: brand.name });
  return {
    ...ours,
    ...(own !== undefined && own.subject !== "" && { subject: filled(own.subject) }),
    paragraphs: own === undefined || own.text === "" ? [text] : paragraphsOf(own.text).map(filled),
  };
}

/**
 * Renders an e-mail in its language as plain text and HTML. The HTML loads nothing, so the sender
 * can't see that it was read. Every link begins with `issuer`, not with the host of a request, but
 * for the legal links of the brand.
 */
export async function compose(letter: EmailMessage, issuer: string, brand: Brand): Promise<Mail> {
  const { kind, language, writtenAt } = letter;
  const date = new Date(writtenAt);
  const words = wordsOf(letter, brand, {
    host: new URL(issuer).host,
    when: `${TIMES[language].format(date)} UTC`,
  });
  const { subject, paragraphs, action, after } = words;
  const link = `${issuer}${PAGES[kind]}${"token" in letter ? `?token=${letter.token}` : ""}`;
  const legal = namedLinks(brand, language);
  const logo =
    brand.logo !== undefined && SHOWN_TYPES.includes(brand.logo.type)
      ? { ...brand.logo, id: LOGO_ID }
      : undefined;
  const accent = brand.color || ACCENT;
  const page = await html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <title>${subject}</title>
      </head>
      <body style="${BODY_STYLE}">
        <div style="${CARD_STYLE}">
          ${logo === undefined ? "" : logoImage()}
          <p style="margin:0;font-weight:600;color:${accent}"><bdi>${brand.name}</bdi></p>
          <h1 style="margin:16px 0;font-size:22px;line-height:1.25">${subject}</h1>
          ${paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)}
          <p style="margin:24px 0">
            <a href="${link}" style="${buttonStyle(accent)}">${action}</a>
          </p>
          <p style="margin:0;${QUIET_STYLE}">${link}</p>
          ${after.map((line) => html`<p style="${QUIET_STYLE}">${line}</p>`)}
          ${legal.length === 0 ? "" : html`<p style="${QUIET_STYLE}">${legal.map(legalLink)}</p>`}
        </div>
      </body>
    </html> `;
  return {
    // The same mailbox that the key of the address names: a mail server can't read another one in
    // it.
    to: deliveryAddress(letter.to),
    subject,
    date,
    // A link stands alone on its line, so that no program takes a character beside it for a part.
    text:
      [
        ...paragraphs,
        `${action}:\n${link}`,
        ...after,
        `— ${brand.name}`,
        ...legal.map(({ name, href }) => `${name}:\n${href}`),
      ].join("\n\n") + "\n",
    html: page.toString(),
    logo,
  };
}

const logoImage = (): HtmlEscapedString | Promise<HtmlEscapedString> =>
  html`<p style="margin:0 0 8px">
    <img src="cid:${LOGO_ID}" alt="" height="40" style="height:40px;max-width:200px" />
  </p>`;

const legalLink = (
  { name, href }: { readonly name: string; readonly href: string },
  index: number,
): HtmlEscapedString | Promise<HtmlEscapedString> =>
  html`${index === 0 ? "" : " · "}<a href="${href}" style="color:#525c6e">${name}</a>`;
