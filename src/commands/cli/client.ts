import { Argument, type Command, Option } from "commander";
import { API_NAMES, PKCE_OPTIONAL } from "../clients/help-texts.ts";
import { DEFAULT_REALM } from "../../domain/accounts/new-user.ts";
import { addClientChangeCommands } from "../clients/commands.ts";
import {
  addSettingsOptions,
  type SettingsOptions,
  settingsOf,
} from "../clients/settings-options.ts";
import { APPLICATION_TYPE_RULES } from "../../domain/oauth/clients/settings/application-types.ts";
import { toClientMetadata } from "../../domain/oauth/clients/settings/metadata.ts";
import { addRegistrationTokenCommand } from "../clients/registration-token.ts";
import { addValue, duration } from "./arguments.ts";
import { examples } from "./help.ts";
import { printJson, printTable } from "./output.ts";

interface CreateOptions extends SettingsOptions {
  readonly name: string;
  readonly redirectUri: readonly string[];
  readonly scope: readonly string[];
  readonly grantType: readonly string[];
  readonly api: readonly string[];
  readonly allowedOrigin: readonly string[];
  readonly public?: true;
  readonly pkceOptional: boolean;
  readonly owner?: string;
}

/** The clients of one page of the list. */
const PAGE = 200;

const repeatable = (flags: string, description: string): Option =>
  new Option(flags, `${description}; may be given again`).argParser(addValue).default([], "none");

/** Adds the commands `client …`. */
export function addClientCommands(program: Command): void {
  const client = program
    .command("client")
    .description("Register applications and replace their secrets.");
  addSettingsOptions(client.command("create"))
    .description(
      "Register an application and print its credentials: the only time that its secret is shown.",
    )
    .requiredOption("--name <name>", "what users read when they are asked to agree")
    .addOption(repeatable("--redirect-uri <uri>", "where users are sent back to, exactly"))
    .addOption(
      repeatable(
        "--scope <scope>",
        "what it may ask for: profile, groups; for itself: users.read, users.write, …, admin",
      ),
    )
    .addOption(
      repeatable(
        "--grant-type <type>",
        "those of its type unless said, else authorization_code and refresh_token",
      ),
    )
    .addOption(repeatable("--api <name>", `a documented API that it is for: ${API_NAMES}`))
    .addOption(
      repeatable(
        "--allowed-origin <origin>",
        "an origin whose pages may call, as https://app.example",
      ),
    )
    .option("--public", "it can't keep a secret, as the types single_page, native, device and mcp")
    .option("--pkce-optional", PKCE_OPTIONAL, false)
    .option(
      "--owner <user>",
      "the developer that it belongs to: an id, an e-mail address or a name",
    )
    .addHelpText(
      "after",
      examples(
        'latchkey client create --name "Shop" ' +
          "--redirect-uri https://shop.example/callback --scope profile",
        "latchkey client create --name Billing --type machine --scope users.read",
        "latchkey client create --name Reader --type single_page --scope openid " +
          "--redirect-uri https://reader.example/ --id-token-alg ES256",
      ),
    )
    .action(create);
  client
    .command("origins")
    .description("Replace the origins whose pages may call for an application; none ends the list.")
    .addArgument(new Argument("<client id>", "the application"))
    .addArgument(new Argument("[origin...]", "a scheme, a host and a port: https://app.example"))
    .addHelpText(
      "after",
      examples("latchkey client origins 019a0d8e-52c1-7cc5-8a0e-6d7a4f7c2b11 https://app.example"),
    )
    .action(replaceOrigins);
  addClientChangeCommands(client);
  addRegistrationTokenCommand(client);
  client
    .command("give")
    .description("Give an application an API, whether its developer has asked for it or not.")
    .addArgument(new Argument("<client id>", "the application"))
    .addArgument(new Argument("<api>", `a documented API: ${API_NAMES}`))
    .addHelpText(
      "after",
      examples("latchkey client give 019a0d8e-52c1-7cc5-8a0e-6d7a4f7c2b11 zimoxy"),
    )
    .action(give);
  client
    .command("list")
    .description("List every application.")
    .option("--owner <user>", "only those of one developer")
    .option("--json", "one line of JSON for each")
    .addHelpText(
      "after",
      examples("latchkey client list", "latchkey client list --json | grep Shop"),
    )
    .action(list);
  client
    .command("rotate")
    .description("Give an application a new secret and print it: the only time that it is shown.")
    .addArgument(new Argument("<client id>", "the application"))
    .addOption(
      new Option("--overlap <duration>", "how long the old secrets work on, at most 30d")
        .argParser(duration)
        .default(0, "0s"),
    )
    .addHelpText(
      "after",
      examples("latchkey client rotate 019a0d8e-52c1-7cc5-8a0e-6d7a4f7c2b11 --overlap 24h"),
    )
    .action(rotate);
}

