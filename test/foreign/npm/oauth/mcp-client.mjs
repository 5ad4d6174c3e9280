// The client of the MCP SDK signs in to an MCP server, which is here too: it says where tokens come
// from (RFC 9728), and accepts those with which Latchkey names a user.
import { createServer } from "node:http";
import {
  Client,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from "@modelcontextprotocol/client";
import { clientId, finish, open, redirectUri, url, userOf } from "../program.mjs";

const users = [];
const server = createServer(async (request, response) => {
  const send = (status, body, headers = {}) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  };
  if (request.url.startsWith("/.well-known/oauth-protected-resource"))
    return send(200, { resource, authorization_servers: [url], scopes_supported: ["profile"] });
  const token = request.headers.authorization?.slice("Bearer ".length);
  if (token === undefined) {
    const metadata = `${origin}/.well-known/oauth-protected-resource/mcp`;
    const challenge = `Bearer resource_metadata="${metadata}", scope="profile"`;
    return send(401, {}, { "www-authenticate": challenge });
  }
  if (request.method !== "POST") return send(405, {});
  users.push(await userOf(token));
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString());
  if (id === undefined) return send(202);
  const result =
    method === "initialize"
      ? {
          protocolVersion: params.protocolVersion,
          capabilities: { tools: {} },
          serverInfo: { name: "tools", version: "1" },
        }
      : { tools: [{ name: "look", inputSchema: { type: "object" } }] };
  send(200, { jsonrpc: "2.0", id, result });
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;
const resource = `${origin}/mcp`;

let kept = {};
let authorizationUrl;
const authProvider = {
  redirectUrl: redirectUri,
  clientMetadata: { redirect_uris: [redirectUri], client_name: "MCP" },
  clientInformation: () => ({ client_id: clientId }),
  tokens: () => kept.tokens,
  saveTokens: (tokens) => void (kept = { ...kept, tokens }),
  codeVerifier: () => kept.verifier,
  saveCodeVerifier: (verifier) => void (kept = { ...kept, verifier }),
  discoveryState: () => kept.discovery,
  saveDiscoveryState: (discovery) => void (kept = { ...kept, discovery }),
  redirectToAuthorization: (address) => void (authorizationUrl = address),
};
const connect = async () => {
  const transport = new StreamableHTTPClientTransport(new URL(resource), { authProvider });
  const client = new Client({ name: "mcp", version: "1" });
  await client.connect(transport);
  return client;
};

const first = new StreamableHTTPClientTransport(new URL(resource), { authProvider });
try {
  await new Client({ name: "mcp", version: "1" }).connect(first);
  throw new Error("the MCP server asked for no token");
} catch (error) {
  if (!(error instanceof UnauthorizedError)) throw error;
}
const back = new URL(await open(authorizationUrl));
await first.finishAuth(back.searchParams);
const client = await connect();
const { tools } = await client.listTools();
if (tools[0]?.name !== "look") throw new Error("the tools are missing");
finish("@modelcontextprotocol/client", users.at(-1));
