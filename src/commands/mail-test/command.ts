import { Argument, type Command, Option } from "commander";
import { type Language, LANGUAGES } from "../../domain/email/language.ts";
import { examples } from "../cli/help.ts";

/** Adds the command `mail test`. */
export function addMailCommands(program: Command): void {
  program
    .command("mail")
    .description("The e-mails to users.")
    .command("test")
    .description(
      "Send one e-mail as the server does, and print what the mail server answers. " +
        "Ends with 1 when it was not sent.",
    )
    .addArgument(new Argument("<address>", "where to"))
    .addOption(new Option("--language <language>", "of the text").choices(LANGUAGES).default("en"))
    .addHelpText("after", examples("latchkey mail test ada@example.com"))
    .action(async (address: string, { language }: { readonly language: Language }) =>
      (await import("./run.ts")).testMail(address, language),
    );
}
