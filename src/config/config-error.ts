/** Every problem of the settings at once. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: string | readonly string[]) {
    super(
      typeof problems === "string"
        ? problems
        : `The settings can't be used:\n${problems.map((line) => `  - ${line}`).join("\n")}`,
    );
    this.problems = [problems].flat();
  }
}
