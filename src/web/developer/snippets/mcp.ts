// An MCP server that accepts tokens of this server, and the MCP client that signs in to it.
import type { Facts, Library } from "./facts.ts";
import { withSecret } from "./openid-client.ts";
import { inJavaScript as js, inShell } from "./quoting.ts";

const MCP_SERVER = "https://YOUR_SITE/mcp";

const server = (facts: Facts): string => `// npm install @latchkey/sdk @modelcontextprotocol/server
// An administrator of Latchkey runs this once, which prints the id and the secret of the server:
// latchkey mcp protect ${inShell(MCP_SERVER)} --scope mcp:tools
// LATCHKEY_CLIENT_ID=… LATCHKEY_CLIENT_SECRET=… deno serve -A server.mjs
import { createMcpAuth } from "@latchkey/sdk/mcp";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";

const auth = createMcpAuth({
  issuer: ${js(facts.issuer)},
  resource: ${js(MCP_SERVER)},
  scopes: ["mcp:tools"],
  clientId: process.env.LATCHKEY_CLIENT_ID,
  clientSecret: process.env.LATCHKEY_CLIENT_SECRET,
});
const mcp = createMcpHandler(({ authInfo }) => {
  const server = new McpServer({ name: "tools", version: "1.0.0" });
  server.registerTool("who-am-i", { description: "Says who the user is" }, () => ({
    content: [{ type: "text", text: authInfo.extra.userId }],
  }));
  return server;
});

// Workers and Bun run it too.
export default {
  async fetch(request) {
    const access = await auth.check(request);
    return access instanceof Response ? access : mcp.fetch(request, { authInfo: access });
  },
};`;

const client = (facts: Facts): string => `// npm install @modelcontextprotocol/client
// ${withSecret(facts, "node client.mjs")}
import { on, once } from "node:events";
import { createServer } from "node:http";
import {
  Client,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from "@modelcontextprotocol/client";

const redirectUri = ${js(facts.callback.href)};
const kept = {};
const authProvider = {
  redirectUrl: redirectUri,
  clientMetadata: { redirect_uris: [redirectUri] },
  clientInformation: () => ({
    client_id: ${js(facts.id)},${
      facts.isPublic ? "" : "\n    client_secret: process.env.LATCHKEY_CLIENT_SECRET,"
    }
  }),
  state: () => (kept.state ??= crypto.randomUUID()),
  tokens: () => kept.tokens,
  saveTokens: (tokens) => void (kept.tokens = tokens),
  codeVerifier: () => kept.verifier,
  saveCodeVerifier: (verifier) => void (kept.verifier = verifier),
  discoveryState: () => kept.discovery,
  saveDiscoveryState: (discovery) => void (kept.discovery = discovery),
  redirectToAuthorization: (url) => console.log(\`Open \${url.href}\`),
};
const newTransport = () =>
  new StreamableHTTPClientTransport(new URL(${js(MCP_SERVER)}), { authProvider });

/** Waits until the browser comes back, and finishes the sign-in. */
async function signIn(transport) {
  const server = createServer();
  await once(server.listen(${facts.port}, "127.0.0.1"), "listening");
  for await (const [request, response] of on(server, "request")) {
    const back = new URL(request.url, redirectUri);
    response.end("You can close this page.\\n");
    if (back.searchParams.get("state") !== kept.state) continue;
    await transport.finishAuth(back.searchParams);
    break;
  }
  server.close();
  server.closeAllConnections();
}

const transport = newTransport();
try {
  await new Client({ name: "client", version: "1" }).connect(transport);
} catch (error) {
  if (!(error instanceof UnauthorizedError)) throw error;
  await signIn(transport);
}
const client = new Client({ name: "client", version: "1" });
await client.connect(newTransport());
const { tools } = await client.listTools();
console.log(tools.map(({ name }) => name));
console.log(await client.callTool({ name: tools[0].name }));
await client.close();`;

export const mcp: readonly Library[] = [
  {
    name: "mcp-client",
    title: "@modelcontextprotocol/client",
    platform: "Node.js",
    kind: "mcp",
    code: client,
  },
  {
    name: "mcp-server",
    title: "@latchkey/sdk/mcp",
    platform: "Deno, Bun, workers",
    kind: "mcp",
    code: server,
  },
];