async function create({
  name,
  owner,
  redirectUri,
  scope,
  grantType,
  api,
  allowedOrigin,
  public: isPublic,
  pkceOptional,
  ...options
}: CreateOptions): Promise<void> {
  const settings = await settingsOf(options);
  const rules = options.type && APPLICATION_TYPE_RULES[options.type];
  const { withDomain } = await import("./with-domain.ts");
  await withDomain(async ({ domain, context }) => {
    const ownerId =
      owner === undefined ? undefined : (await domain.users.identify(DEFAULT_REALM, owner)).id;
    const made = await domain.clients.create(context, {
      name,
      ownerId,
      public: isPublic ?? rules?.publicByDefault ?? false,
      grantTypes: grantType.length === 0 && rules ? rules.grantTypes : grantType,
      scopes: scope,
      redirectUris: redirectUri,
      apis: api,
      allowedOrigins: allowedOrigin,
      pkceOptional,
      settings,
    });
    printCredentials(made.client.id, made.secret);
  });
}

async function replaceOrigins(id: string, allowedOrigins: readonly string[]): Promise<void> {
  const { withDomain } = await import("./with-domain.ts");
  await withDomain(async ({ domain, context }) => {
    const changed = await domain.clients.update(context, id, { allowedOrigins });
    process.stdout.write(
      `${id} has ${changed.allowedOrigins.join(" ") || "no allowed origins"} now.\n`,
    );
  });
}

async function give(id: string, api: string): Promise<void> {
  const { withDomain } = await import("./with-domain.ts");
  await withDomain(async ({ domain, context }) => {
    const given = await domain.apiRequests.give(context, id, api);
    process.stdout.write(`${id} ${given ? "has" : "had"} ${api} ${given ? "now" : "already"}.\n`);
  });
}

async function list({ owner, json }: { owner?: string; json?: true }): Promise<void> {
  const { withDomain } = await import("./with-domain.ts");
  await withDomain(async ({ domain: { clients, users } }) => {
    const ownerId =
      owner === undefined ? undefined : (await users.identify(DEFAULT_REALM, owner)).id;
    const rows: string[][] = [];
    for (let pageToken = ""; ;) {
      const page = await clients.list(ownerId, { pageSize: PAGE, pageToken });
      for (const {
        id,
        name,
        public: isPublic,
        ownerId: owner_id,
        grantTypes,
        scopes,
        redirectUris,
        apis,
        allowedOrigins,
        pkceOptional,
        settings,
        verifiedAt,
        disabledAt,
        disableReason,
        createdAt,
      } of page.items) {
        const created = new Date(createdAt).toISOString();
        if (json)
          printJson({
            client_id: id,
            name,
            public: isPublic,
            owner_id,
            grant_types: grantTypes,
            scopes,
            redirect_uris: redirectUris,
            apis,
            allowed_origins: allowedOrigins,
            pkce_optional: pkceOptional,
            settings: toClientMetadata(settings),
            verified: verifiedAt !== undefined,
            disabled: disabledAt !== undefined,
            disable_reason: disableReason,
            created_at: created,
          });
        else
          rows.push([
            id,
            name,
            isPublic ? "public" : "confidential",
            scopes.join(" "),
            apis.join(" "),
            disabledAt === undefined ? "active" : "disabled",
            created,
          ]);
      }
      pageToken = page.nextPageToken;
      if (pageToken === "") break;
    }
    if (!json) printTable(["ID", "NAME", "TYPE", "SCOPES", "APIS", "STATE", "CREATED"], rows);
  });
}

async function rotate(id: string, { overlap }: { overlap: number }): Promise<void> {
  const { withDomain } = await import("./with-domain.ts");
  await withDomain(async ({ domain, context }) => {
    const made = await domain.clients.rotateSecret(context, id, overlap);
    printCredentials(made.client.id, made.secret);
  });
}

/** Prints the credentials as admin.json has them; a public client has an id only. */
const printCredentials = (id: string, secret: string): void =>
  printJson({ client_id: id, ...(secret !== "" && { client_secret: secret }) });
