import { type Command, Option } from "commander";
import { DEFAULT_REALM } from "../../domain/accounts/new-user.ts";
import { realm, realmName, whom } from "../cli/arguments.ts";
import { examples } from "../cli/help.ts";
import type { CreateOptions } from "./actions.ts";

/** Loads the actions when a command runs. */
const actions = () => import("./actions.ts");

interface Among {
  readonly realm: string;
}

/** Adds the commands that make and change one user. */
export function addAccountCommands(user: Command): void {
  user
    .command("create")
    .description(
      "Register a user. Without a password there is nothing to sign in with until a reset.",
    )
    .requiredOption("--email <address>", "unique in the realm")
    .option("--username <name>", "unique in the realm, without @", "")
    .option("--acc-id <id>", "the account identifier of kokids", "")
    .option("--password-file <file>", "the password in one line; - is standard input")
    .option("--developer", "the user may register applications", false)
    .option("--verified", "the user is known to read mail at the address", false)
    .addOption(
      new Option("--realm <realm>", "the set of users that the user joins")
        .default(DEFAULT_REALM)
        .argParser(realmName),
    )
    .addHelpText(
      "after",
      examples(
        "latchkey user create --email ada@example.com --username ada --password-file - < password",
        "latchkey user create --email ada@example.com --verified --developer",
        "latchkey user create --email ada@example.com --realm kokids --acc-id 17",
      ),
    )
    .action(async (options: CreateOptions) => (await actions()).createUserOf(options));
  user
    .command("show")
    .description("Print a user, without the password's hash. A deleted one is found by the id.")
    .addArgument(whom())
    .addOption(realm())
    .addHelpText("after", examples("latchkey user show ada@example.com"))
    .action(async (text: string, options: Among) =>
      (await actions()).showUser(text, options.realm),
    );
  user
    .command("delete")
    .description(
      "Delete a user: sessions and tokens end at once. Prints until when it can be taken back.",
    )
    .addArgument(whom())
    .addOption(realm())
    .addHelpText("after", examples("latchkey user delete ada@example.com"))
    .action(async (text: string, options: Among) =>
      (await actions()).deleteUser(text, options.realm),
    );
  user
    .command("restore")
    .description("Take a deletion back, within 30 days.")
    .addArgument(whom())
    .option("--username <name>", "another name, if the old one is taken")
    .addOption(realm())
    .addHelpText("after", examples("latchkey user restore ada@example.com"))
    .action(async (text: string, options: Among & { readonly username?: string }) =>
      (await actions()).restoreUser(text, options.realm, options.username),
    );
  user
    .command("set-password")
    .description(
      "Set a user's password, from standard input or asked for. Sessions and tokens end at once, " +
        "and the user gets an e-mail.",
    )
    .addArgument(whom())
    .option("--password-file <file>", "the password in one line; - is standard input", "-")
    .addOption(realm())
    .addHelpText("after", examples("latchkey user set-password ada < password"))
    .action(async (text: string, options: Among & { readonly passwordFile: string }) =>
      (await actions()).setPassword(text, options.realm, options.passwordFile),
    );
}
