import type { DocumentedApiName } from "../config/documented-apis.ts";
import type { PredecessorConfig } from "../config/predecessor.ts";
import type { VolatileField } from "../domain/predecessor/observation-store.ts";
import { createPredecessorClient } from "../predecessor/client.ts";
import { compareAnswers, comparedOf } from "../predecessor/compare.ts";
import type { PredecessorRequest } from "../predecessor/exchange.ts";
import { stagedRouteOf } from "../predecessor/routes.ts";

/** The width of the column. */
const MAX_FIELD = 100;

/** A request of the operator's file. */
export interface NoiseRequest {
  /** Its line in the file. */
  readonly line: number;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as a form or as JSON; none when both are absent. */
  readonly form?: Readonly<Record<string, string>> | undefined;
  readonly json?: unknown;
}

/** What the file has shown. */
export interface Noise {
  readonly fields: readonly VolatileField[];
  /** The lines of requests that have no stages, or that the predecessor didn't answer. */
  readonly unanswered: readonly number[];
}

/**
 * Sends each request to the predecessor twice. What differs between the two answers differs by
 * nature.
 */
export async function findNoise(
  api: DocumentedApiName,
  predecessor: PredecessorConfig,
  requests: readonly NoiseRequest[],
): Promise<Noise> {
  const client = createPredecessorClient({ ...predecessor, installation: "noise" });
  const found = new Map<string, VolatileField>();
  const unanswered: number[] = [];
  try {
    for (const request of requests) {
      const path = request.path.split("?")[0] ?? "";
      const route = stagedRouteOf(request.method, path, false);
      const sent = bytesOf(request);
      const [one, other] =
        route?.api === api
          ? [await client.send(sent, () => true), await client.send(sent, () => true)]
          : [];
      if (route === undefined || one === undefined || other === undefined) {
        unanswered.push(request.line);
        continue;
      }
      const { differences } = compareAnswers(comparedOf(one), comparedOf(other), () => false);
      for (const { field } of differences)
        found.set(`${route.route}\n${field}`, {
          api,
          route: route.route,
          field: field.slice(0, MAX_FIELD),
        });
    }
  } finally {
    client.close();
  }
  return { fields: [...found.values()], unanswered };
}

function bytesOf({ method, path, headers, form, json }: NoiseRequest): PredecessorRequest {
  const [type, text] =
    form !== undefined
      ? ["application/x-www-form-urlencoded", new URLSearchParams(form).toString()]
      : json !== undefined
        ? ["application/json", JSON.stringify(json)]
        : ["", ""];
  const given = Object.entries(headers).map(
    ([name, value]) => [name.toLowerCase(), value] as const,
  );
  return {
    method,
    target: path,
    headers: [...given, ...(type === "" ? [] : [["content-type", type] as const])],
    body: Buffer.from(text),
  };
}
