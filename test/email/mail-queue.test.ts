// Letters on their way: to a real SMTP server, into a folder, again after a failure, and to the end
// of the process.
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SMTPServerOptions } from "smtp-server";
import { afterEach, describe, expect, test } from "vitest";
import { brandOf, NO_BRAND } from "../../src/domain/branding/brand.ts";
import type { EmailMessage } from "../../src/domain/email/mailer.ts";
import {
  type LetterFacts,
  MailQueue,
  type MailQueueOptions,
  type Transport,
} from "../../src/email/mail-queue.ts";
import { folderTransport, smtpTransport } from "../../src/email/transport.ts";
import { type MailServer, PASSWORD, startMailServer } from "./mail-server.ts";
import { lettersIn, read } from "./mailbox.ts";

const FROM = { name: "Ключ, Inc", address: "no-reply@example.com" };
const ISSUER = "https://id.example.com";
const letter = (given: Partial<EmailMessage> = {}): EmailMessage =>
  ({
    kind: "reset-password",
    to: "Ada@example.com",
    realm: "default",
    language: "en",
    writtenAt: Date.UTC(2026, 0, 2),
    token: "lkm_the-token",
    ...given,
  }) as EmailMessage;

/** An outbox that tells what became of its letters. */
function mailQueue(transport: Transport, more: Partial<MailQueueOptions> = {}) {
  const told = {
    delivered: [] as LetterFacts[],
    failed: [] as LetterFacts[],
    faults: [] as unknown[],
  };
  const letters = new MailQueue({
    transport,
    issuer: ISSUER,
    brandOf: (realm) => brandOf(realm, NO_BRAND, NO_BRAND),
    pausesMs: [1, 1],
    onSettled: (facts) => (facts.failure === undefined ? told.delivered : told.failed).push(facts),
    onFault: (error) => told.faults.push(error),
    ...more,
  });
  return {
    letters,
    told,
    post: (given?: Partial<EmailMessage>) => letters.enqueue(() => Promise.resolve(letter(given))),
  };
}

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A mail server until the end of the test. */
async function mailServer(options?: SMTPServerOptions): Promise<MailServer> {
  const server = await startMailServer(options);
  ends.push(() => server.stop());
  return server;
}

describe("by SMTP", () => {
  test("a letter arrives as it was written, with the server's credentials", async () => {
    const { mails, port } = await mailServer({ authOptional: false });
    const { letters, told, post } = mailQueue(
      smtpTransport(new URL(`smtp://post:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}`), FROM),
    );
    post({ language: "ru" });
    post({ to: "иван@пример.рф", kind: "password-changed" });
    await letters.drain(5_000);
    expect(told).toMatchObject({ failed: [], faults: [] });
    expect(told.delivered).toContainEqual({
      kind: "reset-password",
      domain: "example.com",
      tries: 1,
    });
    const mail = mails.find(({ to }) => to.includes("Ada@example.com"))!;
    expect(mail).toMatchObject({
      from: "no-reply@example.com",
      to: ["Ada@example.com"],
      user: "post",
      secure: true,
    });
    expect(mail.source).toMatch(/^Auto-Submitted: auto-generated$/im);
    expect(mail.source).toMatch(/^Date: Fri, 02 Jan 2026/im);
    const arrived = read(mail.source);
    expect(arrived).toMatchObject({
      to: "Ada@example.com",
      subject: "Сброс пароля",
      link: `${ISSUER}/reset-password?token=lkm_the-token`,
    });
    expect(arrived.text).toContain("Ссылка одноразовая и действует 15 минут.");
    expect(arrived.html).toContain(`href="${ISSUER}/reset-password?token=lkm_the-token"`);
    expect(mails).toHaveLength(2);
  });

  test("TLS from the first byte", async () => {
    const { mails, port } = await mailServer({ secure: true });
    const { letters, post } = mailQueue(smtpTransport(new URL(`smtps://localhost:${port}`), FROM));
    post();
    await letters.drain(5_000);
    expect(mails.map(({ secure }) => secure)).toEqual([true]);
  });

  test(
    "credentials do not go to another machine without TLS, nor to one that can't show " +
      "who it is",
    async () => {
      const plain = await mailServer({ hideSTARTTLS: true, disabledCommands: ["STARTTLS"] });
      const stranger = await mailServer();
      // The number is this machine's address too, but does not look like it.
      const told = await Promise.all(
        [plain, stranger].map(async ({ port }) => {
          const { letters, told, post } = mailQueue(
            smtpTransport(new URL(`smtp://post:secret@2130706433:${port}`), FROM),
          );
          post();
          await letters.drain(5_000);
          return told;
        }),
      );
      expect(told.map(({ failed }) => failed.map(({ failure }) => failure))).toEqual([
        ["ETLS 500"],
        ["ESOCKET"],
      ]);
      expect([...plain.mails, ...stranger.mails]).toEqual([]);
    },
  );

  test(
    "what a server refuses for now is tried again, what it refuses for good is not, and " +
      "the log learns nothing secret",
    async () => {
      let refusals = 1;
      const { mails, port } = await mailServer({
        onRcptTo({ address }, _, done) {
          if (address.startsWith("nobody"))
            return done(Object.assign(new Error(`no ${address} here`), { responseCode: 550 }));
          return refusals-- > 0
            ? done(Object.assign(new Error("later"), { responseCode: 451 }))
            : done();
        },
      });
      const { letters, told, post } = mailQueue(
        smtpTransport(new URL(`smtp://127.0.0.1:${port}`), FROM),
      );
      post();
      post({ to: "nobody@example.org" });
      await expect.poll(() => told.delivered.length + told.failed.length).toBe(2);
      await letters.drain(1_000);
      expect(told).toEqual({
        delivered: [{ kind: "reset-password", domain: "example.com", tries: 2 }],
        failed: [
          {
            kind: "reset-password",
            domain: "example.org",
            tries: 1,
            failure: "EENVELOPE 550",
            reason: "refused",
          },
        ],
        faults: [],
      });
      expect(mails).toHaveLength(1);
    },
  );

  test("without a server a letter is given up after its tries", async () => {
    const { letters, told, post } = mailQueue(smtpTransport(new URL("smtp://127.0.0.1:1"), FROM));
    post();
    await letters.drain(5_000);
    expect(told.failed).toEqual([
      {
        kind: "reset-password",
        domain: "example.com",
        tries: 3,
        failure: "ESOCKET",
        reason: "connection",
      },
    ]);
  });
});

