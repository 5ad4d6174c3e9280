import { readFile } from "node:fs/promises";
import { type Command, InvalidArgumentError, Option } from "commander";
import type {
  ApplicationType,
  ClientSettings,
} from "../../domain/oauth/clients/client-settings.ts";
import { APPLICATION_TYPES } from "../../domain/oauth/clients/settings/application-types.ts";
import { SETTINGS_MEMBERS } from "../../domain/oauth/clients/settings/metadata.ts";
import { fromSettingTexts } from "../../domain/oauth/clients/settings/setting-texts.ts";
import { addValue } from "../cli/arguments.ts";

/** The options of `client create` and `client update` about settings. */
export interface SettingsOptions {
  readonly type?: ApplicationType;
  readonly authMethod?: string;
  readonly jwksFile?: string;
  readonly jwksUri?: string;
  readonly idTokenAlg?: string;
  readonly userinfoAlg?: string;
  readonly postLogoutRedirectUri?: readonly string[];
  readonly backchannelLogoutUri?: string;
  readonly set?: Readonly<Record<string, string>>;
}

/** The settings that have an option of their own. */
const MEMBERS = {
  type: "application_type",
  authMethod: "token_endpoint_auth_method",
  jwksUri: "jwks_uri",
  idTokenAlg: "id_token_signed_response_alg",
  userinfoAlg: "userinfo_signed_response_alg",
  backchannelLogoutUri: "backchannel_logout_uri",
} as const satisfies Partial<Record<keyof SettingsOptions, string>>;

/** Parses `name=value` and adds it to those before. A name that is given again gets a line more. */
function addSetting(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const [, name = "", value = ""] = /^([a-z_]+)=(.*)$/s.exec(text) ?? [];
  if (!SETTINGS_MEMBERS.includes(name))
    throw new InvalidArgumentError(`It is name=value with one of ${SETTINGS_MEMBERS.join(", ")}.`);
  const known = before[name];
  return { ...before, [name]: known === undefined ? value : `${known}\n${value}` };
}

/** Adds the options. */
export const addSettingsOptions = (command: Command): Command =>
  command
    .addOption(
      new Option("--type <type>", "what kind of application it is").choices(APPLICATION_TYPES),
    )
    .option("--auth-method <method>", "how it authenticates, as private_key_jwt")
    .option("--jwks-file <file>", "its public keys: a JWK set, or one key")
    .option("--jwks-uri <uri>", "where its JWK set is")
    .option("--id-token-alg <alg>", "what its ID tokens are signed by: RS256 or ES256")
    .option("--userinfo-alg <alg>", "what its UserInfo answers are signed by: RS256 or ES256")
    .addOption(
      new Option(
        "--post-logout-redirect-uri <uri>",
        "where users may go after a logout; may be given again",
      ).argParser(addValue),
    )
    .option("--backchannel-logout-uri <uri>", "where logout tokens are sent")
    .addOption(
      new Option(
        "--set <name=value>",
        "another setting, by its name in client metadata, as default_max_age=3600; " +
          "an empty value removes it; may be given again",
      ).argParser(addSetting),
    );

/** Returns the settings that the options name; those with an empty text are undefined. */
export async function settingsOf(options: SettingsOptions): Promise<ClientSettings | undefined> {
  const { jwksFile, postLogoutRedirectUri } = options;
  const single = Object.entries(MEMBERS).flatMap(([option, member]) => {
    const value = options[option as keyof typeof MEMBERS];
    return value === undefined ? [] : [[member, value] as const];
  });
  const texts = {
    ...options.set,
    ...Object.fromEntries(single),
    ...(jwksFile !== undefined && { jwks: await readFile(jwksFile, "utf8") }),
    ...(postLogoutRedirectUri && { post_logout_redirect_uris: postLogoutRedirectUri.join("\n") }),
  };
  return Object.keys(texts).length === 0 ? undefined : fromSettingTexts(texts);
}
