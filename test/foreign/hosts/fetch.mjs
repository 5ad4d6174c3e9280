// Serves what a module exports for workers: a function from a Request to a Response.
import { once } from "node:events";
import { createServer } from "node:http";
import { Readable } from "node:stream";
import { pathToFileURL } from "node:url";

const { default: module } = await import(pathToFileURL(process.env.SNIPPET).href);
const server = createServer(async (request, response) => {
  const hasBody = request.method === "POST";
  const answer = await module.fetch(
    new Request(new URL(request.url, `http://127.0.0.1:${process.env.PORT}`), {
      method: request.method,
      headers: request.headers,
      ...(hasBody && { body: Readable.toWeb(request), duplex: "half" }),
    }),
  );
  response.writeHead(answer.status, [...answer.headers].flat());
  for await (const chunk of answer.body ?? []) response.write(chunk);
  response.end();
});
await once(server.listen(Number(process.env.PORT), "127.0.0.1"), "listening");
