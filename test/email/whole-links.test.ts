// The raw message, as a parser of e-mails reads it: the links of every letter are whole.
import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Brand, brandOf, NO_BRAND } from "../../src/domain/branding/brand.ts";
import { LANGUAGES } from "../../src/domain/email/language.ts";
import { type EmailMessage, hasToken, LETTER_KINDS } from "../../src/domain/email/mailer.ts";
import { compose } from "../../src/email/compose.ts";
import { smtpTransport } from "../../src/email/transport.ts";
import { PNG } from "../domain/branding/samples.ts";
import { type MailServer, startMailServer } from "./mail-server.ts";

/** Reads messages of standard input, one a line as JSON, with Python's parser. */
const PARSER = `
import email, email.policy, json, sys
for line in sys.stdin:
    message = email.message_from_bytes(json.loads(line).encode(), policy=email.policy.default)
    parts = {part.get_content_type(): part for part in message.walk() if not part.is_multipart()}
    print(json.dumps({
        "subject": message["subject"],
        "types": [part.get_content_type() for part in message.walk()],
        "text": parts["text/plain"].get_content(),
        "flowed": parts["text/plain"].get_param("format"),
        "html": parts["text/html"].get_content(),
        "ids": [part["content-id"] for part in message.walk() if part["content-id"]],
    }))
`;

interface Parsed {
  readonly subject: string;
  readonly types: readonly string[];
  readonly text: string;
  readonly flowed: string | null;
  readonly html: string;
  readonly ids: readonly string[];
}

const parse = (sources: readonly string[]): Parsed[] =>
  execFileSync("python3", ["-c", PARSER], {
    input: sources.map((source) => `${JSON.stringify(source)}\n`).join(""),
    env: { ...process.env, PYTHONIOENCODING: "utf-8" },
    maxBuffer: 2 ** 27,
  })
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Parsed);

const ISSUERS = [
  "https://id.example.com",
  `https://a-very-long-name-of-a-machine.${"department.".repeat(8)}example.com/` +
    `${"path-".repeat(180)}end`,
];
const TOKEN = `lkm_${"x".repeat(43)}`;
const PLAIN = brandOf("default", NO_BRAND, NO_BRAND);
const BRANDED: Brand = brandOf(
  "shop",
  {
    ...NO_BRAND,
    // Of right-to-left letters, and as long as a name may be.
    name: `חנות ${"ה".repeat(59)}`,
    logo: { type: "image/png", content: PNG.toString("base64") },
    color: "#7a1f5c",
    links: { terms: `https://example.com/${"terms/".repeat(70)}`, support: "mailto:a@b.org" },
    letters: LETTER_KINDS.flatMap((kind) =>
      LANGUAGES.map((language) => ({
        kind,
        language,
        subject: "{name} <script> & {host}",
        text: `From {name}: ${"x".repeat(500)}\n${"слово ".repeat(60)}\n<b>{when}</b> =3D =\u200a.`,
      })),
    ),
  },
  NO_BRAND,
);

const cases = ISSUERS.flatMap((issuer) =>
  [PLAIN, BRANDED].flatMap((brand) =>
    LANGUAGES.flatMap((language) =>
      LETTER_KINDS.map((kind) => {
        const envelope = { to: "ada@example.com", realm: brand.realm, language, writtenAt: 1e12 };
        const letter: EmailMessage = hasToken(kind)
          ? { ...envelope, kind, token: TOKEN }
          : { ...envelope, kind };
        return { issuer, brand, letter };
      }),
    ),
  ),
);

let server: MailServer;
beforeAll(async () => {
  server = await startMailServer({ hideSTARTTLS: true });
});
afterAll(() => server.stop());

test("every letter arrives with its link whole, alone on its line", async () => {
  const transport = smtpTransport(new URL(`smtp://127.0.0.1:${server.port}`), {
    name: "Latchkey",
    address: "no-reply@example.com",
  });
  for (const { issuer, brand, letter } of cases)
    await transport.deliver(await compose(letter, issuer, brand));
  const letters = parse(server.mails.map(({ source }) => source));
  expect(letters).toHaveLength(2 * 2 * LANGUAGES.length * LETTER_KINDS.length);
  for (const [index, { text, html, subject, types, flowed, ids }] of letters.entries()) {
    const { issuer, brand, letter } = cases[index]!;
    const about = `${letter.kind} ${letter.language} ${brand.realm}`;
    // RFC 5322 section 2.1.1.
    const longest = Math.max(
      ...server.mails[index]!.source.split("\r\n").map((line) => Buffer.byteLength(line)),
    );
    expect(longest, about).toBeLessThanOrEqual(998);
    expect(flowed, about).toBeNull();
    const lines = text.split(/\r?\n/);
    const links = lines.filter((line) => line.startsWith(issuer));
    expect(links, about).toHaveLength(1);
    if ("token" in letter) expect(links[0], about).toMatch(new RegExp(`\\?token=${TOKEN}$`));
    expect(html, about).toContain(`<a href="${links[0]}"`);
    expect(html, about).toContain(`>${links[0]}</p>`);
    expect(html, about).not.toMatch(/src="(?!cid:)|<script|<b>|<link|url\(/);
    if (brand === PLAIN) {
      expect(types, about).toEqual(["multipart/alternative", "text/plain", "text/html"]);
      continue;
    }
    expect(lines.slice(-5), about).toEqual(
      expect.arrayContaining([brand.links.terms, brand.links.support]),
    );
    expect(subject, about).toBe(`${brand.name} <script> & ${new URL(issuer).host}`);
    expect(types, about).toContain("image/png");
    expect(ids, about).toEqual([`<${/cid:([^"]+)/.exec(html)![1]}>`]);
    expect(html, about).toContain(`<a href="${brand.links.terms}"`);
  }
});
