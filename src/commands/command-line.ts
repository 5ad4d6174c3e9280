// The command line: which command, and how it fails. It owns the exit code and must not know what the commands do.
import { createAdministrator, grantAdministration, revokeAdministration } from "./admin.ts";
import { migrateDatabase } from "./migrate.ts";
import { serve } from "./serve.ts";
import type { Config } from "../config.ts";
import { ConfigError, readConfig, SETTINGS } from "../config.ts";

/** By the words; one in angle brackets is for the caller to say. */
const COMMANDS: Readonly<Record<string, readonly [string, (config: Config, word: string) => Promise<void>]>> = {
  serve: ["Serve until SIGTERM; without a command, this.", serve],
  migrate: ["Bring the database to this version's schema.", migrateDatabase],
  "admin create": ["Make an administrator's client and print its credentials.", createAdministrator],
  "admin grant <user>": ["Let a user (id, e-mail or name) use the pages of administration.", grantAdministration],
  "admin revoke <user>": ["Take that from a user.", revokeAdministration],
};

function usage(): string {
  const row = ([name, text]: readonly [string, string]): string => `  ${name.padEnd(28)}${text}`;
  return [
    "Usage: npx latchkey [command]",
    "",
    "Commands:",
    ...Object.entries(COMMANDS).map(([name, [text]]) => row([name, text])),
    "",
    "Settings, from the environment:",
    ...Object.entries(SETTINGS).map(([name, [text, otherwise]]) => row([name, otherwise === "" ? text : `${text} Default: ${otherwise}.`])),
    "",
  ].join("\n");
}

/** Does what the words say. */
export async function runCommand(words: readonly string[]): Promise<void> {
  try {
    await choose(words);
  } catch (error) {
    process.stderr.write(error instanceof ConfigError ? `${error.message}\n` : `Latchkey can't go on: ${error instanceof Error ? describe(error) : String(error)}\n`);
    process.exit(1);
  }
}

async function choose(words: readonly string[]): Promise<void> {
  if (words.includes("--help") || words.includes("-h")) return void process.stdout.write(usage());
  const given = words.length === 0 ? ["serve"] : words;
  const name = Object.keys(COMMANDS).find((each) => each.split(" ").length === given.length && each.split(" ").every((word, index) => word.startsWith("<") || word === given[index]));
  if (name === undefined) {
    process.stderr.write(`There is no command ${words.join(" ")}.\n\n${usage()}`);
    process.exitCode = 2;
    return;
  }
  await COMMANDS[name]![1](readConfig(), given.at(-1)!);
}

/** The messages down to the first cause, without stacks. */
function describe(error: Error): string {
  return error.cause instanceof Error ? `${error.message} (${describe(error.cause)})` : error.message;
}
