import { type Command, InvalidArgumentError, Option } from "commander";
import { DAY } from "../../domain/durations.ts";
import { duration } from "../cli/arguments.ts";
import { examples } from "../cli/help.ts";
import { printJson } from "../cli/output.ts";

const number = (text: string): number => {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError("It is not a number.");
  return Number(text);
};

/** Adds `client registration-token`. */
export function addRegistrationTokenCommand(client: Command): void {
  client
    .command("registration-token")
    .description(
      "Print a token with which programs register themselves as applications (RFC 7591): with " +
        "CLIENT_REGISTRATION=token they need one.",
    )
    .addOption(
      new Option("--uses <count>", "how many applications it registers, at most 1000")
        .argParser(number)
        .default(1),
    )
    .addOption(
      new Option("--lifetime <duration>", "how long it works, at most 30d")
        .argParser(duration)
        .default(DAY, "1d"),
    )
    .addHelpText("after", examples("latchkey client registration-token --uses 10 --lifetime 7d"))
    .action(print);
}

async function print({ uses, lifetime }: { uses: number; lifetime: number }): Promise<void> {
  const { withDomain } = await import("../cli/with-domain.ts");
  await withDomain(async ({ domain: { clientRegistrations }, context }) => {
    const made = await clientRegistrations.makeToken(context, uses, lifetime);
    printJson({
      initial_access_token: made.token,
      uses: made.uses,
      expires_at: new Date(made.expiresAt).toISOString(),
    });
  });
}
