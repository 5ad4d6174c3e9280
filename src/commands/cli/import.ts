import { type Command, Option } from "commander";
import { DEFAULT_REALM } from "../../domain/accounts/new-user.ts";
import type { StateImportOptions } from "../state/import.ts";
import { SYSTEM_NAMES } from "../user-import/systems/system-names.ts";
import { realmName, whole } from "./arguments.ts";
import { examples } from "./help.ts";

/** Adds the commands `import …`. */
export function addImportCommands(program: Command): void {
  const command = program
    .command("import")
    .description(
      "Bring everything that the clients of another server have in their hands: users, clients, " +
        "pairs, keys, communities, tokens, devices, consents. Ends with 1 if a line was refused.",
    )
    .argument("<file>", "JSON lines, each with its kind; - is standard input")
    .addOption(
      new Option("--realm <realm>", "the set of users that they belong to")
        .default(DEFAULT_REALM)
        .argParser(realmName),
    )
    .addOption(
      new Option("--from <system>", "the system whose export of users the file is").choices(
        SYSTEM_NAMES,
      ),
    )
    .option("--dry-run", "check and count every line and change nothing", false)
    .option(
      "--errors <file>",
      "where refused lines are reported: line, field and reason, never what they say " +
        "(default: <file>.errors.jsonl)",
    )
    .option("--resume", "go on where an import of the same file was cut off, if it was")
    .option("--no-resume", "begin such an import again")
    .addOption(
      new Option("--batch <lines>", "how many lines are committed at once")
        .argParser(whole(1, 5_000))
        .default(500),
    )
    .addHelpText(
      "after",
      examples("latchkey import state.jsonl --dry-run", "latchkey import undo 01a21b75-…"),
    )
    .action(async (file: string, options: StateImportOptions) =>
      (await import("../state/import.ts")).importState(file, options),
    );
  command
    .command("undo")
    .description("Take back what a batch brought, unless it was used or changed since.")
    .argument("<batch>", "the batch that the import printed")
    .action(async (batch: string) => (await import("../state/undo.ts")).undoBatch(batch));
  command
    .command("list")
    .description("Print the newest batches, a line of JSON each.")
    .action(async () => (await import("../state/undo.ts")).listBatches());
}
