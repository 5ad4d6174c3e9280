/** What the texts are about. */
export interface McpFacts {
  readonly issuer: string;
  readonly url: string;
  readonly scopes: readonly string[];
  readonly clientId: string;
  /** Empty if it has been shown before. */
  readonly clientSecret: string;
  /** Whether clients may describe themselves, so that nothing has to be registered for them. */
  readonly describesItself: boolean;
}

/** Returns the metadata of the resource, RFC 9728 section 2. */
export const metadataOf = ({
  issuer,
  url,
  scopes,
}: McpFacts): Readonly<Record<string, unknown>> => ({
  resource: url,
  authorization_servers: [issuer],
  scopes_supported: scopes,
  bearer_methods_supported: ["header"],
});

/** Returns the URL of that metadata, RFC 9728 section 3.1. */
function metadataUrlOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}/.well-known/oauth-protected-resource${pathname === "/" ? "" : pathname}`;
}

/** In few lines: what is pasted must be easy to read. */
const setup = ({ issuer, url, scopes }: McpFacts): string => `const auth = createMcpAuth({
  issuer: ${JSON.stringify(issuer)},
  resource: ${JSON.stringify(url)}, scopes: ${JSON.stringify(scopes)},
  clientId: process.env.LATCHKEY_CLIENT_ID, clientSecret: process.env.LATCHKEY_CLIENT_SECRET,
});`;

const express = (facts: McpFacts): string => `import express from "express";
import { createMcpAuth } from "@latchkey/sdk/mcp";
${setup(facts)}
const app = express();
app.use(auth.middleware); // sets request.auth, which the transport of the MCP SDK reads
app.post(${JSON.stringify(new URL(facts.url).pathname)}, handleMcp);`;

const hono = (facts: McpFacts): string => `import { Hono } from "hono";
import { createMcpAuth } from "@latchkey/sdk/mcp";
${setup(facts)}
const app = new Hono();
app.use(async (c, next) => {
  const access = await auth.check(c.req.raw);
  return access instanceof Response ? access : (c.set("auth", access), next());
});`;

const plainFetch = (facts: McpFacts): string => `import { createMcpAuth } from "@latchkey/sdk/mcp";
${setup(facts)}
export default {
  async fetch(request) {
    const access = await auth.check(request);
    return access instanceof Response ? access : handleMcp(request, access);
  },
};`;

/** The name under which clients keep a server: letters, digits and hyphens. */
const nameOf = (url: string): string => new URL(url).hostname.replaceAll(/[^a-z0-9]+/g, "-");

const inShell = (text: string): string =>
  /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Returns what the owner and the users of an MCP server paste. */
export function instructions(facts: McpFacts): string {
  const { url, clientId, clientSecret, describesItself } = facts;
  const parts: readonly (readonly [title: string, text: string])[] = [
    [
      "The credentials of the MCP server, in its environment:",
      `LATCHKEY_CLIENT_ID=${clientId}\nLATCHKEY_CLIENT_SECRET=${
        clientSecret === "" ? `…  # shown before; latchkey client rotate ${clientId}` : clientSecret
      }`,
    ],
    [`${metadataUrlOf(url)} (the SDK serves it):`, JSON.stringify(metadataOf(facts), undefined, 2)],
    ["Express:", express(facts)],
    ["Hono:", hono(facts)],
    ["fetch (workers, Deno, Bun):", plainFetch(facts)],
    ["Users:", `claude mcp add --transport http ${nameOf(url)} ${inShell(url)}`],
    [
      "Clients:",
      describesItself
        ? "Nothing has to be registered: clients describe themselves by a document."
        : "CLIENT_ID_METADATA_DOCUMENTS is off. Set it to on, or register each client:\n" +
          "latchkey client create --public --name NAME --redirect-uri URI",
    ],
  ];
  return parts.map(([title, text]) => `# ${title}\n${text}\n`).join("\n");
}
