// Everything that is served in clear text is served under TLS.
import { createClient, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
  Http2SessionManager,
} from "@connectrpc/connect-node";
import { credentials } from "@grpc/grpc-js";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect as connectHttp2 } from "node:http2";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OAuthService } from "../../gen/identity/v1/oauth_pb.ts";
import { UserService } from "../../gen/identity/v1/user_pb.ts";
import { makeCertificate } from "../clients/certificate.ts";
import { createGrpcJsTransport, type GrpcJsTransport } from "../clients/grpc-js.ts";
import { refusal } from "../clients/refusal.ts";
import { type EmptyDatabase, stores } from "../mariadb.ts";
import { startServer, type TestServer } from "../server.ts";

let folder: string;
/** For an address, TLS has no server name, and node warns of one. */
let trust: { readonly ca: Buffer; readonly servername: string };
let database: EmptyDatabase;
let server: TestServer;
let sessions: Http2SessionManager;
let grpcJs: GrpcJsTransport;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "latchkey-tls-"));
  const { cert, key } = await makeCertificate(folder);
  trust = { ca: await readFile(cert), servername: "localhost" };
  database = await stores[0].empty();
  server = await startServer(database.options, { TLS_CERT: cert, TLS_KEY: key });
  sessions = new Http2SessionManager(server.url, undefined, trust);
  grpcJs = createGrpcJsTransport(server.url, { secure: credentials.createSsl(trust.ca) });
});
afterAll(async () => {
  sessions.abort();
  grpcJs.close();
  await server.stop();
  await database.remove();
  await rm(folder, { recursive: true });
});

const TRANSPORTS: Readonly<Record<string, () => Transport>> = {
  "grpc-js": () => grpcJs,
  "Connect's gRPC": () => createGrpcTransport({ baseUrl: server.url, sessionManager: sessions }),
  "gRPC-Web, HTTP/1.1": () =>
    createGrpcWebTransport({ baseUrl: server.url, httpVersion: "1.1", nodeOptions: trust }),
  "Connect, HTTP/1.1": () =>
    createConnectTransport({ baseUrl: server.url, httpVersion: "1.1", nodeOptions: trust }),
  "Connect, HTTP/2": () =>
    createConnectTransport({ baseUrl: server.url, httpVersion: "2", sessionManager: sessions }),
};

describe.each(Object.entries(TRANSPORTS))("over %s", (_, open) => {
  test("an answer and a refusal", async () => {
    expect((await createClient(OAuthService, open()).getMetadata({})).issuer).toBe(server.url);
    expect(
      await refusal(createClient(UserService, open()).getUser({ userId: "me" })),
    ).toMatchObject({ code: "Unauthenticated", reason: "CREDENTIAL_MISSING" });
  });
});

/** The status of a request with node's own client. */
const get = (path: string, headers: Record<string, string> = {}): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request(server.url + path, { ...trust, headers, agent: false }, (response) =>
      resolve(response.resume().statusCode),
    )
      .on("error", reject)
      .end();
  });

test("plain HTTP, versions 1.1 and 2", async () => {
  expect(await get("/.well-known/jwks.json")).toBe(200);
  const session = connectHttp2(server.url, trust);
  const status = await new Promise((resolve) =>
    session
      .request({ ":path": "/healthz" })
      .on("response", (headers) => resolve(headers[":status"]))
      .resume(),
  );
  expect(status).toBe(200);
  session.close();
});

test("buf curl", async () => {
  const { stdout } = await promisify(execFile)(
    join(import.meta.dirname, "../../node_modules/.bin/buf"),
    [
      "curl",
      "--cacert",
      join(folder, "cert.pem"),
      "--protocol",
      "grpc",
      `${server.url}/identity.v1.OAuthService/GetMetadata`,
    ],
  );
  expect(JSON.parse(stdout)).toMatchObject({ issuer: server.url });
});

test.each(["TLSv1", "TLSv1.1"] as const)("%s is refused", async (version) => {
  const { hostname, port } = new URL(server.url);
  const socket = connectTls({
    host: hostname,
    port: Number(port),
    ...trust,
    minVersion: version,
    maxVersion: version,
    ciphers: "DEFAULT@SECLEVEL=0",
  });
  await expect(
    new Promise((resolve, reject) => socket.on("secureConnect", resolve).on("error", reject)),
  ).rejects.toThrow();
  socket.destroy();
});

test("clear text on the same port gets nothing", async () => {
  await expect(fetch(`${server.url.replace("https", "http")}/healthz`)).rejects.toThrow();
});
