// What transcripts show is what the API's description says.
import type { JsonObject } from "@bufbuild/protobuf";
import { expect } from "vitest";
import { disagreements } from "../openapi/agreement.ts";
import type { Received, Sent } from "./exchange.ts";

/** The paths of the two descriptions. */
const PATHS = ["openapi.json", "openapi-3.0.json"];

/** The descriptions by their paths. */
type Documents = readonly (readonly [path: string, document: JsonObject])[];

const documents = new Map<string, Promise<Documents>>();

/** The descriptions that a server gives of itself; one for all servers that serve the same. */
export function documentsOf(
  url: string,
  settings: Readonly<Record<string, string>>,
): Promise<Documents> {
  const off = Object.keys(settings)
    .filter((name) => settings[name] === "off")
    .sort()
    .join();
  const known =
    documents.get(off) ??
    Promise.all(
      PATHS.map(async (path) => {
        const response = await fetch(`${url}/${path}`);
        return [path, (await response.json()) as JsonObject] as const;
      }),
    );
  documents.set(off, known);
  return known;
}

const text = (bytes: string): string => Buffer.from(bytes, "latin1").toString();

/** Fails when a description doesn't say of an exchange what there was to see. */
export function expectDeclared(
  described: Documents,
  { method, target, headers, body }: Sent,
  received: Received,
): void {
  const header = (list: Sent["headers"], name: string): string =>
    list.find(([each]) => each === name)?.[1] ?? "";
  for (const [path, document] of described) {
    const wrong = disagreements(document, {
      method,
      target,
      requestType: header(headers, "content-type"),
      requestBody: text(body),
      status: Number(received.status.split(" ")[1]),
      responseType: header(received.headers, "content-type"),
      responseBody: text(received.body),
    });
    expect(wrong, `${path}, of ${method} ${target} and ${received.status}`).toEqual([]);
  }
}
