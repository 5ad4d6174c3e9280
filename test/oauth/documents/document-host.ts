// The site of a client that describes itself: an https server on this machine whose authority this
// process trusts, and which counts what it is asked.
import { readFile, rm } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { makeSignedCertificate } from "../../clients/certificate.ts";
import { newFolder } from "../../mariadb-server.ts";

type Answer = (response: ServerResponse, path: string) => void;

export interface DocumentHost {
  /** `https://localhost:…` */
  readonly origin: string;
  /** The paths that were requested in this test. */
  readonly requested: readonly string[];
  /** Sets what it answers from now on; a JSON value is a document. */
  answer(answer: Answer): void;
}

/** Sends a document as JSON. */
export const json =
  (document: unknown, headers: Readonly<Record<string, string>> = {}): Answer =>
  (response) => {
    response.writeHead(200, { "content-type": "application/json", ...headers });
    response.end(JSON.stringify(document));
  };

/** Call it at the top of a file. */
export function useDocumentHost(): DocumentHost {
  const before = getCACertificates("default");
  let server: Server | undefined;
  let folder = "";
  let requested: string[] = [];
  let answer: Answer = (response) => response.writeHead(404).end();
  beforeAll(async () => {
    folder = await newFolder();
    const { ca, cert, key } = await makeSignedCertificate(folder, "DNS:localhost");
    setDefaultCACertificates([...before, await readFile(ca, "utf8")]);
    server = createServer(
      { cert: await readFile(cert), key: await readFile(key) },
      ({ url = "" }, response) => {
        requested.push(url);
        answer(response, url);
      },
    );
    await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  });
  beforeEach(() => {
    requested = [];
  });
  afterAll(async () => {
    setDefaultCACertificates(before);
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
    await rm(folder, { recursive: true });
  });
  return {
    get origin() {
      return `https://localhost:${(server!.address() as AddressInfo).port}`;
    },
    get requested() {
      return requested;
    },
    answer: (next) => {
      answer = next;
    },
  };
}
