import { type Command, Option } from "commander";
import { type UserFormatName, USER_FORMAT_NAMES } from "../user-export/format-names.ts";
import { examples } from "./help.ts";
import { realm } from "./user.ts";

/** Adds the command `export`. */
export function addExportCommand(program: Command): void {
  program
    .command("export")
    .description(
      "Write the users in the form that another system takes, with their password hashes. " +
        "Users whose hash it can't check are named on standard error.",
    )
    .addOption(
      new Option("--format <system>", "the system that takes the file")
        .choices(USER_FORMAT_NAMES)
        .makeOptionMandatory(),
    )
    .addOption(realm())
    .addHelpText("after", examples("latchkey export --format keycloak > users.json"))
    .action(async (options: { format: UserFormatName; realm: string }) =>
      (await import("../user-export/run.ts")).exportUsers(options.format, options.realm),
    );
}
