// Serves a page with the code as its script, and the packages that the script imports.
import { createServer } from "node:http";
import { readFileSync } from "node:fs";

const PACKAGES = {
  "oidc-client-ts": "/node_modules/oidc-client-ts/dist/esm/oidc-client-ts.js",
  "jwt-decode": "/node_modules/jwt-decode/build/esm/index.js",
};
const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>An application</title>
<script type="importmap">${JSON.stringify({ imports: PACKAGES })}</script>
<body><script type="module" src="/app.js"></script>
`;
createServer((request, response) => {
  const isPackage = Object.values(PACKAGES).includes(request.url);
  const file = isPackage ? `.${request.url}` : request.url === "/app.js" ? "app.js" : undefined;
  response.setHeader("content-type", file === undefined ? "text/html" : "text/javascript");
  response.end(file === undefined ? PAGE : readFileSync(file));
}).listen(Number(process.env.PORT), "127.0.0.1");
