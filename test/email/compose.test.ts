// Every letter in every language: complete, quiet, and with links to this server only.
import { expect, test } from "vitest";
import { brandOf, NO_BRAND } from "../../src/domain/branding/brand.ts";
import { type EmailMessage, hasToken } from "../../src/domain/email/mailer.ts";
import { compose } from "../../src/email/compose.ts";
import { mailMessages } from "../../src/email/messages/messages.ts";
import { LANGUAGES } from "../../src/domain/email/language.ts";

const PLAIN = brandOf("default", NO_BRAND, NO_BRAND);
const KINDS = Object.keys(mailMessages.en) as EmailMessage["kind"][];
const letters = LANGUAGES.flatMap((language) =>
  KINDS.map((kind): EmailMessage => {
    const envelope = {
      language,
      realm: "default",
      to: "ada@example.com",
      writtenAt: 1_760_000_000_000,
    };
    return hasToken(kind) ? { ...envelope, kind, token: "lkm_the-token" } : { ...envelope, kind };
  }),
);

test.each(letters)("$kind in $language", async (letter) => {
  const { subject, text, html, date } = await compose(letter, "https://id.example.com", PLAIN);
  expect(subject).not.toBe("");
  expect(date.getTime()).toBe(letter.writtenAt);
  for (const form of [text, html]) {
    expect(form).toContain("id.example.com");
    expect(new Set([...form.matchAll(/https?:\/\/[^/\s"<]+/g)].map(([origin]) => origin))).toEqual(
      new Set(["https://id.example.com"]),
    );
    expect(form).not.toMatch(/undefined|null|\[object/);
  }
  expect(html).not.toMatch(/<(?:img|link|script|iframe|object|style)|url\(|src=|@import/i);
  expect([...html.matchAll(/href="([^"]*)"/g)]).toHaveLength(1);
});

test("only what the link needs carries a token, each on its own page", async () => {
  const links = await Promise.all(
    KINDS.map(async (kind) =>
      /https:\/\/\S+/
        .exec(
          (
            await compose(
              letters.find((letter) => letter.kind === kind)!,
              "https://id.example.com",
              PLAIN,
            )
          ).text,
        )?.[0]
        .slice(22),
    ),
  );
  expect(links).toEqual([
    "/confirm-sign-up?token=lkm_the-token",
    "/verify-email?token=lkm_the-token",
    "/verify-email?token=lkm_the-token",
    "/reset-password?token=lkm_the-token",
    "/sign-in",
    "/forgot-password",
    "/forgot-password",
    "/",
    "/sign-in",
    "/forgot-password",
    "/account/communities",
    "/forgot-password",
    "/",
  ]);
});

test("the languages are not one", () => {
  for (const kind of KINDS)
    expect(
      new Set(
        LANGUAGES.map((language) => mailMessages[language][kind]({ host: "h", when: "w" }).subject),
      ).size,
    ).toBe(LANGUAGES.length);
});
