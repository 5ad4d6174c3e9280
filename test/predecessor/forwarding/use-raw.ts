// A Latchkey in `mirror` before a predecessor that a test writes byte by byte.
import { connect, type Socket } from "node:net";
import { once } from "node:events";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { stores } from "../../mariadb.ts";
import { startServer, type TestServer } from "../../server.ts";
import { LOGIN, RawPredecessor } from "./raw-predecessor.ts";
import { setStage } from "../use-stages.ts";

/** How long the predecessor may take. */
export const TIMEOUT_MS = 400;

/** An answer as its bytes were. */
export interface RawAnswer {
  readonly status: number;
  readonly lines: readonly string[];
  readonly body: Buffer;
}

/** Sends bytes on a connection of their own, and reads the first answer after any 100. */
export async function talk(url: string, bytes: string | Buffer): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  return readAnswer(socket);
}

async function readAnswer(socket: Socket): Promise<RawAnswer> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  await once(socket, "close");
  let all = Buffer.concat(chunks);
  while (all.toString("latin1", 0, 10).startsWith("HTTP/1.1 1"))
    all = all.subarray(all.indexOf("\r\n\r\n") + 4);
  const end = all.indexOf("\r\n\r\n");
  const lines = all.toString("latin1", 0, end).split("\r\n");
  return { status: Number(lines[0]?.split(" ")[1]), lines, body: all.subarray(end + 4) };
}

/** Writes a request that ends its connection. */
export function requestOf(
  line: string,
  body: string | Buffer = "",
  headers: readonly string[] = [],
): Buffer {
  const length = `content-length: ${Buffer.byteLength(body)}`;
  const all = [`${line} HTTP/1.1`, "host: us.example:8443", "connection: close", length];
  if (!headers.some((each) => /^content-type:/i.test(each)))
    all.push("content-type: application/x-www-form-urlencoded");
  const head = `${[...all, ...headers].join("\r\n")}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, "latin1"), Buffer.from(body)]);
}

/** The kokids login of a user whom the predecessor knows. */
export const CREDENTIALS = "AccID=acc&Email=ada%40raw.example&Password=hunter2-of-ada";

/** Starts both for a `describe`; the predecessor of kokids has a path prefix. */
export function useRaw(environment: Readonly<Record<string, string>> = {}) {
  let raw: RawPredecessor;
  let server: TestServer;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    raw = await RawPredecessor.start();
    const database = await stores[0].empty();
    remove = () => database.remove();
    server = await startServer(database.options, {
      KOKIDS_PREDECESSOR: `http://127.0.0.1:${raw.port}/old/`,
      KOKIDS_PREDECESSOR_TIMEOUT_MS: String(TIMEOUT_MS),
      SECRETPAIR_PREDECESSOR: `http://127.0.0.1:${raw.port}`,
      SECRETPAIR_PREDECESSOR_TIMEOUT_MS: String(TIMEOUT_MS),
      ...environment,
    });
    await setStage(server.store, "kokids", "mirror");
    await setStage(server.store, "secretpair", "mirror");
  });
  beforeEach(() => {
    raw.reply = (socket) => void socket.write(LOGIN);
    raw.requests.length = 0;
  });
  afterAll(async () => {
    const log = server.log.join("\n");
    await server.stop();
    raw.stop();
    await remove();
    expect(log).not.toContain("hunter2");
  });
  return {
    get raw() {
      return raw;
    },
    get server() {
      return server;
    },
    send: (bytes: string | Buffer) => talk(server.url, bytes),
    /** Signs in by the honest predecessor, which also closes the circuit. */
    login: (headers: readonly string[] = []) =>
      talk(server.url, requestOf("POST /user/login", CREDENTIALS, headers)),
  };
}
