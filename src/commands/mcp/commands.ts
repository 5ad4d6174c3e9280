import { Argument, type Command, Option } from "commander";
import { addValue } from "../cli/arguments.ts";
import { examples } from "../cli/help.ts";
import type { ProtectOptions } from "./protect.ts";

const serverUrl = (): Argument => new Argument("<url>", "its URL, as https://mcp.example.com/mcp");

/** Adds the commands `mcp …`. */
export function addMcpCommands(program: Command): void {
  const mcp = program
    .command("mcp")
    .description("Let users of MCP clients sign in to an MCP server.");
  mcp
    .command("protect")
    .description("Register an MCP server, and print what its owner and its users paste.")
    .addArgument(serverUrl())
    .option("--name <name>", "what users read when they are asked to agree; by default its host")
    .addOption(
      new Option(
        "--scope <scope>",
        "a scope that every call needs; with what users read, as mcp:tools='use tools'; " +
          "may be given again",
      )
        .argParser(addValue)
        .default([], "none"),
    )
    .option("--json", "one line of JSON instead")
    .addHelpText(
      "after",
      examples('latchkey mcp protect https://mcp.example.com/mcp --scope mcp:tools="use tools"'),
    )
    .action(async (url: string, options: ProtectOptions) =>
      (await import("./protect.ts")).protect(url, options),
    );
  mcp
    .command("list")
    .description("List every MCP server.")
    .option("--json", "one line of JSON for each")
    .addHelpText("after", examples("latchkey mcp list"))
    .action(async (options: { readonly json?: true }) =>
      (await import("./protect.ts")).listProtected(options),
    );
  mcp
    .command("remove")
    .description("Delete an MCP server's resource and client. Its tokens end at once.")
    .addArgument(serverUrl())
    .addHelpText("after", examples("latchkey mcp remove https://mcp.example.com/mcp"))
    .action(async (url: string) => (await import("./protect.ts")).unprotect(url));
}
