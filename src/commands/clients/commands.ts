import { Argument, type Command, Option } from "commander";
import { addValue } from "../cli/arguments.ts";
import { examples } from "../cli/help.ts";
import { printJson } from "../cli/output.ts";
import { API_NAMES, PKCE_OPTIONAL } from "./help-texts.ts";
import { addSettingsOptions, type SettingsOptions, settingsOf } from "./settings-options.ts";

/** The options of `client update`: a list replaces the one before, and `false` empties it. */
interface UpdateOptions extends SettingsOptions {
  readonly name?: string;
  readonly redirectUri?: readonly string[] | false;
  readonly scope?: readonly string[] | false;
  readonly grantType?: readonly string[];
  readonly api?: readonly string[] | false;
  readonly allowedOrigin?: readonly string[] | false;
  readonly pkceOptional?: boolean;
  readonly verified?: boolean;
  readonly disabled?: string | false;
}

interface DeleteOptions {
  readonly yes?: true;
  readonly name?: string;
}

const ID = "019a0d8e-52c1-7cc5-8a0e-6d7a4f7c2b11";

const application = (): Argument => new Argument("<client id>", "the application");
const replacing = (flags: string, description: string): Option =>
  new Option(flags, `${description}; may be given again, and replaces all before`).argParser(
    addValue,
  );

/** Adds `client update` and `client delete`. */
export function addClientChangeCommands(client: Command): void {
  addSettingsOptions(client.command("update"))
    .description("Change an application. What isn't named stays.")
    .addArgument(application())
    .option("--name <name>", "what users read when they are asked to agree")
    .addOption(replacing("--redirect-uri <uri>", "where users are sent back to, exactly"))
    .option("--no-redirect-uri", "users are sent nowhere")
    .addOption(replacing("--scope <scope>", "what it may ask for"))
    .option("--no-scope", "it may ask for nothing")
    .addOption(
      replacing("--grant-type <type>", "authorization_code, refresh_token or client_credentials"),
    )
    .addOption(replacing("--api <name>", `a documented API that it is for: ${API_NAMES}`))
    .option("--no-api", "it is for no documented API")
    .addOption(replacing("--allowed-origin <origin>", "an origin whose pages may call"))
    .option("--no-allowed-origin", "no pages may call")
    .option("--pkce-optional", PKCE_OPTIONAL)
    .option("--no-pkce-optional", "it must use PKCE")
    .option("--verified", "users read that this server vouches for it")
    .option("--no-verified", "users read that it is unverified")
    .option("--disabled <reason>", "switch it off: its secrets and tokens are refused at once")
    .option("--no-disabled", "switch it on again")
    .addHelpText(
      "after",
      examples(
        `latchkey client update ${ID} --pkce-optional`,
        `latchkey client update ${ID} --disabled "Reported as phishing"`,
        `latchkey client update ${ID} --name Shop --redirect-uri https://shop.example/callback`,
        `latchkey client update ${ID} --jwks-file keys.json --auth-method private_key_jwt`,
        `latchkey client update ${ID} --set default_max_age=3600 --set security_profile=`,
      ),
    )
    .action(update);
  client
    .command("delete")
    .description(
      "Delete an application with its secrets, the consents of its users and all its tokens. " +
        "This can't be taken back.",
    )
    .addArgument(application())
    .option("--yes", "delete it without its name")
    .option("--name <name>", "its name, as a proof that the id is the right one")
    .addHelpText("after", examples(`latchkey client delete ${ID} --name Shop`))
    .action(remove);
}

async function update(id: string, options: UpdateOptions): Promise<void> {
  const { name, redirectUri, scope, grantType, api, allowedOrigin, pkceOptional } = options;
  const { verified, disabled } = options;
  if (Object.values(options).every((value) => value === undefined))
    throw new Error("Nothing to change: see latchkey client update --help.");
  const list = (given: readonly string[] | false | undefined) => (given === false ? [] : given);
  const changedSettings = await settingsOf(options);
  const { withDomain } = await import("../cli/with-domain.ts");
  await withDomain(async ({ domain, context }) => {
    const { clients, clientAdministration } = domain;
    const change = {
      name,
      redirectUris: list(redirectUri),
      scopes: list(scope),
      grantTypes: grantType,
      apis: list(api),
      allowedOrigins: list(allowedOrigin),
      pkceOptional,
      changedSettings,
    };
    if (typeof disabled === "string") await clientAdministration.disable(context, id, disabled);
    if (Object.values(change).some((value) => value !== undefined))
      await clients.update(context, id, change);
    if (verified === true) await clientAdministration.verify(context, id);
    if (verified === false) await clientAdministration.unverify(context, id);
    if (disabled === false) await clientAdministration.enable(context, id);
    process.stdout.write(`${id} is changed.\n`);
  });
}

async function remove(id: string, { yes, name }: DeleteOptions, command: Command): Promise<void> {
  const { withDomain } = await import("../cli/with-domain.ts");
  await withDomain(async ({ domain: { clients, clientUsage }, context }) => {
    const client = await clients.get(context, id);
    const { users, accessTokens, refreshTokens } = await clientUsage.summarize(context, id);
    if (name !== undefined && name !== client.name)
      command.error(
        `error: ${id} is ${JSON.stringify(client.name)}, not ${JSON.stringify(name)}: ` +
          "nothing is deleted",
      );
    if (name === undefined && yes !== true)
      command.error(
        `error: ${id} is ${JSON.stringify(client.name)}, with the consent of ${users} users: ` +
          "nothing is deleted without --yes, or --name and its name",
      );
    await clients.delete(context, id);
    printJson({
      client_id: id,
      name: client.name,
      ended: { users, access_tokens: accessTokens, refresh_tokens: refreshTokens },
    });
  });
}