test("in a folder, an e-mail is a private file, named in the order of time", async () => {
  const folder = join(await mkdtemp(join(tmpdir(), "latchkey-mail-")), "mail");
  ends.push(() => rm(join(folder, ".."), { recursive: true }));
  let names = 0;
  const { letters, post } = mailQueue(folderTransport(folder, FROM, () => `letter-${names++}`));
  for (const language of ["en", "ru", "zh"] as const) post({ language });
  await letters.drain(5_000);
  expect((await readdir(folder)).sort()).toEqual(["letter-0.eml", "letter-1.eml", "letter-2.eml"]);
  expect([
    (await stat(folder)).mode & 0o777,
    (await stat(join(folder, "letter-0.eml"))).mode & 0o777,
  ]).toEqual([0o700, 0o600]);
  expect(
    new Set((await lettersIn(folder)).map(({ subject, link }) => `${subject} ${link}`)),
  ).toEqual(
    new Set(
      ["Reset your password", "Сброс пароля", "重置密码"].map(
        (subject) => `${subject} ${ISSUER}/reset-password?token=lkm_the-token`,
      ),
    ),
  );
});

describe("the queue", () => {
  test("has an end: beyond it nothing is promised, and what is dropped is reported", async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => void (release = resolve));
    const { letters, told, post } = mailQueue({ deliver: () => held });
    for (let count = 0; count < 999; count++) post();
    expect(() => letters.requirePlace()).not.toThrow();
    post();
    expect(() => letters.requirePlace()).toThrow(expect.objectContaining({ reason: "OVERLOADED" }));
    post();
    expect(told.faults).toEqual([
      new Error("an e-mail was dropped: too many wait for the mail server"),
    ]);
    release();
    await letters.drain(5_000);
    expect(told.delivered).toHaveLength(1000);
    expect(() => letters.requirePlace()).not.toThrow();
  });

  test("writes nothing for nothing, and survives a writer that fails", async () => {
    const { letters, told } = mailQueue({ deliver: () => Promise.resolve() });
    const failure = new Error("no database");
    letters.enqueue(() => Promise.resolve(undefined));
    letters.enqueue(() => Promise.reject(failure));
    await letters.drain(1_000);
    expect(told).toEqual({ delivered: [], failed: [], faults: [failure] });
  });

  test("at the end of the process the queue waits for no pause, and not for ever", async () => {
    let tries = 0;
    const { letters, told, post } = mailQueue(
      { deliver: () => (tries++ === 0 ? Promise.reject(new Error("once")) : Promise.resolve()) },
      { pausesMs: [600_000] },
    );
    post();
    await expect.poll(() => tries).toBe(1);
    await letters.drain(5_000);
    expect(told.delivered).toHaveLength(1);
    const stuck = mailQueue({ deliver: () => new Promise(() => undefined) });
    stuck.post();
    await stuck.letters.drain(20);
    expect(stuck.told.faults).toEqual([
      new Error("1 e-mails were not delivered before the process ended"),
    ]);
  });
});
