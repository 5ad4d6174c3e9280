import type { Config } from "../config/settings.ts";
import type { Logger } from "./log.ts";
import packageJson from "../../package.json" with { type: "json" };
import type { Traces } from "./traces.ts";

/** Creates the traces if the settings name an endpoint. Otherwise loads none of their packages. */
export async function createTraces(
  { tracesEndpoint: endpoint }: Config,
  log: Logger,
): Promise<Traces | undefined> {
  if (endpoint === undefined) return undefined;
  const { Traces: Loaded } = await import("./traces.ts");
  return new Loaded({
    endpoint,
    version: packageJson.version,
    onLost: (spans, err) => log.warn({ spans, err }, "spans not delivered"),
  });
}
