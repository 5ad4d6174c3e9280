import { ConfigError } from "../../config/config-error.ts";
import type { Domain } from "../../create-domain.ts";
import type { Client } from "../../domain/model.ts";
import type { Resource } from "../../domain/oauth/resources/resource.ts";
import type { RequestContext } from "../../domain/request-context.ts";
import { printJson, printTable } from "../cli/output.ts";
import { withDomain } from "../cli/with-domain.ts";
import { instructions, metadataOf } from "./instructions.ts";

export interface ProtectOptions {
  readonly name?: string;
  readonly scope: readonly string[];
  readonly json?: true;
}

/** Marks the clients that `protect` makes. */
const SOFTWARE_ID = "latchkey-mcp";

/** Reads a scope, with the text that users read after the first `=`. */
function scopeOf(text: string): Resource["scopes"][number] {
  const [name = "", ...rest] = text.split("=");
  return { name, texts: { en: rest.join("="), ru: "", zh: "" } };
}

/** Registers a resource and its client, as far as they aren't there, and prints what to paste. */
export async function protect(url: string, { name, scope, json }: ProtectOptions): Promise<void> {
  await withDomain(async ({ config, domain, context }) => {
    const issuer = config.publicUrl ?? `http://${config.host}:${config.port}`;
    const resource = await registered(domain, context, { url, name, scopes: scope.map(scopeOf) });
    const { clientId, clientSecret } = await introspectorOf(domain, context, resource);
    const facts = {
      issuer,
      url: resource.uri,
      scopes: resource.scopes.map((each) => each.name),
      clientId,
      clientSecret,
      describesItself: config.clientDocuments.enabled,
    };
    if (json === true)
      printJson({
        resource_id: resource.id,
        client_id: clientId,
        ...(clientSecret !== "" && { client_secret: clientSecret }),
        metadata: metadataOf(facts),
      });
    else process.stdout.write(instructions(facts));
  });
}

/** Returns the resource of an MCP server; a new one, or the one that is there with more scopes. */
async function registered(
  { resources }: Domain,
  context: RequestContext,
  given: {
    readonly url: string;
    readonly name: string | undefined;
    readonly scopes: Resource["scopes"];
  },
): Promise<Resource> {
  const { url, name, scopes } = given;
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ""))
    throw new ConfigError([`${url} is no URL of an MCP server: https://mcp.example.com/mcp`]);
  const found = await resources.findByUri(context, url);
  if (found === undefined)
    return resources.create(context, { uri: url, name: name ?? new URL(url).hostname, scopes });
  const others = found.scopes.filter((kept) => !scopes.some((each) => each.name === kept.name));
  if (name === undefined && scopes.length === 0) return found;
  return resources.update(context, found.id, {
    ...(name !== undefined && { name }),
    scopes: [...others, ...scopes],
  });
}

/** Returns the client that introspects for a resource. A secret is shown once, then it is empty. */
async function introspectorOf(
  { clients, resources }: Domain,
  context: RequestContext,
  resource: Resource,
): Promise<{ readonly clientId: string; readonly clientSecret: string }> {
  const [known] = await mcpClientsOf({ clients }, context, resource);
  if (known !== undefined) return { clientId: known.id, clientSecret: "" };
  const { client, secret } = await clients.create(context, {
    name: `MCP server ${new URL(resource.uri).host}`.slice(0, 200),
    public: false,
    // It only introspects.
    grantTypes: ["client_credentials"],
    scopes: [],
    redirectUris: [],
    apis: [],
    settings: { applicationType: "machine", softwareId: SOFTWARE_ID },
  });
  const introspectors = [...resource.introspectors, client.id];
  await resources.update(context, resource.id, { introspectors });
  return { clientId: client.id, clientSecret: secret };
}

/** Returns the clients that `protect` has made for a resource. */
async function mcpClientsOf(
  { clients }: Pick<Domain, "clients">,
  context: RequestContext,
  { introspectors }: Resource,
): Promise<readonly Client[]> {
  const found = await Promise.all(
    introspectors.map((id) => clients.get(context, id).catch(() => undefined)),
  );
  return found.filter((client) => client?.settings.softwareId === SOFTWARE_ID) as Client[];
}

/** Prints every resource that has a client of an MCP server. */
export async function listProtected({ json }: { readonly json?: true }): Promise<void> {
  await withDomain(async ({ domain, context }) => {
    const rows: { resource: Resource; clientId: string }[] = [];
    for (const resource of await domain.resources.list(context)) {
      const [client] = await mcpClientsOf(domain, context, resource);
      if (client !== undefined) rows.push({ resource, clientId: client.id });
    }
    const namesOf = ({ scopes }: Resource): string[] => scopes.map(({ name }) => name);
    if (json === true)
      for (const { resource, clientId } of rows)
        printJson({
          resource_id: resource.id,
          url: resource.uri,
          name: resource.name,
          scopes: namesOf(resource),
          client_id: clientId,
        });
    else
      printTable(
        ["URL", "NAME", "SCOPES", "CLIENT ID"],
        rows.map(({ resource, clientId }) => [
          resource.uri,
          resource.name,
          namesOf(resource).join(" "),
          clientId,
        ]),
      );
  });
}

/** Deletes the resource of an MCP server, with the clients that were made for it. */
export async function unprotect(url: string): Promise<void> {
  await withDomain(async ({ domain, context }) => {
    const resource = await domain.resources.findByUri(context, url);
    const made = resource === undefined ? [] : await mcpClientsOf(domain, context, resource);
    if (resource === undefined || made.length === 0)
      throw new Error(`There is no MCP server ${url}: latchkey mcp list`);
    await domain.resources.delete(context, resource.id);
    for (const { id } of made) await domain.clients.delete(context, id);
    process.stdout.write(`${resource.uri} is no longer protected, and its tokens have ended.\n`);
  });
}
