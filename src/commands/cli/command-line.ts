import { Command, CommanderError, Option } from "commander";
import packageJson from "../../../package.json" with { type: "json" };
import { ConfigError } from "../../config/config-error.ts";
import { IdentityError } from "../../domain/errors.ts";
import { errorMessage } from "./output.ts";
import { guardOutput } from "./standard-output.ts";
import { addAuditCommands } from "../audit-export/command.ts";
import { addMailCommands } from "../mail-test/command.ts";
import type { SigningKeyAlgorithm } from "../../domain/model.ts";
import { realm, whom } from "./arguments.ts";
import { addClientCommands } from "./client.ts";
import { addExportCommand } from "./export.ts";
import { helpConfiguration, settingsHelp } from "./help.ts";
import { addImportCommands } from "./import.ts";
import { addPredecessorCommands } from "./predecessor.ts";
import { addMcpCommands } from "../mcp/commands.ts";
import { addResourceCommands } from "../resources/commands.ts";
import { addUserCommands } from "./user.ts";

/** Exit code: the command line is wrong, as in sh and its tools. */
const USAGE = 2;
/** Exit code: the command failed. */
const FAILURE = 1;

function build(): Command {
  const program = new Command("latchkey")
    .usage("[command] [options]")
    .description("One identity backend behind every protocol.")
    .version(packageJson.version)
    .configureHelp(helpConfiguration)
    .exitOverride()
    .showHelpAfterError("Add --help for what there is.")
    .addHelpText("after", settingsHelp);
  program
    .command("serve")
    .description("Serve until SIGTERM; without a command, this.")
    .action(async () => (await import("../serve/serve.ts")).serve());
  program
    .command("migrate")
    .description("Bring the database to this version's schema.")
    .action(async () => (await import("./migrate.ts")).migrateDatabase());
  program
    .command("backup")
    .description("Copy an embedded installation into a new folder, also while it serves.")
    .argument("<folder>", "where to; it must be empty or not there")
    .action(async (folder: string) => (await import("./backup.ts")).backUp(folder));
  const admin = program
    .command("admin")
    .description("Let a user or a client administer the server.");
  admin
    .command("create")
    .description("Make an administrator's client and print its credentials.")
    .action(async () => (await import("./admin.ts")).createAdministrator());
  for (const [name, description, administrator] of [
    ["grant", "Let a user use the pages of administration, at once.", true],
    ["revoke", "Take that from a user, at once.", false],
  ] as const) {
    admin
      .command(name)
      .description(description)
      .addArgument(whom())
      .addOption(realm())
      .action(async (text: string, options: { realm: string }) =>
        (await import("./admin.ts")).changeAdministrator(text, options.realm, administrator),
      );
  }
  addClientCommands(program);
  addResourceCommands(program);
  addMcpCommands(program);
  addUserCommands(program);
  addAuditCommands(program);
  addMailCommands(program);
  addImportCommands(program);
  addExportCommand(program);
  addPredecessorCommands(program);
  const keys = program.command("keys").description("The keys that tokens are signed with.");
  keys
    .command("rotate")
    .description(
      "Make new signing keys. They are shown to verifiers at once and sign a quarter of an hour " +
        "later; nothing has to be restarted.",
    )
    .addOption(
      new Option("--alg <algorithm>", "only the key of this algorithm").choices(["ES256", "RS256"]),
    )
    .action(async ({ alg }: { alg?: SigningKeyAlgorithm }) =>
      (await import("./keys.ts")).rotateKeys(alg),
    );
  program
    .command("doctor")
    .description(
      "Look at settings, mail server, database, clock, ports and machine, and say what to do. " +
        "Changes nothing; ends with 1 if anything fails.",
    )
    .option("--json", "all findings as one line of JSON")
    .action(async (options: { json?: true }) =>
      (await import("../doctor/run.ts")).examine(options),
    );
  return program;
}

/** Runs a command and sets the exit code. Each command loads only the code that it needs. */
export async function runCommand(words: readonly string[]): Promise<void> {
  const serves = words.length === 0 || words[0] === "serve";
  if (!serves) guardOutput();
  try {
    await build().parseAsync(words.length === 0 ? ["serve"] : words, { from: "user" });
  } catch (error) {
    // Commander has printed the message or the help already.
    if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : USAGE);
    process.stderr.write(`${message(error)}\n`);
    process.exit(FAILURE);
  }
}

/** Returns the message for the operator, without a stack. */
function message(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof IdentityError && error.cause === undefined)
    return [
      error.message,
      ...(error.details.fields ?? []).map(
        ({ field, description }) => `  - ${field} ${description}`,
      ),
    ].join("\n");
  const advice =
    error instanceof IdentityError && error.reason === "STORE_UNAVAILABLE"
      ? "\nWhat to do about it: latchkey doctor"
      : "";
  return `Latchkey can't go on: ${errorMessage(error)}${advice}`;
}
