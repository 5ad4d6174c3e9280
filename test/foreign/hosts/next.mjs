// Serves a route of Next.js without Next.js: with what that adds to Node's request and response.
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

const origin = `http://127.0.0.1:${process.env.PORT}`;
process.env.NEXTAUTH_URL = origin;
const { default: route } = await import(pathToFileURL(process.env.SNIPPET).href);

createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, origin);
  let body = "";
  for await (const chunk of request) body += chunk;
  const cookies = (request.headers.cookie ?? "").split("; ").filter(Boolean);
  const type = request.headers["content-type"] ?? "";
  Object.assign(request, {
    query: {
      ...Object.fromEntries(searchParams),
      nextauth: pathname.replace("/api/auth/", "").split("/"),
    },
    cookies: Object.fromEntries(
      cookies.map((pair) => [
        pair.slice(0, pair.indexOf("=")),
        decodeURIComponent(pair.slice(pair.indexOf("=") + 1)),
      ]),
    ),
    body: type.includes("json") ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body)),
  });
  response.status = (code) => Object.assign(response, { statusCode: code });
  response.json = (value) => response.end(JSON.stringify(value));
  response.send = (value) =>
    typeof value === "string" ? response.end(value) : response.json(value);
  await route(request, response);
}).listen(Number(process.env.PORT), "127.0.0.1");
