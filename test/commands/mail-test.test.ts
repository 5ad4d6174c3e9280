// `latchkey mail test`: one e-mail, and what the mail server says of it.
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { SMTPServerOptions } from "smtp-server";
import { read } from "../email/mailbox.ts";
import { type MailServer, PASSWORD, startMailServer } from "../email/mail-server.ts";
import { newFolder } from "../mariadb-server.ts";
import { run } from "../process/latchkey.ts";

let folder: string;
beforeAll(async () => {
  folder = await newFolder();
});
afterAll(() => rm(folder, { recursive: true }));
let server: MailServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

/** Sends a test e-mail to Ada; no database is there. */
async function sendTo(url: string | undefined, ...words: string[]) {
  const ended = await run(["mail", "test", "ada@example.com", ...words], {
    DATA_DIR: folder,
    PUBLIC_URL: "https://id.example.com",
    ...(url !== undefined && { SMTP_URL: url, MAIL_FROM: "Shop <no-reply@example.com>" }),
  });
  return { ...ended, json: JSON.parse(ended.stdout) as Readonly<Record<string, unknown>> };
}
const listening = async (options?: SMTPServerOptions): Promise<string> => {
  server = await startMailServer(options);
  return `127.0.0.1:${server.port}`;
};
const withPassword = (host: string): string =>
  `smtp://post:${encodeURIComponent(PASSWORD)}@${host}`;

test("an accepted e-mail: the server's answer, and the e-mail as users get theirs", async () => {
  const host = await listening();
  const { code, stderr, json } = await sendTo(withPassword(host));
  expect([code, stderr]).toEqual([0, ""]);
  expect(json).toMatchObject({
    to: "ada@example.com",
    from: "no-reply@example.com",
    server: host,
    sent: true,
    answer: expect.stringMatching(/^250 /) as string,
  });
  expect(server!.mails).toHaveLength(1);
  const mail = read(server!.mails[0]!.source);
  expect(mail).toMatchObject({ to: "ada@example.com", subject: "Test of e-mail delivery" });
  expect(mail.link).toBe("https://id.example.com/");
});

test("without a mail server the e-mail is a file", async () => {
  const { code, json } = await sendTo(undefined, "--language", "ru");
  expect([code, json["sent"], json["server"]]).toEqual([0, false, undefined]);
  const mail = read(await readFile(String(json["file"]), "utf8"));
  expect(mail.subject).toBe("Проверка доставки писем");
});

describe("what fails ends with 1, the answer and advice", () => {
  test("a refused recipient", async () => {
    const host = await listening({
      onRcptTo: (_address, _session, done) =>
        done(Object.assign(new Error("5.1.1 no such mailbox"), { responseCode: 550 })),
    });
    const { code, stderr, json } = await sendTo(`smtp://${host}`);
    expect([code, json]).toMatchObject([
      1,
      {
        sent: false,
        reason: "refused",
        code: "EENVELOPE 550",
        answer: "550 5.1.1 no such mailbox",
      },
    ]);
    expect(stderr).toMatch(/no such mailbox.*\nWhat to do: see why the mail server refuses/);
  });

  test("a wrong password, which is not shown", async () => {
    const host = await listening({ authOptional: false });
    const { code, stdout, stderr, json } = await sendTo(`smtp://post:wr0ng-secret@${host}`);
    expect([code, json["reason"]]).toEqual([1, "authentication"]);
    expect(stdout + stderr).not.toContain("wr0ng-secret");
    expect(stderr).toContain("correct the user and the password in SMTP_URL");
  });

  test("a server that repeats the credentials", async () => {
    const echo = createServer((socket) => {
      socket.write("220 echo\r\n");
      createInterface({ input: socket }).on("line", (line) => {
        if (line.startsWith("EHLO")) socket.write("250-echo\r\n250 AUTH PLAIN\r\n");
        else socket.write(`535 what is ${line}, and s3cr3t-words?\r\n`);
      });
      socket.on("error", () => undefined);
    }).listen(0, "127.0.0.1");
    await once(echo, "listening");
    const { port } = echo.address() as AddressInfo;
    const { code, stdout, stderr, json } = await sendTo(
      `smtp://post:s3cr3t-words@127.0.0.1:${port}`,
    );
    echo.close();
    expect([code, json["reason"]]).toEqual([1, "authentication"]);
    expect(json["answer"]).toBe("535 what is AUTH PLAIN ***, and ***?");
    const encoded = Buffer.from("\0post\0s3cr3t-words").toString("base64");
    for (const secret of ["s3cr3t-words", encoded]) expect(stdout + stderr).not.toContain(secret);
  });

  test("no server, and no address", async () => {
    const gone = createServer().listen(0, "127.0.0.1");
    await once(gone, "listening");
    const { port } = gone.address() as AddressInfo;
    gone.close();
    const { code, json } = await sendTo(`smtp://127.0.0.1:${port}`);
    expect([code, json]).toMatchObject([1, { sent: false, reason: "connection" }]);
    expect(json["answer"]).toContain("ECONNREFUSED");
    const wrong = await run(["mail", "test", "ada"], { DATA_DIR: folder });
    expect([wrong.code, wrong.stdout]).toEqual([1, ""]);
    expect(wrong.stderr).toContain("not an e-mail address");
  });
});
