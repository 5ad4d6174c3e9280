import { type Command, Option } from "commander";
import { type UserFormatName, USER_FORMAT_NAMES } from "../user-export/format-names.ts";
import { realm as realmOption } from "./arguments.ts";
import { examples } from "./help.ts";

/** Adds the command `export`. */
export function addExportCommand(program: Command): void {
  program
    .command("export")
    .description(
      "Write everything in the form that `latchkey import` takes, or the users in that of " +
        "another system, with their password hashes. Users whose hash it can't check are named " +
        "on standard error. The output holds secrets.",
    )
    .addOption(
      new Option("--format <system>", "the system that takes the users").choices(USER_FORMAT_NAMES),
    )
    .addOption(realmOption())
    .addHelpText(
      "after",
      examples("latchkey export > state.jsonl", "latchkey export --format keycloak > users.json"),
    )
    .action(async ({ format, realm }: { format?: UserFormatName; realm: string }) =>
      format === undefined
        ? (await import("../state/export.ts")).exportState(realm)
        : (await import("../user-export/run.ts")).exportUsers(format, realm),
    );
}
