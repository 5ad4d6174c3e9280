import { Argument, type Command, Option } from "commander";
import { addValue, duration } from "../cli/arguments.ts";
import { examples } from "../cli/help.ts";
import { printJson, printTable } from "../cli/output.ts";
import { readDetailType } from "../../domain/oauth/details/type-text.ts";
import { type Resource, TOKEN_FORMATS } from "../../domain/oauth/resources/resource.ts";

interface AddOptions {
  readonly name?: string;
  readonly scope: readonly string[];
  readonly format: Resource["tokenFormat"];
  readonly lifetime?: number;
  readonly introspector: readonly string[];
  readonly machineClient: readonly string[];
  readonly detailsType: readonly string[];
}

const resourceUri = (): Argument => new Argument("<uri>", "its URI, as https://api.example/v1");

const several = (flags: string, description: string): Option =>
  new Option(flags, `${description}; may be given again`).argParser(addValue).default([], "none");

/** Adds the commands `resource …`. */
export function addResourceCommands(program: Command): void {
  const resource = program
    .command("resource")
    .description("Register the APIs and MCP servers that tokens can be for (RFC 8707).");
  resource
    .command("add")
    .description("Register a resource: clients that name it get tokens that work there only.")
    .addArgument(resourceUri())
    .option("--name <name>", "what users read when they are asked to agree; by default its host")
    .addOption(
      several("--scope <scope>", "a scope of it; with what users read, as mcp:tools='use tools'"),
    )
    .addOption(
      new Option("--format <format>", "how its access tokens look")
        .choices(TOKEN_FORMATS)
        .default("opaque"),
    )
    .addOption(
      new Option(
        "--lifetime <duration>",
        "how long its access tokens last: from 1m to 24h; by default 1h",
      ).argParser(duration),
    )
    .addOption(
      several("--introspector <client id>", "a client that may introspect its tokens, its server"),
    )
    .addOption(
      several(
        "--machine-client <client id>",
        "a client that may get its tokens for itself and by token exchange",
      ),
    )
    .addOption(
      several(
        "--details-type <json>",
        "a type of authorization details (RFC 9396), as in the documentation",
      ),
    )
    .addHelpText(
      "after",
      examples(
        'latchkey resource add https://mcp.example.com/mcp --scope mcp:tools="use tools"',
        "latchkey resource add https://api.example/v1 --name Orders --format jwt --lifetime 5m",
      ),
    )
    .action(add);
  resource
    .command("list")
    .description("List every resource.")
    .option("--json", "one line of JSON for each")
    .addHelpText("after", examples("latchkey resource list"))
    .action(list);
  resource
    .command("remove")
    .description("Delete a resource. Its tokens end at once.")
    .addArgument(resourceUri())
    .addHelpText("after", examples("latchkey resource remove https://mcp.example.com/mcp"))
    .action(remove);
}

/** Reads a scope, with the text that users read after the first `=`. */
function scopeOf(text: string): Resource["scopes"][number] {
  const [name = "", ...rest] = text.split("=");
  return { name, texts: { en: rest.join("="), ru: "", zh: "" } };
}

async function add(uri: string, options: AddOptions): Promise<void> {
  const { name, scope, format, lifetime, introspector, machineClient, detailsType } = options;
  const { withDomain } = await import("../cli/with-domain.ts");
  await withDomain(async ({ domain, context }) => {
    const made = await domain.resources.create(context, {
      uri,
      name: name ?? hostOf(uri),
      scopes: scope.map(scopeOf),
      tokenFormat: format,
      ...(lifetime !== undefined && { tokenLifetimeMs: lifetime }),
      introspectors: introspector,
      machineClients: machineClient,
      detailTypes: detailsType.map(readDetailType),
    });
    printJson(shownResource(made));
  });
}

/** Returns the host of a URI; the URI itself if it has none. */
const hostOf = (uri: string): string =>
  (URL.canParse(uri) && new URL(uri).hostname) || uri.slice(0, 100);

const shownResource = (resource: Resource) => ({
  resource_id: resource.id,
  uri: resource.uri,
  name: resource.name,
  scopes: resource.scopes.map((scope) => scope.name),
  token_format: resource.tokenFormat,
  token_lifetime: resource.tokenLifetimeMs / 1000,
  introspectors: resource.introspectors,
  machine_clients: resource.machineClients,
  detail_types: resource.detailTypes.map(({ name }) => name),
});

async function list({ json }: { readonly json?: true }): Promise<void> {
  const { withDomain } = await import("../cli/with-domain.ts");
  await withDomain(async ({ domain, context }) => {
    const all = (await domain.resources.list(context)).map(shownResource);
    if (json === true) for (const each of all) printJson(each);
    else
      printTable(
        ["URI", "NAME", "SCOPES", "TOKENS", "LIFETIME"],
        all.map(({ uri, name, scopes, token_format, token_lifetime }) => [
          uri,
          name,
          scopes.join(" "),
          token_format,
          `${token_lifetime}s`,
        ]),
      );
  });
}

async function remove(uri: string): Promise<void> {
  const { withDomain } = await import("../cli/with-domain.ts");
  await withDomain(async ({ domain, context }) => {
    const found = await domain.resources.findByUri(context, uri);
    if (found === undefined) throw new Error(`There is no resource ${uri}: latchkey resource list`);
    await domain.resources.delete(context, found.id);
    process.stdout.write(`${found.uri} is deleted.\n`);
  });
}
