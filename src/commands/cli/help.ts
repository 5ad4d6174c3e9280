import type { Command, HelpConfiguration } from "commander";
import { SETTINGS } from "../../config/schema.ts";

/** Formats examples, for below a command's options. */
export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}\n`;

/** Formats every setting with its default. */
export function settingsHelp(): string {
  const width = Math.max(...Object.keys(SETTINGS).map(({ length }) => length)) + 2;
  const rows = Object.entries(SETTINGS).map(
    ([name, [text, otherwise]]) =>
      `  ${name.padEnd(width)}${otherwise === "" ? text : `${text} Default: ${otherwise}.`}`,
  );
  return `\nSettings, from the environment:\n${rows.join("\n")}\n`;
}

/** Returns the words of a command, without the program's name: `client create`. */
const path = (command: Command): string =>
  command.parent === null ? "" : `${path(command.parent)} ${command.name()}`.trim();

const leaves = (command: Command): Command[] =>
  command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);

/** Lists every command in place of the groups. */
export const helpConfiguration: HelpConfiguration = {
  visibleCommands: (command) => (command.commands.length === 0 ? [] : leaves(command as Command)),
  subcommandTerm: (command) => path(command as Command),
};
