// The least that a server in Node can do: node:http alone, a login's JSON read and answered, and a
// user as JSON. With the files of a certificate and its key as arguments it is node:https.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { create, toJson } from "@bufbuild/protobuf";
import { GetUserResponseSchema } from "../../gen/identity/v1/user_pb.ts";
import { announce, TOKEN, USER } from "./announce.ts";

const user = toJson(GetUserResponseSchema, create(GetUserResponseSchema, USER));

function send(response: ServerResponse, answer: unknown): void {
  const body = JSON.stringify(answer);
  response.writeHead(200, {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}

const listener: RequestListener = (request, response) => {
  if (request.method === "GET") return send(response, user);
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  return request.on("end", () => {
    const { Email } = JSON.parse(Buffer.concat(chunks).toString()) as { Email: string };
    send(response, { token: TOKEN, message: Email === "" ? "" : "Login successful" });
  });
};

const [cert, key] = process.argv.slice(2).map((file) => readFileSync(file));
const server =
  cert === undefined || key === undefined
    ? createServer(listener)
    : createTlsServer({ cert, key }, listener);
await once(server.listen(0, "127.0.0.1"), "listening");
announce((server.address() as AddressInfo).port, cert === undefined ? "http" : "https");
