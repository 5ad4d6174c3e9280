// The least that a reverse proxy in Node can do: node:http on both sides, the whole body read and
// sent on, the whole answer read and sent back. Its argument is the address of the server behind.
import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request as ask } from "node:http";
import type { AddressInfo } from "node:net";
import { announce } from "./announce.ts";

const { hostname: host, port } = new URL(process.argv[2] ?? "");
const agent = new Agent({ keepAlive: true });

function read(message: IncomingMessage, take: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  message.on("data", (chunk: Buffer) => chunks.push(chunk));
  message.on("end", () => take(Buffer.concat(chunks)));
}

const server = createServer((request, response) =>
  read(request, (body) => {
    const { method, url: path, headers } = request;
    const sent = ask({ agent, host, port, method, path, headers }, (answer) =>
      read(answer, (bytes) => response.writeHead(answer.statusCode!, answer.headers).end(bytes)),
    );
    sent.end(body);
  }),
);
await once(server.listen(0, "127.0.0.1"), "listening");
announce((server.address() as AddressInfo).port);
