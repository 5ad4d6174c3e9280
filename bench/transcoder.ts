// What a call costs over plain HTTP: the transcoder against bare node:http and against Connect's own JSON path, in CPU
// time of the server per request. Each runs in a process of its own; rounds alternate, medians are compared.
// Run: node bench/transcoder.ts
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { connect } from "node:net";
import { create } from "@bufbuild/protobuf";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { GetUserResponseSchema, UserService } from "../gen/identity/v1/user_pb.ts";
import { KokidsService, LoginResponseSchema } from "../gen/legacy/kokids/v1/kokids_pb.ts";
import { listen } from "../src/http/listen.ts";
import { createTranscoder } from "../src/http/transcoder.ts";

const ROUNDS = 9;
const REQUESTS = 20_000;
const CONNECTIONS = 16;
const TOKEN = "lk_0123456789abcdefghijklmnopqrstuvwxyz";
const JSON_BODY = '{"AccID":"0123456789","Email":"somebody@example.org","Password":"correct horse"}';
const FORM_BODY = "AccID=0123456789&Email=somebody%40example.org&Password=correct+horse";

const post = (path: string, type: string, body: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\nContent-Type: ${type}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

/** What is measured: the server, and the request that it gets. */
const SUBJECTS: Readonly<Record<string, { readonly server: string; readonly request: string }>> = {
  "node:http, JSON": { server: "bare", request: post("/user/login", "application/json", JSON_BODY) },
  "transcoder, JSON": { server: "transcoder", request: post("/user/login", "application/json", JSON_BODY) },
  "transcoder, form": { server: "transcoder", request: post("/user/login", "application/x-www-form-urlencoded", FORM_BODY) },
  "transcoder, path": { server: "transcoder", request: "GET /v1/users/0123456789 HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n" },
  "connect-node, JSON": { server: "connect", request: post("/legacy.kokids.v1.KokidsService/Login", "application/json", JSON_BODY) },
};

const bare: RequestListener = (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { Email } = JSON.parse(Buffer.concat(chunks).toString()) as { Email: string };
    const body = JSON.stringify({ token: TOKEN, message: Email === "" ? "" : "Login successful" });
    response.writeHead(200, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store", "content-length": Buffer.byteLength(body) });
    response.end(body);
  });
};

/** Starts a server by its name; answers its port. */
async function start(name: string): Promise<number> {
  if (name === "transcoder") {
    const login = create(LoginResponseSchema, { token: TOKEN });
    const user = create(GetUserResponseSchema, { user: { id: TOKEN, username: "somebody", email: "somebody@example.org" } });
    const invoke = async ({ method }: { method: object }) => (method === UserService.method.getUser ? user : login);
    const handler = createTranscoder({ services: [KokidsService, UserService], invoke, now: () => 0, errorDomain: "bench" });
    return (await listen({ host: "127.0.0.1", port: 0, handler })).port;
  }
  const routes = connectNodeAdapter({ routes: (router) => router.rpc(KokidsService.method.login, () => ({ token: TOKEN })) });
  const server = createServer(name === "bare" ? bare : routes).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Sends a request again and again, each connection its next one when the last is answered. */
async function load(port: number, request: string, count: number): Promise<void> {
  let left = count;
  const bytes = Buffer.from(request);
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      const socket = connect(port, "127.0.0.1");
      socket.on("data", (data: Buffer) => {
        if (!data.toString("latin1").startsWith("HTTP/1.1 200")) throw new Error(data.toString());
        if (left-- > 0) socket.write(bytes);
        else socket.destroy();
      });
      socket.write(bytes);
      await once(socket, "close");
    }),
  );
}

/** The microseconds of CPU that a server has used. */
async function used(child: ChildProcess): Promise<number> {
  child.send("usage");
  const [microseconds] = (await once(child, "message")) as [number];
  return microseconds;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;

async function compare(): Promise<void> {
  const servers = new Map<string, { child: ChildProcess; port: number }>();
  for (const name of new Set(Object.values(SUBJECTS).map(({ server }) => server))) {
    const child = fork(import.meta.filename, [name]);
    const [port] = (await once(child, "message")) as [number];
    servers.set(name, { child, port });
  }
  const costs = new Map(Object.keys(SUBJECTS).map((name) => [name, [] as number[]]));
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, { server, request }] of Object.entries(SUBJECTS)) {
      const { child, port } = servers.get(server)!;
      const before = await used(child);
      await load(port, request, REQUESTS);
      // The first round warms up.
      if (round > 0) costs.get(name)!.push(((await used(child)) - before) / REQUESTS);
    }
  }
  for (const { child } of servers.values()) child.kill();
  const base = median(costs.get("node:http, JSON")!);
  const rpc = median(costs.get("connect-node, JSON")!);
  console.log(`${"".padEnd(20)}  µs CPU  of node:http  of Connect`);
  for (const [name, list] of costs) {
    const cost = median(list);
    console.log(`${name.padEnd(20)}  ${cost.toFixed(1).padStart(6)}  ${(cost / base).toFixed(2).padStart(12)}  ${(cost / rpc).toFixed(2).padStart(10)}`);
  }
}

const [role] = process.argv.slice(2);
if (role === undefined) {
  await compare();
} else {
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send?.(user + system);
  });
  process.send?.(await start(role));
}
