// A real SMTP server for tests.
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { makeCertificate } from "../clients/certificate.ts";

/** The password that it takes, from anybody. */
export const PASSWORD = "p@ss:wörd";

/** What has arrived. */
export interface Received {
  readonly source: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly user: unknown;
  readonly secure: boolean;
}

export interface MailServer {
  readonly port: number;
  readonly mails: readonly Received[];
  stop(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-mail-"));
  const { cert, key } = await makeCertificate(folder);
  const mails: Received[] = [];
  const server = new SMTPServer({
    cert: readFileSync(cert),
    key: readFileSync(key),
    authOptional: true,
    onAuth: ({ username, password }, _, done) =>
      password === PASSWORD ? done(null, { user: username }) : done(new Error("no")),
    onData(stream, { envelope: { mailFrom, rcptTo }, user, secure }, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => void chunks.push(chunk));
      stream.on("end", () => {
        mails.push({
          source: Buffer.concat(chunks).toString(),
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          user,
          secure,
        });
        done();
      });
    },
    ...options,
  });
  // A client that gives up because it wants TLS is no fault of the server.
  server.on("error", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  rmSync(folder, { recursive: true });
  return {
    mails,
    port: (server.server.address() as AddressInfo).port,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
