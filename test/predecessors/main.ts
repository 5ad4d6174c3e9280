// A predecessor as a process of its own: `node main.ts '{"api": "kokids", "users": 2000,
// "active": 40}'`. It prints its two addresses, and ends when its standard input ends.
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { type Behaviour, behave, HONEST } from "./behaviour.ts";
import { type OldServer, readCall } from "./exchange.ts";
import type { ApiName, Seed } from "./people.ts";
import { Kokids } from "./servers/kokids.ts";
import { Secretpair } from "./servers/secretpair.ts";
import { Senler } from "./servers/senler.ts";
import { Zimoxy } from "./servers/zimoxy.ts";

const SERVERS: Readonly<Record<ApiName, new (seed: Seed) => OldServer>> = {
  kokids: Kokids,
  secretpair: Secretpair,
  zimoxy: Zimoxy,
  senler: Senler,
};

const NOT_FOUND = { status: 404, headers: [["Content-Type", "text/html"]], body: "Not Found" };

const seed = JSON.parse(process.argv[2] ?? "") as Seed;
const old = new SERVERS[seed.api](seed);
const calls = new Map<string, number>();
let behaviour: Behaviour = HONEST;

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const call = await readCall(request, seed.api !== "kokids");
  const route = `${call.method} ${call.path}`;
  calls.set(route, (calls.get(route) ?? 0) + 1);
  const answer = (await old.answer(call)) ?? (NOT_FOUND as typeof NOT_FOUND & { headers: [] });
  await behave(behaviour, request, response, answer);
}

const handle =
  (work: (request: IncomingMessage, response: ServerResponse) => Promise<void>) =>
  (request: IncomingMessage, response: ServerResponse): void => {
    work(request, response).catch(() => request.socket.destroy());
  };

async function listen(server: Server, port = 0): Promise<number> {
  await once(server.listen(port, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
}

const server = createServer(handle(serve));
const port = await listen(server);

/** Takes the server's place among listening ones, or gives it up. */
async function setDown(down: boolean): Promise<void> {
  if (down === !server.listening) return;
  if (!down) return void (await listen(server, port));
  const closed = once(server, "close");
  server.close();
  server.closeAllConnections();
  await closed;
}

async function control(request: IncomingMessage, response: ServerResponse): Promise<void> {
  switch (request.url) {
    case "/behaviour":
      behaviour = { ...HONEST, ...((await json(request)) as Partial<Behaviour>) };
      await setDown(behaviour.down);
      response.end();
      return;
    case "/calls":
      response.end(JSON.stringify(Object.fromEntries(calls)));
      return;
    case "/state":
      for (const line of old.state()) response.write(`${JSON.stringify(line)}\n`);
      response.end();
      return;
    case "/lock":
      old.lock?.(((await json(request)) as { email: string }).email);
      response.end();
      return;
    default:
      response.writeHead(404).end();
  }
}

const controlPort = await listen(createServer(handle(control)));
const [url, controlUrl] = [port, controlPort].map((each) => `http://127.0.0.1:${each}`);
process.stdout.write(`${JSON.stringify({ url, controlUrl })}\n`);
process.stdin.resume().on("end", () => process.exit());
