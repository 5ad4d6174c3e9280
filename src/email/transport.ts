import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { unescape } from "node:querystring";
import type { Mail } from "./compose.ts";
import type { AnsweringTransport } from "./mail-queue.ts";

/** The name and address in the From header. */
export interface Sender {
  readonly name: string;
  readonly address: string;
}

/** Much shorter than nodemailer's defaults: one silent server must not block a delivery slot. */
const TIMEOUTS = {
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 30_000,
  dnsTimeout: 10_000,
};

/** RFC 3834 section 5: automatic responders don't answer such e-mails. */
const HEADERS = { "Auto-Submitted": "auto-generated" };

/** Loaded with the first e-mail: it takes about a tenth of the start-up time. */
const load = () => import("nodemailer");

const messageOf = (from: Sender, { to, subject, text, html, date, logo }: Mail) => ({
  from,
  // As an object, so that nodemailer doesn't parse it as a list of addresses.
  to: { name: "", address: to },
  subject,
  text,
  html,
  date,
  attachments: logo === undefined ? [] : [attachmentOf(logo)],
  headers: HEADERS,
  disableFileAccess: true,
  disableUrlAccess: true,
});

/** The logo as a part of the HTML (RFC 2387): the reader loads nothing. */
const attachmentOf = ({ id, type, content }: NonNullable<Mail["logo"]>) => ({
  cid: id,
  content: Buffer.from(content, "base64"),
  contentType: type,
  contentDisposition: "inline" as const,
  filename: `logo.${type === "image/png" ? "png" : "jpg"}`,
});

/** Returns nodemailer's options for the server of a URL. */
function optionsOf(url: URL) {
  const secure = url.protocol === "smtps:";
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const isHere = /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host);
  const auth =
    url.username === ""
      ? {}
      : { auth: { user: unescape(url.username), pass: unescape(url.password) } };
  return {
    host,
    port: Number(url.port || (secure ? 465 : 587)),
    secure,
    requireTLS: !secure && url.username !== "" && !isHere,
    tls: { rejectUnauthorized: !isHere },
    ...auth,
    ...TIMEOUTS,
  };
}

/**
 * Delivers to the server of a URL, `smtp://user:password@host:587` or `smtps://…:465`. Credentials
 * are never sent without TLS, and certificates are checked, except for this machine itself.
 */
export function smtpTransport(url: URL, from: Sender): AnsweringTransport {
  const options = optionsOf(url);
  return {
    async deliver(mail) {
      const { createTransport } = await load();
      return (await createTransport(options).sendMail(messageOf(from, mail))).response;
    },
  };
}

/** Connects, starts TLS and signs in as a delivery would. Sends nothing; rejects if it can't. */
export async function verifySmtp(url: URL): Promise<void> {
  const { createTransport } = await load();
  const transport = createTransport(optionsOf(url));
  try {
    await transport.verify();
  } finally {
    transport.close();
  }
}

/**
 * Writes each e-mail to the folder as a file that any mail program opens. Only the process's user
 * can read it. `newName` returns names in order of time.
 */
export function folderTransport(
  folder: string,
  from: Sender,
  newName: () => string,
): AnsweringTransport {
  return {
    async deliver(mail) {
      const { createTransport } = await load();
      const { message } = await createTransport({
        streamTransport: true,
        buffer: true,
        newline: "unix",
      }).sendMail(messageOf(from, mail));
      const path = join(folder, newName());
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(`${path}.part`, message, { mode: 0o600, flag: "wx" });
      // Readers never see a half-written file.
      await rename(`${path}.part`, `${path}.eml`);
      return `${path}.eml`;
    },
  };
}
