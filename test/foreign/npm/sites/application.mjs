import { once } from "node:events";
import { createServer } from "node:http";
import { port } from "../program.mjs";

/** The address of the application. */
export const origin = `http://127.0.0.1:${port}`;

/** Serves the application; it must listen before the browser is sent there. */
export const listen = (answer) =>
  once(
    createServer((request, response) => {
      answer(request, response).catch((error) => {
        console.error(error);
        response.writeHead(500).end();
      });
    }).listen(Number(port), "127.0.0.1"),
    "listening",
  );

/** Returns a listener of Node's server for a function from a Request to a Response. */
export const serveFetch = (answer) => async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const answered = await answer(
    new Request(new URL(request.url, origin), {
      method: request.method,
      headers: request.headers,
      body: request.method === "POST" ? Buffer.concat(chunks) : undefined,
    }),
  );
  response.writeHead(answered.status, [...answered.headers].flat());
  response.end(await answered.text());
};
